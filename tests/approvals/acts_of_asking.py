"""The acts of the stories up to a signature: asking, answering, deciding, and writing down what was decided elsewhere."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from accounts.models import User
from accounts.offices.actions import appoint_deputy, revoke_deputy
from accounts.offices.rules import Days
from approvals import actions
from approvals.drawdowns.readiness.queries import standing_of
from approvals.drawdowns.rules import Reply
from tests.approvals import expected
from tests.approvals.acting import BACK, HALF, ONE, Acting, act, some
from tests.approvals.case import KEY, new_key
from tests.approvals.expected import Asked, Draw, Given, Said
from tests.approvals.stories import GUARDS, OFFICES, days, drawdown_of


class ActsOfAsking(Acting):
    """Each asks the model, does the act, and tells the model what was done."""

    # Asking

    @act(5, pounds=st.integers(1, 4_000), likely=st.sampled_from([True, True, True, False]))
    def plan_and_submit(self, data: Any, pounds: int, likely: bool) -> None:
        """One line, or two: new ones, or one that was asked for before. Likely is what costs nothing before this year."""
        starts = 2017 if likely == (self.told.today > date(2017, 4, 1)) else 2016
        given = data.draw(st.sampled_from(list(self.books.given.values())))
        its_money = [money for money in self.books.money.values() if money.decision in given.money and not money.replaced_by]
        its_money = its_money * 12 + list(self.books.money.values())
        lines = [line for line in self.books.lines if line.starts == starts] * 4 + self.books.lines
        draws = []
        for number in range(data.draw(st.sampled_from([1, 1, 2]))):
            new = number == 0 and data.draw(st.booleans())
            line = self.told.costing(pounds, starts) if new else data.draw(st.sampled_from(lines))
            draw = Draw(line, data.draw(st.sampled_from(its_money)), data.draw(st.sampled_from([ONE, HALF, HALF])))
            if not any((each.line, each.money) == (line, draw.money) for each in draws):
                draws.append(draw)
        self._ask(given, draws)

    def _ask(self, given: Given, draws: list[Draw]) -> Asked | None:
        if asked := self._draft(given, draws):
            self._submit(asked, 0)
        return asked

    def _draft(self, given: Given, draws: list[Draw]) -> Asked | None:
        choices, delegation = self.told.choices(draws), self.case.programme.delegations.get(pk=given.pk)
        drafted = self.told.tried(
            "drafted",
            self.books.why_not_choose(given, draws),
            lambda: self.case.drafted(*choices, delegation=delegation, case=KEY),
        )
        if not drafted:
            return None
        asked = self.books.asked[drafted.pk] = Asked(drafted.pk, given, draws, {self.case.officer.pk})
        return asked

    @act(2, when=some("returned", "withdrawn", "draft"), back=BACK)
    def submit_again(self, data: Any, back: int) -> None:
        self._submit(self._one(data, "returned", "withdrawn", "draft"), back)

    def _submit(self, asked: Asked, back: int) -> None:
        day = self._day(back, lambda day: self.books.why_not_submit(asked, day))
        drawdown = drawdown_of(asked)
        values = {"version": drawdown.version, "key": new_key(), "by": self.case.officer, "at": self.told.moment(day)}
        why = self.books.why_not_submit(asked, day)
        if self.told.tried("submitted", why, lambda: actions.submit(drawdown=drawdown, **values)):
            asked.prepared.add(self.case.editor.pk)
            self.books.submitted(asked, day)

    @act(2, when=some("submitted"))
    def withdraw(self, data: Any) -> None:
        asked = self._likely(data)
        drawdown = drawdown_of(asked)
        why = set() if asked.state in ("draft", "returned", "submitted") else {"state"}
        values = {"version": drawdown.version, "reasons": "Not yet.", "by": self.case.officer, "at": self.told.at}
        if self.told.tried("withdrawn", why, lambda: actions.withdraw(drawdown=drawdown, **values)):
            asked.state = "withdrawn"

    # Answering and deciding

    @act(1, name=st.sampled_from(OFFICES), since=st.sampled_from([0, 0, 1]))
    def deputise(self, data: Any, name: str, since: int) -> None:
        deputy = data.draw(st.sampled_from(self.told.pool))
        if (name, deputy) not in self.told.deputies and deputy != self.case.people[name]:
            self._appoint(name, deputy, self.told.today + days(since))

    def _appoint(self, name: str, deputy: User, since: date) -> None:
        values = {"days": Days(since), "authority": f"Scheme, {name}", "by": self.told.administrator, "at": self.told.at}
        self.told.deputies[name, deputy] = appoint_deputy(office=self.case.offices[name], deputy=deputy, **values)

    @act(1, after=st.sampled_from([0, 1]))
    def revoke(self, data: Any, after: int) -> None:
        name, deputy = data.draw(st.sampled_from(sorted(self.told.deputies, key=lambda pair: (pair[0], pair[1].pk))))
        appointment, from_day = self.told.deputies[name, deputy], self.told.today + days(after)
        if appointment.revoked_from is None and appointment.since <= from_day:
            values = {"revoked_from": from_day, "by": self.told.administrator, "at": self.told.at}
            self.told.deputies[name, deputy] = revoke_deputy(appointment=appointment, **values)

    @act(2, name=st.sampled_from(OFFICES[1:]), agrees=st.sampled_from([True, True, False]), back=BACK)
    def answer(self, data: Any, name: str, agrees: bool, back: int) -> None:
        self._answer(self._likely(data), name, self._somebody(data, name), back, agrees=agrees)

    def _answer(self, asked: Asked, name: str, by: User, back: int = 0, *, agrees: bool = True) -> None:
        maker = self.case.chief_executive.pk
        day = self._day(back, lambda day: self.books.why_not_answer(asked, name, self.told.acting(by, name, day), maker, day))
        acting, drawdown = self.told.acting(by, name, day), drawdown_of(asked)
        after = self.told.tried(
            "answered by a deputy" if by != self.case.people[name] else "answered",
            self.books.why_not_answer(asked, name, acting, maker, day),
            lambda: self.case.answered(
                drawdown, name, Reply.AGREE if agrees else Reply.DISAGREE, by=by, at=self.told.moment(day)
            ),
        )
        if after:
            asked.said[name] = Said(agrees, acting, day)
            if name == expected.AGREES and not agrees:
                asked.state = "returned"
            assert after.state == asked.state

    @act(3, when=some("submitted"), everybody=st.sampled_from([True, True, True, False]), back=BACK)
    def sign(self, data: Any, everybody: bool, back: int) -> None:
        asked = self._likely(data)
        if everybody and asked.state == "submitted":
            self._all_answer(asked, deputies=False)
        self._sign(asked, self._somebody(data, "Chief Executive"), back)

    @act(7, when=some("submitted"), deputies=st.booleans())
    def go_the_whole_way(self, data: Any, deputies: bool) -> None:
        """Everybody agrees, and it is signed off, by deputies where there are any or by the holders."""
        waiting = [asked for asked in self.books.asked.values() if asked.state == "submitted"]
        open_now = [
            asked for asked in waiting if self.books.why_not_ready(asked, self.told.today) <= {"agreement", "consultation"}
        ]
        stale = [asked for asked in waiting if self.books.why_not_release(asked)]
        asked = data.draw(st.sampled_from(open_now * 5 + stale * 5 + waiting))
        self._all_answer(asked, deputies)
        self._sign(asked, self._who_acts("Chief Executive", deputies))

    def _all_answer(self, asked: Asked, deputies: bool) -> None:
        for name in OFFICES[1:]:
            if name not in asked.said:
                self._answer(asked, name, self._who_acts(name, deputies))

    def _who_acts(self, name: str, deputies: bool) -> User:
        appointed = sorted(self.told.deputies_of(name), key=lambda each: each.pk) if deputies else []
        return appointed[0] if appointed else self.case.people[name]

    def _sign(self, asked: Asked, by: User, back: int = 0) -> None:
        office = "Chief Executive"
        day = self._day(back, lambda day: self.books.why_not_sign(asked, self.told.acting(by, office, day), day))
        why, drawdown = self.books.why_not_sign(asked, self.told.acting(by, office, day), day), drawdown_of(asked)
        if asked.state == "submitted" and day == self.told.today:
            assert standing_of(drawdown, day).readiness.is_ready == (not self.books.why_not_ready(asked, day)), "the page differs"
        what = "signed off by a deputy" if by != self.case.chief_executive else "signed off"
        at = self.told.moment(day)
        if self.told.tried(what, why, lambda: self.case.sign(drawdown, by=by, at=at)):
            self.books.signed(asked, day)
        elif asked.state == "submitted" and why <= GUARDS.keys():
            self.told.refused_past_the_action(why, lambda: self.case.sign(drawdown, by=by, at=at))

    def go_to_the_end(self, asked: Asked) -> None:
        self._all_answer(asked, deputies=False)
        self._sign(asked, self.case.chief_executive)

    # Decided elsewhere

    @act(
        4,
        when=lambda self: any(not given.parts for given in self.books.given.values()),
        pounds=st.integers(1, 4_000),
        ago=st.sampled_from([0, 0, 2, 5, 30, -1, None]),
    )
    def write_down_what_was_decided(self, data: Any, pounds: int, ago: int | None) -> None:
        """So many days ago, or before its power: by the officer, on a draft, and confirmed by the clerk if it could be then."""
        given = data.draw(st.sampled_from([each for each in self.books.given.values() if not each.parts]))
        its_money = [each for each in self.books.money.values() if each.decision in given.money and not each.replaced_by]
        if not its_money:
            return
        line = self.told.costing(pounds, data.draw(st.sampled_from([2016, 2017])))
        draw = Draw(line, data.draw(st.sampled_from(its_money)), data.draw(st.sampled_from([ONE, HALF])))
        since = self.books.power_since(given)
        on = since - days(1) if ago is None else self.told.today - days(ago)
        if asked := self._draft(given, [draw]):
            self._confirm_elsewhere(asked, on)

    def _confirm_elsewhere(self, asked: Asked, on: date) -> None:
        drafted = drawdown_of(asked)
        taken = self.told.tried(
            "decided elsewhere",
            self.books.why_not_written_down(asked, on, self.told.today),
            lambda: self.case.recorded_elsewhere(drafted, decided_on=on, at=self.told.at),
        )
        if not taken:
            return
        asked.frozen = self.books.consumed(asked.draws)
        why = self.books.why_not_confirmed(asked, on)
        if self.told.tried("confirmed elsewhere", why, lambda: self.case.confirmed_elsewhere(taken, at=self.told.at)):
            asked.prepared.add(self.case.editor.pk)
            self.books.signed(asked, self.told.today)
        else:
            actions.take_back_elsewhere(taken=taken, by=self.case.officer, at=self.told.at)
