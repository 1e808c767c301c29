"""What an import was read from is kept whole, shown from its lines and its audit entry, and the import undone as one."""

import io
from hashlib import sha256
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User
from accounts.permissions.rules import Role
from operations import proof
from phases.models import Programme
from posts.importing import actions as paste
from posts.models import CostLine, ImportedFile, LineExemption
from tests.making import NOON, make_auditor, make_officer, make_phase, make_programme, make_user
from tests.posts.paste_page import fields
from tests.posts.pasting import put
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db

CSV = b"phase,team,title,fte,annual cost,from\r\n1,Adoption,Manager,1,48000,1 Jan 2017\r\n"


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def programme() -> Programme:
    made = make_programme(slug="ours")
    make_phase(made, 1)
    return made


def check(client: Client, name: str, content: bytes, **data: str) -> Any:
    file = SimpleUploadedFile("given", content)
    file.name = name
    return client.post(reverse("paste_lines", args=["ours"]), {"file": file, "do": "preview", **data})


def taken_in(client: Client, name: str = "lines.csv", content: bytes = CSV) -> ImportedFile:
    page = check(client, name, content)
    assert ImportedFile.objects.count() == 0, "nothing is stored before it is applied"
    client.post(reverse("paste_lines", args=["ours"]), fields(page) | {"do": "apply"})
    return ImportedFile.objects.get()


def test_the_file_of_an_import_is_kept_to_the_byte_with_its_hash(client: Client, programme: Programme):
    made = openpyxl.Workbook()
    for row in (["Phase", "Team", "Post", "FTE", "Annual cost"], [1, "Adoption", "Manager", 1, 48_000]):
        made.active.append(row)
    written = io.BytesIO()
    made.save(written)
    content = written.getvalue()
    kept = taken_in(client, "Posts 2016.xlsx", content)
    assert bytes(kept.content) == content
    assert (kept.name, kept.size, kept.sha256) == ("Posts 2016.xlsx", len(content), sha256(content).hexdigest())
    assert CostLine.objects.count() == 1


def test_its_audit_entry_names_it_and_leads_to_it(client: Client, programme: Programme):
    kept = taken_in(client)
    entry = AuditEntry.objects.get(number=kept.entry_id)
    assert entry.action == "lines_imported"
    assert f"SHA-256 of the file: {kept.sha256}" in entry.details
    assert "File: lines.csv" in entry.details
    auditor = Client()
    auditor.force_login(make_auditor())
    address = reverse("line_import", args=["ours", kept.entry_id])
    assert f'href="{address}"' in auditor.get(reverse("audit")).content.decode()
    page = auditor.get(address).content.decode()
    for words in ("lines.csv", "Finance officer", kept.sha256, "1 line added", "Manager"):
        assert words in page
    assert "Undo this import" not in page


def test_the_history_of_a_line_leads_to_the_file_it_came_from_which_is_handed_back_as_it_was(
    client: Client, programme: Programme
):
    kept = taken_in(client)
    workings = client.get(reverse("workings", args=["ours", CostLine.objects.get().pk])).content.decode()
    assert f'href="{reverse("line_import", args=["ours", kept.entry_id])}">lines.csv</a>' in workings
    file = client.get(reverse("line_import_file", args=["ours", kept.entry_id]))
    assert file.content == CSV
    assert file["Content-Disposition"] == 'attachment; filename="lines.csv"'
    assert file["Content-Security-Policy"] == "sandbox"


def test_pasted_text_is_kept_too(client: Client, programme: Programme):
    text = "phase\tteam\ttitle\tfte\tannual cost\n1\tAdoption\tManager\t1\t48000"
    page = client.post(reverse("paste_lines", args=["ours"]), {"text": text.replace("\n", "\r\n"), "do": "preview"})
    client.post(reverse("paste_lines", args=["ours"]), fields(page) | {"do": "apply"})
    kept = ImportedFile.objects.get()
    assert (kept.name, bytes(kept.content), str(kept)) == ("", text.encode(), "Pasted text")
    assert kept.entry.action == "lines_pasted"


def test_a_name_with_a_path_is_the_last_part_of_it(client: Client, programme: Programme):
    assert taken_in(client, "../../etc/x\u202egp.csv").name == "xgp.csv"


def test_back_keeps_the_file_and_what_was_chosen(client: Client, programme: Programme):
    content = CSV.replace(b"from", b"Gross").replace(b"1 Jan 2017", b"48,000")
    page = check(client, "lines.csv", content)
    chosen = fields(page) | {"column-5": "comment", "do": "back"}
    back = client.post(reverse("paste_lines", args=["ours"]), chosen)
    assert "lines.csv is chosen" in back.content.decode()
    again = client.post(reverse("paste_lines", args=["ours"]), fields(back) | {"do": "preview"})
    assert again.context["page"].preview.block.columns[5] == "comment"
    other = check(client, "other.csv", content.replace(b"Gross", b"Net"), **fields(back))
    assert other.context["page"].preview.block.columns[5] != "comment", "another file is read by its own headings"
    box = client.post(reverse("paste_lines", args=["ours"]), fields(back) | {"drop_file": "yes", "text": "a", "do": "preview"})
    assert box.context["page"].file is None


def test_an_import_is_undone_as_one_and_says_so(client: Client, programme: Programme):
    kept = taken_in(client)
    address = reverse("line_import", args=["ours", kept.entry_id])
    assert "Undo this import" in client.get(address).content.decode()
    client.post(reverse("undo_lines", args=["ours", kept.entry_id]))
    assert not CostLine.objects.exists()
    page = client.get(address).content.decode()
    assert "Undone by" in page
    assert "no longer in the plan" in page
    assert "Undo this import" not in page


def test_an_import_that_was_undone_and_done_again_stands_and_can_be_undone_once_more(client: Client, programme: Programme):
    kept = taken_in(client)
    address = reverse("line_import", args=["ours", kept.entry_id])
    for times in range(2):
        client.post(reverse("undo_lines", args=["ours", kept.entry_id]))
        assert "Undone by" in client.get(address).content.decode()
        undone = AuditEntry.objects.filter(action="change_undone").latest("number")
        client.post(reverse("undo_lines", args=["ours", undone.number]))
        page = client.get(address).content.decode()
        assert CostLine.objects.count() == 1, times
        assert "Undone by" not in page
        assert "Undo this import" in page


def test_after_a_later_change_it_says_that_it_cannot_be_undone_as_one(client: Client, programme: Programme):
    kept = taken_in(client)
    client.post(reverse("lines", args=["ours"]), {"do": f"duplicate:{CostLine.objects.get().pk}"})
    assert "Undo this import" in client.get(reverse("line_import", args=["ours", kept.entry_id])).content.decode()
    client.post(reverse("lines", args=["ours"]), {"do": f"remove:{CostLine.objects.earliest('pk').pk}"})
    page = client.get(reverse("line_import", args=["ours", kept.entry_id])).content.decode()
    assert "cannot be undone as a whole" in page


def test_who_may_not_read_every_line_does_not_read_the_file(client: Client, programme: Programme, officer: User):
    kept = taken_in(client)
    exempt = {"paragraph": 1, "reason": "About one person", "by": officer, "at": NOON}
    member = Client()
    member.force_login(make_user(Role.ADMINISTRATOR))
    addresses = [reverse(name, args=["ours", kept.entry_id]) for name in ("line_import", "line_import_file")]
    assert [member.get(address).status_code for address in addresses] == [200, 200]
    LineExemption.objects.create(programme=programme, line_id=CostLine.objects.get().pk, **exempt)
    assert [member.get(address).status_code for address in addresses] == [403, 403]
    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_the_store_keeps_no_other_file_than_the_one_the_entry_names(client: Client, programme: Programme):
    kept = taken_in(client)
    with refused_by("imported_file_stays"):
        ImportedFile.objects.filter(pk=kept.pk).update(name="Other.csv")
    given = {name: getattr(kept, name) for name in ("programme", "entry", "name", "media_type", "size", "sha256", "content")}
    for other in ({"content": b"other"}, {"content": b"other", "size": 5, "sha256": sha256(b"other").hexdigest()}, {"size": 1}):
        with refused_by("imported_file_is_the_one_named"):
            ImportedFile.objects.create(**(given | other))


def test_the_proof_finds_a_file_that_is_not_the_one_imported(client: Client, programme: Programme):
    kept = taken_in(client)
    assert [each.stored == each.afresh for each in proof.STORED["files of imports"]()] == [True, True]
    owner("ALTER TABLE posts_importedfile DISABLE TRIGGER USER")
    ImportedFile.objects.filter(pk=kept.pk).update(content=b"other")
    assert [each.stored == each.afresh for each in proof.STORED["files of imports"]()] == [False, True]
    ImportedFile.objects.filter(pk=kept.pk).update(sha256=sha256(b"other").hexdigest())
    assert [each.stored == each.afresh for each in proof.STORED["files of imports"]()] == [True, False]


def test_a_file_without_content_or_hash_is_refused_by_itself(client: Client, programme: Programme):
    kept = taken_in(client)
    owner("ALTER TABLE posts_importedfile DISABLE TRIGGER USER")
    given = {name: getattr(kept, name) for name in ("programme", "name", "media_type")} | {"entry_id": kept.entry_id - 1}
    for wrong in ({"size": 0, "sha256": "0" * 64}, {"size": 1, "sha256": "none"}):
        with refused_by("imported_file_has_its_hash"):
            ImportedFile.objects.create(**given, **wrong, content=b"x")


def test_what_the_database_checks_last_of_many_lines_is_checked_before_the_commit(
    officer: User, programme: Programme, monkeypatch: pytest.MonkeyPatch
):
    def asked(title: str) -> list[str]:
        block = f"Phase\tPost\tFTE\tAnnual cost\tFrom\n1\t{title}\t1\t48,000\t1 Jan 2017\n"
        with CaptureQueriesContext(connection) as queries:
            put(programme, block, officer)
        return [query["sql"] for query in queries]

    assert "SET CONSTRAINTS ALL IMMEDIATE" not in asked("Clerk")
    monkeypatch.setattr(paste, "MANY", 1)
    assert "SET CONSTRAINTS ALL IMMEDIATE" in asked("Manager")
