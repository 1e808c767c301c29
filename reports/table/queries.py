"""The committee table as it is stored now, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import connection

from accounts.models import Council
from costing.bound import Bound
from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake, fte_by_year
from costing.line_cost import Absence
from costing.measure import WHOLE_LIFE_STORED
from costing.measure import stored as measure_stored
from costing.money import Rounding, Unit
from costing.size import PostSize, beside_fte
from costing.totals import footnote_needed
from display import formats
from display.formats import CreditStyle, long_date
from phases.models import Programme
from posts.lines.queries import lines_of
from posts.lines.rules import LineState, state_of
from posts.models import CostLine, recruited_text
from posts.paying.queries import paid_lines, sources_of
from posts.whole_life.rules import outside_of as outside_the_years
from reports.table.outside.rules import NOTHING, Beside, columns_of, left_out, outside_of
from reports.table.paying.rules import Paying, who_pays
from reports.table.rules import LineRecord, Paper, Schedule, Shape, sections


class Options(NamedTuple):
    """What a reader may choose of the committee table. `years` are those shown, in order; `total`: with a column of totals.

    `without`: the columns that it does without, by name.
    """

    unit: Unit
    rounding: Rounding
    years: tuple[FinancialYear, ...]
    total: bool = False
    fte_by_year: bool = False
    without: tuple[str, ...] = ()


def usual_options(programme: Programme, council: Council) -> Options:
    """The unit of the programme's papers, else that of the council; its rounding; their columns; every year of the programme."""
    unit, rounding = Unit(programme.table_unit or council.unit), Rounding(council.rounding)
    columns = (programme.table_total, programme.table_fte, tuple(programme.table_without))
    return Options(unit, rounding, programme.years, *columns)


_INTAKES = """
SELECT l.id, i.fte, i.start, i."end" FROM posts_costline l JOIN posts_intake i ON i.line_id = l.id
WHERE l.programme_id = %s AND l.kind = 'post' ORDER BY l.id, i.id
"""


def _with_fte_by_year(programme: Programme, records: Sequence[LineRecord], years: Sequence[FinancialYear]) -> list[LineRecord]:
    """The same records, each post with its FTE of each year (one query)."""
    intakes: dict[int, list[Intake]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_INTAKES, [programme.pk])
        for line, fte, start, end in cursor.fetchall():
            intakes[line].append(Intake(fte, start, end))
    return [
        each._replace(fte_years=fte_by_year(each.fte, intakes[each.line_id], years)) if each.kind == CostLine.Kind.POST else each
        for each in records
    ]


class Stored(NamedTuple):
    """What a table is made of: its phases (number, name) and lines, in printing order; who pays for those that say so, and the
    names of funding sources."""

    phases: Sequence[tuple[int, str]]
    records: Sequence[LineRecord]
    paying: Sequence[Paying] = ()
    sources: Mapping[int, str] = {}

    def stated(self) -> set[bool]:
        """Whether the lines have a stated figure: of some lines true, of some false."""
        return {each.full_year_stated or any(stated for _, stated in each.years) for each in self.records}


def schedule_for(programme: Programme, council: Council, options: Options, *, as_at: datetime) -> Schedule:
    """The committee table of a programme as it is stored now: three queries, seven where sources pay for lines."""
    phases = list(programme.phases.order_by("number").values_list("number", "name"))
    records, paid = _records(programme, options.years)
    if options.fte_by_year:
        records = _with_fte_by_year(programme, records, options.years)
    sources = sources_of(programme) if paid else {}
    paying = [Paying(*each) for each in paid_lines(programme, paid, sources)] if paid else []
    return table_of(programme, council, options, Stored(phases, records, paying, sources), as_at=as_at)


def table_of(programme: Programme, council: Council, options: Options, stored: Stored, *, as_at: datetime) -> Schedule:
    """The committee table of these phases and lines."""
    wording = programme.total_wording
    labelled = [(number, name, f"TOTAL {name.upper()} {wording}") for number, name in stored.phases]
    further = columns_of((record.outside for record in stored.records), with_total=options.total)
    built, overall = sections(labelled, stored.records, Shape(len(options.years), further, options.unit, options.rounding))
    notes = [note for (note,) in programme.excluded_items.values_list("note").order_by("id")]
    schedule = Schedule(
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
        notes=(*notes, *_footnotes(programme, options, stored, further)),
        abbreviations=abbreviations(programme.abbreviations),
        paper=Paper(
            programme.appendix, programme.report_number, str(programme.committee or ""), long_date(programme.meeting_date)
        ),
        version=programme.version,
        as_at=as_at,
        further=further,
        fte_by_year=options.fte_by_year,
        without=options.without,
    )
    total = [each.pounds for each in schedule.figures(overall)]
    starts = [year.starts_in for year in options.years]
    return schedule._replace(who_pays=who_pays(schedule.columns, starts, stored.paying, stored.sources, total))


def abbreviations(text: str) -> tuple[tuple[str, str], ...]:
    """The key as typed, one a line: short form = meaning."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return tuple((short.strip(), meaning.strip()) for short, _, meaning in pairs)


_LINES = """
SELECT p.number, coalesce(t.name, ''), l.id, l.title, l.kind, l.fte, l.paperwork_complete, l.recruited_fte, l.engaged, l.comment,
       l.annual_cost IS NOT NULL AND (
           EXISTS (SELECT FROM posts_intake i
                   WHERE i.line_id = l.id AND (i.start < %(first)s OR coalesce(i."end", i.start) > %(last)s))
           OR l.duration <> 'recurring' AND NOT a.has_years AND NOT EXISTS (
                   SELECT FROM posts_intake i WHERE i.line_id = l.id AND i.start IS NOT NULL)
       ) AS may_cost_elsewhere,
       l.paid_by <> '[]',
       l.headcount, l.weekly_hours, l.full_time_hours,
       a.others, a.bounds, a.years, a.amounts, a.absences, a.origins
FROM posts_costline l
JOIN phases_phase p ON p.id = l.phase_id
LEFT JOIN posts_team t ON t.id = l.team_id
LEFT JOIN LATERAL (
    SELECT array_agg(financial_year) AS years, array_agg(amount::bigint) AS amounts,
           array_agg(absence) AS absences, array_agg(origin = 'stated') AS origins,
           CASE WHEN bool_or(bound <> '') THEN array_agg(bound) END AS bounds,
           json_agg(json_build_array(financial_year, other_amount::text, other_source) ORDER BY financial_year)
               FILTER (WHERE other_amount IS NOT NULL) AS others,
           coalesce(bool_or(origin = 'stated' AND financial_year > 0), false) AS has_years
    FROM posts_lineamount WHERE line_id = l.id) a ON true
WHERE l.programme_id = %(programme)s
ORDER BY p.number, t.position NULLS FIRST, t.id NULLS FIRST, l.position, l.id
"""


def _records(programme: Programme, years: Sequence[FinancialYear]) -> tuple[list[LineRecord], list[int]]:
    """The lines, and the numbers of those that name who pays for them."""
    # One statement with the amounts of a line folded into it: a prefetch of instances costs three times as much.
    with connection.cursor() as cursor:
        given: dict[str, int | date | None] = {
            "programme": programme.pk,
            "first": programme.years[0].first_day,
            "last": programme.years[-1].last_day,
        }
        cursor.execute(_LINES, given)
        rows = cursor.fetchall()
    starts = [year.starts_in for year in years]
    all_shown = list(years) == list(programme.years)
    elsewhere = _beside(programme, [row[2] for row in rows if row[_MAY_COST_ELSEWHERE]])
    nothing = Beside(programme.first_year, programme.last_year)
    records = []
    missing = (None, Absence.NOT_STATED, False)
    for number, team, pk, title, kind, fte, paperwork, recruited, engaged, comment, _, _, *rest in rows:
        posts, hours, week, others, bounds, *amounts = rest
        size = PostSize(fte, posts, hours, week) if kind == CostLine.Kind.POST else None
        by_year = {year: (amount, absence, stated) for year, amount, absence, stated in zip(*map(_list, amounts), strict=True)}
        beside = elsewhere.get(pk, nothing)
        if WHOLE_LIFE_STORED in by_year:
            beside = beside._replace(whole=by_year.pop(WHOLE_LIFE_STORED)[0])
        outside = NOTHING
        if not (all_shown and beside is nothing and len(by_year) == len(starts) + 1):
            outside = outside_of({year: each[0] for year, each in by_year.items() if year is not None}, starts, beside)
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
                with_others(comment, others),
                outside,
                beside_fte(size),
                (),
                _words(bounds, amounts[0], starts) if bounds else (),
                others_in_words(others) if others else "",
            )
        )
    return records, [row[2] for row in rows if row[_IS_PAID_BY_SOURCES]]


def others_in_words(others: Sequence[tuple[int | None, str, str]]) -> str:
    """What sources say that are not used: each with its measure, as a column holds it, and its pounds."""
    said = (f"{measure_stored(year).label}: {source} says {formats.pounds(Decimal(pounds))}" for year, pounds, source in others)
    return "; ".join(said)


def with_others(comment: str, others: Sequence[tuple[int | None, str, str]] | None) -> str:
    """The comment of a line, and after it what other sources say."""
    return "; ".join(filter(None, [comment, others_in_words(others)])) if others else comment


def others_of(state: LineState) -> list[tuple[int | None, str, str]]:
    """The figures of other sources that a line keeps."""
    return [(item.year, f"{item.other_amount}", item.other_source) for item in state.stated if item.other_amount is not None]


def words_of(state: LineState, starts: Sequence[int]) -> tuple[Bound | None, ...]:
    """The words of a line's stated figures, as a record has them."""
    if not any(item.bound for item in state.stated):
        return ()
    return _words([item.bound for item in state.stated], [item.year for item in state.stated], starts)


def _words(bounds: Sequence[str], years: Sequence[int | None], starts: Sequence[int]) -> tuple[Bound | None, ...]:
    """The words of a line's figures, as a record has them."""
    by_year = {year: Bound(word) if word else None for year, word in zip(years, bounds, strict=True)}
    return tuple(by_year.get(year) for year in (*starts, None, WHOLE_LIFE_STORED))


_MAY_COST_ELSEWHERE, _IS_PAID_BY_SOURCES = 10, 11
"""Which columns of _LINES say so."""


def _beside(programme: Programme, ids: Sequence[int]) -> dict[int, Beside]:
    """What these lines cost outside the programme's years, and without a date: three queries where there are any lines."""
    if not ids:
        return {}
    return {line.pk: beside_of(state_of(line), programme) for line in lines_of(programme, ids)}


def beside_of(state: LineState, programme: Programme) -> Beside:
    """What a line costs outside the programme's years and in no year: its whole-life sum, or an amount without a date."""
    found = outside_the_years(state, programme)
    whole = None if found.stated is None else int(found.stated)
    amounts = (int(found.earlier), int(found.later), int(found.undated))
    return Beside(programme.first_year, programme.last_year, *amounts, whole)


def _list(value: list[object] | None) -> list[object]:
    return value or []


def _footnotes(programme: Programme, options: Options, stored: Stored, further: Sequence[str]) -> list[str]:
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
    notes += _about_words(stored.records)
    if missing := left_out((record.outside for record in stored.records), further):
        notes.append(missing)
    notes += _notes_on_fte(stored.records)
    if options.fte_by_year:
        notes.append("The FTE of a year is the most in post on any one day of it.")
    return notes


def _notes_on_fte(records: Sequence[LineRecord]) -> Iterator[str]:
    """Where an FTE is not stated, or follows from hours (money rule 15). They name no line: one may be exempt."""
    unstated = sum(each.fte is None and bool(each.size) for each in records)
    if unstated:
        of = "The FTE of 1 line is" if unstated == 1 else f"The FTE of {unstated} lines is"
        yield f"{of} not stated, and not included in any total of FTE."
    from_hours = sum(each.size.endswith("hours") for each in records)
    if from_hours:
        of = "The FTE of 1 line is" if from_hours == 1 else f"The FTE of {from_hours} lines is"
        yield f"{of} worked out from hours a week and the full-time hours of the post, rounded to two places."


def _about_words(records: Sequence[LineRecord]) -> list[str]:
    words = {word for record in records for word in record.bounds if word}
    gaps = any(record.bounds for record in records) and any(pounds is None for record in records for pounds, _ in record.years)
    if len(words) > 1 or (words - {Bound.AT_LEAST} and gaps):
        return ["A total over figures of which some are at least, about or up to so much is printed as about so much."]
    return []


def _rounding_shows(options: Options, records: Sequence[LineRecord]) -> bool:
    """Whether a total differs from the sum of the rounded lines above it, in a phase or in all."""
    for group in (records, *(list(same) for _, same in groupby(records, key=attrgetter("phase")))):
        by_year = zip(*[[pounds for pounds, _ in record.years] for record in group], strict=True)
        for column in (*by_year, [record.full_year for record in group]):
            amounts = [None if pounds is None else Decimal(pounds) for pounds in column]
            if footnote_needed(amounts, options.unit, options.rounding):
                return True
    return False
