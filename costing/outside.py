"""What a line costs outside the financial years of its programme, and what it costs that stands in no year at all.

A part that goes on without an end is not counted after the last year: its full-year cost says what each further year comes to.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from costing.financial_year import FinancialYear
from costing.line_cost import Duration, Line, part_year_cost
from costing.money import round_pounds

YearCost = tuple[FinancialYear, Decimal]
"""What falls in a year, in whole pounds."""


def earlier_cost(line: Line, first: FinancialYear) -> Decimal:
    """Whole pounds that fall before the first year, each year rounded once; 0 where none do or none can be worked out."""
    return _sum(earlier_costs(line, first))


def later_cost(line: Line, last: FinancialYear) -> Decimal:
    """Whole pounds of the parts that end that fall after the last year, each year rounded once; 0 as in `earlier_cost`."""
    return _sum(later_costs(line, last))


def earlier_costs(line: Line, first: FinancialYear) -> list[YearCost]:
    """The same year by year."""
    starts = [intake.start for intake in line.intakes if intake.start]
    begins = FinancialYear.containing(min(starts)).starts_in if starts else first.starts_in
    return _between(line, begins, first.starts_in)


def later_costs(line: Line, last: FinancialYear) -> list[YearCost]:
    """The same year by year."""
    if line.duration is Duration.ONE_OFF:
        date = line.intakes[0].start if line.intakes else None
        return _between(line, last.starts_in + 1, FinancialYear.containing(date).starts_in + 1) if date else []
    ending = tuple(intake for intake in line.intakes if intake.start and intake.end)
    if not ending:
        return []
    ends = FinancialYear.containing(max(intake.end for intake in ending if intake.end)).starts_in
    return _between(replace(line, intakes=ending), last.starts_in + 1, ends + 1)


def undated_cost(line: Line, term_months: int | None) -> Decimal | None:
    """Whole pounds of a line whose amount is known and its date is not: a one-off, or a term of so many months. Else None."""
    if line.annual_cost is None or any(intake.start for intake in line.intakes):
        return None
    if line.duration is Duration.ONE_OFF:
        return round_pounds(line.annual_cost)
    if line.duration is Duration.FIXED_TERM and term_months:
        return None if line.has_changes else round_pounds(Fraction(line.annual_cost) * term_months / 12)
    return None


def _between(line: Line, start: int, end: int) -> list[YearCost]:
    costs = [(year, part_year_cost(line, year)) for year in map(FinancialYear, range(start, end))]
    return [(year, cost) for year, cost in costs if cost is not None]


def _sum(costs: list[YearCost]) -> Decimal:
    return sum((cost for _, cost in costs), Decimal(0))
