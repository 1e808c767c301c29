"""How often the database is asked for the committee table, and that its totals are those of its lines."""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import given, settings

from costing.totals import shown_total, total
from phases.models import Programme
from reports.table.rules import Row, Schedule, Totals
from tests.answers import shown
from tests.making import make_amount, make_line, make_officer, make_phase, make_programme
from tests.reports.schedules import schedules


@pytest.fixture(params=[1, 40])
def programme(request: pytest.FixtureRequest, db: None) -> Programme:
    """A programme of one line, and one of forty: neither asks more than the other."""
    made = make_programme()
    phase = make_phase(made)
    for _ in range(request.param):
        make_amount(make_line(phase))
    caches["bodies"].clear()
    return made


@pytest.fixture
def officer(client: Client, db: None) -> Client:
    client.force_login(make_officer())
    return client


def test_the_committee_table_asks_for_its_lines_only_when_something_changed(
    programme: Programme, officer: Client, django_assert_num_queries: Any
):
    address = f"/programmes/{programme.slug}/expenditure/"
    with django_assert_num_queries(8):  # session, person, programme, council; phases, lines, notes, what is exempt
        shown(officer.get(address))
    with django_assert_num_queries(4):
        shown(officer.get(address))
    Programme.objects.filter(pk=programme.pk).update(version=programme.version + 1)
    with django_assert_num_queries(8):
        shown(officer.get(address))


@pytest.mark.parametrize("face", ["csv", "json", "xlsx"])
def test_a_download_asks_for_its_exempt_lines_too(
    programme: Programme, officer: Client, django_assert_num_queries: Any, face: str
):
    with django_assert_num_queries(8):
        shown(officer.get(f"/programmes/{programme.slug}/expenditure.{face}"))


def test_a_choice_that_is_not_the_usual_one_is_kept_apart(programme: Programme, officer: Client):
    address = f"/programmes/{programme.slug}/expenditure/"
    usual, in_pounds, usual_again = (officer.get(address + query).content.decode() for query in ("", "?unit=pounds", ""))
    assert "60,000" in in_pounds
    assert "60,000" not in usual
    assert '<option value="pounds" selected' in in_pounds
    assert '<option value="pounds" selected' not in usual_again


def adds_up(made: Schedule, totals: Totals, rows: list[Row]) -> None:
    columns = [[row.years[column].pounds for row in rows] for column in range(len(made.years))]
    columns.append([row.full_year.pounds for row in rows])
    for figure, amounts in zip((*totals.years, totals.full_year), columns, strict=True):
        assert figure.pounds == total(amounts)
        assert figure.shown == shown_total(amounts, made.unit, made.rounding)
    assert totals.fte == sum(row.fte for row in rows if row.fte is not None)
    assert totals.line_count == len(rows)


@given(schedules())
@settings(max_examples=60)
def test_every_total_is_made_of_the_lines_under_it_and_never_of_rounded_totals(made: Schedule):
    for phase in made.phases:
        for team in phase.teams:
            adds_up(made, team.subtotal, list(team.rows))
        adds_up(made, phase.total, [row for team in phase.teams for row in team.rows])
    adds_up(made, made.total, [row for _, _, row in made.rows()])
