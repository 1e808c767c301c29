"""Rules of the store about submissions, questions, advice, dispensations and evidence, broken by their names past the actions."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEntry, Office
from accounts.permissions.rules import Role
from approvals import actions
from approvals.drawdowns.rules import State
from approvals.models import Advice, Answer, Dispensation, Drawdown, Paper, Question, Submission
from tests.approvals.case import LATER, NOW, Case, make_case, new_key
from tests.making import make_clerk, make_deputy, make_officer, make_user
from tests.refusals import refused_by, unique_columns

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def drawdown(case: Case) -> Drawdown:
    return case.submitted(case.line())


def a_question(case: Case, drawdown: Drawdown, **values: Any) -> Question:
    given = {"sha256": drawdown.sha256, "office": case.offices["Leader"], "asked_by": case.people["Leader"]}
    return Question.objects.create(drawdown=drawdown, **(given | {"asked_at": NOW, "text": "Why?"} | values))


def advice(case: Case, drawdown: Drawdown, **values: Any) -> Advice:
    Office.objects.filter(pk=case.offices["Director"].pk).update(statutory_role="section_151")
    given = {"sha256": drawdown.sha256, "office": case.offices["Director"], "person": case.people["Director"]}
    return Advice.objects.create(drawdown=drawdown, **(given | {"given_at": NOW, "text": "It is affordable."} | values))


def dispensation(case: Case, drawdown: Drawdown, **values: Any) -> Dispensation:
    given = {"member": "Leader", "giver": make_user(), "given_on": NOW.date(), "text": "May take part."}
    return Dispensation.objects.create(drawdown=drawdown, **(given | {"recorded_by": case.clerk, "recorded_at": NOW} | values))


def evidence(drawdown: Drawdown, **values: Any) -> Paper:
    given = {"kind": "evidence", "name": "mail.eml", "media_type": "message/rfc822", "size": 4}
    given |= {"sha256": hashlib.sha256(b"mail").hexdigest(), "content": b"mail", "added_by": make_clerk(), "added_at": NOW}
    return Paper.objects.create(drawdown=drawdown, **(given | values))


def recorded(case: Case, drawdown: Drawdown, **values: Any) -> Answer:
    given = {"sha256": drawdown.sha256, "office": case.offices["Leader"], "person": case.people["Leader"], "answer": "agree"}
    given |= {"interests": "none", "asked_at": NOW, "answered_at": NOW, "recorded_by": case.clerk, "recorded_from": "email"}
    return Answer.objects.create(drawdown=drawdown, **(given | values))


def test_only_what_is_submitted_is_kept_as_submitted(case: Case, drawdown: Drawdown):
    kept = {"submitted_at": drawdown.submitted_at, "submitted_by": case.officer, "number": 2}
    with refused_by("submission_is_what_was_submitted"):
        Submission.objects.create(drawdown=drawdown, content="{}", sha256=drawdown.sha256, **kept)


def test_a_submission_is_numbered_once(drawdown: Drawdown):
    assert unique_columns("approvals_submission", "submission_numbered_once") == ["drawdown_id", "number"]
    first = drawdown.submissions.get()
    first.pk = None
    with refused_by("submission_numbered_once"):
        first.save(force_insert=True)


@pytest.mark.parametrize(
    ("rule", "make"),
    [
        ("submission_stays", lambda case, drawdown: drawdown.submissions.get()),
        ("advice_stays", advice),
        ("dispensation_stays", dispensation),
    ],
)
def test_submissions_advice_and_dispensations_are_never_changed_or_removed(case: Case, drawdown: Drawdown, rule: str, make: Any):
    rows = type(make(case, drawdown)).objects.all()
    with refused_by(rule):
        rows.update(drawdown=drawdown)
    with refused_by(rule):
        rows._raw_delete(rows.db)


def test_a_question_is_replied_to_once_and_stays_as_asked(case: Case, drawdown: Drawdown):
    question = a_question(case, drawdown)
    rows = Question.objects.filter(pk=question.pk)
    with refused_by("question_stays_as_asked"):
        rows.update(text="Why not?")
    rows.update(reply="Because.", replied_by=case.officer, replied_at=NOW)
    with refused_by("question_replied_once"):
        rows.update(reply="Because I say so.")
    with refused_by("question_never_removed"):
        rows._raw_delete(rows.db)


@pytest.mark.parametrize(
    ("rule", "values"),
    [("question_has_its_text", {"text": " "}), ("question_reply_is_whole", {"reply": "Because."})],
)
def test_a_question_that_is_not_whole_is_refused(case: Case, drawdown: Drawdown, rule: str, values: dict[str, Any]):
    with refused_by(rule):
        a_question(case, drawdown, **values)


@pytest.mark.parametrize("missing", ["reply", "replied_by", "replied_at"])
def test_a_reply_is_whole(case: Case, drawdown: Drawdown, missing: str):
    """An empty date compares as unknown, and a rule that is unknown would let the row in."""
    whole = {"reply": "Because.", "replied_by": case.officer, "replied_at": NOW}
    a_question(case, drawdown, **whole)
    with refused_by("question_reply_is_whole"):
        a_question(case, drawdown, **(whole | {missing: "" if missing == "reply" else None}))
    with refused_by("question_reply_is_whole"):
        a_question(case, drawdown, **(whole | {"replied_at": NOW - timedelta(seconds=1)}))


def test_a_question_is_asked_by_who_answers_or_decides(case: Case, drawdown: Drawdown):
    a_question(case, drawdown, office=case.offices["Chief Executive"], asked_by=case.chief_executive)
    deputy = make_user()
    make_deputy(case.offices["Leader"], deputy)
    a_question(case, drawdown, asked_by=deputy)
    with refused_by("question_by_who_answers_or_decides"):
        a_question(case, drawdown, asked_by=case.officer)


def test_a_question_is_on_what_is_submitted_now(case: Case, drawdown: Drawdown):
    with refused_by("question_is_on_what_is_submitted"):
        a_question(case, drawdown, sha256="b" * 64)


def test_advice_is_the_section_151_officers(case: Case, drawdown: Drawdown):
    with refused_by("advice_by_the_section_151_officer"):
        advice(case, drawdown, person=case.people["Leader"])
    with refused_by("advice_by_the_section_151_officer"):
        advice(case, drawdown, office=case.offices["Leader"], person=case.people["Leader"])
    with refused_by("advice_is_on_what_is_submitted"):
        advice(case, drawdown, sha256="b" * 64)
    with refused_by("advice_has_its_text"):
        advice(case, drawdown, text=" ")
    advice(case, drawdown)
    with refused_by("advice_once_for_a_submission"):
        advice(case, drawdown)


def test_nobody_advises_on_what_they_prepared(case: Case):
    case.officer = case.people["Director"]
    case.officer.roles = [Role.FINANCE_OFFICER]
    case.officer.save()
    with refused_by("advice_by_no_preparer"):
        advice(case, case.submitted(case.line()))


def test_a_dispensation_is_not_given_by_who_decides_on_either_day(case: Case, drawdown: Drawdown):
    deputy = make_user()
    make_deputy(case.offices["Chief Executive"], deputy, until=NOW.date() - timedelta(1))
    with refused_by("dispensation_not_by_the_decision_maker"):
        dispensation(case, drawdown, giver=case.chief_executive)
    with refused_by("dispensation_not_by_the_decision_maker"):
        dispensation(case, drawdown, giver=deputy, given_on=NOW.date() - timedelta(1))
    dispensation(case, drawdown, giver=deputy)
    with refused_by("dispensation_has_its_text"):
        dispensation(case, drawdown, text=" ")


def test_a_dispensation_comes_before_the_decision(case: Case):
    with refused_by("dispensation_before_the_decision"):
        dispensation(case, case.signed(case.line()))


def test_who_gave_a_dispensation_does_not_sign(case: Case):
    giver = make_user(Role.OFFICE_HOLDER)
    drawdown = case.ready(case.line())
    dispensation(case, drawdown, giver=giver)
    make_deputy(case.offices["Chief Executive"], giver)
    with pytest.raises(actions.NotAllowedNow, match="Somebody who gave a dispensation"):
        case.sign(drawdown, by=giver)
    signed = {"state": State.SIGNED_OFF, "version": drawdown.version + 1, "signed_at": NOW, "signed_by": giver}
    signed |= {"signed_for": case.chief_executive, "authority": "Constitution, Part 3, paragraph 2"}
    entry = AuditEntry.objects.latest("number")
    with refused_by("sign_off_by_no_dispensation_giver"):
        Drawdown.objects.filter(pk=drawdown.pk).update(**signed, signed_entry=entry)


def test_nobody_signs_for_a_holder_who_gave_a_dispensation(case: Case):
    drawdown, deputy = case.ready(case.line()), make_user(Role.OFFICE_HOLDER)
    successor = make_user(kind="officer")
    dispensation(case, drawdown, giver=successor)
    case.chief_executive.holdings.update(until=NOW.date())
    case.offices["Chief Executive"].holdings.create(holder=successor, since=NOW.date() + timedelta(1))
    make_deputy(case.offices["Chief Executive"], deputy)
    with pytest.raises(actions.NotAllowedNow, match="Somebody who gave a dispensation"):
        case.sign(drawdown, by=deputy, at=LATER)


def test_evidence_is_of_the_same_drawdown_and_is_evidence(case: Case, drawdown: Drawdown):
    other = case.submitted(case.line())
    with refused_by("answer_evidence_is_of_the_drawdown"):
        recorded(case, drawdown, evidence=evidence(other))
    recorded(case, drawdown, evidence=evidence(drawdown))


def test_an_answer_recorded_by_somebody_has_its_evidence(case: Case, drawdown: Drawdown):
    with refused_by("answer_recorded_with_its_evidence"):
        recorded(case, drawdown)


def test_supporting_papers_are_no_evidence(case: Case):
    draft = case.drafted(case.line())
    supporting = actions.attach_paper(drawdown=draft, upload=actions.Upload("case.txt", b"The case."), by=case.officer, at=NOW)
    draft = Drawdown.objects.get(pk=draft.pk)
    drawdown = actions.submit(drawdown=draft, version=draft.version, key=new_key(), by=case.officer, at=NOW)
    with refused_by("answer_evidence_is_of_the_drawdown"):
        recorded(case, drawdown, evidence=supporting)


def test_no_preparer_records_an_answer(case: Case, drawdown: Drawdown):
    with refused_by("answer_recorded_by_no_preparer"):
        recorded(case, drawdown, evidence=evidence(drawdown), recorded_by=case.officer)
    recorded(case, drawdown, evidence=evidence(drawdown), recorded_by=make_officer())


@pytest.mark.parametrize("table", ["submission", "question", "advice", "dispensation"])
def test_what_was_said_is_never_truncated(table: str):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL improvement_budget.allow_truncate = off")
        with refused_by(f"{table}_no_truncate"):
            cursor.execute(f"TRUNCATE approvals_{table} CASCADE")
