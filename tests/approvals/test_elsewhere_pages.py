"""The pages of a decision taken elsewhere, and its label wherever it is read: page, record, PDF, register, files, feed."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.council.queries import council
from accounts.models import User
from approvals import actions
from approvals.actions import Proof
from approvals.decisions.queries import content_of, published_record
from approvals.decisions.wording.queries import answer_rows, public_sections, sections
from approvals.drawdowns.overview.queries import sheet_of
from approvals.drawdowns.queries import supporting
from approvals.drawdowns.rules import State
from approvals.models import Drawdown, TakenElsewhere
from posts.exempt.actions import exempt_line
from reports.checks.queries import findings_of
from reports.papers.bundle import queries as bundle
from reports.papers.decision_record import queries as paper
from tests.answers import shown
from tests.approvals.case import KEY, NOW, Case, make_case, new_key
from tests.making import make_auditor, make_decision

pytestmark = pytest.mark.django_db

LABEL = "Retrospective: taken elsewhere on 1 September 2016, recorded here on 20 September 2016"
TYPED = {
    "decided_on": "1 September 2016",
    "office": "Chief Executive",
    "person": "Last Year",
    "text": "To release it.",
    "interests": "None",
    "evidence_at": "https://council.example/12",
}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.queries.now", lambda: NOW)


@pytest.fixture
def case() -> Case:
    return make_case()


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(drawdown: Drawdown, *rest: str) -> str:
    return "/".join(["/drawdowns", drawdown.reference, *rest, ""])


def opened(client: Client, address: str) -> dict[str, Any]:
    """What the page's form holds before anybody types."""
    form = client.get(address).context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() is not None}


# Recording it


def test_the_officer_records_it_and_the_clerk_confirms_it(case: Case):
    officer, clerk = client_of(case.officer), client_of(case.clerk)
    draft = case.drafted(case.costing(1000), case=KEY)
    assert "Already decided elsewhere?" in officer.get(page(draft)).text
    asked = officer.get(page(draft, "elsewhere"))
    assert "This draft would release <strong>£1,000 in 2016/17</strong>" in asked.text
    assert "Nobody is asked to answer, and today’s office holder does not sign it." in asked.text
    response = officer.post(page(draft, "elsewhere"), opened(officer, page(draft, "elsewhere")) | TYPED, follow=True)
    assert "A clerk has been told, and confirms it from the evidence." in response.text
    assert "No money is released before a clerk confirms it." in response.text
    assert "You cannot submit:" in response.text
    assert "waits to be confirmed" in officer.get(page(draft, "elsewhere")).text

    confirming = clerk.get(page(draft, "elsewhere", "confirm"))
    for said in ("Last Year, Chief Executive on that day", "To release it.", "£949,000", "https://council.example/12", "Leader"):
        assert said in confirming.text
    assert "Confirm that £1,000 in 2016/17 was released" in confirming.text
    held = opened(clerk, page(draft, "elsewhere", "confirm")) | {"do": "confirm"}
    unread = clerk.post(page(draft, "elsewhere", "confirm"), held)
    assert "Read the evidence, then tick the box." in unread.text
    assert Drawdown.objects.get().state == State.DRAFT
    response = clerk.post(page(draft, "elsewhere", "confirm"), held | {"read": "on"}, follow=True)
    assert "is recorded as decided elsewhere. Publish its record next." in response.text
    assert response.redirect_chain == [(page(draft, "record"), 302)]
    assert "Retrospective" in response.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"decided_on": "19 July 2016"}, "so it cannot have been decided elsewhere on 19 July 2016."),
        ({"decided_on": "21 September 2016"}, "cannot be recorded on 20 September 2016."),
        ({"decided_on": ""}, "Enter the date of the decision."),
        ({"person": ""}, "Enter the person who held it then."),
        ({"evidence_at": ""}, "Choose the paper that proves the decision, or enter an address at which it can be read."),
        ({"evidence_at": "in a drawer"}, "Enter a valid URL."),
    ],
)
def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(case: Case, typed: dict[str, str], said: str):
    officer, draft = client_of(case.officer), case.drafted(case.costing(1000))
    response = officer.post(page(draft, "elsewhere"), opened(officer, page(draft, "elsewhere")) | TYPED | typed)
    assert response.status_code == 200
    assert said in response.text.replace("&#x27;", "’")
    assert "There is a problem" in response.text
    assert "To release it." in response.text
    assert not TakenElsewhere.objects.exists()


def test_the_paper_that_proves_it_is_one_of_those_attached(case: Case):
    officer, draft = client_of(case.officer), case.drafted(case.costing(1000))
    assert "No paper is attached to this drawdown." in officer.get(page(draft, "elsewhere")).text
    actions.attach_paper(drawdown=draft, upload=actions.Upload("Minute.pdf", b"%PDF-1.7"), by=case.officer, at=NOW)
    paper_attached = supporting(draft).get()
    fields = opened(officer, page(draft, "elsewhere")) | TYPED | {"evidence": paper_attached.pk, "evidence_at": ""}
    assert officer.post(page(draft, "elsewhere"), fields).status_code == 302
    confirming = client_of(case.clerk).get(page(draft, "elsewhere", "confirm")).text
    assert paper_attached.sha256 in confirming
    assert page(draft, "papers", str(paper_attached.pk)) in confirming
    removed = officer.post(page(draft, "papers"), {"remove": paper_attached.pk}, follow=True)
    assert "the evidence of a decision taken elsewhere, which is never removed" in removed.text


def test_a_draft_that_is_not_whole_says_what_it_needs_first(case: Case):
    draft = case.drafted(case.costing(1000), case={"reasons": "Posts.", "alternatives": "None."})
    read = client_of(case.officer).get(page(draft, "elsewhere")).text
    assert "Complete the draft first" in read
    assert f'href="{page(draft, "case")}">Say whether this is a key decision.' in read
    assert "Record the decision" not in read


def test_a_body_has_its_resolutions_to_choose_from_or_is_told_what_comes_first():
    case = make_case(body="Full Council")
    officer, draft = client_of(case.officer), case.drafted(case.costing(1000))
    assert "No resolution of this body can decide on it" in officer.get(page(draft, "elsewhere")).text
    given = {"body": "Full Council", "decided_on": date(2016, 9, 1), "title": "As resolved", "minute": "12"}
    resolution = make_decision(case.programme, about=[case.authorisation], members_present="All", **given)
    assert "As resolved (1 September 2016, minute 12)" in officer.get(page(draft, "elsewhere")).text
    fields = {"resolution": resolution.pk, "evidence_at": "https://council.example/12"}
    assert officer.post(page(draft, "elsewhere"), opened(officer, page(draft, "elsewhere")) | fields).status_code == 302
    assert "Full Council, minute 12:" in client_of(case.clerk).get(page(draft, "elsewhere", "confirm")).text


# Sent back, taken back, changed


def test_it_is_sent_back_with_reasons_that_stand_on_the_page(case: Case):
    clerk, officer = client_of(case.clerk), client_of(case.officer)
    draft = case.recorded_elsewhere(case.drafted(case.costing(1000))).drawdown
    address = page(draft, "elsewhere", "confirm")
    seen = {"key": new_key(), "version": draft.version, "sha256": "", "do": "send_back"}
    empty = clerk.post(address, seen | {"reasons": ""})
    assert "Enter the why it is not confirmed." not in empty.text
    assert "Say why it is not confirmed." in empty.text
    clerk.post(address, seen | {"reasons": "The minute says £900."})
    for client, where in ((officer, page(draft)), (officer, page(draft, "elsewhere")), (clerk, page(draft))):
        assert "The minute says £900." in client.get(where).text
    response = clerk.get(address, follow=True)
    assert "No decision taken elsewhere waits to be confirmed here." in response.text


def test_it_is_taken_back_on_its_page(case: Case):
    officer = client_of(case.officer)
    draft = case.recorded_elsewhere(case.drafted(case.costing(1000))).drawdown
    response = officer.post(page(draft, "elsewhere"), {"do": "take_back"}, follow=True)
    assert "The decision was taken back." in response.text
    assert "Record the decision" in response.text
    assert TakenElsewhere.objects.get().state == "taken_back"


def test_the_limit_is_said_before_and_after_the_button(case: Case):
    case.signed(case.costing(949_000))
    draft = case.recorded_elsewhere(case.drafted(case.costing(1001))).drawdown
    clerk, address = client_of(case.clerk), page(draft, "elsewhere", "confirm")
    assert "This is £1 more than is left" in clerk.get(address).text
    response = clerk.post(address, opened(clerk, address) | {"do": "confirm", "read": "on"})
    assert "£1,001 cannot be drawn from" in response.text
    assert Drawdown.objects.get(pk=draft.pk).state == State.DRAFT


def test_who_may_not_confirm_it_is_told_why(case: Case):
    User.objects.filter(pk=case.officer.pk).update(roles=["finance_officer", "clerk"])
    draft = case.recorded_elsewhere(case.drafted(case.costing(1000))).drawdown
    both = client_of(User.objects.get(pk=case.officer.pk))
    read = both.get(page(draft, "elsewhere", "confirm")).text
    assert "You recorded this decision, so somebody else confirms it." in read
    assert "was released</button>" not in read
    assert "You recorded this decision, so somebody else confirms it." in both.get(page(draft)).text


def test_a_draft_that_changed_meanwhile_gets_409(case: Case):
    draft = case.recorded_elsewhere(case.drafted(case.costing(1000))).drawdown
    clerk, address = client_of(case.clerk), page(draft, "elsewhere", "confirm")
    fields = opened(clerk, address) | {"do": "confirm", "read": "on"}
    actions.write_case(drawdown=draft, version=draft.version, values={"reasons": "Others."}, by=case.officer, at=NOW)
    assert clerk.post(address, fields).status_code == 409
    assert "was changed after the decision was recorded on it" in clerk.get(address).text
    waiting = client_of(case.officer).get(page(draft, "elsewhere")).text
    assert "so it cannot be confirmed. Take it back, and record it again." in " ".join(waiting.split())


def test_the_page_of_the_drawdown_says_that_nobody_signed_here(case: Case):
    drawdown = case.decided_elsewhere(case.costing(1000))
    read = " ".join(client_of(make_auditor()).get(page(drawdown)).text.split())
    assert "It was decided before it was recorded here. Nobody was asked here, and nobody signed it here." in read
    assert "<strong>Signed off</strong>" not in read
    assert "Not asked" in read
    assert "Not answered" not in read
    signed = " ".join(client_of(make_auditor()).get(page(drawdown, "signed")).text.split())
    assert "by the Chief Executive (Last Year), before it was recorded here" in signed
    assert "Signed by" not in signed


def test_the_list_of_drawdowns_says_what_it_waits_for_and_what_it_was(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    auditor = client_of(make_auditor())
    assert "The clerk, to confirm a decision taken elsewhere" in auditor.get("/drawdowns/").text
    case.confirmed_elsewhere(taken)
    assert "Decided elsewhere" in auditor.get("/drawdowns/").text


def test_the_paper_check_misses_no_agreement_and_the_progress_says_that_nobody_was_asked(case: Case):
    drawdown = case.decided_elsewhere(case.costing(1000))
    found = [each for each in findings_of(case.programme, council(), as_at=NOW) if drawdown.reference in each.text]
    assert not found, found
    read = client_of(make_auditor()).get(f"/programmes/{case.programme.slug}/delegations/{case.delegation.pk}/progress/").text
    assert "not asked: decided elsewhere" in read
    assert "no answer" not in read


# The label


@pytest.fixture
def published(case: Case) -> Drawdown:
    return case.publish(case.decided_elsewhere(case.costing(1000), case=KEY))


def test_the_record_is_labelled_on_its_page_and_for_the_public(case: Case, published: Drawdown):
    for read in (
        client_of(case.clerk).get(page(published, "record")).text,
        Client().get(f"/published-decisions/{published.reference}/").text,
    ):
        assert "Retrospective" in read
        assert "This decision was taken elsewhere, before it was recorded here." in read
        assert "It was decided on 1 September 2016, and recorded here on 20 September 2016." in read
        confirmed = f"confirmed by {case.clerk.name} on 20 September 2016 from the evidence."
        assert f"Recorded by {case.officer.name}, and {confirmed}" in read
        assert "https://council.example/minutes/12" in read
        assert "Not asked: decided elsewhere before it was recorded here" in read
        assert "19 days" in read
    assert LABEL in Client().get(f"/published-decisions/{published.reference}/").text
    assert "Ask for another wording" not in client_of(case.clerk).get(page(published, "record")).text


def test_what_is_published_keeps_it_to_the_letter(case: Case, published: Drawdown):
    content = content_of(published_record(published.reference))
    assert content.elsewhere is not None
    assert (content.elsewhere.evidence, content.elsewhere.confirmed_by) == ("https://council.example/minutes/12", case.clerk.name)
    assert {row.answer for row in answer_rows(content)} == {"Not asked: decided elsewhere before it was recorded here"}
    assert json.loads(published.record.content)["elsewhere"]["recorded_by"] == case.officer.name
    assert [row.label for row in sections(content)[0].rows[:2]] == ["Retrospective", "Evidence"]


def test_the_pdf_is_marked_on_its_first_page_and_at_its_foot(published: Drawdown):
    for public in (True, False):
        written = paper.page(published_record(published.reference), public=public)
        assert written.count(LABEL) == 2
        assert "Not asked: decided elsewhere before it was recorded here" in written


def test_what_was_decided_as_one_pdf_says_it_too(case: Case, published: Drawdown):
    written = bundle.page(sheet_of(published, None, NOW.date()))
    assert "Retrospective: decided elsewhere before it was recorded here" in written
    assert "Chief Executive: Last Year, 1 September 2016" in written
    assert "who signed nothing" in written


def in_file(client: Client, address: str) -> dict[str, str]:
    """The reference of each row of a CSV file, by what it says of "Retrospective"."""
    written = shown(client.get(address)).getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    return {row["Retrospective"]: row["Reference"] for row in csv.DictReader(io.StringIO(written))}


def test_register_lists_files_and_feed_are_labelled(case: Case, published: Drawdown):
    other = case.publish(case.signed(case.costing(500)))
    auditor, public = client_of(make_auditor()), Client()
    assert "Retrospective" in auditor.get("/decisions/").text
    assert in_file(auditor, "/decisions/?format=csv") == {"Yes": published.reference, "No": other.reference}
    assert LABEL in public.get("/published-decisions/").text
    assert in_file(public, "/published-decisions/?format=csv") == {"Yes": published.reference, "No": other.reference}
    data = public.get("/published-decisions.json").json()["decisions"]
    assert {row["reference"]: row["retrospective"] for row in data} == {published.reference: True, other.reference: False}
    feed = public.get("/published-decisions.atom").text
    assert feed.count("Retrospective: taken elsewhere on 1 September 2016") == 1


def test_of_an_exempt_one_the_public_learns_that_and_no_evidence(case: Case):
    exempt = KEY | {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the council’s limit."}
    published = case.publish(
        case.decided_elsewhere(case.costing(1000), case=exempt, evidence=Proof(address="https://x.example/1"))
    )
    rows = public_sections(content_of(published_record(published.reference)))[0].rows
    assert ("Retrospective", "This decision was taken elsewhere, before it was recorded here.") in [tuple(row) for row in rows]
    assert "x.example" not in Client().get(f"/published-decisions/{published.reference}/").text


def test_a_text_that_names_what_is_exempt_is_refused(case: Case):
    line = case.line(title="Strategic lead for fostering")
    exempt_line(line=line, paragraph=2, reason="It would tell who leaves.", by=case.clerk, at=NOW)
    draft = case.drafted(line)
    with pytest.raises(ValidationError) as refusal:
        case.recorded_elsewhere(draft, text="To release the money of the Strategic lead for fostering.")
    assert list(refusal.value.message_dict) == ["text"]
