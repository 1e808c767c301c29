"""The committee table as at a moment of the past, and what differs today."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.council.queries import council
from phases.models import Phase, Programme
from phases.programmes import actions as programmes_actions
from phases.setup import actions as setup_actions
from posts.lines.actions import LineChange, change_lines, change_programme
from posts.models import CostLine
from reports.table.comparison.rules import changes_between
from reports.table.faces import rules as faces
from reports.table.past.queries import schedule_at
from reports.table.queries import schedule_for, usual_options
from tests.answers import shown
from tests.making import NOON, enter_line, make_auditor, make_officer
from tests.reports.papers import change, dearer, issued, make_programme_to_issue

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=10)
ADDRESS = "/programmes/small/expenditure/as-at/"


@pytest.fixture
def programme() -> Programme:
    return make_programme_to_issue()


@pytest.fixture
def reader(programme: Programme) -> Client:
    client = Client()
    client.force_login(make_auditor())
    return client


def at_noon(programme: Programme) -> dict[str, Any]:
    return faces.as_json(schedule_at(Programme.objects.get(pk=programme.pk), council(), NOON))


def today(programme: Programme) -> dict[str, Any]:
    programme = Programme.objects.get(pk=programme.pk)
    return faces.as_json(schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON))


def test_at_the_present_moment_it_is_the_table_of_today(programme: Programme):
    enter_line(programme.phases.get(), title="Of a team", team="Audit", position=1)
    enter_line(programme.phases.get(), title="Of another", team="Zeal", fte=Decimal("2.50"))
    assert at_noon(programme) == today(programme)


def test_a_line_changed_added_or_removed_since_stands_as_it_did(programme: Programme):
    before = today(programme)
    dearer(programme, LATER)
    auditor = CostLine.objects.get(title="Auditor")
    removal = [LineChange(auditor.pk, auditor.version, None)]
    change_lines(programme=programme, line_changes=removal, by=make_officer(), at=LATER)
    then = at_noon(programme)
    assert then["phases"] == before["phases"]
    assert then["total"] == before["total"]
    told = changes_between(then, today(programme))
    assert ("Phase One", "Head of service", "2016/17", "60", "64") in told
    assert ("Phase One", "Auditor", "Line", "in the table", "removed") in told


def test_years_basis_and_names_of_the_programme_are_taken_back(programme: Programme):
    intake = ((Decimal(1), date(2016, 9, 13), None),)
    change(CostLine.objects.get(title="Auditor"), intakes=intake)
    before = today(programme)
    values = {"basis": "days", "last_year": 2018, "table_title": "COSTS", "meeting_date": date(2016, 10, 1)}
    change_programme(programme=programme, values=values, by=make_officer(), at=LATER)
    phase = programme.phases.get()
    renamed = {"name": "First", "number": 3}
    programmes_actions.save_phase(programme=programme, phase=phase, values=renamed, by=make_officer(), at=LATER)
    programmes_actions.save_phase(programme=programme, values={"name": "Next", "number": 4}, by=make_officer(), at=LATER)
    assert at_noon(programme) | {"version": 0} == before | {"version": 0}
    assert today(programme)["phases"] != before["phases"]


def test_a_phase_that_was_removed_since_stands_as_it_did(programme: Programme):
    officer = make_officer()
    gone = save_phase(programme, NOON, name="Two", number=2)
    line = enter_line(gone, title="Moved")
    before = today(programme)
    change(line, LATER, phase=programme.phases.get(number=1).pk)
    setup_actions.remove_part(part=Phase.objects.get(pk=gone.pk), by=officer, at=LATER)
    assert today(programme)["phases"] != before["phases"]
    assert at_noon(programme)["phases"] == before["phases"]


def save_phase(programme: Programme, at: datetime, phase: Phase | None = None, **values: Any) -> Phase:
    return programmes_actions.save_phase(programme=programme, phase=phase, values=values, by=make_officer(), at=at)


def test_the_last_number_is_a_phase_like_any_other(programme: Programme):
    """Once it meant "removed since": the line of a phase that was gone stood in it too, and its total doubled."""
    last, gone = save_phase(programme, NOON, name="Last", number=99), save_phase(programme, NOON, name="Two", number=2)
    enter_line(last, title="Of the last")
    moved = enter_line(gone, title="Moved")
    before = today(programme)
    change(moved, LATER, phase=last.pk)
    setup_actions.remove_part(part=Phase.objects.get(pk=gone.pk), by=make_officer(), at=LATER)
    then = at_noon(programme)
    assert [(each["name"], each["total"]) for each in then["phases"]] == [
        (each["name"], each["total"]) for each in before["phases"]
    ]
    assert then["total"] == before["total"]


def test_a_line_of_a_phase_that_nobody_recorded_is_in_the_total_once(programme: Programme):
    last, gone = save_phase(programme, NOON, name="Last", number=99), save_phase(programme, NOON, name="Two", number=2)
    enter_line(last, title="Of the last")
    moved = enter_line(gone, title="Moved")
    before = today(programme)
    change(moved, LATER, phase=last.pk)
    Phase.objects.filter(pk=gone.pk).delete()  # behind the back of every action
    then = at_noon(programme)
    assert [(each["name"], each["total"]["fte"]) for each in then["phases"]] == [
        ("Phase One", "2"),
        ("Last", "1"),
        ("A phase that is not in the record", "1"),
    ]
    assert then["total"] == before["total"]


def test_phases_that_swapped_names_and_numbers_are_known_by_what_they_are(programme: Programme):
    one = programme.phases.get()
    two = save_phase(programme, NOON, name="Phase Two", number=2)
    enter_line(two, title="Of the second")
    before = today(programme)
    save_phase(programme, LATER, one, name="For now", number=50)
    save_phase(programme, LATER, two, name="Phase One", number=1)
    save_phase(programme, LATER, one, name="Phase Two", number=2)
    assert at_noon(programme)["phases"] == before["phases"]
    assert [each["teams"][0]["lines"][0]["title"] for each in today(programme)["phases"]] == ["Of the second", "Head of service"]


def test_a_programme_that_has_another_address_by_now_keeps_its_past(programme: Programme):
    save_phase(programme, LATER, programme.phases.get(), name="First")
    change_programme(programme=programme, values={"slug": "smaller", "table_title": "COSTS"}, by=make_officer(), at=LATER)
    then = at_noon(programme)
    assert (then["title"], then["phases"][0]["name"]) == ("EXPENDITURE", "Phase One")


def test_the_page_shows_the_table_then_and_every_cell_that_differs(reader: Client, programme: Programme):
    dearer(programme, LATER)
    page = reader.get(ADDRESS, {"at": "14 September 2016"}).text
    assert "Committee table as at 14 September 2016 at 23:59" in page
    assert "9 cells differ today" in page
    assert page.count("changes__cell") == 2 * 9  # three figures of the line, its phase and the whole
    assert 'class="figure"' not in page  # the workings behind a link would be those of today
    assert "Nothing has changed since" in reader.get(ADDRESS, {"at": timezone.localdate().isoformat()}).text


def test_the_moment_of_an_issued_paper_is_offered(reader: Client, programme: Programme):
    issued(programme)
    assert "?at=2016-09-14T13%3A00%3A00%2B01%3A00" in reader.get(ADDRESS).text
    page = reader.get(ADDRESS, {"at": "2016-09-14T13:00:00+01:00"}).text
    assert "as at 14 September 2016 at 13:00" in page


@pytest.mark.parametrize("typed", ["soon", "31 April 2016", "2999-01-01", "1066-10-14", "0001-01-01T00:00+14:00"])
def test_what_is_no_past_day_is_said_at_the_field(reader: Client, typed: str):
    page = reader.get(ADDRESS, {"at": typed})
    assert page.status_code == 200
    assert "There is a problem" in page.text
    assert "<table" not in page.text


@pytest.mark.parametrize("lines", [1, 20])
def test_the_page_asks_a_constant_number_of_times(
    reader: Client, programme: Programme, lines: int, django_assert_num_queries: Any
):
    for number in range(lines):
        enter_line(programme.phases.get(), title=f"Post {number}")
    with django_assert_num_queries(16):
        shown(reader.get(ADDRESS, {"at": "2016-09-14"}))
