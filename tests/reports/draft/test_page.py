"""The page that checks a draft: who may, what it answers, that it stores nothing, what it asks of the database."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.council.queries import council
from accounts.models import AuditEntry
from phases.models import Programme
from phases.programmes.queries import programme_for
from reports.draft.queries import known_of
from tests.around import AFTERWARDS, the_demonstration
from tests.making import NOON, make_auditor, make_clerk, make_officer, make_phase, make_programme
from tests.reports.draft import paper
from tests.reports.draft.documents import document, paragraph, table

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with the_demonstration(django_db_blocker, AFTERWARDS):
        yield


@pytest.fixture
def source() -> Programme:
    return Programme.objects.get()


@pytest.fixture
def client(source: Programme) -> Client:
    client = Client()
    client.force_login(make_clerk())
    return client


def send(client: Client, programme: Programme, **fields: Any) -> Any:
    return client.post(reverse("draft_paper", args=[programme.slug]), fields)


def words(response: Any) -> str:
    """The page without its markup, its spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", "", response.text).split())


def test_the_source_gives_its_findings(client: Client, source: Programme):
    response = send(client, source, text=paper.as_text())
    assert response.status_code == 200
    said = words(response)
    assert "Phases One and Two, 2017/18, is £1,519k, which the paper never states." in said
    assert "Two paragraphs have the number 6.10" in said
    assert "£949k✓ (Matched)" in said
    assert "£1.7m? (Not found)" in said
    assert "<mark>£1.7m</mark>" in response.text


def test_the_same_paper_as_a_word_document_is_read_with_its_table(client: Client, source: Programme):
    body = "".join(map(paragraph, paper.PARAGRAPHS)) + table(paper.ROWS) + "".join(map(paragraph, paper.AFTER_THE_TABLE))
    response = send(client, source, file=SimpleUploadedFile("paper.docx", document(body)))
    assert "The table after paragraph 6.3" in words(response)
    assert "Two paragraphs have the number 6.10" in words(response)


def test_nothing_is_stored(client: Client, source: Programme):
    before = AuditEntry.objects.count(), Programme.objects.get().version
    send(client, source, text=paper.as_text())
    assert (AuditEntry.objects.count(), Programme.objects.get().version) == before


def test_what_was_written_is_never_markup(client: Client, source: Programme):
    response = send(client, source, text="6.1 <script>alert(1)</script> costs £17k in a full year of £141k <b>in all</b>.")
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert" in response.text


def test_a_hostile_file_is_refused_at_its_field(client: Client, source: Programme):
    response = send(client, source, file=SimpleUploadedFile("paper.docx", b"PK\x03\x04 no more"), text="6.1 Kept.")
    assert response.status_code == 422
    assert "This document is damaged" in words(response)
    assert 'href="#id_file"' in response.text
    assert "6.1 Kept." in response.text


def test_a_file_that_is_too_large_is_refused_without_being_read(client: Client, source: Programme):
    response = send(client, source, file=SimpleUploadedFile("paper.docx", b"PK\x03\x04" + b"\0" * (11 * 1024 * 1024)))
    assert response.status_code == 422
    assert "This file is 11 MB: at most 10 MB is read." in words(response)


def test_an_empty_form_asks_for_a_paper(client: Client, source: Programme):
    response = send(client, source)
    assert response.status_code == 422
    assert "Choose a Word document, or paste the text of the paper." in words(response)


def test_an_empty_programme_has_nothing_to_compare_with(client: Client):
    programme = make_programme(slug="empty")
    make_phase(programme)
    response = send(client, programme, text="6.1 It costs £83k.")
    assert response.status_code == 200
    assert "This figure is not in the committee table" in words(response)


def test_a_draft_without_figures_says_so(client: Client):
    assert "no figure in this draft" in words(send(client, make_programme(), text="6.1 Nothing is said."))


def test_finance_officers_may_and_auditors_may_not(source: Programme):
    for person, status in ((make_officer(), 200), (make_auditor(), 403)):
        client = Client()
        client.force_login(person)
        assert send(client, source, text="6.1 It costs £83k.").status_code == status


def test_the_figures_are_read_in_a_constant_number_of_queries(source: Programme, django_assert_num_queries: Any):
    kept, programme = council(), programme_for(make_auditor(), source.slug)
    with django_assert_num_queries(13):
        known_of(programme, kept, as_at=NOON)


def test_the_councils_limit_and_the_july_release_are_known(source: Programme):
    names = {fact.name for fact in known_of(source, council(), as_at=NOON).facts}
    assert any(name.startswith("the limit of") for name in names)
    assert "the approval limit of the Executive" in names
