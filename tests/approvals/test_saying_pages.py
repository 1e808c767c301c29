"""The pages for what is said beside an answer: questions, advice, dispensations, and answers that the clerk records."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Office
from accounts.permissions.rules import Role
from approvals import actions
from approvals.models import Advice, Answer, Dispensation, Question
from tests.approvals.case import NOW, Case, make_case, new_key
from tests.approvals.pages import AGREED, EVIDENCE, again, as_, offered, opened, page, send
from tests.making import (
    make_auditor,
    make_deputy,
    make_holding,
    make_office,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


def test_a_declared_interest_offers_the_form_for_a_dispensation_until_one_is_recorded(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    case.answered(drawdown, "Director", interests="None")
    case.answered(drawdown, interests="A cousin works there.")
    address = f"/drawdowns/{drawdown.reference}/dispensations/?member=Leader"
    assert offered(case.clerk, drawdown)["Record a dispensation for Leader"] == address
    assert "Record a dispensation for Director" not in offered(case.clerk, drawdown)
    assert 'value="Leader"' in as_(case.clerk).get(address).text
    assert "The committee clerk is offered the form for a dispensation." in page(leader, drawdown, "answered/leader/").text
    said = "Leader declared an interest, and no dispensation is recorded: A cousin works there."
    assert said in page(case.chief_executive, drawdown, "sign-off/").text
    giver = make_user(Role.OFFICE_HOLDER)
    granted = actions.Granted("Leader", giver, NOW.date(), "May take part.")
    actions.record_dispensation(drawdown=drawdown, granted=granted, key=new_key(), by=case.clerk, at=NOW)
    assert "Record a dispensation for Leader" not in offered(case.clerk, drawdown)
    assert "no dispensation is recorded" not in page(case.chief_executive, drawdown, "sign-off/").text


def test_a_question_is_asked_and_replied_to_once(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    seen = opened(leader, drawdown, "questions/leader/")
    send(leader, drawdown, "questions/leader/", **seen, text="Why now?")
    send(leader, drawdown, "questions/leader/", **seen, text="Why now?")
    question = Question.objects.get()
    assert [task["title"] for task in as_(case.officer).get("/").context["tasks"]] == ["Reply to a question of the Leader"]
    tail = f"questions/{question.pk}/reply/"
    seen = opened(case.officer, drawdown, tail)
    assert send(case.officer, drawdown, tail, **seen, text="Because of the inspection.").status_code == 302
    assert "Because of the inspection." in page(leader, drawdown).text
    late = send(case.officer, drawdown, tail, **(seen | {"key": new_key()}), text="And more.")
    assert "This question already has a reply." in late.text
    assert "This question already has a reply." in page(case.officer, drawdown, tail).text


def test_only_those_who_answer_or_decide_ask(case: Case):
    drawdown = case.submitted(case.line())
    assert page(case.officer, drawdown, "questions/leader/").status_code == 403
    assert page(case.chief_executive, drawdown, "questions/chief-executive/").status_code == 200
    make_holding(make_office("Mayor"), case.people["Leader"])
    assert page(case.people["Leader"], drawdown, "questions/mayor/").status_code == 404


def test_advice_is_recorded_apart_from_an_answer_of_the_same_person(case: Case):
    Office.objects.filter(name="Director").update(statutory_role="section_151")
    drawdown, director = case.submitted(case.line()), case.people["Director"]
    assert "None recorded yet." in page(make_auditor(), drawdown).text
    send(director, drawdown, "advice/", **opened(director, drawdown, "advice/"), text="The reserve is enough.")
    assert Advice.objects.get().person == director
    assert not Answer.objects.exists()
    assert "Answer as Director" in offered(director, again(drawdown))
    assert "Advise as section 151 officer" not in offered(director, again(drawdown))
    assert "as section 151 officer" in page(make_auditor(), drawdown).text
    assert page(case.people["Leader"], drawdown, "advice/").status_code == 403


def test_the_clerk_records_an_answer_given_by_mail_with_its_evidence(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    tail = "record-answer/leader/"
    typed = opened(case.clerk, drawdown, tail) | AGREED | {"person": leader.pk, "given_on": "20/9/2016", "how": "email"}
    done = send(case.clerk, drawdown, tail, **typed, file=SimpleUploadedFile("mail.eml", EVIDENCE))
    assert done.status_code == 302
    given = Answer.objects.get()
    assert (given.person, given.recorded_by, given.recorded_from) == (leader, case.clerk, "email")
    assert (timezone.localdate(given.answered_at), given.evidence.name) == (date(2016, 9, 20), "mail.eml")
    again_ = send(case.clerk, drawdown, tail, **typed, file=SimpleUploadedFile("mail.eml", EVIDENCE))
    assert (again_.status_code, Answer.objects.count()) == (302, 1)
    for tail in ("", "answered/leader/"):
        text = " ".join(page(make_auditor(), drawdown, tail).text.split())
        assert f"By e-mail; recorded by {case.clerk.name}." in text
        assert "mail.eml" in text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"given_on": "19/9/2016"}, "It was asked on 20 September 2016: enter a day from then until today."),
        ({"given_on": "1/1/2090"}, "It was asked on 20 September 2016: enter a day from then until today."),
        ({"file": ""}, "Choose the file that shows the answer."),
        ({"file": SimpleUploadedFile("virus.exe", b"MZ")}, "virus.exe cannot be attached"),
        ({"interests": ""}, "Say whether"),
    ],
)
def test_what_is_wrong_with_a_recorded_answer_is_said(case: Case, typed: dict[str, Any], message: str):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    tail = "record-answer/leader/"
    given = opened(case.clerk, drawdown, tail) | AGREED | {"person": leader.pk, "given_on": "20/9/2016", "how": "paper"}
    given |= {"file": SimpleUploadedFile("mail.eml", EVIDENCE)} | typed
    assert message in send(case.clerk, drawdown, tail, **given).text
    assert not Answer.objects.exists()


def test_who_gave_a_recorded_answer_acted_for_the_office_that_day(case: Case):
    drawdown = case.submitted(case.line())
    deputy = make_user(name="Deputy")
    make_deputy(case.offices["Leader"], deputy, since=date(2016, 10, 1), until=date(2016, 10, 31))
    tail = "record-answer/leader/"
    typed = opened(case.clerk, drawdown, tail) | AGREED | {"person": deputy.pk, "how": "paper"}
    early = send(case.clerk, drawdown, tail, **typed, given_on="30/9/2016", file=SimpleUploadedFile("a.eml", EVIDENCE))
    assert "Deputy did not act for this office on 30 September 2016: Leader." in early.text
    send(case.clerk, drawdown, tail, **typed, given_on="1/10/2016", file=SimpleUploadedFile("a.eml", EVIDENCE))
    assert Answer.objects.get().acting_for == case.people["Leader"]


def test_a_preparer_records_no_answer(case: Case):
    officer = make_user(Role.FINANCE_OFFICER, Role.CLERK)
    case.officer = officer
    drawdown = case.submitted(case.line())
    said = "You prepared this, so you cannot record an answer to it."
    assert offered(officer, drawdown)["Record an answer"] == said
    tail = "record-answer/leader/"
    typed = opened(officer, drawdown, tail) | AGREED | {"person": case.people["Leader"].pk, "how": "paper"}
    text = send(officer, drawdown, tail, **typed, given_on="20/9/2016", file=SimpleUploadedFile("a.eml", EVIDENCE)).text
    assert "You cannot record an answer to a drawdown you prepared." in text


def test_a_dispensation_is_never_given_by_who_decides(case: Case):
    drawdown, other = case.submitted(case.line()), make_user(name="Monitoring officer")
    deputy = make_user(name="Deputy")
    make_deputy(case.offices["Chief Executive"], deputy)
    typed = {"member": "The Leader", "given_on": "19/9/2016", "text": "May take part."}
    for giver in (case.chief_executive, deputy):
        seen = opened(case.clerk, drawdown, "dispensations/")
        text = send(case.clerk, drawdown, "dispensations/", **seen, **typed, giver=giver.pk).text
        assert "who decides on this: somebody else must give the dispensation." in text
    seen = opened(case.clerk, drawdown, "dispensations/")
    send(case.clerk, drawdown, "dispensations/", **seen, **typed, giver=other.pk)
    send(case.clerk, drawdown, "dispensations/", **seen, **typed, giver=other.pk)
    assert Dispensation.objects.get().giver == other
    assert "Monitoring officer" in page(make_auditor(), drawdown).text
