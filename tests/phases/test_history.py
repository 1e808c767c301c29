"""A programme and its phases as they stood: kept by id at every change of theirs, and never changed afterwards."""

from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.audit.actions import record
from phases.models import Programme, ProgrammeRevision
from phases.programmes.actions import save_phase, save_programme
from phases.programmes.queries import as_it_was
from phases.setup.actions import remove_part
from tests.making import NOON, make_officer, make_programme
from tests.refusals import check_deferred_rules, refused_by

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def programme() -> Programme:
    """Made at noon; one phase at one, renamed at two; another meeting day at three; the phase removed at four."""
    officer = make_officer()
    values = {"slug": "small", "name": "Small", "table_title": "COSTS", "first_year": 2016, "last_year": 2017}
    made = save_programme(values=values | {"meeting_date": date(2016, 9, 14)}, by=officer, at=NOON)
    phase = save_phase(programme=made, values={"number": 1, "name": "One"}, by=officer, at=NOON + HOUR)
    save_phase(programme=made, phase=phase, values={"number": 7, "name": "Seven"}, by=officer, at=NOON + 2 * HOUR)
    save_programme(programme=made, values={"meeting_date": None, "last_year": 2019}, by=officer, at=NOON + 3 * HOUR)
    remove_part(part=phase, by=officer, at=NOON + 4 * HOUR)
    return Programme.objects.get(pk=made.pk)


@pytest.mark.parametrize(
    ("hours", "phases", "last_year", "meeting"),
    [
        (0, [], 2017, date(2016, 9, 14)),
        (1, [(1, "One")], 2017, date(2016, 9, 14)),
        (2, [(7, "Seven")], 2017, date(2016, 9, 14)),
        (3, [(7, "Seven")], 2019, None),
        (4, [], 2019, None),
    ],
)
def test_every_change_is_taken_back(
    programme: Programme, hours: int, phases: list[tuple[int, str]], last_year: int, meeting: date | None
):
    was, found = as_it_was(programme, NOON + hours * HOUR)
    assert [(each.number, each.name) for each in found] == phases
    assert (was.last_year, was.meeting_date) == (last_year, meeting)
    assert (was.pk, was.slug, was.version) == (programme.pk, programme.slug, programme.version)


def test_what_was_not_changed_leaves_no_trace(programme: Programme):
    before = ProgrammeRevision.objects.count()
    save_programme(programme=programme, values={"last_year": 2019}, by=make_officer(), at=NOON + 5 * HOUR)
    assert ProgrammeRevision.objects.count() == before


def test_a_form_of_the_past_that_is_not_known_is_not_guessed_at():
    programme = make_programme()
    entry = record(action="changed", subject="programme:x", details={}, by=make_officer(), at=NOON)
    ProgrammeRevision.objects.create(programme=programme, entry=entry, state={"form": 2})
    with pytest.raises(ValueError, match="form 2"):
        as_it_was(programme, NOON - HOUR)


def test_the_past_of_a_programme_is_never_changed_removed_or_emptied(programme: Programme):
    with refused_by("programme_revision_append_only"):
        ProgrammeRevision.objects.update(state={})
    with refused_by("programme_revision_append_only"):
        ProgrammeRevision.objects.all().delete()
    with refused_by("programme_revision_no_truncate"), connection.cursor() as cursor:
        check_deferred_rules()
        cursor.execute("SET LOCAL improvement_budget.allow_truncate = off")
        cursor.execute("TRUNCATE phases_programmerevision")
