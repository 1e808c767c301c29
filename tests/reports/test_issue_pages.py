"""Issued papers in the browser: issuing, the list, one paper, its download, and whether a file is one of them."""

import io
import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import page as page_validation
import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry, User
from phases.models import Programme
from posts.models import LineAmount
from reports.models import IssuedPaper
from reports.papers.verifying.forms import LARGEST_PAPER
from tests.making import NOON, make_auditor, make_clerk, make_officer
from tests.reports.papers import MEETING, dearer, issued, make_programme_to_issue

pytestmark = pytest.mark.django_db

TYPED = {
    "committee": "Executive",
    "meeting_date": "14 September 2016",
    "agenda_item": "7",
    "appendix": "Appendix 3",
    "report_number": "ED17012",
    "reason": "",
}
LATER = NOON + timedelta(hours=1)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def programme() -> Programme:
    return make_programme_to_issue()


@pytest.fixture
def clerk(programme: Programme) -> Client:
    return signed_in(make_clerk())


ISSUE = "/programmes/small/papers/issue/"


def hidden_of(page: str) -> dict[str, str]:
    """What the check page sends back."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def issued_in_the_browser(client: Client, **typed: str) -> IssuedPaper:
    checked = client.post(ISSUE, TYPED | typed)
    assert "Check what will be issued" in checked.text
    answer = client.post(ISSUE, hidden_of(checked.text) | {"confirm": "yes"}, follow=True)
    assert "was issued" in answer.text
    return IssuedPaper.objects.latest("pk")


def text_of(paper: IssuedPaper) -> str:
    with pdfplumber.open(io.BytesIO(bytes(paper.content))) as document:
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in document.pages))


def test_the_form_is_filled_from_the_programmes_paper_details(clerk: Client):
    page = clerk.get(ISSUE).text
    for value in ("Executive", "14 September 2016", "Appendix 3", "ED17012"):
        assert f'value="{value}"' in page, value
    assert "stop the paper" not in page


def test_checking_writes_nothing(clerk: Client):
    before = AuditEntry.objects.count()
    page = clerk.post(ISSUE, TYPED).text
    assert "Appendix 3, version 1" in page
    assert not IssuedPaper.objects.exists()
    assert AuditEntry.objects.count() == before


def test_a_clerk_issues_and_reissues_and_the_paper_prints_what_changed(clerk: Client, programme: Programme):
    first = issued_in_the_browser(clerk)
    text = text_of(first)
    assert "Appendix 3 | Report no. ED17012 | Executive | 14 September 2016 | Agenda item 7" in text
    assert "Version 1. Figures as at" in text
    assert "Changes since" not in text
    assert json.loads(first.schedule)["paper"]["version"] == 1

    dearer(programme)
    asked = clerk.post(ISSUE, TYPED).text
    assert "This was issued as version 1. Say why it is issued again." in asked
    second = issued_in_the_browser(clerk, reason="The grade was wrong.")
    text = text_of(second)
    assert "Changes since version 1, issued on" in text
    assert "The grade was wrong." in text
    assert "Phase One Head of service 2016/17 60 64" in text
    assert "TOTAL RESOURCES REQUESTED 2016/17 120 124" in text
    for profile in ("ua1", "3a"):
        report = page_validation.validate_pdf_bytes(bytes(second.content), profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_the_download_is_the_very_bytes_that_were_issued(clerk: Client, programme: Programme):
    paper = issued(programme)
    dearer(programme)
    for reader in (clerk, signed_in(make_auditor())):
        response = reader.get(f"/programmes/small/papers/{paper.pk}.pdf")
        assert response.content == bytes(paper.content)
        assert response["Content-Type"] == "application/pdf"
        assert 'attachment; filename="appendix-3-executive-2016-09-14-version-1.pdf"' in response["Content-Disposition"]


def test_findings_that_stop_the_paper_are_shown_with_their_links_and_it_is_not_issued(clerk: Client, programme: Programme):
    stated = {"origin": "stated", "reason": "As published", "stated_by": make_officer(), "stated_at": NOON}
    LineAmount.objects.filter(line__title="Auditor", financial_year=2016).update(amount=Decimal(10_000), **stated)
    Programme.objects.update(version=99)
    page = clerk.get(ISSUE).text
    assert "stops the paper" in page
    assert "/checks/findings/" in page
    checked = clerk.post(ISSUE, TYPED).text
    assert "Issue this paper" not in checked
    answer = clerk.post(ISSUE, hidden_of(checked) | {"confirm": "yes"})
    assert answer.status_code == 409
    assert not IssuedPaper.objects.exists()


def test_what_changed_after_the_check_page_is_shown_again_before_it_is_issued(clerk: Client, programme: Programme):
    checked = clerk.post(ISSUE, TYPED).text
    dearer(programme)
    answer = clerk.post(ISSUE, hidden_of(checked) | {"confirm": "yes"})
    assert answer.status_code == 409
    assert "Something has changed since you opened this page." in answer.text
    assert not IssuedPaper.objects.exists()
    assert clerk.post(ISSUE, hidden_of(answer.text) | {"confirm": "yes"}).status_code == 302


def test_a_second_press_of_the_button_issues_nothing_more(clerk: Client):
    sent = hidden_of(clerk.post(ISSUE, TYPED).text) | {"confirm": "yes"}
    assert clerk.post(ISSUE, sent).status_code == 302
    clerk.post(ISSUE, sent)
    assert IssuedPaper.objects.count() == 1


def test_changing_it_goes_back_to_the_form_with_what_was_typed(clerk: Client):
    page = clerk.post(ISSUE, TYPED | {"agenda_item": "8a", "change": "yes"}).text
    assert "Continue" in page
    assert 'value="8a"' in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("committee", "", "Choose the committee."),
        ("appendix", " ", "Enter the appendix."),
        ("meeting_date", "31 April 2016", "There is a problem"),
    ],
)
def test_what_is_missing_is_said_at_its_field(clerk: Client, field: str, typed: str, said: str):
    assert said in clerk.post(ISSUE, TYPED | {field: typed}).text
    assert not IssuedPaper.objects.exists()


def test_a_new_version_is_offered_with_the_details_of_the_paper(clerk: Client, programme: Programme):
    paper = issued(programme, meeting=MEETING._replace(appendix="Appendix 9"))
    assert f"/programmes/small/papers/issue/?again={paper.pk}" in clerk.get(f"/programmes/small/papers/{paper.pk}/").text
    assert 'value="Appendix 9"' in clerk.get(f"{ISSUE}?again={paper.pk}").text
    assert clerk.get(f"{ISSUE}?again=999999").status_code == 404
    assert clerk.get(f"{ISSUE}?again=nonsense").status_code == 200


def test_a_paper_shows_its_hash_its_findings_and_what_changed_since_the_version_before(clerk: Client, programme: Programme):
    first = issued(programme)
    dearer(programme)
    second = issued(programme, at=LATER, reason="The grade was wrong.")
    page = clerk.get(f"/programmes/small/papers/{second.pk}/").text
    for said in (second.sha256, "The grade was wrong.", "64", "is before the Executive decided"):
        assert said in page, said
    assert "has been superseded" not in page
    page = clerk.get(f"/programmes/small/papers/{first.pk}/").text
    assert "This version has been superseded by" in page
    assert "Issue a new version" not in page
    assert clerk.get("/programmes/small/papers/999999/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_constant_number_of_times(programme: Programme, count: int, django_assert_num_queries: Any):
    for number in range(count):
        reason = "Again." if number else ""
        issued(programme, at=NOON + timedelta(hours=number), reason=reason)
    reader = signed_in(make_auditor())
    with django_assert_num_queries(6):  # session, person, council, programme; papers, those under way
        page = reader.get("/programmes/small/papers/").text
    assert page.count("Superseded</strong>") == count - 1
    assert page.count("Current</strong>") == 1


def sent(content: bytes, name: str = "given.pdf") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content)}


def test_anybody_learns_whether_a_file_is_a_paper_issued_here(programme: Programme):
    paper = issued(programme)
    page = " ".join(Client().post("/papers/verify/", sent(bytes(paper.content))).text.split())
    assert "Genuine, and the newest version" in page
    assert "Appendix 3, version 1, for Executive on 14 September 2016" in page
    assert paper.issued_by.name not in page


def test_a_superseded_paper_is_genuine_and_says_what_took_its_place(programme: Programme):
    first = issued(programme)
    dearer(programme)
    issued(programme, at=LATER, reason="The grade was wrong.")
    page = Client().post("/papers/verify/", sent(bytes(first.content))).text
    assert "Genuine, but superseded" in page
    assert "The grade was wrong." in page


def test_a_file_with_one_byte_more_is_not_known_and_nothing_of_it_is_kept(programme: Programme):
    paper = issued(programme)
    before = AuditEntry.objects.count()
    page = Client().post("/papers/verify/", sent(bytes(paper.content) + b"\n")).text
    assert "Not known" in page
    assert (IssuedPaper.objects.count(), AuditEntry.objects.count()) == (1, before)


def test_what_cannot_be_checked_is_said_at_the_field(programme: Programme):
    assert "Choose a file." in Client().post("/papers/verify/").text
    assert "larger than 20 MB" in Client().post("/papers/verify/", sent(b"x" * (LARGEST_PAPER + 1))).text
    assert "Not known" in Client().post("/papers/verify/", sent(b"")).text


def test_a_file_is_sent_with_the_token_of_its_page():
    assert Client(enforce_csrf_checks=True).post("/papers/verify/", sent(b"x")).status_code == 403


def test_every_page_leads_to_the_check_of_a_paper_which_knows_of_no_session(clerk: Client):
    link = 'href="/papers/verify/">Check a paper</a>'
    for page in (clerk.get("/"), Client().get("/accounts/login/"), clerk.get("/papers/verify/")):
        assert link in page.text
    assert "Change your password" in clerk.get("/").text
    assert "Change your password" not in clerk.get("/papers/verify/").text
    assert "Cookie" not in Client().get("/published-decisions/").get("Vary", "")
