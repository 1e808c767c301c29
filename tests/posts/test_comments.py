"""Comments and files of lines: who says what, what stays, and that none of it stands in a paper."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.permissions.rules import Role
from costing.frozen import digest
from display.uploads import Upload
from posts.attachments.actions import MOST_FILES, attach_file, remove_file
from posts.comments.actions import comment_on, withdraw_comment
from posts.exempt.actions import exempt_line
from posts.models import CostLine, LineComment, LineFile
from tests.lists import rows_of
from tests.making import (
    NOON,
    enter_line,
    make_administrator,
    make_auditor,
    make_clerk,
    make_officer,
    make_phase,
    make_programme,
    make_user,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 a quotation"


@pytest.fixture
def line() -> CostLine:
    return enter_line(make_phase(make_programme(slug="ofsted")), title="Head of service")


def _said(line: CostLine, by: User, text: str = "Agency until March?", key: str = "k1") -> LineComment:
    return comment_on(line=line, text=text, key=key, by=by, at=NOON)


def _attached(line: CostLine, by: User, name: str = "Quote.pdf", content: bytes = PDF) -> LineFile:
    return attach_file(line=line, upload=Upload(name, content), by=by, at=NOON)


def _page(client: Client, person: User, line: CostLine) -> str:
    client.force_login(person)
    return " ".join(client.get(f"/programmes/{line.programme.slug}/lines/{line.pk}/comments/").text.split())


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.CLERK, Role.OFFICE_HOLDER])
def test_those_who_work_on_a_line_comment_on_it_once(line: CostLine, role: Role):
    person = make_user(role)
    assert _said(line, person).pk == _said(line, person).pk
    assert AuditEntry.objects.latest("number").action == "line_commented"
    with pytest.raises(ValidationError, match="different content"):
        _said(line, person, "Something else")


@pytest.mark.parametrize("make", [make_auditor, make_administrator])
def test_who_only_reads_says_nothing(line: CostLine, make: Any, client: Client):
    with pytest.raises(PermissionDenied):
        _said(line, make())
    with pytest.raises(PermissionDenied):
        _attached(line, make_clerk())
    page = _page(client, make(), line)
    assert "Add comment" not in page
    assert client.post(f"/programmes/ofsted/lines/{line.pk}/comments/", {"text": "Hello", "key": "k"}).status_code == 403


def test_a_comment_is_withdrawn_by_its_author_or_a_finance_officer_with_a_reason(line: CostLine, client: Client):
    author, other = make_clerk(name="Clare Author"), make_clerk()
    comment = _said(line, author)
    given = {"comment": comment, "line": line, "at": NOON}
    with pytest.raises(PermissionDenied):
        withdraw_comment(reason="Not mine.", by=other, **given)
    with pytest.raises(ValidationError):
        withdraw_comment(reason=" ", by=author, **given)
    withdraw_comment(reason="On the wrong line.", by=make_officer(name="Fin Officer"), **given)
    page = _page(client, make_auditor(), line)
    assert "Agency until March?" not in page
    assert "Withdrawn by Fin Officer" in page
    assert "On the wrong line." in page


def test_the_store_lets_a_comment_only_be_withdrawn_once(line: CostLine):
    comment, officer = _said(line, make_clerk()), make_officer()
    with refused_by("line_comment_only_withdrawn"):
        LineComment.objects.update(text="Other")
    with refused_by("line_comment_stays"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM posts_linecomment")
    withdraw_comment(comment=comment, line=line, reason="Wrong.", by=officer, at=NOON)
    with refused_by("line_comment_only_withdrawn"):
        LineComment.objects.update(withdrawn_because="Another reason")
    given = {"programme": line.programme, "line_id": line.pk, "text": "x", "by": officer, "at": NOON, "key": "k2"}
    for values, rule in (
        ({"key": ""}, "comment_has_its_key"),
        ({"text": " "}, "comment_has_its_text"),
        ({"withdrawn_because": "Why"}, "comment_withdrawal_is_whole"),
        ({"withdrawn_because": "Why", "withdrawn_by": officer, "withdrawn_at": NOON}, "line_comment_begins_standing"),
    ):
        with refused_by(rule):
            LineComment.objects.create(**(given | values))


def test_a_file_is_kept_whole_and_handed_back_as_an_attachment(line: CostLine, client: Client):
    file = _attached(line, make_officer())
    page = _page(client, make_auditor(), line)
    address = f"/programmes/ofsted/lines/{line.pk}/files/{file.pk}/"
    assert address in page
    assert file.sha256 in page
    answer = client.get(address)
    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="Quote.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox"
    another = enter_line(line.phase)
    assert client.get(f"/programmes/ofsted/lines/{another.pk}/files/{file.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("Quote.exe", b"MZ", "cannot be attached"),
        ("Quote.pdf", b"<script>", "does not match its name"),
        ("Quote.pdf", b"", "is empty"),
        ("quote.PDF", PDF, "is attached already"),
    ],
)
def test_what_cannot_be_kept_gets_its_message(line: CostLine, client: Client, name: str, content: bytes, said: str):
    officer = make_officer()
    _attached(line, officer)
    client.force_login(officer)
    sent = {"do": "attach", "file": SimpleUploadedFile(name, content)}
    assert said in client.post(f"/programmes/ofsted/lines/{line.pk}/comments/", sent).text
    assert LineFile.objects.count() == 1


def test_so_many_files_and_no_more_and_one_is_removed_again(line: CostLine, client: Client):
    officer = make_officer()
    files = [_attached(line, officer, f"{number}.pdf") for number in range(MOST_FILES)]
    with pytest.raises(ValidationError, match="remove one first"):
        _attached(line, officer)
    client.force_login(officer)
    address = f"/programmes/ofsted/lines/{line.pk}/comments/"
    assert "No more files can be attached." in client.get(address).text
    assert client.post(address, {"do": "remove", "file": files[0].pk}).status_code == 302
    assert client.post(address, {"do": "remove", "file": files[0].pk}).status_code == 404
    assert LineFile.objects.count() == MOST_FILES - 1
    assert AuditEntry.objects.latest("number").action == "line_file_removed"


def test_the_store_keeps_a_file_as_it_was_attached(line: CostLine):
    officer = make_officer()
    file = _attached(line, officer)
    with refused_by("line_file_stays_as_attached"):
        LineFile.objects.update(name="Other.pdf")
    kept = {field.attname: getattr(file, field.attname) for field in LineFile._meta.fields if field.attname != "id"}
    for values, rule in (
        ({"name": "b.pdf", "content": b"other"}, "line_file_hash_is_of_its_content"),
        ({"name": "b.pdf", "sha256": "x"}, "line_file_hash_is_of_its_content"),
        ({"name": "b.pdf", "content": b"", "size": 0, "sha256": digest(b"")}, "line_file_has_its_hash"),
        ({}, "line_file_named_once"),
    ):
        with refused_by(rule):
            LineFile.objects.create(**(kept | values))
    remove_file(file=file, line=line, by=officer, at=NOON)
    assert not LineFile.objects.exists()


def test_they_are_counted_where_the_line_is_shown(line: CostLine, client: Client):
    officer = make_officer()
    comment = _said(line, officer)
    _said(line, officer, "Another", "k2")
    _attached(line, officer)
    client.force_login(officer)
    withdraw_comment(comment=comment, line=line, reason="Wrong.", by=officer, at=NOON)
    for page in ("", "workings/"):
        assert "and files (2)" in client.get(f"/programmes/ofsted/lines/{line.pk}/{page}").text
    for person in (officer, make_auditor()):
        client.force_login(person)
        assert re.search(
            r"Comments and files<.*?> of Head of service</span>: 2</a>", client.get("/programmes/ofsted/lines/").text, re.S
        )
    client.force_login(officer)
    assert rows_of(client.get("/lines/", {"columns": "notes"}).text) == [["Head of service", "2 of Head of service"]]


def test_nothing_that_is_said_of_a_line_stands_in_a_paper(line: CostLine, client: Client):
    officer = make_officer()
    _said(line, officer, "Sesquipedalian")
    _attached(line, officer, "Sesquipedalian.pdf")
    client.force_login(officer)
    for face in ("/", ".csv", ".json", ".xlsx", ".pdf"):
        assert b"esquipedalian" not in client.get(f"/programmes/ofsted/expenditure{face}").getvalue()
    assert "esquipedalian" not in client.get("/programmes/ofsted/reports/", follow=True).text


def test_who_may_not_read_exempt_lines_reads_nothing_said_of_them(line: CostLine, client: Client):
    file = _attached(line, make_officer())
    exempt_line(line=line, paragraph=2, reason="It would tell who leaves.", by=make_clerk(), at=NOON)
    client.force_login(make_administrator())
    for part in ("comments/", f"files/{file.pk}/"):
        assert client.get(f"/programmes/ofsted/lines/{line.pk}/{part}").status_code == 403


def test_what_is_typed_is_text_and_is_not_lost(line: CostLine, client: Client):
    clerk = make_clerk()
    client.force_login(clerk)
    address = f"/programmes/ofsted/lines/{line.pk}/comments/"
    form = client.get(address).context["comment"]
    sent = {"do": "comment", "key": form["key"].value(), "text": "<b>{{ now }}</b>\nSecond line"}
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    assert LineComment.objects.count() == 1
    assert "&lt;b&gt;{{ now }}&lt;/b&gt;" in _page(client, clerk, line)
    empty = client.post(address, {"do": "comment", "key": "other", "text": "  "})
    assert "Enter the comment." in empty.text
    assert client.post(address, {"do": "comment", "key": "k", "text": "a\u202eb"}).text.count("a\u202eb") >= 1
