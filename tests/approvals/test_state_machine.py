"""Any order of giving, planning, asking, answering, signing, publishing, handing back, replacing and ending a year, with a plain
model beside it that says of each act whether it is refused, by which rule, and what it leaves."""

import json
import os
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from approvals.actions import Giving
from approvals.drawdowns.rules import LIVE, Reply
from approvals.models import Answer, Consumption, DecisionRecord, Drawdown
from operations.proof import check_everything
from tests.approvals import expected
from tests.approvals.acting import ACTS, HALF, ONE
from tests.approvals.acts_afterwards import ActsAfterwards
from tests.approvals.expected import Draw
from tests.approvals.stories import HAPPENED, Council, days, record_of, row_of
from tests.explaining import explain

ENTRIES: dict[str, tuple[str, ...]] = {
    Consumption.Kind.DRAW: ("drawdown_signed_off", "elsewhere_confirmed"),
    Consumption.Kind.HAND_BACK: ("drawdown_handed_back",),
    Consumption.Kind.OVERTURN: ("drawdown_overturned",),
    Consumption.Kind.TRANSFER_IN: ("authorisation_replaced",),
    Consumption.Kind.TRANSFER_OUT: ("authorisation_replaced",),
}


TOLD = settings(
    max_examples=int(os.environ.get("STORIES", "14")),
    stateful_step_count=int(os.environ.get("STEPS", "30")),
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=not os.environ.get("FRESH"),
)
ALWAYS = ("gave a delegation", "submitted", "answered", "signed off", "published", "handed back", "replaced", "the year ended")
ALWAYS += ("confirmed elsewhere",)
KINDS_OF_REFUSAL = 12


class Story(ActsAfterwards, RuleBasedStateMachine):
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
            assert all(entry.action in ENTRIES[row.kind] for row in of_it)
            details = json.loads(entry.content)["details"]
            for name, is_of in (("released", {"draw", "overturn"}), ("returned", {"hand_back"}), ("drawn", {"transfer_in"})):
                pounds = Counter(str(abs(row.pounds)) for row in of_it if row.kind in is_of)
                assert pounds == Counter(each["pounds"] for each in details.get(name, ()))
        self.explained = max((row.pk for row in rows), default=self.explained)

    @invariant()
    def every_signed_drawdown_has_its_agreements_on_its_hash(self) -> None:
        here = Drawdown.objects.filter(state__in=LIVE, taken_elsewhere__isnull=True)
        signed = here.values_list("pk", "sha256")
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
