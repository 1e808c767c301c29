"""A line of the table with what it is costed from, and what follows from that: its own figures, and the start they imply."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from costing.financial_year import FinancialYear
from costing.implied_start import ImpliedStart, implied_start
from costing.intake import Basis, CostFrom, Intake, end_of_term
from costing.line_cost import Duration, Line, cost_changes, exact_part_year_cost, part_year_cost
from costing.money import Unit
from reports.table.rules import PhaseSection, Row, Schedule, TeamGroup

TOLERANCE = 1000
"""Pounds by which a stated part-year may differ from its calculation: a table in £'000 loses up to half of that."""
HALF_A_THOUSAND = 500
"""Pounds by which an amount in £'000 may be rounded."""


class LineInputs(NamedTuple):
    """What a line is costed from. `annual_cost` is of the whole line; `term_months` is kept where no dates are."""

    annual_cost: Decimal | None
    duration: Duration
    term_months: int | None
    intakes: tuple[Intake, ...]
    recruited_fte: Decimal | None
    costs: tuple[CostFrom, ...] = ()


class Contradiction(NamedTuple):
    """A year whose stated figure is more than £1k from what the line's own dates give. Whole pounds."""

    year: FinancialYear
    stated: Decimal
    expected: Decimal


class CheckedLine(NamedTuple):
    """A row of the table with what stands behind it. `dated`: every start is stated; `contradictions` are then judged."""

    phase: PhaseSection
    team: TeamGroup
    row: Row
    inputs: LineInputs
    schedule: Schedule
    dated: bool
    contradictions: tuple[Contradiction, ...]

    @property
    def name(self) -> str:
        """As a sentence begins: Head of service, Phase One."""
        return f"{self.row.title}, {self.phase.name}"

    @property
    def costed(self) -> Line:
        """As the costing rules read it."""
        return _line(self.row, self.inputs, self.schedule.basis)

    @property
    def first_cost(self) -> tuple[FinancialYear, Decimal] | None:
        """The first year in which it costs something, and how much."""
        pairs = zip(self.schedule.years, self.row.years, strict=True)
        return next(((year, figure.pounds) for year, figure in pairs if figure.pounds), None)

    @property
    def implied(self) -> ImpliedStart | None:
        """The starts that give the figure of the first year in which it costs something; None where none does."""
        cost, annual = self.first_cost, self.inputs.annual_cost
        if cost is None or annual is None or self.inputs.duration is Duration.ONE_OFF or self.costed.has_changes:
            return None
        return _implied(annual, cost[1], cost[0], self.schedule.basis)

    @property
    def as_dated(self) -> Line | None:
        """With its stated starts, or at the start its figure implies; None where there is neither."""
        if self.dated:
            return self.costed
        found = self.implied
        if found is None:
            return None
        start, term = found.months[0] if found.months else found.earliest, self.inputs.term_months
        end = end_of_term(start, term) if term and self.inputs.duration is Duration.FIXED_TERM else None
        return _line(self.row, self.inputs._replace(intakes=(Intake(None, start, end),)), self.schedule.basis)


def checked_lines(schedule: Schedule, inputs: Mapping[int, LineInputs]) -> tuple[CheckedLine, ...]:
    """Every line of the table in printing order, with what it is costed from by its number."""
    shares: Shares = {}
    made = []
    for phase, team, row in schedule.rows():
        own = inputs[row.line_id]
        dated = bool(own.intakes) and all(intake.start for intake in own.intakes)
        wrong = _contradictions(schedule, row, own, shares) if dated and own.annual_cost is not None else ()
        made.append(CheckedLine(phase, team, row, own, schedule, dated, wrong))
    return tuple(made)


# What each pound of annual cost comes to, year by year, as a fraction: lines that start together share it.
Shares = dict[tuple[Decimal | None, tuple[Intake, ...], Duration], tuple[tuple[int, int] | None, ...]]


def _contradictions(schedule: Schedule, row: Row, inputs: LineInputs, shares: Shares) -> tuple[Contradiction, ...]:
    if not any(figure.stated for figure in row.years):
        return ()
    if cost_changes(inputs.costs, inputs.intakes):
        return tuple(_against_the_rules(schedule, row, inputs))
    key = (row.fte, inputs.intakes, inputs.duration)
    if key not in shares:
        one_pound = _line(row, inputs._replace(annual_cost=Decimal(1)), schedule.basis)
        exact = [exact_part_year_cost(one_pound, year) for year in schedule.years]
        shares[key] = tuple(None if share is None else share.as_integer_ratio() for share in exact)
    annual, found = int(inputs.annual_cost or 0), []
    for year, figure, share in zip(schedule.years, row.years, shares[key], strict=True):
        if not figure.stated or figure.pounds is None or share is None:
            continue
        # In whole numbers, and a pound to spare for the rounding: nearly every figure follows, and needs no more.
        part, whole = share
        if abs(int(figure.pounds) * whole - annual * part) <= (TOLERANCE - 1) * whole:
            continue
        expected = part_year_cost(_line(row, inputs, schedule.basis), year)
        if expected is not None and abs(figure.pounds - expected) > TOLERANCE:
            found.append(Contradiction(year, figure.pounds, expected))
    return tuple(found)


def _against_the_rules(schedule: Schedule, row: Row, inputs: LineInputs) -> Iterator[Contradiction]:
    """Where the annual cost changes, no share of the year is the same for each pound: each year is worked out."""
    for year, figure in zip(schedule.years, row.years, strict=True):
        expected = part_year_cost(_line(row, inputs, schedule.basis), year) if figure.stated else None
        if expected is not None and figure.pounds is not None and abs(figure.pounds - expected) > TOLERANCE:
            yield Contradiction(year, figure.pounds, expected)


def _line(row: Row, inputs: LineInputs, basis: Basis) -> Line:
    return Line(inputs.annual_cost, row.fte, inputs.intakes, inputs.duration, basis, inputs.costs)


@lru_cache(maxsize=10_000)
def _implied(annual: Decimal, amount: Decimal, year: FinancialYear, basis: Basis) -> ImpliedStart | None:
    """An annual cost in £'000 is itself rounded: where no first of a month gives the figure, what that allows counts too."""
    unit = unit_of(annual, amount)
    found = implied_start(annual, amount, year, basis, unit)
    if unit is Unit.POUNDS or (found and found.months):
        return found
    least = implied_start(annual - HALF_A_THOUSAND, amount, year, basis, unit)
    most = implied_start(annual + HALF_A_THOUSAND, amount, year, basis, unit)
    if least is None or most is None:
        return found
    months = tuple(day for day in map(year.first_day_of, range(1, 13)) if least.earliest <= day <= most.latest)
    return ImpliedStart(least.earliest, most.latest, months) if months else found


def unit_of(*amounts: Decimal | None) -> Unit:
    """£'000 where every amount is whole thousands, as papers state them; else pounds."""
    return Unit.POUNDS if any(amount and amount % 1000 for amount in amounts) else Unit.THOUSANDS
