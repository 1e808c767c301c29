"""The acts of the stories after a signature: publishing, call-in, effect, corrections, withdrawals, handing back."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from accounts.models import User
from approvals import actions
from approvals.actions import Corrected, Giving
from approvals.models import Correction, HandBack
from tests.approvals.acting import BACK, QUARTER, act, some
from tests.approvals.acts_of_money import ActsOfMoney
from tests.approvals.case import new_key
from tests.approvals.expected import Asked, Row
from tests.approvals.stories import days, drawdown_of, record_of, row_of


class ActsAfterwards(ActsOfMoney):
    """Each asks the model, does the act, and tells the model what was done."""

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

    @act(2, when=some("called_in"), stands=st.booleans(), later=st.sampled_from([0, 3]))
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
