"""Papers and the case of a drawdown: attached, served back, and kept as they were submitted."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import NotAllowedNow, Upload, attach_evidence
from approvals.drawdowns.rules import Reply
from approvals.models import DecisionRecord, Drawdown, Paper
from display import uploads as files
from display.uploads import LARGEST, NotAFile, media_type
from tests.approvals.case import CASE, NOW, Case, make_case, new_key
from tests.making import make_user
from tests.refusals import refused_by, unique_columns

pytestmark = pytest.mark.django_db

PDF = Upload("Report.pdf", b"%PDF-1.7 a report")
MAIL = b"From: leader@council.example\r\nSubject: I agree\r\n\r\nYes."


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def drawdown(case: Case) -> Drawdown:
    return case.drafted(case.line())


@pytest.fixture
def officer(client: Client, case: Case) -> Client:
    client.force_login(case.officer)
    return client


def attach(case: Case, drawdown: Drawdown, upload: Upload = PDF) -> Paper:
    return actions.attach_paper(drawdown=drawdown, upload=upload, by=case.officer, at=NOW)


def submit(case: Case, drawdown: Drawdown) -> Drawdown:
    version = Drawdown.objects.get(pk=drawdown.pk).version
    return actions.submit(drawdown=drawdown, version=version, key=new_key(), by=case.officer, at=NOW)


def zipped(**members: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return held.getvalue()


WORD, EXCEL = zipped(word__document_xml="<w/>"), zipped(xl__workbook_xml="<x/>")
OPEN_DOCUMENT = zipped(mimetype="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("name", "content", "served_as"),
    [
        ("a.pdf", b"%PDF-1.4 ...", "application/pdf"),
        ("A.PDF", b"%PDF-1.4 ...", "application/pdf"),
        ("a.docx", WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", EXCEL, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.odt", OPEN_DOCUMENT, "application/vnd.oasis.opendocument.text"),
        ("a.csv", "£;1\r\n".encode("cp1252"), "text/csv"),
        ("a.txt", "Naïve\t text\n".encode(), "text/plain"),
        ("a.png", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0...", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0...", "image/jpeg"),
        ("a.eml", MAIL, "message/rfc822"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "application/vnd.ms-outlook"),
    ],
)
def test_what_may_be_a_paper(name: str, content: bytes, served_as: str):
    assert media_type(name, content) == served_as


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"<script>alert(1)</script>", "does not match its name"),
        ("a.docx", EXCEL, "not a .docx file"),
        ("a.xlsx", b"PK\x03\x04 broken", "not a .xlsx file"),
        ("a.odt", WORD, "not a .odt file"),
        ("a.txt", b"\x00\x01", "not a .txt file"),
        ("a.csv", b"%PDF-1.4", "not a .csv file"),
        ("a.png", b"GIF89a", "not a .png file"),
        ("a.eml", b"Hello\r\n", "not a .eml file"),
        ("a.msg", b"PK\x03\x04", "not a .msg file"),
        ("a.html", b"<p>", "cannot be attached"),
        ("a.pdf.exe", b"%PDF-1.4", "cannot be attached"),
        ("pdf", b"%PDF-1.4", "cannot be attached"),
        ("a.pdf", b"", "a.pdf is empty."),
        ("a.pdf", b"%PDF-" + b"x" * LARGEST, "a.pdf has 10.1 MB: a file may have up to 10 MB."),
    ],
)
def test_what_may_not(name: str, content: bytes, said: str):
    with pytest.raises(NotAFile, match=said.replace(".", r"\.")):
        media_type(name, content)


def test_a_file_of_just_ten_megabytes_is_kept():
    assert media_type("a.pdf", b"%PDF-".ljust(LARGEST, b"x")) == "application/pdf"
    assert files.megabytes(LARGEST) == "10.0"


def test_a_paper_is_attached_and_frozen_with_its_hash(case: Case, drawdown: Drawdown):
    paper = attach(case, drawdown)
    assert (paper.size, paper.sha256) == (len(PDF.content), hashlib.sha256(PDF.content).hexdigest())
    submitted = submit(case, drawdown)
    assert json.loads(submitted.content)["papers"] == [{"name": "Report.pdf", "sha256": paper.sha256}]
    entry = AuditEntry.objects.get(action="drawdown_paper_attached")
    assert paper.sha256 in entry.content


def test_who_attaches_a_paper_has_prepared_the_drawdown(case: Case, drawdown: Drawdown):
    assistant = make_user(Role.FINANCE_OFFICER, Role.OFFICE_HOLDER)
    actions.attach_paper(drawdown=drawdown, upload=PDF, by=assistant, at=NOW)
    assert assistant.pk in drawdown.preparers.values_list("person", flat=True)


def test_a_page_opened_before_a_paper_was_attached_does_not_submit(case: Case, drawdown: Drawdown):
    attach(case, drawdown)
    with pytest.raises(actions.StaleDrawdown):
        actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)


@pytest.mark.parametrize("name", ["Report.pdf", "REPORT.PDF"])
def test_a_name_is_taken_once(case: Case, drawdown: Drawdown, name: str):
    attach(case, drawdown)
    with pytest.raises(ValidationError, match="is attached already"):
        attach(case, drawdown, Upload(name, b"%PDF-1.7 another"))


def test_twenty_papers_and_no_more(case: Case, drawdown: Drawdown):
    for number in range(20):
        attach(case, drawdown, Upload(f"{number}.pdf", PDF.content))
    with pytest.raises(ValidationError, match="20 papers are attached"):
        attach(case, drawdown)


def test_a_hidden_character_in_a_name_is_refused(case: Case, drawdown: Drawdown):
    with pytest.raises(ValidationError, match="hidden character"):
        attach(case, drawdown, Upload("fdp\u202e.pdf", PDF.content))


def test_only_those_who_prepare_attach_and_remove(case: Case, drawdown: Drawdown):
    paper = attach(case, drawdown)
    with pytest.raises(PermissionDenied):
        actions.attach_paper(drawdown=drawdown, upload=PDF, by=case.clerk, at=NOW)
    with pytest.raises(PermissionDenied):
        actions.remove_paper(paper=paper, by=case.clerk, at=NOW)


def test_a_paper_is_removed_while_it_is_open_and_not_afterwards(case: Case, drawdown: Drawdown):
    actions.remove_paper(paper=attach(case, drawdown), by=case.officer, at=NOW)
    assert not drawdown.papers.exists()
    paper = attach(case, drawdown)
    submitted = submit(case, drawdown)
    with pytest.raises(NotAllowedNow, match="frozen"):
        actions.remove_paper(paper=paper, by=case.officer, at=NOW)
    with pytest.raises(NotAllowedNow, match="frozen"):
        attach(case, submitted, Upload("Late.pdf", PDF.content))
    actions.withdraw(drawdown=submitted, version=submitted.version, reasons="Not yet.", by=case.officer, at=NOW)
    actions.remove_paper(paper=paper, by=case.officer, at=NOW)
    assert not drawdown.papers.exists()


def test_evidence_is_kept_while_it_is_submitted(case: Case, drawdown: Drawdown):
    evidence = attach_evidence(drawdown=submit(case, drawdown), upload=Upload("Mail.eml", MAIL), by=case.clerk, at=NOW)
    assert (evidence.kind, evidence.media_type) == ("evidence", "message/rfc822")
    returned = case.answered(Drawdown.objects.get(pk=drawdown.pk), reply=Reply.DISAGREE)
    with pytest.raises(NotAllowedNow, match="never removed"):
        actions.remove_paper(paper=evidence, by=case.officer, at=NOW)
    with refused_by("evidence_is_never_removed"):
        Paper.objects.filter(pk=evidence.pk).delete()
    with refused_by("evidence_while_submitted"):
        attach_evidence(drawdown=returned, upload=Upload("More.eml", MAIL), by=case.clerk, at=NOW)


def test_the_database_keeps_papers_as_they_were_submitted(case: Case, drawdown: Drawdown):
    paper = attach(case, drawdown)
    with refused_by("paper_stays_as_attached"):
        Paper.objects.filter(pk=paper.pk).update(name="Other.pdf")
    submit(case, drawdown)
    with refused_by("paper_changes_while_open"):
        Paper.objects.filter(pk=paper.pk).delete()
    with refused_by("paper_changes_while_open"):
        again(paper, name="Late.pdf")


@pytest.mark.parametrize("wrong", [{"sha256": "0" * 64}, {"size": 1}])
def test_size_and_hash_are_those_of_the_content(case: Case, drawdown: Drawdown, wrong: dict[str, Any]):
    with refused_by("paper_hash_is_of_its_content"):
        again(attach(case, drawdown), name="Another.pdf", **wrong)


def again(paper: Paper, **values: Any) -> None:
    """Store the same paper once more, with other values."""
    copy = Paper.objects.get(pk=paper.pk)
    copy.pk = None
    for name, value in values.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)


def test_a_paper_is_of_a_known_kind_named_once_and_holds_something(case: Case, drawdown: Drawdown):
    paper = attach(case, drawdown)
    with refused_by("paper_named_once"):
        again(paper)
    with refused_by("paper_has_its_hash"):
        again(paper, name="Empty.pdf", content=b"", size=0, sha256=hashlib.sha256(b"").hexdigest())
    submit(case, drawdown)
    with refused_by("paper_kind_is_known"):
        again(paper, kind="other")
    assert unique_columns("approvals_paper", "paper_with_drawdown") == ["id", "drawdown_id"]


def test_papers_are_not_truncated():
    with refused_by("paper_no_truncate"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL improvement_budget.allow_truncate = 'off'; TRUNCATE approvals_paper CASCADE")


@pytest.mark.parametrize("field", ["reasons", "alternatives", "wards", "report_author", "background_papers"])
def test_the_case_stays_as_it_was_submitted(case: Case, drawdown: Drawdown, field: str):
    submitted = submit(case, drawdown)
    with refused_by("case_stays_as_submitted"):
        DecisionRecord.objects.filter(drawdown=drawdown).update(**{field: "Something else"})
    with pytest.raises(NotAllowedNow, match="frozen"):
        actions.write_case(drawdown=drawdown, version=submitted.version, values=CASE, by=case.officer, at=NOW)
    DecisionRecord.objects.filter(drawdown=drawdown).update(minute="12")  # of the record that follows the decision
    actions.withdraw(drawdown=submitted, version=submitted.version, reasons="Not yet.", by=case.officer, at=NOW)
    DecisionRecord.objects.filter(drawdown=drawdown).update(**{field: "Something else"})


def test_the_case_is_part_of_what_is_frozen(case: Case, drawdown: Drawdown):
    content = json.loads(submit(case, drawdown).content)
    assert content["case"]["reasons"] == CASE["reasons"]
    assert content["case"]["is_key"] is False


def test_a_paper_is_served_as_an_attachment_and_nothing_else(case: Case, drawdown: Drawdown, client: Client):
    paper = attach(case, drawdown, Upload("Café “plan”.pdf", PDF.content))
    client.force_login(case.people["Leader"])
    response = client.get(f"/drawdowns/{drawdown.reference}/papers/{paper.pk}/")
    assert response.content == PDF.content
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Caf%C3%A9%20%E2%80%9Cplan%E2%80%9D.pdf"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_a_paper_of_another_drawdown_is_not_found(case: Case, drawdown: Drawdown, officer: Client):
    paper = attach(case, case.drafted(case.line()))
    assert officer.get(f"/drawdowns/{drawdown.reference}/papers/{paper.pk}/").status_code == 404


def test_nobody_gets_a_paper_without_signing_in(case: Case, drawdown: Drawdown):
    address = f"/drawdowns/{drawdown.reference}/papers/{attach(case, drawdown).pk}/"
    assert Client().get(address).url == f"/accounts/login/?next={address}"


def test_papers_are_attached_and_removed_on_their_page(case: Case, drawdown: Drawdown, officer: Client):
    address = f"/drawdowns/{drawdown.reference}/papers/"
    sent = SimpleUploadedFile("Report.pdf", PDF.content, content_type="text/html")
    page = officer.post(address, {"file": sent}, follow=True)
    paper = Paper.objects.get()
    assert (paper.name, paper.media_type, paper.added_by) == ("Report.pdf", "application/pdf", case.officer)
    assert "Report.pdf was attached." in page.text
    assert "Report.pdf was removed." in officer.post(address, {"remove": paper.pk}, follow=True).text
    assert officer.post(address, {"remove": paper.pk}).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("Report.pdf", b"", "Report.pdf is empty."),
        ("Report.pdf", b"MZ", "Report.pdf does not match its name"),
        ("report.exe", b"MZ", "report.exe cannot be attached"),
    ],
)
def test_the_page_says_what_is_wrong_with_a_file(drawdown: Drawdown, officer: Client, name: str, content: bytes, said: str):
    page = officer.post(f"/drawdowns/{drawdown.reference}/papers/", {"file": SimpleUploadedFile(name, content)})
    assert said in page.text
    assert "There is a problem" in page.text
    assert not Paper.objects.exists()


def test_the_page_asks_for_a_file(drawdown: Drawdown, officer: Client):
    assert "Choose a file." in officer.post(f"/drawdowns/{drawdown.reference}/papers/", {}).text
