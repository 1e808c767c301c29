"""The costing rules a second time, slowly and plainly: every day of the year is asked who is in post.

It shares no arithmetic with the product, only its records.
"""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake
from costing.line_cost import Line


def days_of(year: FinancialYear) -> list[date]:
    day, days = date(year.starts_in, 4, 1), []
    while day < date(year.starts_in + 1, 4, 1):
        days.append(day)
        day += timedelta(days=1)
    return days


def worth_of_days(days: list[date], basis: Basis) -> dict[date, Fraction]:
    """The part of the year that each day carries: all days alike, or all months alike and their days alike."""
    if basis is Basis.DAYS:
        return {day: Fraction(1, len(days)) for day in days}
    days_in_month = Counter(day.month for day in days)
    return {day: Fraction(1, 12 * days_in_month[day.month]) for day in days}


def in_post(intake: Intake, day: date) -> bool:
    return intake.start <= day and (intake.end is None or day <= intake.end)


def exact_cost(line: Line, year: FinancialYear) -> Fraction:
    cost = Fraction(0)
    for day, worth in worth_of_days(days_of(year), line.basis).items():
        for intake in line.intakes:
            if in_post(intake, day):
                cost += annual_on(line, intake, day) * worth
    return cost


def annual_on(line: Line, intake: Intake, day: date) -> Fraction:
    """What the intake costs a year as things stand on the day: the change that came last decides, its own before the line's."""
    part = Fraction(intake.fte) / Fraction(line.fte) if line.fte else Fraction(1)
    changes = [(change.starts, 0, Fraction(change.annual) * part) for change in line.costs if change.starts <= day]
    changes += [(change.starts, 1, Fraction(change.annual)) for change in intake.costs if change.starts <= day]
    return max(changes)[2] if changes else Fraction(line.annual_cost) * part


def cost(line: Line, year: FinancialYear) -> int:
    exact = exact_cost(line, year)
    whole, rest = divmod(abs(exact), 1)
    whole += rest >= Fraction(1, 2)
    return -whole if exact < 0 else whole
