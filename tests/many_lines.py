"""A council with a thousand programmes and a hundred thousand lines, written straight into the store."""

from typing import Any

from django.db import connection

from phases.models import Phase, Programme
from posts.models import CostLine, LineAmount, Team
from tests.lists import without_triggers
from tests.making import make_amount, make_line, make_phase, make_programme, make_team

_MODELS: tuple[Any, ...] = (Programme, Phase, Team, CostLine, LineAmount)


def make_many(programmes: int = 1000, lines: int = 100_000) -> None:
    """Each programme has three phases, four teams and its share of the lines; a line has two years and a full year.

    Copies of one programme, whose own name is Pattern, with its one line: what is said here differs, and hangs on a number `n`.
    """
    pattern = make_programme(name="Pattern", slug="pattern")
    phase, team = make_phase(pattern), make_team(pattern, "Pattern")
    line = make_line(phase, team=team, title="Pattern")
    amount = make_amount(line)
    tables = [model._meta.db_table for model in _MODELS]
    with without_triggers(*tables):
        years = {"first_year": "2016 + n % 3", "last_year": "2017 + n % 3"}
        names = {"slug": "'many-' || n", "name": "'Improvement programme ' || n"}
        copy_rows(pattern, f"generate_series(1, {programmes}) AS n", **names, **years)
        of_each = "phases_programme AS programme, generate_series(1, {}) AS n WHERE programme.slug LIKE 'many-%'"
        copy_rows(phase, of_each.format(3), programme_id="programme.id", number="n", name="'Phase ' || n")
        copy_rows(team, of_each.format(4), programme_id="programme.id", position="n", name="'Team ' || n")
        run(*(f"ANALYZE {table}" for table in tables[:3]))
        copy_rows(line, _PLACES.format(lines=lines, programmes=programmes), **_LINE)
        copy_rows(amount, _MEASURES, **_AMOUNT)
    run(*(f"ANALYZE {table}" for table in tables))


_PLACES = """generate_series(1, {lines}) AS n
JOIN phases_programme AS programme ON programme.slug = 'many-' || 1 + n % {programmes}
JOIN phases_phase AS phase ON phase.programme_id = programme.id AND phase.number = 1 + n % 3
JOIN posts_team AS team ON team.programme_id = programme.id AND team.position = 1 + n % 4"""

_TITLES = "ARRAY['Social worker', 'Head of service', 'Team manager', 'Quality audits', 'Practitioner']"
_LINE = {
    "programme_id": "programme.id",
    "phase_id": "phase.id",
    "team_id": "team.id",
    "position": "n",
    "kind": "CASE WHEN n % 10 = 0 THEN 'other' ELSE 'post' END",
    "title": f"({_TITLES})[1 + n % 5] || ' ' || n",
    "fte": "CASE WHEN n % 10 <> 0 THEN 1 + n % 3 END",
    "annual_cost": "CASE WHEN n % 7 <> 0 THEN 20000 + n * 7919 % 80000 END",
    "paperwork_complete": "n % 2 = 0",
    "recruited_fte": "CASE WHEN n % 10 <> 0 THEN n % 2 END",
    "engaged": "CASE WHEN n % 10 = 0 THEN 'n/a' ELSE '' END",
    "comment": "CASE WHEN n % 4 = 0 THEN 'Agency cover until month ' || n % 12 ELSE '' END",
    "cost_centre": "'CC' || n % 500",
    "establishment_number": "'E' || n",
}

_MEASURES = """posts_costline AS line
JOIN phases_programme AS programme ON programme.id = line.programme_id AND programme.slug LIKE 'many-%',
unnest(ARRAY[programme.first_year, programme.last_year, NULL]) AS year"""
_AMOUNT = {
    "line_id": "line.id",
    "financial_year": "year",
    "amount": "line.annual_cost",
    "calculated": "line.annual_cost",
    "absence": "CASE WHEN line.annual_cost IS NULL THEN 'not_stated' ELSE '' END",
}


def copy_rows(row: Any, source: str, **instead: str) -> None:
    """A copy of the row for each row of the source, with these expressions instead of what stands in it."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields if field.column != "id"]
    values = [instead.get(column, f'(SELECT "{column}" FROM {table} WHERE id = {row.pk})') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    run(f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {source}")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
