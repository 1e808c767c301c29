"""The committee table as it is stored now, in a constant number of queries."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import connection

from accounts.models import Council
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence
from costing.money import Rounding, Unit
from costing.totals import footnote_needed
from display.formats import CreditStyle, long_date
from phases.models import Programme
from posts.models import recruited_text
from reports.table.rules import LineRecord, Paper, Schedule, sections


class Options(NamedTuple):
    """What a reader may choose of the committee table. `years` are those shown, in order."""

    unit: Unit
    rounding: Rounding
    years: tuple[FinancialYear, ...]


def usual_options(programme: Programme, council: Council) -> Options:
    """The council's own settings and every year of the programme."""
    return Options(Unit(council.unit), Rounding(council.rounding), programme.years)


class Stored(NamedTuple):
    """What a table is made of: its phases (number, name) and lines, in printing order."""

    phases: Sequence[tuple[int, str]]
    records: Sequence[LineRecord]

    def stated(self) -> set[bool]:
        """Whether the lines have a stated figure: of some lines true, of some false."""
        return {each.full_year_stated or any(stated for _, stated in each.years) for each in self.records}


def schedule_for(programme: Programme, council: Council, options: Options, *, as_at: datetime) -> Schedule:
    """The committee table of a programme as it is stored now: three queries, whatever the number of lines."""
    phases = list(programme.phases.order_by("number").values_list("number", "name"))
    return table_of(programme, council, options, Stored(phases, _records(programme, options.years)), as_at=as_at)


def table_of(programme: Programme, council: Council, options: Options, stored: Stored, *, as_at: datetime) -> Schedule:
    """The committee table of these phases and lines."""
    wording = programme.total_wording
    labelled = [(number, name, f"TOTAL {name.upper()} {wording}") for number, name in stored.phases]
    built, overall = sections(labelled, stored.records, len(options.years), options.unit, options.rounding)
    notes = [note for (note,) in programme.excluded_items.values_list("note").order_by("id")]
    return Schedule(
        slug=programme.slug,
        programme=programme.name,
        council=council.name,
        title=programme.table_title,
        years=options.years,
        unit=options.unit,
        rounding=options.rounding,
        basis=Basis(programme.basis),
        credit_style=CreditStyle(council.credit_style),
        show_team_subtotals=council.show_team_subtotals,
        phases=built,
        total_label=f"TOTAL {wording}",
        total=overall,
        notes=(*notes, *_footnotes(programme, options, stored)),
        abbreviations=abbreviations(programme.abbreviations),
        paper=Paper(
            programme.appendix, programme.report_number, str(programme.committee or ""), long_date(programme.meeting_date)
        ),
        version=programme.version,
        as_at=as_at,
    )


def abbreviations(text: str) -> tuple[tuple[str, str], ...]:
    """The key as typed, one a line: short form = meaning."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return tuple((short.strip(), meaning.strip()) for short, _, meaning in pairs)


_LINES = """
SELECT p.number, coalesce(t.name, ''), l.id, l.title, l.kind, l.fte, l.paperwork_complete, l.recruited_fte, l.engaged, l.comment,
       a.years, a.amounts, a.absences, a.origins
FROM posts_costline l
JOIN phases_phase p ON p.id = l.phase_id
LEFT JOIN posts_team t ON t.id = l.team_id
LEFT JOIN LATERAL (
    SELECT array_agg(financial_year) AS years, array_agg(amount::bigint) AS amounts,
           array_agg(absence) AS absences, array_agg(origin = 'stated') AS origins
    FROM posts_lineamount WHERE line_id = l.id) a ON true
WHERE l.programme_id = %s
ORDER BY p.number, t.position NULLS FIRST, t.id NULLS FIRST, l.position, l.id
"""


def _records(programme: Programme, years: Sequence[FinancialYear]) -> list[LineRecord]:
    # One statement with the amounts of a line folded into it: a prefetch of instances costs three times as much.
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [programme.pk])
        rows = cursor.fetchall()
    starts = [year.starts_in for year in years]
    records = []
    missing = (None, Absence.NOT_STATED, False)
    for number, team, pk, title, kind, fte, paperwork, recruited, engaged, comment, *amounts in rows:
        by_year = {year: (amount, absence, stated) for year, amount, absence, stated in zip(*map(_list, amounts), strict=True)}
        full, absence, full_stated = by_year.get(None, missing)
        shown = tuple((by_year.get(start, missing)[0], by_year.get(start, missing)[2]) for start in starts)
        records.append(
            LineRecord(
                number,
                team,
                pk,
                title,
                kind,
                fte,
                shown,
                full,
                Absence(absence) if absence else None,
                full_stated,
                paperwork,
                recruited_text(fte, recruited, engaged),
                comment,
            )
        )
    return records


def _list(value: list[object] | None) -> list[object]:
    return value or []


def _footnotes(programme: Programme, options: Options, stored: Stored) -> list[str]:
    """What must be said of the figures: how they came about, and where rounding or a missing figure would surprise."""
    notes, stated = [], stored.stated()
    if False in stated:
        measure = "months" if programme.basis == Basis.MONTHS else "days"
        notes.append(f"Part-year costs are calculated by {measure} in post.")
    if True in stated:
        some = "Some" if False in stated else "All"
        notes.append(f"{some} amounts are as stated in their papers, not calculated from dates in post.")
    if options.rounding is Rounding.ROUNDED_SUM and _rounding_shows(options, stored.records):
        notes.append("Totals are exact totals, rounded: they can differ from the sum of the rounded lines above them.")
    absent = [record.full_year_absence for record in stored.records if record.full_year is None].count(Absence.NOT_STATED)
    if absent := absent + sum([pounds is None for record in stored.records for pounds, _ in record.years]):
        figures = "1 figure is" if absent == 1 else f"{absent} figures are"
        notes.append(f"{figures} not stated, and not included in any total.")
    return notes


def _rounding_shows(options: Options, records: Sequence[LineRecord]) -> bool:
    """Whether a total differs from the sum of the rounded lines above it, in a phase or in all."""
    for group in (records, *(list(same) for _, same in groupby(records, key=attrgetter("phase")))):
        by_year = zip(*[[pounds for pounds, _ in record.years] for record in group], strict=True)
        for column in (*by_year, [record.full_year for record in group]):
            amounts = [None if pounds is None else Decimal(pounds) for pounds in column]
            if footnote_needed(amounts, options.unit, options.rounding):
                return True
    return False
