"""A body outside the council gives its consent or its advice before a decision: by the actions, and past them in the store."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.permissions.rules import Role
from approvals import actions
from approvals.drawdowns.powers.rules import Matter, lacking
from approvals.drawdowns.readiness.queries import standing_of
from approvals.drawdowns.readiness.rules import readiness
from approvals.drawdowns.readiness.wording.rules import in_words
from approvals.drawdowns.rules import REPLIES, AskedBody, Mode, Reply, State, missing, returns_it
from approvals.drawdowns.submission.rules import FrozenStep, submitted
from approvals.models import Answer, DelegationStep, Drawdown
from phases.bodies.actions import save_body
from phases.models import Body
from tests.approvals.case import LATER, NOW, Case, make_case, new_key
from tests.approvals.outside import body_of, make_case_with, make_outside_body, recorded
from tests.approvals.test_answering_store import evidence
from tests.making import make_administrator, make_body, make_office, make_user
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


def test_a_consent_is_a_condition_and_advice_waits_its_time():
    board, due, day = AskedBody(1), date(2016, 9, 27), date(2016, 9, 20)
    later = due + timedelta(1)
    assert missing({board: Mode.CONSENT}, {}, due, later) == [board]
    assert missing({board: Mode.CONSENT}, {board: Reply.NO_CONSENT}, due, later) == [board]
    assert missing({board: Mode.CONSENT}, {board: Reply.CONSENT}, due, day) == []
    assert missing({board: Mode.ADVICE}, {}, due, day) == [board]
    assert missing({board: Mode.ADVICE}, {}, due, later) == []
    assert missing({board: Mode.ADVICE}, {board: Reply.AGAINST}, due, day) == []


def test_an_office_and_a_body_of_one_number_are_told_apart():
    due = date(2016, 9, 27)
    matter = Matter(is_submitted=True, preparers=(), steps={1: Mode.CONSULTATION, AskedBody(1): Mode.ADVICE}, answer_by=due)
    said = readiness(matter, due, {1: "Leader", AskedBody(1): "Improvement Board"})
    assert [*map(in_words, said.unanswered)] == ["Leader has not answered.", "Improvement Board has not given its advice."]
    assert lacking(matter, due).first_day == due + timedelta(1)
    assert lacking(matter._replace(steps={AskedBody(1): Mode.CONSENT}), due).first_day is None


def test_only_a_condition_that_is_refused_returns_it():
    returned = {(mode, reply) for mode, replies in REPLIES.items() for reply in replies if returns_it(mode, reply)}
    assert returned == {(Mode.AGREEMENT, Reply.DISAGREE), (Mode.CONSENT, Reply.NO_CONSENT)}


def ready_but_for_the_board(case: Case) -> Drawdown:
    return case.ready(case.line(), delegation=case.delegation)


def test_nothing_is_signed_without_the_consent():
    case = make_case_with()
    drawdown = ready_but_for_the_board(case)
    assert submitted(drawdown.content).delegation.steps[-1] == FrozenStep("Improvement Board", Mode.CONSENT)
    with pytest.raises(actions.NotAllowedNow, match="Improvement Board has not given its consent"):
        case.sign(drawdown, at=LATER)
    given = recorded(case, drawdown)
    assert (given.recorded_by, given.recorded_from, given.writer) == (case.clerk, "letter", "Dame Ruth Orchard, chair")
    drawdown.refresh_from_db()
    assert standing_of(drawdown, NOW.date()).readiness.is_ready
    assert case.sign(drawdown).state == State.SIGNED_OFF


def test_a_consent_that_is_refused_returns_it_to_its_author():
    case = make_case_with()
    drawdown = ready_but_for_the_board(case)
    recorded(case, drawdown, Reply.NO_CONSENT)
    drawdown.refresh_from_db()
    assert (drawdown.state, drawdown.reasons) == (State.RETURNED, "The plan is not ready.")


@pytest.mark.parametrize("reply", REPLIES[Mode.ADVICE])
def test_advice_does_not_block_whatever_it_says(reply: Reply):
    case = make_case_with(Mode.ADVICE)
    drawdown = ready_but_for_the_board(case)
    with pytest.raises(actions.NotAllowedNow, match="has not given its advice"):
        case.sign(drawdown)
    recorded(case, drawdown, reply)
    drawdown.refresh_from_db()
    assert case.sign(drawdown).state == State.SIGNED_OFF


def test_once_the_recorded_time_has_passed_one_may_go_on_without_the_advice():
    case = make_case_with(Mode.ADVICE)
    assert case.sign(ready_but_for_the_board(case), at=LATER).state == State.SIGNED_OFF


def test_the_audit_record_says_who_wrote_it_when_and_from_what():
    case = make_case_with()
    drawdown = case.submitted(case.line(), delegation=case.delegation)
    recorded(case, drawdown, given_on=NOW.date() + timedelta(2), at=LATER)
    entry = AuditEntry.objects.latest("number")
    assert entry.action == "drawdown_answer_recorded"
    said = {"body": "Improvement Board", "written_by": "Dame Ruth Orchard, chair", "given_on": "2016-09-22", "answer": "consent"}
    said |= {"from": "letter", "evidence": "letter.txt"}
    assert said.items() <= json.loads(entry.content)["details"].items()
    assert Answer.objects.get(body__isnull=False).answered_at.date() == date(2016, 9, 22)


def test_only_a_clerk_who_did_not_prepare_it_records_it():
    case = make_case_with()
    drawdown = case.submitted(case.line(), delegation=case.delegation)
    with pytest.raises(PermissionDenied):
        recorded(case, drawdown, by=case.officer)
    case.officer.roles = [Role.FINANCE_OFFICER, Role.CLERK]
    case.officer.save()
    with pytest.raises(actions.NotAllowedNow, match="you prepared"):
        recorded(case, drawdown, by=case.officer)


@pytest.mark.parametrize("days", [-1, 1])
def test_its_day_is_between_asking_and_today(days: int):
    case = make_case_with()
    drawdown = case.submitted(case.line(), delegation=case.delegation)
    with pytest.raises(ValidationError, match="enter a day from then until today"):
        recorded(case, drawdown, given_on=NOW.date() + timedelta(days))


def test_it_answers_once_what_it_was_asked_and_only_if_it_was_asked():
    case = make_case_with()
    drawdown = case.submitted(case.line(), delegation=case.delegation)
    with pytest.raises(ValidationError, match="The Improvement Board is asked for its consent"):
        recorded(case, drawdown, Reply.IN_FAVOUR)
    with pytest.raises(actions.NotAllowedNow, match="Health Board is not asked"):
        recorded(case, drawdown, body=make_outside_body("Health Board"))
    key = new_key()
    first = recorded(case, drawdown, key=key)
    assert recorded(case, drawdown, key=key) == first
    with pytest.raises(actions.NotAllowedNow, match="has already answered"):
        recorded(case, drawdown)


def test_a_withdrawn_drawdown_is_not_answered_by_a_body():
    case = make_case_with()
    drawdown = case.submitted(case.line(), delegation=case.delegation)
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Later.", by=case.officer, at=NOW)
    with pytest.raises(actions.NotAllowedNow, match="not waiting"):
        recorded(case, drawdown)


def delegated(case: Case, asked: Any, mode: Mode, **maker: Any) -> Any:
    values = {"title": "Another", "text": "As resolved."} | (maker or {"decision_maker": case.offices["Chief Executive"]})
    return actions.record_delegation(
        decision=case.delegation.decision, values=values, steps=[(asked, mode)], by=case.clerk, at=NOW
    )


def test_only_an_outside_body_that_was_there_gives_consent_or_advice():
    case, board = make_case(), make_outside_body()
    with pytest.raises(ValidationError, match="an outside body gives its consent or advice"):
        delegated(case, board, Mode.AGREEMENT)
    with pytest.raises(ValidationError, match="an office agrees or is consulted"):
        delegated(case, make_office("Mayor"), Mode.CONSENT)
    with pytest.raises(ValidationError, match="The Schools Forum is not an outside body"):
        delegated(case, make_body("Schools Forum"), Mode.ADVICE)
    with pytest.raises(ValidationError, match="The Old Board was not there on"):
        delegated(case, make_outside_body("Old Board", until=date(2015, 1, 1)), Mode.ADVICE)
    with pytest.raises(ValidationError, match="cannot also be one of those who answer"):
        delegated(case, board, Mode.CONSENT, decision_body=board)
    assert delegated(case, board, Mode.CONSENT).steps.get().name == "Improvement Board"


def test_a_body_that_is_asked_stays_an_outside_body():
    case = make_case_with()
    board = body_of(case)
    with pytest.raises(ValidationError, match="so its kind stays as it is"):
        save_body(values={"kind": "committee"}, by=make_administrator(), at=NOW, body=board)
    with refused_by("body_asked_stays_outside"):
        Body.objects.filter(pk=board.pk).update(kind="committee")
    Body.objects.filter(pk=make_outside_body("Health Board").pk).update(kind="committee")


# Past the actions, in the store.


def step(case: Case, **values: Any) -> DelegationStep:
    return DelegationStep.objects.create(delegation=case.delegation, **values)


@pytest.mark.parametrize(
    ("rule", "asked", "mode"),
    [
        ("step_asks_an_office_or_a_body", "body", "agreement"),
        ("step_asks_an_office_or_a_body", "office", "consent"),
        ("step_asks_an_office_or_a_body", "both", "advice"),
        ("step_asks_an_office_or_a_body", "nobody", "consent"),
        ("step_body_is_outside", "committee", "consent"),
    ],
)
def test_a_step_asks_an_office_or_a_body_outside(rule: str, asked: str, mode: str):
    case, office, board = make_case(), make_office("Mayor"), make_outside_body()
    who = {"body": {"body": board}, "office": {"office": office}, "both": {"office": office, "body": board}, "nobody": {}}
    with refused_by(rule):
        step(case, mode=mode, **(who | {"committee": {"body": make_body("Schools Forum")}})[asked])


def test_a_body_is_asked_once():
    case = make_case_with()
    with refused_by("step_body_once"):
        step(case, body=body_of(case), mode="advice")


def test_a_body_that_decides_is_no_step():
    make_outside_body("Commissioner")
    case = make_case(body="Commissioner")
    with refused_by("deciding_body_is_no_step"):
        step(case, body=case.delegation.decision_body, mode="consent")


@pytest.fixture
def case() -> Case:
    return make_case_with()


@pytest.fixture
def drawdown(case: Case) -> Drawdown:
    return case.submitted(case.line(), delegation=case.delegation)


def stored(case: Case, drawdown: Drawdown, **values: Any) -> Answer:
    given = {"sha256": drawdown.sha256, "body": body_of(case), "writer": "The chair", "answer": "consent"}
    given |= {"asked_at": NOW, "answered_at": NOW, "recorded_by": case.clerk, "recorded_from": "minute"}
    if "evidence" not in values:
        values["evidence"] = evidence(drawdown)
    return Answer.objects.create(drawdown=drawdown, **(given | values))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("answer_of_an_office_or_a_body", lambda case: {"writer": " "}),
        ("answer_of_an_office_or_a_body", lambda case: {"person": make_user()}),
        ("answer_of_an_office_or_a_body", lambda case: {"interests": "none"}),
        ("answer_of_an_office_or_a_body", lambda case: {"evidence": None, "recorded_by": None, "recorded_from": ""}),
        ("answer_recorded_with_its_evidence", lambda case: {"evidence": None}),
        ("answer_recorded_by_no_preparer", lambda case: {"recorded_by": case.officer}),
        ("answer_is_to_what_is_submitted", lambda case: {"sha256": "b" * 64}),
        ("answer_is_what_was_asked_for", lambda case: {"body": make_outside_body("Health Board")}),
        ("answer_has_its_words", lambda case: {"answer": "no_consent"}),
        ("answer_after_it_was_asked", lambda case: {"answered_at": NOW - timedelta(days=1)}),
    ],
)
def test_an_answer_of_a_body_is_whole(case: Case, drawdown: Drawdown, rule: str, values: Any):
    with refused_by(rule):
        stored(case, drawdown, **values(case))


def test_a_body_answers_a_submission_once(case: Case, drawdown: Drawdown):
    paper = evidence(drawdown)
    stored(case, drawdown, evidence=paper)
    with refused_by("answer_once_for_a_body"):
        stored(case, drawdown, evidence=paper)


@pytest.mark.parametrize("mode", Mode)
def test_the_rule_and_the_trigger_let_the_same_be_answered(mode: Mode):
    case = make_case_with(mode if mode.is_of_a_body else Mode.ADVICE)
    drawdown = case.submitted(case.line(), delegation=case.delegation)
    given: dict[str, Any] = {"evidence": evidence(drawdown), "words": "As said."}
    if not mode.is_of_a_body:
        name = "Leader" if mode is Mode.AGREEMENT else "Director"
        given |= {"body": None, "office": case.offices[name], "person": case.people[name], "writer": "", "interests": "none"}
    taken = {reply for reply in Reply if _is_taken(lambda reply=reply: stored(case, drawdown, **given, answer=reply))}
    assert taken == set(REPLIES[mode])


def _is_taken(act: Any) -> bool:
    """Whether the store takes it; nothing of it is kept."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize(
    ("mode", "rule"), [(Mode.CONSENT, "sign_off_needs_every_consent"), (Mode.ADVICE, "sign_off_after_advice")]
)
def test_the_database_signs_nothing_without_a_consent_or_before_the_time_for_advice(mode: Mode, rule: str):
    case = make_case_with(mode)
    drawdown = ready_but_for_the_board(case)
    signed = {"state": State.SIGNED_OFF, "version": drawdown.version + 1, "signed_at": NOW}
    signed |= {"signed_by": case.chief_executive, "signed_entry": AuditEntry.objects.latest("number")}
    with refused_by(rule):
        Drawdown.objects.filter(pk=drawdown.pk).update(**signed)


def test_a_later_consent_is_not_of_an_earlier_submission():
    case = make_case_with()
    drawdown = ready_but_for_the_board(case)
    recorded(case, drawdown)
    drawdown.refresh_from_db()
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Later.", by=case.officer, at=NOW)
    drawdown.refresh_from_db()
    again = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=LATER)
    with pytest.raises(actions.NotAllowedNow, match="has not given its consent"):
        case.sign(again, at=LATER + timedelta(days=9))
