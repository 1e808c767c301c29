"""Any order of planning, submitting, answering, signing, handing back and replacing, with a plain model beside it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.actions import GENESIS, link
from accounts.models import AuditEntry, AuditHead
from approvals import actions
from approvals.actions import Choice, NotAllowedNow
from approvals.models import Answer, Drawdown
from approvals.queries import held, standing_of
from approvals.rules import LIVE, Mode, Reply, State
from phases.models import Authorisation
from tests.approvals.case import LATER, Case, make_case, new_key
from tests.making import make_authorisation, make_decision
from tests.refusals import check_deferred_rules

LIMITS: dict[int | None, int] = {2016: 10_000, None: 12_000}


class Story(RuleBasedStateMachine):
    """The model: what each signed drawdown still holds, by measure, as plain numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.case: Case = make_case(LIMITS)
        self.authorisation: Authorisation = self.case.authorisation
        self.limits = dict(LIMITS)
        self.costs: dict[int, int] = {}
        self.holds: dict[int, dict[int | None, int]] = {}
        self.waiting: list[Drawdown] = []
        self.replacements = 0

    def teardown(self) -> None:
        connection.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(pounds=st.integers(1, 6000))
    def plan_and_submit(self, pounds: int) -> None:
        line = self.case.costing(pounds)
        choice = Choice(line.pk, self.authorisation, fte=Decimal(1))
        drawdown = self.case.submitted(choice)
        self.costs[drawdown.pk] = pounds
        self.waiting.append(drawdown)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), name=st.sampled_from(["Leader", "Director"]), reply=st.sampled_from(list(Reply)[:2]))
    def answer(self, data: Any, name: str, reply: Reply) -> None:
        drawdown = self._any(data)
        if drawdown.answers.filter(sha256=drawdown.sha256, office=self.case.offices[name]).exists():
            return
        after = self.case.answered(drawdown, name, reply, at=LATER)
        if name == "Leader" and reply is Reply.DISAGREE:
            assert after.state == State.RETURNED
            if after.lines.get().authorisation_id != self.authorisation.pk:
                self.waiting = [each for each in self.waiting if each != after]  # it must be drawn on the later authorisation
                return
            after = actions.submit(drawdown=after, version=after.version, key=new_key(), by=self.case.officer, at=LATER)
        self._put(after)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), everybody=st.booleans())
    def sign(self, data: Any, everybody: bool) -> None:
        drawdown = self._any(data)
        for name in ("Leader", "Director") if everybody else ():
            if not drawdown.answers.filter(sha256=drawdown.sha256, office=self.case.offices[name]).exists():
                drawdown = self.case.answered(drawdown, name, at=LATER)
        self._put(drawdown)
        agreed = drawdown.answers.filter(sha256=drawdown.sha256, answer=Reply.AGREE, office=self.case.offices["Leader"]).exists()
        asked = drawdown.answers.filter(sha256=drawdown.sha256, office=self.case.offices["Director"]).exists()
        pounds = self.costs[drawdown.pk]
        fits = all(self._held(measure) + pounds <= limit for measure, limit in self.limits.items())
        current = drawdown.lines.get().authorisation_id == self.authorisation.pk
        timely = asked or LATER.date() > drawdown.answer_by  # type: ignore[operator]
        try:
            self.case.sign(drawdown, at=LATER)
        except NotAllowedNow:
            assert not (agreed and timely and fits and current)
        else:
            assert agreed and timely and fits and current  # noqa: PT018 - what the model says, in one
            self.holds[drawdown.pk] = dict.fromkeys(self.limits, pounds)
            self.waiting = [each for each in self.waiting if each != drawdown]

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def hand_back(self, data: Any) -> None:
        pk = data.draw(st.sampled_from(sorted(self.holds)))
        live = [each for each in held(Q(drawdown=pk)) if each.pounds]
        if not live:
            return
        each = data.draw(st.sampled_from(live))
        pounds = data.draw(st.just(int(each.pounds)) | st.integers(1, int(each.pounds)))
        actions.hand_back(
            drawdown=Drawdown.objects.get(pk=pk),
            returned={each.row.pk: Decimal(pounds)},
            reasons="Not spent.",
            key=new_key(),
            by=self.case.officer,
            at=LATER,
        )
        self.holds[pk][each.row.financial_year] -= pounds

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def call_in_and_overturn(self, data: Any) -> None:
        pk = data.draw(st.sampled_from(sorted(self.holds)))
        drawdown = Drawdown.objects.get(pk=pk)
        values = {"reasons": "Scrutiny.", "by": self.case.clerk, "at": LATER}
        actions.overturn(drawdown=actions.call_in(drawdown=drawdown, **values), **values)
        del self.holds[pk]

    @precondition(lambda self: self.replacements < 2)
    @rule(limit=st.integers(4000, 14_000))
    def replace(self, limit: int) -> None:
        limits: dict[int | None, int] = {2016: limit, None: limit}
        council = make_decision(self.case.programme, body="Full Council", decided_on=LATER.date())
        new = make_authorisation(council, self.case.phase, limits=limits, replaces=self.authorisation)
        fits = all(self._held(measure) <= amount for measure, amount in limits.items())
        try:
            actions.replace(authorisation=new, by=self.case.clerk, at=LATER)
        except NotAllowedNow:
            assert not fits
            Authorisation.objects.filter(pk=new.pk).update(replaces=None)
        else:
            assert fits
            self.authorisation, self.limits = new, limits
            self.replacements += 1

    @invariant()
    def what_is_drawn_is_what_the_model_holds_and_within_the_limit(self) -> None:
        check_deferred_rules()
        for standing in standing_of(self.authorisation):
            assert 0 <= standing.drawn <= standing.limit.amount
            assert standing.drawn == self._held(standing.limit.financial_year)

    @invariant()
    def every_signed_drawdown_has_its_agreements_on_its_hash(self) -> None:
        for drawdown in Drawdown.objects.filter(state__in=LIVE):
            for step in drawdown.delegation.steps.filter(mode=Mode.AGREEMENT):
                assert Answer.objects.filter(
                    drawdown=drawdown, office=step.office, answer=Reply.AGREE, sha256=drawdown.sha256
                ).exists()

    @invariant()
    def the_chain_is_whole(self) -> None:
        previous = GENESIS
        for number, entry in enumerate(AuditEntry.objects.order_by("number"), start=1):
            assert (entry.number, entry.previous_hash, entry.hash) == (number, previous, link(previous, entry.content))
            previous = entry.hash
        assert AuditHead.objects.get().hash == previous

    def _held(self, measure: int | None) -> int:
        return sum(each[measure] for each in self.holds.values())

    def _any(self, data: Any) -> Drawdown:
        return Drawdown.objects.get(pk=data.draw(st.sampled_from([each.pk for each in self.waiting])))

    def _put(self, drawdown: Drawdown) -> None:
        self.waiting = [drawdown if each == drawdown else each for each in self.waiting]


@pytest.mark.django_db
def test_any_order_of_acts_keeps_every_promise():
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
