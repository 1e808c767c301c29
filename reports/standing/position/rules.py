"""Where a programme stands: what its phases plan, against what is authorised. Pure arithmetic on plain records.

Planned is the sum of the amounts of lines, in whole pounds. Authorisations that may pay for the same phase share a `Group`, so
that no phase is counted twice: a group is a set of phases connected by the authorisations in force that name them. In each
measure (a financial year, or a full year) the limits of its authorisations are added, and compared with the plan of those phases
that an authorisation naming this measure may pay for. Added limits can hide one phase behind another's money, so a phase that
only some of a group's authorisations may pay for is also compared with those alone.

None is not nought: a limit of None is not named by the decision, a planned amount of None is stated by no line. An authorisation
that a later one replaced is shown and not counted.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from costing.financial_year import FinancialYear
from costing.headroom import exceeds, headroom
from costing.totals import total
from display import formats
from display.words import counted, listed

FULL_YEAR = "Full year"


class PhasePlan(NamedTuple):
    """What the lines of a phase plan. `amounts` and `not_stated` (lines without a figure) have one entry for each measure."""

    number: int
    name: str
    fte: Decimal
    recruited: Decimal
    lines: int
    recurring_lines: int
    amounts: tuple[Decimal | None, ...]
    not_stated: tuple[int, ...]

    @property
    def to_recruit(self) -> Decimal:
        return self.fte - self.recruited

    @property
    def cells(self) -> Iterable[tuple[Decimal | None, int]]:
        """Amount and number of lines without a figure, measure by measure."""
        return zip(self.amounts, self.not_stated, strict=True)


class Drawn(NamedTuple):
    """What drawdowns do to a limit, in pounds. `pending` ones consume nothing until signed off; `left` may be drawn still."""

    drawn: Decimal
    pending: Decimal
    left: Decimal


class Authorised(NamedTuple):
    """An authorisation as it is stored. `limits` has one entry for each measure; `replaced_by` is empty while it is in force.

    So has `drawn`, with None where no limit is named; it is empty where it was not asked for. `number` is the stored one's.
    """

    title: str
    decision: str
    body: str
    decided_on: date
    source: str
    one_off: bool
    phases: frozenset[int]
    limits: tuple[Decimal | None, ...]
    replaced_by: str = ""
    drawn: tuple[Drawn | None, ...] = ()
    number: int = 0

    def in_words(self, measures: Sequence[str]) -> str:
        """Its limits and its term, as "Up to £950,000 in 2016/17, one-off"."""
        return f"Up to {_amounts(measures, self.limits)}, {'one-off' if self.one_off else 'recurring'}"


class Standing(StrEnum):
    """How the plan of a phase stands in one measure."""

    LIMITED = "limited"
    THROUGH_FULL_YEAR = "through_full_year"
    NO_LIMIT_NAMED = "no_limit_named"


class Cell(NamedTuple):
    """A group in one measure, in pounds. `planned` counts the phases that `limit` is for, or all where no limit is named.

    `headroom` is negative where the plan exceeds the limit; None, like `limit`, where no limit is named. `not_stated` counts the
    lines without a figure, which `planned` leaves out. `drawn` is of all authorisations that name a limit here.
    """

    measure: str
    limit: Decimal | None
    planned: Decimal | None
    headroom: Decimal | None
    standing: Standing
    not_stated: int
    drawn: Drawn | None = None

    @property
    def exceeded(self) -> bool:
        return exceeds(self.limit, self.planned or Decimal(0))

    @property
    def excess(self) -> Decimal:
        """By how much the plan exceeds the limit; 0 where it doesn't."""
        return max(Decimal(0), -(self.headroom or Decimal(0)))


class GroupPhase(NamedTuple):
    """A phase of a group. `standings` has one entry for each measure."""

    plan: PhasePlan
    standings: tuple[Standing, ...]

    @property
    def cells(self) -> Iterable[tuple[Decimal | None, int, Standing]]:
        """Amount, number of lines without a figure and standing, measure by measure."""
        return zip(self.plan.amounts, self.plan.not_stated, self.standings, strict=True)


class Group(NamedTuple):
    """Phases and the authorisations in force that may pay for them, compared measure by measure."""

    authorisations: tuple[Authorised, ...]
    phases: tuple[GroupPhase, ...]
    cells: tuple[Cell, ...]

    @property
    def title(self) -> str:
        return listed([authorised.title for authorised in self.authorisations])

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
            ("Left to draw", [each and each.left for each in found]),
        ]

    @property
    def phase_names(self) -> str:
        return listed([phase.plan.name for phase in self.phases])


class Excess(NamedTuple):
    """A plan above its limit. `text` is a sentence with both figures."""

    measure: str
    planned: Decimal
    limit: Decimal
    text: str


class Position(NamedTuple):
    """The whole position. `excesses`, `unauthorised` and `notes` are for reading aloud: full sentences, gravest first.

    `measures` are the financial years in order, then the full year, under which everything else has its entries.
    """

    years: tuple[FinancialYear, ...]
    measures: tuple[str, ...]
    phases: tuple[PhasePlan, ...]
    total: PhasePlan
    groups: tuple[Group, ...]
    uncovered: tuple[PhasePlan, ...]
    beside: tuple[Authorised, ...]
    authorisations: tuple[Authorised, ...]
    excesses: tuple[Excess, ...]
    unauthorised: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def described(self) -> Iterable[tuple[Authorised, str]]:
        """Everything authorised, replaced ones included, with its limits in words."""
        return ((authorised, authorised.in_words(self.measures)) for authorised in self.authorisations)

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
    """Compare the plans of all phases with everything authorised. Each record has one entry for each year, then the full year."""
    measures = (*(year.label for year in years), FULL_YEAR)
    in_force = [authorised for authorised in authorisations if not authorised.replaced_by]
    groups = tuple(
        _group(measures, found, [plan for plan in phases if plan.number in {n for a in found for n in a.phases}])
        for found in _connected(in_force)
    )
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
        tuple(excess for group in groups for excess in _excesses(group)),
        (*_without_decision(measures, uncovered), *(text for group in groups for text in _without_limit(measures, group))),
        (*(text for group in groups for text in _recurring_on_one_off(group)), *_not_stated(measures, phases)),
    )


def tiles(position: Position, today: date) -> tuple[Tile, ...]:
    """FTE, this financial year, the next, and the full year; the last years of a programme that is over, the first before it."""
    whole = position.total
    to_recruit = whole.fte - whole.recruited
    years = position.years
    place = FinancialYear.containing(today).starts_in - years[0].starts_in
    first = max(0, min(place, len(years) - 2))
    shown = [*range(first, min(first + 2, len(years))), len(years)]
    return (
        Tile(
            "FTE planned",
            "FTE",
            formats.fte(whole.fte),
            f"{counted(whole.lines, 'line')}, {counted(len(position.phases), 'phase')}",
        ),
        Tile(
            "FTE recruited", "", formats.fte(whole.recruited), f"{formats.fte(to_recruit)} still to recruit" if to_recruit else ""
        ),
        *(_money_tile(position, column) for column in shown),
    )


def _connected(authorisations: Iterable[Authorised]) -> list[list[Authorised]]:
    """Authorisations that share a phase, directly or through another, together; those without phases left out."""
    groups: list[list[Authorised]] = []
    for authorised in authorisations:
        joined = [group for group in groups if any(authorised.phases & other.phases for other in group)]
        groups = [group for group in groups if group not in joined]
        if authorised.phases:
            groups.append([*(other for group in joined for other in group), authorised])
    return groups


def _group(measures: Sequence[str], authorisations: Sequence[Authorised], plans: Sequence[PhasePlan]) -> Group:
    phases = tuple(
        GroupPhase(plan, tuple(_standing(authorisations, plan, column) for column in range(len(measures)))) for plan in plans
    )
    return Group(
        tuple(authorisations),
        phases,
        tuple(_cell(measure, column, authorisations, phases) for column, measure in enumerate(measures)),
    )


def _standing(authorisations: Sequence[Authorised], plan: PhasePlan, column: int) -> Standing:
    able = [authorised for authorised in authorisations if plan.number in authorised.phases]
    if any(authorised.limits[column] is not None for authorised in able):
        return Standing.LIMITED
    # Recurring money with a full-year limit is authorised in the years that its decision does not name.
    if any(authorised.limits[-1] is not None and not authorised.one_off for authorised in able):
        return Standing.THROUGH_FULL_YEAR
    return Standing.NO_LIMIT_NAMED


def _cell(measure: str, column: int, authorisations: Sequence[Authorised], phases: Sequence[GroupPhase]) -> Cell:
    named = [authorised.limits[column] for authorised in authorisations if authorised.limits[column] is not None]
    limit = total(named) if named else None
    compared = [phase for phase in phases if limit is None or phase.standings[column] == Standing.LIMITED]
    planned = total(phase.plan.amounts[column] for phase in compared)
    standings = {phase.standings[column] for phase in phases}
    standing = next(standing for standing in Standing if standing in standings) if phases else Standing.NO_LIMIT_NAMED
    not_stated = sum(phase.plan.not_stated[column] for phase in compared)
    left = headroom(limit, planned or Decimal(0))
    return Cell(measure, limit, planned, left, standing, not_stated, _drawn(authorisations, column))


def _drawn(authorisations: Sequence[Authorised], column: int) -> Drawn | None:
    found = [each for authorised in authorisations for each in authorised.drawn[column : column + 1] if each is not None]
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
    )


def _excesses(group: Group) -> Iterable[Excess]:
    for column, cell in enumerate(group.cells):
        if cell.limit is None:
            continue
        compared = [phase.plan.name for phase in group.phases if phase.standings[column] == Standing.LIMITED]
        if cell.exceeded:
            yield _excess(group.title, compared, cell.measure, cell.planned or Decimal(0), cell.limit)
            continue
        for phase in group.phases:
            able = [a for a in group.authorisations if phase.plan.number in a.phases and a.limits[column] is not None]
            limit, planned = total(a.limits[column] for a in able), phase.plan.amounts[column] or Decimal(0)
            if able and limit is not None and exceeds(limit, planned):
                yield _excess(listed([a.title for a in able]), [phase.plan.name], cell.measure, planned, limit)


def _excess(title: str, phases: Sequence[str], measure: str, planned: Decimal, limit: Decimal) -> Excess:
    text = (
        f"{title}: {formats.pounds(planned)} is planned for {listed(phases)} {_during(measure)}, "
        f"{formats.pounds(planned - limit)} more than the limit of {formats.pounds(limit)}."
    )
    return Excess(measure, planned, limit, text)


def _without_decision(measures: Sequence[str], uncovered: Sequence[PhasePlan]) -> Iterable[str]:
    for plan in uncovered:
        if plan.lines:
            yield f"No decision authorises {plan.name} yet: {_amounts(measures, plan.amounts)}."


def _without_limit(measures: Sequence[str], group: Group) -> Iterable[str]:
    """Money planned where no authorisation of its phase names a limit: nothing is released in it."""
    unnamed = [
        total(phase.plan.amounts[column] for phase in group.phases if phase.standings[column] == Standing.NO_LIMIT_NAMED)
        for column in range(len(measures))
    ]
    if any(unnamed):
        phases = listed([phase.plan.name for phase in group.phases if Standing.NO_LIMIT_NAMED in phase.standings])
        amounts = _amounts(measures, [amount or None for amount in unnamed])
        yield f"{group.title} names no limit for {amounts}, planned for {phases}."


def _recurring_on_one_off(group: Group) -> Iterable[str]:
    recurring = {number for authorised in group.authorisations if not authorised.one_off for number in authorised.phases}
    standing_on = [phase.plan for phase in group.phases if phase.plan.number not in recurring and phase.plan.recurring_lines]
    if standing_on:
        count = sum(plan.recurring_lines for plan in standing_on)
        lines = f"{counted(count, 'recurring line')} of {listed([plan.name for plan in standing_on])}"
        full_year = total(plan.amounts[-1] for plan in standing_on)
        cost = "" if full_year is None else f" ({formats.pounds(full_year)} in a full year)"
        yield f"{lines}{cost} {'rests' if count == 1 else 'rest'} on one-off money: {group.title}."


def _not_stated(measures: Sequence[str], phases: Sequence[PhasePlan]) -> Iterable[str]:
    for plan in phases:
        missing = [f"{counted(n, 'line')} {_during(measure)}" for measure, n in zip(measures, plan.not_stated, strict=True) if n]
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
        if phase.standings[column] == Standing.NO_LIMIT_NAMED
    ]
    outside += sum(unnamed, Decimal(0))
    if over:
        note = f"{formats.pounds(over[0].planned - over[0].limit)} over a limit" if len(over) == 1 else f"over {len(over)} limits"
    elif outside:
        note = "all of it under no limit yet" if outside == planned else f"{formats.pounds(outside)} of it under no limit yet"
    else:
        note = "within every limit" if planned else ""
    return Tile(
        f"Planned {_during(measure)}",
        measure,
        formats.pounds(planned) if planned is not None or missing else formats.NIL,
        note,
        "over" if over else "",
    )


def _amounts(measures: Sequence[str], amounts: Sequence[Decimal | None]) -> str:
    said = [
        f"{formats.pounds(amount)} {_during(measure)}"
        for measure, amount in zip(measures, amounts, strict=True)
        if amount is not None
    ]
    return listed(said) or "no amount is stated"


def _during(measure: str) -> str:
    return "in a full year" if measure == FULL_YEAR else f"in {measure}"
