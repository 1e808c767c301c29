"""What pages, tasks, mail and papers say of a body outside the council that is asked for its consent or its advice."""

import html
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.council.queries import council
from accounts.models import User
from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import content_now, content_of
from approvals.decisions.wording.queries import answer_rows
from approvals.drawdowns.listed.queries import listed
from approvals.drawdowns.rules import Mode, Reply, State
from approvals.drawdowns.waiting.views import Waiting, waiting_for
from approvals.models import Answer, Delegation, Drawdown, Notice
from approvals.notices import actions as notices
from approvals.notices.delivery.actions import message_of
from operations.power import Names, delegations
from reports.checks.queries import facts_of
from reports.facts.rules import Facts
from reports.progress.queries import delegation_of, progress_of
from reports.report.finance.rules import _ASKED
from reports.table.queries import schedule_for, usual_options
from tests.approvals.case import LATER, NOW, Case, make_case
from tests.approvals.outside import LETTER, body_of, make_case_with, make_outside_body, recorded
from tests.approvals.pages import as_, opened, page, send
from tests.making import make_auditor, make_clerk
from tests.refusals import owner

pytestmark = pytest.mark.django_db

Kind = Notice.Kind


@pytest.fixture
def case() -> Case:
    return make_case_with()


@pytest.fixture
def drawdown(case: Case) -> Drawdown:
    return case.submitted(case.line(), delegation=case.delegation)


def tail_of(case: Case) -> str:
    return f"record-answer/outside/{body_of(case).pk}/"


def typed(**values: Any) -> dict[str, Any]:
    given = {"reply": "consent", "writer": "Dame Ruth Orchard, chair", "given_on": "20/9/2016", "how": "letter"}
    return given | {"file": SimpleUploadedFile("letter.pdf", b"%PDF-1.7")} | values


def words_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def test_the_clerk_records_a_consent_and_every_page_shows_it(case: Case, drawdown: Drawdown):
    tail = tail_of(case)
    form = words_of(page(case.clerk, drawdown, tail))
    assert "Record the consent of the Improvement Board" in form
    assert "The Chief Executive cannot sign without this consent." in form
    done = send(case.clerk, drawdown, tail, **opened(case.clerk, drawdown, tail), **typed())
    assert done.url == f"/drawdowns/{drawdown.reference}/"
    assert Answer.objects.get().writer == "Dame Ruth Orchard, chair"
    text = words_of(page(make_auditor(), drawdown))
    assert f"By letter, on paper; recorded by {case.clerk.name}. letter.pdf" in text
    for said in ("Improvement Board Consents", "Written by Dame Ruth Orchard, chair", "1 of 3"):
        assert said in text
    assert "has already answered: consent given" in words_of(page(case.clerk, drawdown, tail))


def test_a_consent_refused_returns_it_and_says_so(case: Case, drawdown: Drawdown):
    tail = tail_of(case)
    fields = opened(case.clerk, drawdown, tail) | typed(reply="no_consent", words="The plan is not ready.", how="minute")
    text = words_of(as_(case.clerk).post(f"/drawdowns/{drawdown.reference}/{tail}", fields, follow=True))
    drawdown.refresh_from_db()
    assert drawdown.state == State.RETURNED
    assert f"{drawdown.reference} was returned to {case.officer.name}." in text
    assert "The plan is not ready." in text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"reply": "no_consent"}, "Enter why it does not consent."),
        ({"reply": ""}, "Choose its answer."),
        ({"reply": "in_favour"}, "Select a valid choice"),
        ({"writer": " "}, "Enter who wrote it."),
        ({"how": ""}, "Say how it came."),
        ({"file": ""}, "Choose the file that shows the answer."),
        ({"given_on": "19/9/2016"}, "It was asked on 20 September 2016: enter a day from then until today."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    case: Case, drawdown: Drawdown, wrong: dict[str, Any], message: str
):
    tail = tail_of(case)
    fields = opened(case.clerk, drawdown, tail) | typed(words="We have read it <b>twice</b>.") | wrong
    if wrong.get("reply") == "no_consent":
        fields["words"] = ""
    answer = send(case.clerk, drawdown, tail, **fields)
    assert message in words_of(answer)
    assert fields["words"] in words_of(answer)
    assert not Answer.objects.exists()


def test_advice_is_given_with_its_words():
    case = make_case_with(Mode.ADVICE)
    drawdown = case.submitted(case.line(), delegation=case.delegation)
    tail = tail_of(case)
    fields = opened(case.clerk, drawdown, tail) | typed(reply="in_favour")
    assert "Enter the advice it gave." in words_of(send(case.clerk, drawdown, tail, **fields))
    assert "Contrary advice does not block" in words_of(page(case.clerk, drawdown, tail))


def test_a_body_that_is_not_asked_has_no_page(case: Case, drawdown: Drawdown):
    other = make_outside_body("Health Board")
    assert page(case.clerk, drawdown, f"record-answer/outside/{other.pk}/").status_code == 404
    assert page(case.officer, drawdown, tail_of(case)).status_code == 403


def tasks_of(person: User) -> list[Waiting]:
    return [each for each in waiting_for(person, NOW.date()) if "outside body" in each.title]


def test_every_clerk_who_did_not_prepare_it_has_the_task_until_it_is_recorded(case: Case, drawdown: Drawdown):
    (task,) = tasks_of(case.clerk)
    assert task.title == "Record the consent of an outside body, Improvement Board: Phase One"
    assert (task.url, task.due) == (f"/drawdowns/{drawdown.reference}/{tail_of(case)}", drawdown.answer_by)
    assert tasks_of(case.officer) == []
    assert len(tasks_of(make_clerk())) == 1
    recorded(case, drawdown)
    assert tasks_of(case.clerk) == []


def test_the_list_and_the_decision_maker_are_told_whom_it_waits_for(case: Case):
    drawdown = case.ready(case.line(), delegation=case.delegation)
    (row,) = listed([drawdown], NOW.date())
    assert row.answering == ["Improvement Board"]
    text = words_of(page(case.chief_executive, drawdown))
    assert "You cannot sign this off yet: The Improvement Board has not given its consent." in text
    assert "Still to answer: Improvement Board." in text


def test_the_clerk_is_told_to_ask_reminded_and_told_that_it_is_overdue(case: Case, drawdown: Drawdown):
    def told(kind: Kind) -> list[str]:
        return list(drawdown.notices.filter(kind=kind).values_list("person__name", flat=True))

    assert told(Kind.BODY_ASKED) == [case.clerk.name]
    mail = message_of(drawdown.notices.get(kind=Kind.BODY_ASKED))
    assert "asks for the consent of the Improvement Board on a drawdown, by 27 September 2016" in mail.body
    assert f"/drawdowns/{drawdown.reference}/{tail_of(case)}" in mail.body
    due: date = drawdown.answer_by  # type: ignore[assignment]
    notices.remind(NOW.replace(day=due.day - 1))
    assert told(Kind.BODY_REMINDER) == [case.clerk.name]
    notices.remind(LATER)
    assert told(Kind.BODY_OVERDUE) == [case.clerk.name]


def test_nobody_is_reminded_of_a_body_that_has_answered(case: Case, drawdown: Drawdown):
    recorded(case, drawdown)
    notices.remind(LATER)
    assert not drawdown.notices.filter(kind=Kind.BODY_OVERDUE).exists()
    case.answered(case.answered(drawdown), "Director")
    assert not drawdown.notices.filter(kind=Kind.ESCALATED).exists()


def test_what_is_submitted_says_whom_the_clerk_asks(case: Case):
    text = words_of(page(case.officer, case.drafted(case.line(), delegation=case.delegation), "submit/"))
    assert "Improvement Board Must consent before it can be signed Outside body: the clerk asks it" in text
    assert "Nobody holds this office" not in text


def signed(case: Case, reply: Reply = Reply.CONSENT) -> Drawdown:
    drawdown = case.ready(case.line(), delegation=case.delegation)
    recorded(case, drawdown, reply)
    drawdown.refresh_from_db()
    return case.sign(drawdown)


def test_the_record_prints_what_the_body_said_with_who_wrote_it():
    case = make_case_with(Mode.ADVICE)
    record = DecisionRecord.objects.select_related("drawdown__signed_entry").get(drawdown=signed(case, Reply.AGAINST))
    (row,) = answer_rows(content_now(record))[-1:]
    assert row == (
        "Improvement Board",
        "Advice",
        "Dame Ruth Orchard, chair",
        "Advises against, 20 September 2016 (Letter)",
        "The plan is not ready.",
    )
    assert case.publish(record.drawdown).state in (State.SIGNED_OFF, State.EFFECTIVE)
    record.refresh_from_db()
    assert answer_rows(content_of(record))[-1] == row


def test_an_office_called_like_the_body_is_told_apart_from_it():
    case = make_case_with(Mode.ADVICE, name="Leader")
    record = DecisionRecord.objects.select_related("drawdown__signed_entry").get(drawdown=signed(case, Reply.AGAINST))
    rows = answer_rows(content_now(record))
    assert [(row.office, row.mode, row.person) for row in rows if row.office == "Leader"] == [
        ("Leader", "Agreement", "Leader"),
        ("Leader", "Advice", "Dame Ruth Orchard, chair"),
    ]
    found = progress_of(delegation_of(case.programme, case.delegation.pk), as_at=datetime.combine(LATER, LATER.timetz()))
    said = [each.said for each in found.drawn[0].asked if each.office == "Leader"]
    assert said == ["agreed, 20 September 2016 (Leader)", "advised against, 20 September 2016 (Dame Ruth Orchard, chair)"]


def test_the_progress_report_says_what_the_body_said(case: Case):
    signed(case)
    found = progress_of(delegation_of(case.programme, case.delegation.pk), as_at=LATER)
    assert found.drawn[0].asked[-1] == ("Improvement Board", "consent", "consented, 20 September 2016 (Dame Ruth Orchard, chair)")


def _facts(case: Case) -> Facts:
    given = council()
    schedule = schedule_for(case.programme, given, usual_options(case.programme, given), as_at=NOW)
    return facts_of(case.programme, schedule, given, NOW.date())


def test_the_paper_check_knows_a_consent_that_is_not_on_file(case: Case, drawdown: Drawdown):
    (use,) = _facts(case).uses
    assert use.missing == ("Leader", "Improvement Board")
    recorded(case, drawdown)
    (use,) = _facts(case).uses
    assert use.missing == ("Leader",)
    delegated = _facts(case).delegations[-1]
    assert (delegated.offices, delegated.bodies) == (
        {"Leader": "agreement", "Director": "consultation"},
        {"Improvement Board": "consent"},
    )


def test_the_bundle_has_its_answer_and_the_evidence(case: Case, monkeypatch: pytest.MonkeyPatch):
    drawn: list[str] = []
    monkeypatch.setattr("reports.papers.bundle.queries.draw", lambda text, stylesheet, look: drawn.append(text) or b"%PDF-1.7")
    page(case.chief_executive, signed(case), "decided.pdf")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", drawn[0]))
    for said in ("Outside body: consent needed. Consents.", "Dame Ruth Orchard, chair", f"evidence: {LETTER.name}"):
        assert said in text


def test_a_delegation_is_recorded_with_outside_bodies():
    case, board, gone = make_case(), make_outside_body(), make_outside_body("Old Board", until=date(2015, 1, 1))
    client, address = as_(case.clerk), f"/programmes/{case.programme.slug}/delegations/record/"
    text = client.get(address).text
    mark = re.search(r'name="made_on" value="(\w+)"', text)
    assert mark
    assert "Outside bodies" in text
    given = {
        "made_on": mark[1],
        "decision": case.delegation.decision_id,
        "title": "With the board",
        "text": "The Chief Executive, with the consent of the Improvement Board.",
        "decision_maker": case.offices["Chief Executive"].pk,
        f"body_mode_{board.pk}": "consent",
    }
    refused = client.post(address, given | {f"body_mode_{gone.pk}": "advice"})
    assert refused.context["form"].errors[f"body_mode_{gone.pk}"][0].startswith("It was not there on")
    refused = client.post(address, given | {f"body_mode_{board.pk}": "consent", "decision_maker": "", "decision_body": board.pk})
    assert "This body decides" in refused.context["form"].errors[f"body_mode_{board.pk}"][0]
    assert client.post(address, given).status_code == 302
    delegation = Delegation.objects.get(title="With the board")
    assert [(step.name, step.mode) for step in delegation.steps.all()] == [("Improvement Board", "consent")]
    listed_page = words_of(client.get(f"/programmes/{case.programme.slug}/delegations/"))
    assert "Must consent: Improvement Board" in listed_page
    assert "Consent Improvement Board" in words_of(client.get(f"/programmes/{case.programme.slug}/delegations/{delegation.pk}/"))


def test_the_audit_proof_finds_a_body_taken_out_of_a_delegation(case: Case):
    def differs() -> list[str]:
        return [each.sentence for each in delegations(Names()) if each.kept != each.explained]

    assert differs() == []
    owner("ALTER TABLE approvals_delegationstep DISABLE TRIGGER USER")
    case.delegation.steps.filter(body__isnull=False).update(mode="advice")
    (sentence,) = differs()
    assert "outside bodies Improvement Board advice" in sentence
    assert "outside bodies Improvement Board consent" in sentence


def test_every_mode_has_its_words_in_a_report():
    assert set(_ASKED) == {mode.value for mode in Mode}


def test_a_council_without_outside_bodies_sees_nothing_of_them(client: Client):
    case = make_case()
    client.force_login(case.clerk)
    text = client.get(f"/programmes/{case.programme.slug}/delegations/record/").text
    assert "Outside bodies" not in text
