"""Reads of the committee table and of the position, each a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.core.cache import caches
from django.db import connection
from django.db.models import Count, Q, Sum

from accounts.models import Council
from approvals.queries import standing_of
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence, Duration
from costing.measure import Measure
from costing.money import Rounding, Unit
from costing.totals import footnote_needed
from display.formats import CreditStyle, long_date
from phases.ledger.queries import authorised_from
from phases.ledger.rules import Drawn
from phases.models import Authorisation, Phase, Programme
from phases.queries import approval_limits, approval_limits_on, authorisations_of
from posts.models import LineAmount, recruited_text
from reports.draft.rules.known import Fact, Known, Rank, basis_of, known_figures
from reports.models import FrontSheet
from reports.standing.position.rules import PhasePlan, Position, position
from reports.standing.route.rules import Route, routes
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
        paper=Paper(programme.appendix, programme.report_number, programme.committee, long_date(programme.meeting_date)),
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


def position_of(programme: Programme) -> Position:
    """The position as it is stored now, in pounds: seven queries, whatever the number of lines and authorisations.

    A limit for a year outside the programme gets a column too.
    """
    return positions_of([programme], with_drawn=True)[programme.pk]


def known_of(programme: Programme, council: Council, *, as_at: datetime) -> Known:
    """Every figure that a paper may state: the table, money and what is left of it, approval limits on the day of its meeting."""
    schedule = schedule_for(programme, council, usual_options(programme, council), as_at=as_at)
    stands = position_of(programme)
    return known_from(programme, schedule, stands, rules_on(programme.meeting_date or as_at.date()))


def rules_on(day: date) -> list[tuple[Decimal, str, bool]]:
    """The approval limits in force that day: amount, approver, whether it is of a full year."""
    return [
        (limit.amount, limit.approver, limit.measure == limit.Measure.FULL_YEAR)
        for limit, state in approval_limits_on(day)
        if state == "in_force" and limit.amount is not None
    ]


def known_from(programme: Programme, schedule: Schedule, stands: Position, rules: Iterable[tuple[Decimal, str, bool]]) -> Known:
    """The same from what was read already (two queries). `rules` are approval limits: amount, approver, of a full year."""
    recruited = [(plan.recruited, frozenset({plan.number})) for plan in stands.phases]
    further = [*_left(stands), *_beside_the_table(programme)]
    return known_figures(schedule, stands.authorisations, rules, further, recruited)


def _left(stands: Position) -> Iterator[Fact]:
    """What the plans leave of each limit, or lack; and what drawdowns leave of it."""
    for group in stands.groups:
        numbers = frozenset(phase.plan.number for phase in group.phases)
        for cell in group.cells:
            basis = basis_of(cell.measure)
            for excess in cell.excesses:
                yield Fact(excess.over, f"the excess over {excess.titles}", basis, Rank.LEFT, excess.phases)
            if cell.headroom and not cell.exceeded:
                yield Fact(cell.headroom, f"what is left of {group.title}", basis, Rank.LEFT, numbers)
            if cell.drawn and cell.drawn.drawn:
                yield Fact(cell.drawn.drawn, f"what is drawn of {group.title}", basis, Rank.LEFT, numbers)
                if cell.drawn.left:
                    yield Fact(cell.drawn.left, f"what is left to draw of {group.title}", basis, Rank.LEFT, numbers)


def _beside_the_table(programme: Programme) -> Iterator[Fact]:
    for title, amount in programme.excluded_items.values_list("title", "amount").order_by("id"):
        if amount:
            yield Fact(amount, f"{title}, met from elsewhere", "", Rank.NOTE)
    for budget in FrontSheet.objects.filter(programme=programme).values_list("current_budget", flat=True):
        if budget:
            yield Fact(budget, "the current budget of the front sheet", "", Rank.NOTE)


def routes_of(programme: Programme, day: date) -> list[Route]:
    """Who must approve what is planned, by the approval limits in force that day: six queries."""
    return routes(positions_of([programme])[programme.pk], approval_limits(), day)


def positions_of(programmes: Sequence[Programme], *, with_drawn: bool = False) -> dict[int, Position]:
    """The position of each programme by its id, in the same five queries for all of them; seven with what is drawn."""
    stored: dict[int, list[Authorisation]] = {programme.pk: [] for programme in programmes}
    for authorisation in authorisations_of(*programmes):
        stored[authorisation.programme_id].append(authorisation)
    starts = {programme.pk: _starts(programme, stored[programme.pk]) for programme in programmes}
    plans = _plans(programmes, starts)
    drawn = drawn_of([each for authorisations in stored.values() for each in authorisations]) if with_drawn else {}
    return {pk: position(tuple(map(FinancialYear, starts[pk])), plans[pk], authorised_from(stored[pk], drawn)) for pk in starts}


def kept_positions_of(programmes: Sequence[Programme]) -> dict[int, Position]:
    """The same, kept under the version of each programme, which every write to it moves on: no query where nothing changed."""
    keys = {f"position:{programme.pk}:{programme.version}": programme for programme in programmes}
    kept: dict[str, Position] = caches["bodies"].get_many(keys)
    if missing := [programme for key, programme in keys.items() if key not in kept]:
        found = positions_of(missing)
        new = {key: found[programme.pk] for key, programme in keys.items() if programme.pk in found}
        caches["bodies"].set_many(new, timeout=None)
        kept |= new
    return {programme.pk: kept[key] for key, programme in keys.items()}


def _starts(programme: Programme, stored: Sequence[Authorisation]) -> list[int]:
    limits = [limit.financial_year for authorisation in stored for limit in authorisation.limits.all()]
    return sorted({year for year in limits if year is not None} | {year.starts_in for year in programme.years})


def _plans(programmes: Sequence[Programme], starts: Mapping[int, Sequence[int]]) -> dict[int, list[PhasePlan]]:
    # The amounts are added up apart from the lines: joined, an FTE would count once for each amount of its line.
    said = Q(amount__isnull=False) | Q(absence=Absence.NO_EFFECT)
    sums = {
        (phase, year): (amount, known, recurring)
        for phase, year, amount, known, recurring in LineAmount.objects.filter(line__programme__in=programmes)
        .order_by()
        .values_list("line__phase", "financial_year")
        .annotate(
            planned=Sum("amount"),
            known=Count("pk", filter=said),
            recurring=Count("pk", filter=Q(line__duration=Duration.RECURRING) & ~Q(absence=Absence.NO_EFFECT)),
        )
    }
    phases = (
        Phase.objects.filter(programme__in=programmes)
        .order_by("number")
        .values_list("programme", "pk", "number", "name", Count("lines"), Sum("lines__fte"), Sum("lines__recruited_fte"))
    )
    inside = {programme.pk: {year.starts_in for year in programme.years} | {None} for programme in programmes}
    plans: dict[int, list[PhasePlan]] = {programme.pk: [] for programme in programmes}
    nought = Decimal(0)
    for programme, pk, number, name, lines, fte, recruited in phases:
        measures = (*starts[programme], None)
        found = [sums.get((pk, start), (None, 0, 0)) for start in measures]
        here = inside[programme]
        missing = (lines - known if start in here else 0 for start, (_, known, _) in zip(measures, found, strict=True))
        amounts = tuple(amount if lines else nought for amount, _, _ in found)
        plan = PhasePlan(number, name, fte or nought, recruited or nought, lines, found[-1][2], amounts, tuple(missing))
        plans[programme].append(plan)
    return plans


def drawn_of(authorisations: Sequence[Authorisation]) -> dict[int, dict[Measure, Drawn]]:
    """What is drawn of each limit, by the number of its authorisation (two queries; none where there is none)."""
    drawn: dict[int, dict[Measure, Drawn]] = defaultdict(dict)
    for each in standing_of(*authorisations) if authorisations else ():
        drawn[each.limit.authorisation_id][each.limit.measure] = Drawn(each.drawn, each.pending, each.headroom)
    return drawn
