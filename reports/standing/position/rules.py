"""Where a programme stands: what its phases plan, against what is authorised. Pure arithmetic on plain records.

Planned is the sum of the amounts of lines, in whole pounds. Authorisations that may pay for the same phase share a `Group`, so
that no phase is counted twice. In each measure the limits of its authorisations are added, and shown against the plan of those
phases that an authorisation naming this measure may pay for. Whether the plan is within the limits is the ledger's to say: added
limits can hide one phase behind another's money.

None is not zero: a limit of None is not named by the decision, a planned amount of None is stated by no line. An authorisation
that a later one replaced is shown and not counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from costing.financial_year import FinancialYear
from costing.headroom import headroom
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure, in_year
from costing.totals import total
from display import formats
from display.words import counted, listed
from phases.ledger import rules as ledger
from phases.ledger.rules import Authorised, Coverage, Drawn, Excess, amounts_in_words


class PhasePlan(NamedTuple):
    """What the lines of a phase plan. `amounts` and `not_stated` (lines without a figure) have one entry for each measure.

    `fte` is net of fewer posts, which `fewer` counts, below 0; `without_fte` counts the posts whose FTE is not stated.
    """

    number: int
    name: str
    fte: Decimal
    recruited: Decimal
    lines: int
    recurring_lines: int
    amounts: tuple[Decimal | None, ...]
    not_stated: tuple[int, ...]
    fewer: Decimal = Decimal(0)
    without_fte: int = 0
    by_source: tuple[Mapping[str, Decimal], ...] = ()
    """What of the amounts one source alone pays, by its name, for each measure; empty where no line names a source."""

    def parts(self, column: int) -> dict[ledger.Part, Decimal]:
        """The amount of a measure by who may pay for it."""
        named = self.by_source[column] if self.by_source else {}
        anybody = (self.amounts[column] or Decimal(0)) - sum(named.values(), Decimal(0))
        return {ledger.Part(self.number): anybody} | {ledger.Part(self.number, name): each for name, each in named.items()}

    @property
    def to_recruit(self) -> Decimal:
        """Nobody is recruited to posts that go."""
        return self.fte - self.fewer - self.recruited

    @property
    def fte_text(self) -> str:
        """The FTE as it is printed: at least 7 where that of a post is not stated."""
        return formats.fte_total(self.fte, at_least=self.without_fte > 0)

    @property
    def cells(self) -> Iterable[tuple[Decimal | None, int]]:
        """Amount and number of lines without a figure, measure by measure."""
        return zip(self.amounts, self.not_stated, strict=True)


class GroupMeasure(NamedTuple):
    """A group in one measure, in pounds. `planned` counts the phases that `limit` is for, or all where no limit is named.

    `headroom` is the limit less the plan; None, like `limit`, where no limit is named. `not_stated` counts the lines without a
    figure, which `planned` leaves out. `drawn` is of all authorisations that name a limit here. `excesses` are what the ledger
    finds: there can be some though the added limits are above the added plans.
    """

    measure: Measure
    limit: Decimal | None
    planned: Decimal | None
    headroom: Decimal | None
    coverage: Coverage
    not_stated: int
    drawn: Drawn | None = None
    excesses: tuple[Excess, ...] = ()

    @property
    def exceeded(self) -> bool:
        return bool(self.excesses)

    @property
    def excess(self) -> Decimal:
        """How much of the plan nothing can pay for; 0 where all of it is within the limits."""
        return sum((each.over for each in self.excesses), Decimal(0))


class GroupPhase(NamedTuple):
    """A phase of a group. `coverages` has one entry for each measure."""

    plan: PhasePlan
    coverages: tuple[Coverage, ...]

    @property
    def cells(self) -> Iterable[tuple[Decimal | None, int, Coverage]]:
        """Amount, number of lines without a figure and coverage, measure by measure."""
        return zip(self.plan.amounts, self.plan.not_stated, self.coverages, strict=True)


LimitRow = tuple[Authorised, list[Decimal | None]]


class Group(NamedTuple):
    """Phases and the authorisations in force that may pay for them, compared measure by measure."""

    authorisations: tuple[Authorised, ...]
    phases: tuple[GroupPhase, ...]
    cells: tuple[GroupMeasure, ...]

    @property
    def title(self) -> str:
        return listed(authorised.title for authorised in self.authorisations)

    @property
    def limit_rows(self) -> list[LimitRow]:
        """Each authorisation with its limit in each measure; None where its decision names none."""
        return _limit_rows(self.authorisations, [cell.measure for cell in self.cells])

    @property
    def drawn_rows(self) -> list[tuple[str, list[Decimal | None]]]:
        """What is drawn of its limits, pending, and left, each with an amount by measure; no row before the first drawdown."""
        found = [cell.drawn for cell in self.cells]
        if not any(
            each.drawn or each.pending or each.left != cell.limit for each, cell in zip(found, self.cells, strict=True) if each
        ):
            return []
        return [
            ("Drawn", [each and each.drawn for each in found]),
            ("Pending", [each and each.pending for each in found]),
            ("Headroom", [each and each.left for each in found]),
        ]

    @property
    def phase_names(self) -> str:
        return listed(phase.plan.name for phase in self.phases)


class Position(NamedTuple):
    """The whole position. `unauthorised` and `notes` are for reading aloud: full sentences, gravest first.

    `measures` are the financial years in order, the full year, and the whole life where something is limited over it: under them
    everything else has its entries.
    """

    years: tuple[FinancialYear, ...]
    measures: tuple[Measure, ...]
    phases: tuple[PhasePlan, ...]
    total: PhasePlan
    groups: tuple[Group, ...]
    uncovered: tuple[PhasePlan, ...]
    beside: tuple[Authorised, ...]
    authorisations: tuple[Authorised, ...]
    unauthorised: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def excesses(self) -> tuple[Excess, ...]:
        """What the plan is above, group by group."""
        return tuple(excess for group in self.groups for cell in group.cells for excess in cell.excesses)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Each excess as a sentence with its figures."""
        return tuple(self.said(excess) for excess in self.excesses)

    def said(self, excess: Excess) -> str:
        """An excess as a sentence that names the phases."""
        return excess.in_words(listed(plan.name for plan in self.phases if plan.number in excess.phases))

    @property
    def beside_rows(self) -> list[LimitRow]:
        """What stands beside the committee table, with its limit in each measure."""
        return _limit_rows(self.beside, self.measures)

    @property
    def shared(self) -> bool:
        """Whether limits of several authorisations are added somewhere."""
        return any(len(group.authorisations) > 1 for group in self.groups)

    @property
    def within(self) -> bool:
        """Whether there is a limit to compare with and the plan exceeds none."""
        return not self.excesses and any(cell.limit is not None for group in self.groups for cell in group.cells)


class Tile(NamedTuple):
    """One figure to see first. `kind` is "over" where a limit is exceeded, `short` the name of what is planned."""

    label: str
    short: str
    value: str
    note: str = ""
    kind: str = ""


def position(years: Sequence[FinancialYear], phases: Sequence[PhasePlan], authorisations: Sequence[Authorised]) -> Position:
    """Compare the plans of all phases with everything authorised. Each plan has an entry for each measure (`measures_of`)."""
    measures = measures_of(years, authorisations)
    in_force = ledger.in_force(authorisations)
    groups = tuple(_group(measures, sharing, phases) for sharing in ledger.groups(authorisations))
    covered = frozenset().union(*(authorised.phases for authorised in in_force))
    uncovered = tuple(plan for plan in phases if plan.number not in covered)
    return Position(
        tuple(years),
        measures,
        tuple(phases),
        _all_phases(phases, len(measures)),
        groups,
        uncovered,
        tuple(authorised for authorised in in_force if not authorised.phases),
        tuple(authorisations),
        (*_without_decision(measures, uncovered), *(text for group in groups for text in _without_limit(measures, group))),
        (
            *(text for group in groups for text in _recurring_on_one_off(group)),
            *filter(None, (authorised.carried_in_words for authorised in in_force)),
            *_not_stated(measures, phases),
        ),
    )


def measures_of(years: Sequence[FinancialYear], authorisations: Iterable[Authorised]) -> tuple[Measure, ...]:
    """The years in order, the full year, and the whole life where something is limited over it."""
    whole = [WHOLE_LIFE] if any(WHOLE_LIFE in each.limits for each in authorisations) else []
    return (*map(in_year, years), FULL_YEAR, *whole)


def tiles(position: Position, today: date) -> tuple[Tile, ...]:
    """FTE, this financial year, the next, and the full year; the last years of a programme that is over, the first before it."""
    whole = position.total
    to_recruit = whole.to_recruit
    years = position.years
    place = FinancialYear.containing(today).starts_in - years[0].starts_in
    first = max(0, min(place, len(years) - 2))
    shown = [*range(first, min(first + 2, len(years))), len(years)]
    return (
        Tile(
            "FTE planned",
            "FTE",
            whole.fte_text,
            f"{counted(whole.lines, 'line')}, {counted(len(position.phases), 'phase')}",
        ),
        Tile(
            "FTE recruited", "", formats.fte(whole.recruited), f"{formats.fte(to_recruit)} still to recruit" if to_recruit else ""
        ),
        *(_money_tile(position, column) for column in shown),
    )


def _limit_rows(authorisations: Sequence[Authorised], measures: Sequence[Measure]) -> list[LimitRow]:
    return [(authorised, [authorised.limits.get(measure) for measure in measures]) for authorised in authorisations]


def _group(measures: Sequence[Measure], sharing: Sequence[Authorised], plans: Sequence[PhasePlan]) -> Group:
    phases = tuple(
        GroupPhase(plan, tuple(ledger.coverage(sharing, plan.number, measure) for measure in measures))
        for plan in plans
        if any(plan.number in authorised.phases for authorised in sharing)
    )
    return Group(
        tuple(sharing), phases, tuple(_cell(measure, column, sharing, phases) for column, measure in enumerate(measures))
    )


def _cell(measure: Measure, column: int, sharing: Sequence[Authorised], phases: Sequence[GroupPhase]) -> GroupMeasure:
    named = [authorised.limits[measure] for authorised in sharing if measure in authorised.limits]
    limit = total(named) if named else None
    compared = [phase.plan for phase in phases if limit is None or phase.coverages[column] == Coverage.LIMITED]
    planned = total(plan.amounts[column] for plan in compared)
    coverages = {phase.coverages[column] for phase in phases}
    return GroupMeasure(
        measure,
        limit,
        planned,
        headroom(limit, planned or Decimal(0)),
        next((coverage for coverage in Coverage if coverage in coverages), Coverage.NO_LIMIT_NAMED),
        sum(plan.not_stated[column] for plan in compared),
        _drawn(sharing, measure),
        tuple(ledger.excesses(sharing, measure, dict(part for plan in compared for part in plan.parts(column).items()))),
    )


def _drawn(authorisations: Sequence[Authorised], measure: Measure) -> Drawn | None:
    found = [authorised.drawn[measure] for authorised in authorisations if measure in authorised.drawn]
    return Drawn(*(sum(amounts, Decimal(0)) for amounts in zip(*found, strict=True))) if found else None


def _all_phases(phases: Sequence[PhasePlan], columns: int) -> PhasePlan:
    return PhasePlan(
        0,
        "Total planned",
        sum((plan.fte for plan in phases), Decimal(0)),
        sum((plan.recruited for plan in phases), Decimal(0)),
        sum(plan.lines for plan in phases),
        sum(plan.recurring_lines for plan in phases),
        tuple(total(plan.amounts[column] for plan in phases) for column in range(columns)),
        tuple(sum(plan.not_stated[column] for plan in phases) for column in range(columns)),
        sum((plan.fewer for plan in phases), Decimal(0)),
        sum(plan.without_fte for plan in phases),
    )


def _without_decision(measures: Sequence[Measure], uncovered: Sequence[PhasePlan]) -> Iterable[str]:
    for plan in uncovered:
        if plan.lines:
            yield f"No decision authorises {plan.name} yet: {_amounts(measures, plan.amounts)}."


def _without_limit(measures: Sequence[Measure], group: Group) -> Iterable[str]:
    """Money planned where no authorisation of its phase names a limit: nothing is released in it."""
    unnamed = [
        total(phase.plan.amounts[column] for phase in group.phases if phase.coverages[column] == Coverage.NO_LIMIT_NAMED)
        for column, measure in enumerate(measures)
        if measure != WHOLE_LIFE
    ]
    if any(unnamed):
        phases = listed([phase.plan.name for phase in group.phases if Coverage.NO_LIMIT_NAMED in phase.coverages[: len(unnamed)]])
        amounts = _amounts(measures[: len(unnamed)], [amount or None for amount in unnamed])
        does = "does" if len(group.authorisations) == 1 else "do"
        yield f"The {group.title} {does} not cover {amounts}, planned for {phases}."


def _recurring_on_one_off(group: Group) -> Iterable[str]:
    one_off = ledger.on_one_off_money(group.authorisations)
    standing_on = [phase.plan for phase in group.phases if phase.plan.number in one_off and phase.plan.recurring_lines]
    if standing_on:
        count = sum(plan.recurring_lines for plan in standing_on)
        lines = f"{counted(count, 'recurring line')} of {listed([plan.name for plan in standing_on])}"
        column = [cell.measure for cell in group.cells].index(FULL_YEAR)
        full_year = total(plan.amounts[column] for plan in standing_on)
        cost = "" if full_year is None else f" ({formats.pounds(full_year)} in a full year)"
        yield f"{lines}{cost} {'is' if count == 1 else 'are'} funded by one-off money: {group.title}."


def _not_stated(measures: Sequence[Measure], phases: Sequence[PhasePlan]) -> Iterable[str]:
    for plan in phases:
        missing = [f"{counted(n, 'line')} {measure.in_words}" for measure, n in zip(measures, plan.not_stated, strict=True) if n]
        if missing:
            yield f"{plan.name}: no figure is stated for {listed(missing)}; the totals leave it out."


def _money_tile(position: Position, column: int) -> Tile:
    measure, planned, missing = position.measures[column], position.total.amounts[column], position.total.not_stated[column]
    over = [excess for excess in position.excesses if excess.measure == measure]
    outside = total(plan.amounts[column] for plan in position.uncovered) or Decimal(0)
    unnamed = [
        phase.plan.amounts[column] or Decimal(0)
        for group in position.groups
        for phase in group.phases
        if phase.coverages[column] == Coverage.NO_LIMIT_NAMED
    ]
    outside += sum(unnamed, Decimal(0))
    if over:
        note = f"{formats.pounds(over[0].over)} over a limit" if len(over) == 1 else f"over {len(over)} limits"
    elif outside:
        note = "none of it authorised" if outside == planned else f"{formats.pounds(outside)} of it not yet authorised"
    else:
        note = "within all limits" if planned else ""
    return Tile(
        f"Planned {measure.in_words}",
        measure.label,
        formats.pounds(planned) if planned is not None or missing else formats.NIL,
        note,
        "over" if over else "",
    )


def _amounts(measures: Sequence[Measure], amounts: Sequence[Decimal | None]) -> str:
    return amounts_in_words(_present(measures, amounts))


def _present(measures: Sequence[Measure], amounts: Sequence[Decimal | None]) -> Mapping[Measure, Decimal]:
    return {measure: amount for measure, amount in zip(measures, amounts, strict=True) if amount is not None}
