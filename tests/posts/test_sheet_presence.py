"""Who else has the table of inputs open: said by the page itself, never by reading it, and forgotten after a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from phases.models import Phase
from posts.entry.presence.actions import be_at, discard_old
from posts.entry.presence.queries import Other, others_at
from posts.models import CostLine, SheetVisit
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.entry_table import add
from tests.posts.lines import signed_in
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
LINES = "/programmes/plan/lines/"


@pytest.fixture
def phase() -> Phase:
    return make_phase(make_programme(slug="plan"), name="Phase One")


@pytest.fixture
def anna() -> User:
    return make_officer(name="Anna Smith")


@pytest.fixture
def officer(phase: Phase) -> Client:
    return signed_in(make_officer(name="Ben Jones"))


def test_somebody_else_is_named_on_the_page_and_at_their_row(officer: Client, anna: User, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    theirs = signed_in(anna)
    assert theirs.post(f"{LINES}presence/", {"line": str(line.pk)}).json() == {"said": "", "rows": []}
    assert "Also here: Anna Smith." in officer.get(LINES).content.decode()
    answer = officer.post(f"{LINES}presence/", {"line": ""}).json()
    assert answer == {"said": "Also here: Anna Smith.", "rows": [[line.pk, "Anna Smith"]]}
    assert theirs.post(f"{LINES}presence/", {"line": "x"}).json()["said"] == "Also here: Ben Jones."
    assert SheetVisit.objects.count() == 2


def test_reading_the_page_says_nothing(officer: Client, phase: Phase) -> None:
    officer.get(LINES)
    assert not SheetVisit.objects.exists()
    assert officer.get(f"{LINES}presence/").status_code == 405


def test_whoever_is_not_heard_of_has_left(anna: User, phase: Phase) -> None:
    be_at(programme=phase.programme, line_id=None, by=anna, at=NOON)
    ben = make_officer()
    assert others_at(phase.programme, ben, at=NOON + timedelta(seconds=44)) == [Other("Anna Smith", None)]
    assert others_at(phase.programme, ben, at=NOON + timedelta(seconds=45)) == []
    assert others_at(make_programme(), ben, at=NOON) == []
    discard_old(NOON + timedelta(days=1))
    assert SheetVisit.objects.exists()
    discard_old(NOON + timedelta(days=1, seconds=1))
    assert not SheetVisit.objects.exists()


def test_saying_so_takes_the_same_queries_however_many_are_there(
    officer: Client, phase: Phase, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        be_at(programme=phase.programme, line_id=None, by=make_officer(), at=timezone.now())
    officer.post(f"{LINES}presence/", {"line": ""})
    with django_assert_num_queries(5):
        assert officer.post(f"{LINES}presence/", {"line": ""}).status_code == 200


def test_a_person_is_at_a_table_once(anna: User, phase: Phase) -> None:
    be_at(programme=phase.programme, line_id=None, by=anna, at=NOON)
    with refused_by("sheet_visit_once"):
        SheetVisit.objects.create(person=anna, programme=phase.programme, at=NOON)
