"""Any order of giving, planning, asking, answering, signing, publishing, handing back, replacing and ending a year, with a plain
model beside it that says of each act whether it is refused, by which rule, and what it leaves."""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from accounts.offices.actions import appoint_deputy, revoke_deputy
from accounts.offices.rules import Days
from approvals import actions
from approvals.actions import Corrected, Giving
from approvals.delegations.conditions.rules import GivenPart
from approvals.drawdowns.readiness.queries import standing_of
from approvals.drawdowns.rules import LIVE, Mode, Reply
from approvals.models import Answer, Consumption, Correction, DecisionRecord, DelegationCondition, Drawdown, HandBack
from approvals.year_end.rules import Carrying
from costing.measure import in_year, stored
from operations.proof import check_everything
from phases.models import Authorisation, FundingDecision
from tests.approvals import expected
from tests.approvals.case import KEY, new_key
from tests.approvals.expected import Asked, Draw, Given, Measure, Money, Part, Row, Said
from tests.approvals.stories import GUARDS, HAPPENED, OFFICES, Council, days, drawdown_of, record_of, row_of
from tests.explaining import explain

ONE, HALF, QUARTER = Fraction(1), Fraction(1, 2), Fraction(1, 4)
CONDITION = "The inspection report has been published."
ENTRIES = {
    Consumption.Kind.DRAW: "drawdown_signed_off",
    Consumption.Kind.HAND_BACK: "drawdown_handed_back",
    Consumption.Kind.OVERTURN: "drawdown_overturned",
    Consumption.Kind.TRANSFER_IN: "authorisation_replaced",
    Consumption.Kind.TRANSFER_OUT: "authorisation_replaced",
}


class Act(NamedTuple):
    """A kind of act: how often it is chosen beside the others, where it can be, and what is drawn for it."""

    weight: int
    when: Callable[["Story"], bool]
    given: Mapping[str, st.SearchStrategy[Any]]


ACTS: dict[str, Act] = {}
Method = Callable[..., None]


def act(weight: int, when: Callable[["Story"], bool] = lambda story: True, **given: Any) -> Callable[[Method], Method]:
    def noted(method: Method) -> Method:
        ACTS[method.__name__] = Act(weight, when, given)
        return method

    return noted


def _some(*states: str) -> Callable[["Story"], bool]:
    """Whether some drawdown is in one of these states."""
    return lambda story: any(asked.state in states for asked in story.books.asked.values())


BACK = st.sampled_from([0, 0, 0, 0, 0, 1, 3])
"""So many days before today an act is dated; it is done only where the model refuses it by its day."""


TOLD = settings(
    max_examples=int(os.environ.get("STORIES", "14")),
    stateful_step_count=int(os.environ.get("STEPS", "30")),
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=not os.environ.get("FRESH"),
)
ALWAYS = ("gave a delegation", "submitted", "answered", "signed off", "published", "handed back", "replaced", "the year ended")
KINDS_OF_REFUSAL = 12


class Story(RuleBasedStateMachine):
    """Each rule asks the model, does the act, and tells the model what was done."""

    begun: ClassVar[Council | None] = None
    """What every story begins with; each is taken back to it."""

    def __init__(self) -> None:
        super().__init__()
        self.told = self.begun.again() if self.begun else Council()
        self.transaction = transaction.atomic()
        if self.begun:
            self.transaction.__enter__()
        self.case, self.books = self.told.case, self.told.books
        self.explained = 0
        self.published = {asked.pk: record_of(asked).content for asked in self.books.asked.values() if asked.published_on}

    def teardown(self) -> None:
        try:
            explain()
            check_everything()
        finally:
            connection.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def begin(self) -> None:
        """Of the money of July a half post is drawn, some of it is handed back, and a later decision takes the rest over.

        There is more money, of which one of three delegations is not given, and one in parts. Of six drawdowns two are signed,
        one is published, and two that wait ask for the same line. The whole takes more than a second: it is done once.
        """
        (july,), (given,) = self.books.money.values(), self.books.given.values()
        for name, deputy in (("Chief Executive", self.told.pool[0]), ("Leader", self.told.pool[1])):
            self._appoint(name, deputy, self.told.today)
        first = self._ask(given, [Draw(self.told.costing(2_345, 2016), july, HALF)])
        assert first
        self.go_to_the_end(first)
        row = self.books.rows[0]
        self._hand_back(first, Giving(pounds={row_of(row).pk: Decimal(300)}), [(row, 300, Fraction(0))])
        self._confirm_hand_back(first, self.told.second)
        later = self.told.authorised({2016: 10_000, None: 12_000}, recurring=False, replaces=july)
        self._replace(later)
        more = self.told.authorised({2016: 9_000, 2017: 6_000, None: 9_000}, recurring=True)
        both = {later.decision, more.decision}
        of_one = self._give({later.decision}, limits={})
        of_both = self._give(both, limits={2016: 9_000, None: 14_000})
        parts = [(2_000, None, False), (3_000, self.told.today + days(4), False), (4_000, None, True)]
        in_parts = self._give(both, limits={}, parts=parts)
        second = self._ask(of_both, [Draw(self.told.costing(1_999, 2017), more, HALF)])
        assert second
        self.go_to_the_end(second)
        self._publish(second)
        line = self.told.costing(2_501, 2017)
        self._ask(of_one, [Draw(self.told.costing(3_000, 2017), later, ONE)])
        self._ask(of_both, [Draw(line, more, ONE)])
        self._ask(of_both, [Draw(line, later, HALF)])
        self._ask(in_parts, [Draw(self.told.costing(1_500, 2016), later, ONE)])
        explain()

    def go_to_the_end(self, asked: Asked) -> None:
        self._all_answer(asked, deputies=False)
        self._sign(asked, self.case.chief_executive)

    @initialize(april=st.sampled_from([False, False, True]))
    def choose_the_day(self, april: bool) -> None:
        """Every third story begins when a year has just ended."""
        if april:
            self.the_year_ends()

    @rule(data=st.data())
    def something_happens(self, data: Any) -> None:
        possible = [name for name, each in ACTS.items() for _ in range(each.weight) if each.when(self)]
        name = data.draw(st.sampled_from(possible), label="act")
        given = {of: data.draw(strategy, label=of) for of, strategy in ACTS[name].given.items()}
        getattr(self, name)(data, **given)

    # Days

    @act(2, number=st.sampled_from([1, 1, 4, 7, 30, 200]))
    def days_pass(self, data: Any, number: int) -> None:
        self.told.today += days(number)

    @act(
        1,
        when=lambda self: self.told.today < date(2017, 4, 1),
    )
    def the_year_comes_to_its_end(self, data: Any) -> None:
        self.the_year_ends()

    def the_year_ends(self) -> None:
        today = self.told.today
        self.told.today = date(today.year + (today.month > 3), 4, 3)
        HAPPENED["the year ended"] += 1

    # Delegations

    @act(
        1,
        when=lambda self: len(self.books.given) < 7,
        starts=st.sampled_from([None, None, -3, 3]),
        ends=st.sampled_from([None, 5, 30]),
        terms=st.integers(0, 3),
    )
    def give(self, data: Any, starts: int | None, ends: int | None, terms: int) -> None:
        """By the decision of July, with the money of some decisions; with a first or last day, a condition, or in parts."""
        decisions = sorted({money.decision for money in self.books.money.values()})
        money = data.draw(st.sets(st.sampled_from(decisions), min_size=1))
        earliest = None if starts is None else self.told.today + days(starts)
        expires = None if ends is None else self.told.today + days(ends)
        values = {"earliest": earliest, "expires": expires, "has_condition": terms in (1, 3)}
        parts = [(2_000, None, False), (3_000, self.told.today + days(4), False), (4_000, None, True)] if terms == 2 else []
        self._give(money, limits={2016: 6_000} if terms == 3 else {}, parts=parts, **values)

    def _give(self, money: set[int], limits: dict[Measure, int], **values: Any) -> Given:
        earliest, expires = values.get("earliest"), values.get("expires")
        parts = [
            GivenPart(in_year(2016), Decimal(pounds), not_before, (CONDITION,) if waits else ())
            for pounds, not_before, waits in values.get("parts", ())
        ]
        scheme = {"earliest": earliest, "expires": expires, "conditions": [CONDITION] if values.get("has_condition") else []}
        first = self.case.delegation
        made = self.told.tried(
            "gave a delegation",
            set(),
            lambda: actions.record_delegation(
                decision=first.decision,
                values={
                    "title": f"Given {len(self.books.given)}",
                    "text": first.text,
                    "decision_maker": first.decision_maker,
                    "money": FundingDecision.objects.filter(pk__in=money),
                    "parts": parts,
                    **scheme,
                },
                steps=[(step.office, Mode(step.mode)) for step in first.steps.all()],
                limits={stored(measure): Decimal(pounds) for measure, pounds in limits.items()},
                by=self.case.clerk,
                at=self.told.at,
            ),
        )
        assert made
        of_parts = {each.part_id: each.pk for each in made.conditions.all()}
        kept = [Part(int(each.amount), each.not_before, of_parts.get(each.pk)) for each in made.parts.all()]
        all_limits = {each.financial_year: int(each.amount) for each in made.limits.all()}
        confirmed: dict[int, set[int]] = {pk: set() for pk in of_parts.values()}
        terms = {"earliest": earliest, "expires": expires, "limits": all_limits, "parts": kept}
        return self.told.given_of(made.pk, money, condition=of_parts.get(None), confirmed=confirmed, **terms)

    @act(
        2,
        when=lambda self: any(given.confirmed for given in self.books.given.values()),
        who=st.sampled_from(["clerk", "clerk", "officer", "second"]),
    )
    def confirm(self, data: Any, who: str) -> None:
        given = data.draw(st.sampled_from([each for each in self.books.given.values() if each.confirmed]))
        condition = data.draw(st.sampled_from(sorted(given.confirmed)))
        by = self.told.second if who == "second" else getattr(self.case, who)
        done = self.told.tried(
            "confirmed a condition",
            self.books.why_not_confirm(given, condition, by.pk),
            lambda: actions.confirm_condition(
                condition=DelegationCondition.objects.get(pk=condition),
                met_on=self.told.today,
                evidence=actions.Evidence("Minute 17"),
                by=by,
                at=self.told.at,
            ),
        )
        if done:
            given.confirmed[condition].add(by.pk)

    # Money

    @act(
        1,
        when=lambda self: len(self.books.money) < 6,
        pounds=st.integers(2_000, 8_000),
        measures=st.sampled_from([(2016,), (2016, None), (2017, None), (None,)]),
    )
    def decide(self, data: Any, pounds: int, measures: tuple[Measure, ...]) -> None:
        """A body releases more, beside what it released before."""
        self.told.authorised(dict.fromkeys(measures, pounds), recurring=None in measures)

    @act(
        3,
        when=lambda self: len(self.books.money) < 8,
        pounds=st.integers(3_000, 14_000),
        moves=st.booleans(),
        anew=st.booleans(),
    )
    def decide_to_replace(self, data: Any, pounds: int, moves: bool, anew: bool) -> None:
        """In the same measures, or in others; by the same decision, or anew. What was drawn is moved by an act of its own."""
        in_force = [money for money in self.books.money.values() if not money.replaced_by]
        old = data.draw(st.sampled_from(in_force))
        measures = data.draw(st.sampled_from([tuple(old.limits), tuple(old.limits), (2016, None), (2016, 2017, None), (None,)]))
        of = 0 if anew else old.decision
        new = self.told.authorised(dict.fromkeys(measures, pounds), data.draw(st.booleans()), replaces=old, of=of)
        if moves:
            self._replace(new)
        elif not anew:
            self._draw_on(new, max(pounds // 8, 1))

    def _draw_on(self, money: Money, pounds: int) -> None:
        """Before what the earlier money released is moved over: refused where something was."""
        given = next((given for given in self.books.given.values() if money.decision in given.money), None)
        if given and (asked := self._ask(given, [Draw(self.told.costing(pounds, 2017), money, ONE)])):
            self.go_to_the_end(asked)

    @act(3, when=lambda self: any(money.replaces and not money.moved for money in self.books.money.values()))
    def replace(self, data: Any) -> None:
        self._replace(
            data.draw(st.sampled_from([each for each in self.books.money.values() if each.replaces and not each.moved]))
        )

    def _replace(self, new: Money) -> None:
        why, old = self.books.why_not_replace(new), new.replaces
        what = "replaced" if any(row.money is old and row.is_live for row in self.books.rows) else "replaced nothing"
        authorisation = Authorisation.objects.get(pk=new.pk)
        done = self.told.tried(
            what, why, lambda: actions.replace(authorisation=authorisation, by=self.case.clerk, at=self.told.at)
        )
        if done is not None:
            self.books.replaced(new)
        elif why:  # the clerk takes it back: what it was to replace goes on
            Authorisation.objects.filter(pk=new.pk).update(replaces=None)
            assert old
            new.replaces = old.replaced_by = None

    @act(2, year=st.sampled_from([2016, 2016, 2017]))
    def lapse(self, data: Any, year: int) -> None:
        money = self._money(data)
        authorisation = Authorisation.objects.get(pk=money.pk)
        done = self.told.tried(
            "lapsed",
            self.books.why_not_lapse(money, year, self.told.today),
            lambda: actions.lapse(authorisation=authorisation, year=year, by=self.case.clerk, at=self.told.at),
        )
        if done:
            money.lapsed.add(year)

    @act(
        5,
        when=lambda self: self.told.today > date(2017, 3, 1),
        years=st.sampled_from([(2016, 2017)] * 4 + [(2016, 2018), (2017, 2018), (2016, 2016)]),
        by=st.sampled_from(["its own"] * 4 + ["older", "to come", "with money", "the same again"]),
    )
    def carry_forward(self, data: Any, years: tuple[int, int], by: str) -> None:
        money, today = self._money(data), self.told.today
        left = money.limits.get(years[0], 0) - self.books.drawn(money, years[0])
        pounds = data.draw(st.sampled_from([left, max(left // 2, 1), left + 1]))
        why, decision = self.books.why_not_carry(money, years, pounds, today), self._decision(money, years[0], by)
        if by not in ("its own", "the same again") or (decision.pk, years[0]) in money.carried:
            why.add("decision")
        authorised = sum(limit for measure, limit in money.limits.items() if measure)
        authorisation = Authorisation.objects.get(pk=money.pk)
        done = self.told.tried(
            "carried forward",
            why,
            lambda: actions.carry_forward(
                authorisation=authorisation,
                carrying=Carrying(*years, Decimal(pounds)),
                decision=decision,
                by=self.case.clerk,
                at=self.told.at,
            ),
        )
        if done:
            self.books.carried(money, years, pounds, decision.pk)
            assert sum(each.amount for each in authorisation.limits.all() if each.financial_year) == authorised, "it grew"

    def _decision(self, money: Money, year: int, by: str) -> FundingDecision:
        used = [decision for decision, of in money.carried if of == year]
        if by == "the same again" and used:
            return FundingDecision.objects.get(pk=used[0])
        if by == "with money":
            return FundingDecision.objects.get(pk=money.decision)
        day = {"older": money.decided_on - days(1), "to come": self.told.today + days(1)}.get(by, self.told.today)
        return self.told.decided(day)

    def _money(self, data: Any) -> Money:
        money = list(self.books.money.values())
        return data.draw(st.sampled_from([each for each in money if not each.replaced_by] * 4 + money))

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
        choices, delegation = self.told.choices(draws), self.case.programme.delegations.get(pk=given.pk)
        drafted = self.told.tried(
            "drafted",
            self.books.why_not_choose(given, draws),
            lambda: self.case.drafted(*choices, delegation=delegation, case=KEY),
        )
        if not drafted:
            return None
        asked = self.books.asked[drafted.pk] = Asked(drafted.pk, given, draws, {self.case.officer.pk})
        self._submit(asked, 0)
        return asked

    @act(2, when=_some("returned", "withdrawn", "draft"), back=BACK)
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

    @act(2, when=_some("submitted"))
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

    @act(3, when=_some("submitted"), everybody=st.sampled_from([True, True, True, False]), back=BACK)
    def sign(self, data: Any, everybody: bool, back: int) -> None:
        asked = self._likely(data)
        if everybody and asked.state == "submitted":
            self._all_answer(asked, deputies=False)
        self._sign(asked, self._somebody(data, "Chief Executive"), back)

    @act(7, when=_some("submitted"), deputies=st.booleans())
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

    # What becomes of it

    @act(1, back=BACK)
    def publish(self, data: Any, back: int) -> None:
        decided = list(dict.fromkeys(row.asked for row in self.books.rows))
        self._publish(data.draw(st.sampled_from([asked for asked in decided if not asked.published_on] * 4 + decided)), back)

    def _publish(self, asked: Asked, back: int = 0) -> None:
        day = self._day(back, lambda day: self.books.why_not_publish(asked, day))
        at = self.told.moment(day)
        why = self.books.why_not_publish(asked, day)
        if self.told.tried("published", why, lambda: self.case.publish(drawdown_of(asked), at=at)):
            self.books.published(asked, day)
            record = record_of(asked)
            assert record.effective_on == asked.effective_on
            self.published[asked.pk] = record.content

    @act(4, after=st.sampled_from([0, 0, 0, 1, 8]), publishes=st.booleans())
    def call_in(self, data: Any, after: int, publishes: bool) -> None:
        asked, drawn_on = self._decided(data), self.told.today - days(after % 8)
        if publishes and not self.books.why_not_publish(asked, self.told.today):
            self._publish(asked)
        on = self.told.today + days(1) if after == 8 else drawn_on
        why = self.books.why_not_call_in(asked, on, self.told.today)
        values = {"on": on, "at": self.told.at}
        if self.told.tried("called in", why, lambda: self.case.called_in(drawdown_of(asked), **values)):
            asked.state, asked.called_in_on = "called_in", on

    @act(2, when=_some("called_in"), stands=st.booleans(), later=st.sampled_from([0, 3]))
    def decide_the_call_in(self, data: Any, stands: bool, later: int) -> None:
        asked = self._one(data, "called_in")
        if asked.outcome:
            return
        values: dict[str, Any] = {"on": self.told.today, "reasons": "Scrutiny.", "by": self.case.clerk, "at": self.told.at}
        drawdown = drawdown_of(asked)
        if not stands:
            self.told.tried("overturned", set(), lambda: actions.overturn(drawdown=drawdown, **values))
            self.books.overturned(asked)
            return
        asked.outcome, asked.effective_on = "stands", self.told.today + days(later)
        values["effective_on"] = asked.effective_on
        self.told.tried("let stand", set(), lambda: actions.let_stand(drawdown=drawdown, **values))
        asked.state = "called_in" if later else "effective"

    @act(1)
    def take_effect(self, data: Any) -> None:
        asked = self._decided(data)
        why, drawdown = self.books.why_not_take_effect(asked, self.told.today), drawdown_of(asked)
        by = {"by": self.case.clerk, "at": self.told.at}
        if self.told.tried("took effect", why, lambda: actions.take_effect(drawdown=drawdown, **by)):
            asked.state = "effective"

    @act(1, number=st.sampled_from([1, 1, 1, 2]))
    def correct(self, data: Any, number: int) -> None:
        """The next correction, or one that somebody else has just published."""
        asked = self._decided(data)
        given = asked.corrections + number
        said = Corrected(Correction.Kind.WARDS, "All wards", f"Kelsey {given}")
        record = record_of(asked)
        values = {"record": record, "number": given, "said": said, "by": self.case.clerk, "at": self.told.at}
        if self.told.tried("corrected", self.books.why_not_correct(asked, given), lambda: actions.correct(**values)):
            asked.corrections += 1

    @act(1, when=lambda self: self.published)
    def withdraw_from_publication(self, data: Any) -> None:
        asked = self._decided(data)
        why = {"not published"} if asked.published_on is None else {"gone"} if asked.gone else set()
        values = {"paragraph": "3", "reasons": "It named a post.", "by": self.case.clerk, "at": self.told.at}
        record = record_of(asked)
        done = self.told.tried("withdrawn from publication", why, lambda: actions.withdraw_from_publication(of=record, **values))
        asked.gone = asked.gone or bool(done)

    # Handing back

    @act(
        4,
        when=lambda self: any(row.is_live for row in self.books.rows),
        by_fte=st.booleans(),
        confirms=st.sampled_from([True, True, False]),
    )
    def ask_hand_back(self, data: Any, by_fte: bool, confirms: bool) -> None:
        """Pounds of one measure, or FTE of a line in every one; by the officer, and mostly confirmed at once by the second."""
        row = data.draw(st.sampled_from([each for each in self.books.rows if each.is_live]))
        asked = row.asked
        if by_fte and row.left_fte:
            fte = data.draw(st.sampled_from([row.left_fte, min(QUARTER, row.left_fte)]))
            giving = Giving(fte={(row.line.pk, row.money.pk): Decimal(fte.numerator) / fte.denominator})
            parts = self.books.of_fte(asked, row.line, row.money, fte)
        elif row.left:
            pounds = data.draw(st.sampled_from([row.left, max(row.left // 3, 1)]))
            giving = Giving(pounds={row_of(row).pk: Decimal(pounds)})
            parts = [(row, pounds, row.left_fte if pounds == row.left else Fraction(0))]
        else:
            return
        if self._hand_back(asked, giving, parts) and confirms:
            self._confirm_hand_back(asked, self.told.second)

    def _hand_back(self, asked: Asked, giving: Giving, parts: list[tuple[Row, int, Fraction]]) -> bool:
        values = {"reasons": "Not spent.", "key": new_key(), "by": self.case.officer, "at": self.told.at}
        why, drawdown = {"asked before"} if asked.returning else set(), drawdown_of(asked)
        done = self.told.tried(
            "asked to hand back", why, lambda: actions.ask_hand_back(drawdown=drawdown, giving=giving, **values)
        )
        if done:
            asked.returning = (self.case.officer.pk, parts)
        return done is not None

    @act(
        1, when=lambda self: any(each.returning for each in self.books.asked.values()), own=st.sampled_from([True, False, False])
    )
    def confirm_hand_back(self, data: Any, own: bool) -> None:
        asked = data.draw(st.sampled_from([each for each in self.books.asked.values() if each.returning]))
        self._confirm_hand_back(asked, self.case.officer if own else self.told.second)

    def _confirm_hand_back(self, asked: Asked, by: User) -> None:
        assert asked.returning
        waiting = HandBack.objects.get(drawdown=asked.pk, state=HandBack.State.ASKED)
        why, parts = self.books.why_not_hand_back(asked, by.pk), asked.returning[1]
        values = {"hand_back": waiting, "by": by, "at": self.told.at}
        if self.told.tried("handed back", why, lambda: actions.confirm_hand_back(**values)):
            for row, pounds, fte in parts:
                row.reverse("handed back", pounds, fte)
            asked.returning = None
        elif "changed" in why:
            actions.withdraw_hand_back(**{**values, "by": self.told.second})
            asked.returning = None

    # What always holds

    @invariant()
    def the_store_is_what_the_model_says(self) -> None:
        self.told.compare(self.books.asked.values())
        states = dict(Drawdown.objects.filter(pk__in=self.books.asked).values_list("pk", "state"))
        assert states == {pk: asked.state for pk, asked in self.books.asked.items()}

    @invariant()
    def an_act_of_the_audit_record_explains_every_row(self) -> None:
        new = Consumption.objects.filter(pk__gt=self.explained).order_by("pk").select_related("entry")
        rows = list(new)
        for number in {row.entry_id for row in rows}:
            of_it = [row for row in rows if row.entry_id == number]
            entry = of_it[0].entry
            assert {ENTRIES[Consumption.Kind(row.kind)] for row in of_it} == {entry.action}
            details = json.loads(entry.content)["details"]
            for name, is_of in (("released", {"draw", "overturn"}), ("returned", {"hand_back"}), ("drawn", {"transfer_in"})):
                pounds = Counter(str(abs(row.pounds)) for row in of_it if row.kind in is_of)
                assert pounds == Counter(each["pounds"] for each in details.get(name, ()))
        self.explained = max((row.pk for row in rows), default=self.explained)

    @invariant()
    def every_signed_drawdown_has_its_agreements_on_its_hash(self) -> None:
        signed = Drawdown.objects.filter(state__in=LIVE).values_list("pk", "sha256")
        agreed = Answer.objects.filter(office=self.case.offices[expected.AGREES], answer=Reply.AGREE)
        assert set(signed) <= set(agreed.values_list("drawdown", "sha256"))

    @invariant()
    def what_was_published_stays_and_what_lapsed_was_never_moved(self) -> None:
        records = DecisionRecord.objects.filter(drawdown__in=self.published).values_list("drawdown", "content")
        assert dict(records) == self.published
        moved = Consumption.objects.filter(kind="transfer_out").order_by().values_list("authorisation", "financial_year")
        kept = {(pk, year): -pounds for pk, year, pounds in moved.annotate(Sum("pounds"))}
        for money in self.books.money.values():
            for measure in money.lapsed:
                never = money.limits[measure] - self.books.drawn(money, measure) - self.books.moved_on(money, measure)
                assert never >= 0
                assert kept.get((money.pk, measure), 0) == self.books.moved_on(money, measure)

    # Choosing

    def _day(self, back: int, why_not: Any) -> date:
        """The day so many days ago where the act is refused for its day; else today, since no clock goes back."""
        day = self.told.today - days(back)
        return day if "day" in why_not(day) else self.told.today

    def _one(self, data: Any, *states: str) -> Asked:
        return data.draw(st.sampled_from([each for each in self.books.asked.values() if each.state in states]))

    def _likely(self, data: Any) -> Asked:
        """One that waits, mostly."""
        asked = list(self.books.asked.values())
        return data.draw(st.sampled_from([each for each in asked if each.state == "submitted"] * 4 + asked))

    def _decided(self, data: Any) -> Asked:
        """One that is decided; mostly one whose record is published, and whose call-in window is open."""
        decided = list(dict.fromkeys(row.asked for row in self.books.rows))
        published = [asked for asked in decided if asked.published_on and not asked.gone]
        return data.draw(
            st.sampled_from(published * 3 + [asked for asked in published if asked.state == "signed_off"] * 3 + decided)
        )

    def _somebody(self, data: Any, name: str) -> User:
        """The holder; one of those ever appointed for the office; or anybody."""
        appointed = [deputy for office, deputy in self.told.deputies if office == name]
        return data.draw(st.sampled_from([self.case.people[name]] * 3 + [*appointed, *appointed, self.told.pool[0]]))


@pytest.mark.django_db
def test_any_order_of_acts_keeps_every_promise():
    story = Story()
    story.begin()
    HAPPENED.clear()
    with patch.object(Story, "begun", story.told):
        run_state_machine_as_test(Story, settings=TOLD)
    print(sorted(HAPPENED.items()))
    assert [what for what in ALWAYS if not HAPPENED[what]] == []
    refusals = [what for what in HAPPENED if what.startswith("refused: ")]
    assert len(refusals) >= KINDS_OF_REFUSAL, refusals
