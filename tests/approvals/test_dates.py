"""No decision is older than its power: every pair of its dates, refused by the action and by the store the other way round."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.dates import rules as dates
from approvals.dates.queries import dates_of
from approvals.dates.rules import GUARDS, PAIRS, Pair, Step, reversed_pairs
from approvals.decisions import actions as decisions
from approvals.drawdowns.rules import Mode
from approvals.drawdowns.signing import actions as signing
from approvals.elsewhere import actions as elsewhere
from approvals.models import Answer, Drawdown
from phases.models import FundingDecision
from tests.approvals.case import make_case, new_key
from tests.making import make_body, make_decision
from tests.refusals import check_deferred_rules, owner, refused_by

pytestmark = pytest.mark.django_db

ON = {
    Step.DECISION: date(2016, 9, 1),
    Step.DELEGATION: date(2016, 9, 4),
    Step.ELSEWHERE: date(2016, 9, 3),
    Step.RECORDING: date(2016, 9, 6),
    Step.SUBMISSION: date(2016, 9, 7),
    Step.ANSWER: date(2016, 9, 10),
    Step.RESOLUTION: date(2016, 9, 13),
    Step.SIGNING: date(2016, 9, 16),
    Step.PUBLICATION: date(2016, 9, 19),
    Step.EFFECT: date(2016, 9, 19),
}
ACTS = (Step.DELEGATION, Step.SUBMISSION, Step.ANSWER, Step.SIGNING, Step.PUBLICATION, Step.EFFECT)
"""Those that are done here; a resolution is taken elsewhere, and named as it is signed."""
AFTERWARDS = (Step.DELEGATION, Step.RECORDING, Step.SIGNING, Step.PUBLICATION, Step.EFFECT)
"""Of a decision that was taken before it was recorded here: it is submitted and signed in one act, and nobody answers."""
OF_ELSEWHERE = {Step.ELSEWHERE, Step.RECORDING}
WALKED = [pair for pair in PAIRS if not (OF_ELSEWHERE & set(pair) and Step.ANSWER in pair)]


class Walk:
    """A decision that goes its way under a delegation of its own, each act on the day that ON or `days` gives."""

    def __init__(self, *, of_a_body: bool = False, asks: bool = True, afterwards: bool = False, **days: date) -> None:
        self.case, self.asks = make_case(body="Full Council" if of_a_body else ""), asks
        self.acts = AFTERWARDS if afterwards else ACTS
        self.days = ON | {Step(name): day for name, day in days.items()}
        self.power = make_decision(self.case.programme, decided_on=self.days[Step.DECISION], title="The power")
        self.resolved: FundingDecision | None = None
        if of_a_body:
            on = self.days[Step.RESOLUTION]
            self.resolved = make_decision(
                self.case.programme, body="Full Council", decided_on=on, title="As resolved", about=[self.case.authorisation]
            )
            FundingDecision.objects.filter(pk=self.resolved.pk).update(members_present="All", minute="7", interests="none")
            self.resolved.refresh_from_db()

    def up_to(self, step: Step) -> None:
        """Everything that comes before the step."""
        for act in self.acts[: self.acts.index(step)]:
            self.do(act)

    def do(self, step: Step) -> None:
        day = self.days[step]
        getattr(self, step.value)(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))

    def delegation(self, at: datetime) -> None:
        offices = self.case.offices
        maker = {"decision_body": make_body("Full Council")} if self.resolved else {"decision_maker": offices["Chief Executive"]}
        self.given = actions.record_delegation(
            decision=self.power,
            values={"title": "Of the walk", "text": "As resolved.", "money": [self.case.authorisation.decision], **maker},
            steps=[(offices["Leader"], Mode.AGREEMENT)] if self.asks else [],
            by=self.case.clerk,
            at=at,
        )

    def submission(self, at: datetime) -> None:
        drafted = self.case.drafted(self.case.line(), delegation=self.given)
        given = {"drawdown": drafted, "version": drafted.version, "key": new_key(), "by": self.case.officer}
        self.drawdown = actions.submit(**given, at=at)

    def recording(self, at: datetime) -> None:
        drafted = self.case.drafted(self.case.line(), delegation=self.given)
        self.taken = self.case.recorded_elsewhere(drafted, decided_on=self.days[Step.ELSEWHERE], at=at)

    def answer(self, at: datetime) -> None:
        if self.asks:
            self.drawdown = self.case.answered(self.drawdown, at=at)

    def signing(self, at: datetime) -> None:
        if self.acts is AFTERWARDS:
            self.drawdown = self.case.confirmed_elsewhere(self.taken, at=at)
            check_deferred_rules()
            return
        by = self.case.clerk if self.resolved else self.case.chief_executive
        self.drawdown = self.case.sign(self.drawdown, by=by, at=at, resolution=self.resolved)
        check_deferred_rules()

    def publication(self, at: datetime) -> None:
        self.drawdown = self.case.publish(self.drawdown, at=at)

    def effect(self, at: datetime) -> None:
        actions.take_effect(drawdown=self.drawdown, by=self.case.clerk, at=at)


def reversed_by(pair: Pair) -> Walk:
    """The later of the two on the day before the earlier; nobody is asked where that would come between."""
    days = {pair.later.value: ON[pair.earlier] - timedelta(days=1)}
    if OF_ELSEWHERE & set(pair):
        if pair.later is Step.SUBMISSION:
            days[Step.SIGNING.value] = days[Step.SUBMISSION.value]
        return Walk(afterwards=True, **days)
    return Walk(of_a_body=Step.RESOLUTION in pair, asks=Step.ANSWER in pair or pair.later is not Step.SIGNING, **days)


def act_of(pair: Pair) -> Step:
    """With which act the later of the two comes in."""
    if pair.later is Step.ELSEWHERE:
        return Step.RECORDING
    if pair.later is Step.SUBMISSION and OF_ELSEWHERE & set(pair):
        return Step.SIGNING
    return Step.SIGNING if pair.later is Step.RESOLUTION else pair.later


@pytest.mark.parametrize(
    ("kind", "dates_found"),
    [
        ({}, {Step.RESOLUTION: None, **dict.fromkeys(OF_ELSEWHERE)}),
        ({"of_a_body": True}, dict.fromkeys(OF_ELSEWHERE)),
        ({"afterwards": True}, {Step.RESOLUTION: None, Step.ANSWER: None, Step.SUBMISSION: ON[Step.SIGNING]}),
    ],
)
def test_dates_that_run_in_order_are_taken(kind: dict[str, Any], dates_found: dict[Step, date | None]):
    walk = Walk(**kind)
    walk.up_to(Step.EFFECT)
    walk.do(Step.EFFECT)
    found = next(each for each in dates_of(walk.case.programme) if each.reference == walk.drawdown.reference)
    assert found.dates == ON | dates_found
    assert not reversed_pairs(found.dates)


@pytest.mark.parametrize("pair", WALKED, ids="-".join)
def test_the_action_refuses_two_dates_the_wrong_way_round(pair: Pair):
    walk = reversed_by(pair)
    walk.up_to(act_of(pair))
    with pytest.raises((NotAllowedNow, ValidationError)) as refusal:
        walk.do(act_of(pair))
    said = " ".join(getattr(refusal.value, "messages", [str(refusal.value)]))
    assert re.search(r"cannot .* on \d|takes effect on|older than the power", said), said


@pytest.mark.parametrize("pair", WALKED, ids="-".join)
def test_the_store_refuses_two_dates_the_wrong_way_round(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    walk = reversed_by(pair)
    go_round(monkeypatch, walk.days[Step.EFFECT])
    act = Step.PUBLICATION if pair.later is Step.EFFECT else act_of(pair)
    walk.up_to(act)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        walk.do(act)
    at_once = {Step.SUBMISSION, Step.SIGNING} if walk.acts is AFTERWARDS else {pair.later}
    later = at_once if pair.later in at_once else {pair.later}
    guards = [GUARDS[pair]] if pair in GUARDS else [guard for each, guard in GUARDS.items() if each.later in later]
    assert refusal.value.__cause__.diag.constraint_name in guards  # type: ignore[union-attr]


def go_round(monkeypatch: pytest.MonkeyPatch, effective: date) -> None:
    """As somebody would write who asks no rule."""
    check = decisions.check_publication
    monkeypatch.setattr(dates, "why_not", lambda *given: None)
    monkeypatch.setattr(signing, "why_not_by", lambda drawdown, resolution: "")
    monkeypatch.setattr(Answer, "full_clean", lambda self: None)
    answer = elsewhere._answer
    monkeypatch.setattr(elsewhere, "_answer", lambda taken, state, by, at: answer(taken, state, by, max(at, taken.recorded_at)))
    monkeypatch.setattr(decisions, "check_publication", lambda *given: check(*given)._replace(effective_on=effective))


def test_the_money_of_a_delegation_is_decided_before_it_is_given():
    walk = Walk()
    walk.do(Step.DELEGATION)
    later = make_decision(walk.case.programme, decided_on=ON[Step.DELEGATION] + timedelta(days=1))
    with refused_by("delegation_not_before_decision"):
        walk.given.money.add(later)


def test_nobody_gives_money_that_is_decided_later():
    walk = Walk()
    walk.case.authorisation.decision = make_decision(walk.case.programme, decided_on=ON[Step.SIGNING])
    with pytest.raises(ValidationError, match="the delegation cannot be recorded on 4 September 2016"):
        walk.do(Step.DELEGATION)


def test_the_store_holds_the_pairs_of_the_rule_and_no_other():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname LIKE 'approvals%'")
        sources = " ".join(source for (source,) in cursor.fetchall())
        cursor.execute("SELECT conname FROM pg_constraint")
        constraints = {name for (name,) in cursor.fetchall()}
    asked = re.findall(r"approvals_in_order\('(\w+)', .*?, '(\w+)', ", sources)
    held = {Pair(Step(earlier), Step(later)): f"{later}_not_before_{earlier}" for earlier, later in asked}
    named = {pair: guard for pair, guard in GUARDS.items() if guard in constraints or f"'{guard}'" in sources}
    assert held | named == GUARDS
    assert held.keys() | named.keys() == GUARDS.keys()
    assert len(held) == 10


def test_every_pair_in_order_follows_from_those_that_are_held():
    assert set(GUARDS) <= set(PAIRS)
    without = {Pair(Step.RESOLUTION, each) for each in (Step.SUBMISSION, Step.ANSWER)}
    without |= {Pair(each, Step.RESOLUTION) for each in (Step.DELEGATION, Step.SUBMISSION, Step.ANSWER, *OF_ELSEWHERE)}
    without.add(
        Pair(Step.DELEGATION, Step.ELSEWHERE)
    )  # the day of the power comes before it, and that of its record here need not
    steps = list(Step)
    every = {Pair(steps[one], steps[two]) for two in range(len(steps)) for one in range(two)}
    assert set(PAIRS) == every - without


def test_what_the_store_no_longer_guards_is_found():
    walk = Walk()
    walk.up_to(Step.SIGNING)
    owner("ALTER TABLE approvals_drawdown DISABLE TRIGGER USER")
    Drawdown.objects.update(submitted_at=datetime(2016, 8, 1, 12, tzinfo=UTC))
    found: list[Any] = [pair for each in dates_of(walk.case.programme) for pair in reversed_pairs(each.dates)]
    assert Pair(Step.DELEGATION, Step.SUBMISSION) in found
