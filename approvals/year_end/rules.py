"""What may be carried forward from a financial year to a later one. Pure; triggers of the database hold the same."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from approvals.drawdowns.rules import year_has_ended
from costing.financial_year import FinancialYear
from costing.measure import in_year
from display.formats import long_date, pounds


class Carrying(NamedTuple):
    """So many whole pounds from one financial year to another, each by the calendar year in which it starts."""

    from_year: int
    to_year: int
    amount: Decimal


def why_not_years(from_year: int, to_year: int, day: date) -> str:
    """Why nothing is carried from the one year to the other that day, in a sentence; "" where it may be."""
    if not year_has_ended(in_year(from_year), day):
        ends = long_date(FinancialYear(from_year).last_day)
        return f"{FinancialYear(from_year)} ends on {ends}: nothing is carried forward before then."
    if to_year <= from_year or year_has_ended(in_year(to_year), day):
        return f"Choose a year after {FinancialYear(from_year)} that has not ended."
    return ""


def why_not_amount(amount: Decimal, left: Decimal) -> str:
    """Why this is not an amount to carry forward where so much is left, in a sentence; "" where it is."""
    if not 0 < amount <= left or amount != int(amount):
        return f"Enter whole pounds, from £1 up to {pounds(left)}: more was not left."
    return ""


def later_years(from_year: int, day: date, last: int) -> list[int]:
    """The years to which it may be carried: from the year of the day, or the one after it, to the `last` at least one."""
    first = max(from_year + 1, FinancialYear.containing(day).starts_in)
    return list(range(first, max(first, last) + 1))
