"""The position of programmes as they are stored, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models import Count, Q, Sum

from approvals.drawdowns.consumption.queries import standing_of
from costing.financial_year import FinancialYear
from costing.line_cost import Absence, Duration
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure, in_year
from costing.measure import stored as measure_of
from costing.totals import total
from phases.authorisations.queries import authorisations_of
from phases.ledger.queries import authorised_from
from phases.ledger.rules import Drawn
from phases.models import Authorisation, Phase, Programme
from phases.programmes.queries import kept_by_version
from posts.lines.queries import lines_of
from posts.lines.rules import state_of
from posts.models import CostLine, LineAmount
from posts.paying.queries import sources_of
from posts.paying.rules import paid_line
from posts.whole_life.rules import figures_of
from reports.standing.position.rules import PhasePlan, Position, position


def position_of(programme: Programme) -> Position:
    """The position as it is stored now, in pounds: seven queries, whatever the number of lines and authorisations.

    A limit for a year outside the programme gets a column too.
    """
    return positions_of([programme], with_drawn=True)[programme.pk]


def positions_of(programmes: Sequence[Programme], *, with_drawn: bool = False) -> dict[int, Position]:
    """The position of each programme by its id, in the same five queries for all of them; seven with what is drawn."""
    stored: dict[int, list[Authorisation]] = {programme.pk: [] for programme in programmes}
    for authorisation in authorisations_of(*programmes):
        stored[authorisation.programme_id].append(authorisation)
    starts = {programme.pk: _starts(programme, stored[programme.pk]) for programme in programmes}
    measures = {
        pk: [*map(in_year, years), FULL_YEAR, *([WHOLE_LIFE] if _limits_a_whole_life(stored[pk]) else [])]
        for pk, years in starts.items()
    }
    plans = _plans(programmes, measures)
    drawn = drawn_of([each for authorisations in stored.values() for each in authorisations]) if with_drawn else {}
    return {pk: position(tuple(map(FinancialYear, starts[pk])), plans[pk], authorised_from(stored[pk], drawn)) for pk in starts}


def kept_positions_of(programmes: Sequence[Programme]) -> dict[int, Position]:
    """The same, kept under the version of each programme, which every write to it moves on: no query where nothing changed."""
    return kept_by_version("position", programmes, positions_of)


def _starts(programme: Programme, stored: Sequence[Authorisation]) -> list[int]:
    limits = [limit.financial_year for authorisation in stored for limit in authorisation.limits.all()]
    return sorted({year for year in limits if year} | {year.starts_in for year in programme.years})


def _limits_a_whole_life(stored: Sequence[Authorisation]) -> bool:
    return any(limit.measure == WHOLE_LIFE for authorisation in stored for limit in authorisation.limits.all())


Planned = tuple[Decimal | None, int, int]
"""Pounds, how many lines have a figure or need none, how many are recurring."""


def _whole_lives(programme: Programme) -> dict[tuple[int, Measure], Planned]:
    """What the lines of each phase come to over their whole lives (three queries)."""
    found: dict[int, list[Decimal | None]] = defaultdict(list)
    for line in lines_of(programme):
        found[line.phase_id].append(figures_of(line, programme, [WHOLE_LIFE])[WHOLE_LIFE].amount)
    return {
        (phase, WHOLE_LIFE): (total(amounts), sum(amount is not None for amount in amounts), 0)
        for phase, amounts in found.items()
    }


def _by_source(programme: Programme, measures: Sequence[Measure]) -> dict[int, tuple[dict[str, Decimal], ...]]:
    """What of each phase's plan one source alone pays, by its name, for each measure (four queries)."""
    sources, found = sources_of(programme), defaultdict[int, tuple[dict[str, Decimal], ...]](lambda: tuple({} for _ in measures))
    for line in lines_of(programme).exclude(paid_by=[]):
        paid = paid_line(state_of(line), line.amounts.all(), programme)
        for measure, sums in zip(measures, found[line.phase_id], strict=True):
            for source, pounds in (each.by_source if (each := paid.of(measure)) else {}).items():
                sums[sources[source]] = sums.get(sources[source], Decimal(0)) + pounds
    return found


def _plans(programmes: Sequence[Programme], measures: Mapping[int, Sequence[Measure]]) -> dict[int, list[PhasePlan]]:
    """What the phases of each programme plan in each of its measures."""
    # The amounts are added up apart from the lines: joined, an FTE would count once for each amount of its line.
    said = Q(amount__isnull=False) | Q(absence=Absence.NO_EFFECT)
    sums: dict[tuple[int, Measure], Planned] = {
        (phase, measure_of(year)): (amount, known, recurring)
        for phase, year, amount, known, recurring in LineAmount.objects.filter(line__programme__in=programmes)
        .order_by()
        .values_list("line__phase", "financial_year")
        .annotate(
            planned=Sum("amount"),
            known=Count("pk", filter=said),
            recurring=Count("pk", filter=Q(line__duration=Duration.RECURRING) & ~Q(absence=Absence.NO_EFFECT)),
        )
    }
    for each in programmes:
        if WHOLE_LIFE in measures[each.pk]:
            sums |= _whole_lives(each)
    phases = (
        Phase.objects.filter(programme__in=programmes)
        .order_by("number")
        .annotate(
            line_count=Count("lines"),
            fte=Sum("lines__fte"),
            recruited=Sum("lines__recruited_fte"),
            fewer=Sum("lines__fte", filter=Q(lines__fte__lt=0)),
            without_fte=Count("lines", filter=Q(lines__kind=CostLine.Kind.POST, lines__fte__isnull=True)),
            shared=Count("lines", filter=~Q(lines__paid_by=[])),
        )
        .values_list("programme", "pk", "number", "name", "line_count", "fte", "recruited", "fewer", "without_fte", "shared")
    )
    shared = {programme for programme, *_, count in phases if count}
    named = {each.pk: _by_source(each, measures[each.pk]) for each in programmes if each.pk in shared}
    inside: dict[int, set[Measure]] = {
        programme.pk: {FULL_YEAR, WHOLE_LIFE, *map(in_year, programme.years)} for programme in programmes
    }
    plans: dict[int, list[PhasePlan]] = {programme.pk: [] for programme in programmes}
    zero = Decimal(0)
    for programme, pk, number, name, lines, fte, recruited, fewer, without_fte, _ in phases:
        found = [sums.get((pk, measure), (None, 0, 0)) for measure in measures[programme]]
        here = inside[programme]
        missing = (lines - known if start in here else 0 for start, (_, known, _) in zip(measures[programme], found, strict=True))
        amounts = tuple(amount if lines else zero for amount, _, _ in found)
        ftes, recurring = (fte or zero, recruited or zero), sums.get((pk, FULL_YEAR), (None, 0, 0))[2]
        by_source = named[programme].get(pk, ()) if programme in named else ()
        plan = PhasePlan(number, name, *ftes, lines, recurring, amounts, tuple(missing), fewer or zero, without_fte, by_source)
        plans[programme].append(plan)
    return plans


def drawn_of(authorisations: Sequence[Authorisation]) -> dict[int, dict[Measure, Drawn]]:
    """What is drawn of each limit, by the number of its authorisation (two queries; none where there is none)."""
    drawn: dict[int, dict[Measure, Drawn]] = defaultdict(dict)
    for each in standing_of(*authorisations) if authorisations else ():
        drawn[each.limit.authorisation_id][each.limit.measure] = Drawn(each.drawn, each.pending, each.headroom)
    return drawn
