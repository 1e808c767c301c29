"""What may be carried forward from a financial year to a later one. Pure; triggers of the database hold the same."""

from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

from approvals.drawdowns.rules import year_has_ended
from costing.financial_year import FinancialYear
from costing.measure import in_year


class Carrying(NamedTuple):
    """So many whole pounds from one financial year to another, each by the calendar year in which it starts."""

    from_year: int
    to_year: int
    amount: Decimal


class NotCarried(Enum):
    """Why nothing is carried forward from the one year to the other."""

    NOT_ENDED = auto()
    """The year has not ended."""
    TO_NO_LATER_YEAR = auto()
    """The other is not later, or has ended."""


def why_not_years(from_year: int, to_year: int, day: date) -> NotCarried | None:
    """Why nothing is carried from the one year to the other that day; None where it may be."""
    if not year_has_ended(in_year(from_year), day):
        return NotCarried.NOT_ENDED
    return NotCarried.TO_NO_LATER_YEAR if to_year <= from_year or year_has_ended(in_year(to_year), day) else None


def may_carry(amount: Decimal, left: Decimal) -> bool:
    """Whether this is an amount to carry forward where so much is left: whole pounds, and no more."""
    return 0 < amount <= left and amount == int(amount)


def later_years(from_year: int, day: date, last: int) -> list[int]:
    """The years to which it may be carried: from the year of the day, or the one after it, to the `last` at least one."""
    first = max(from_year + 1, FinancialYear.containing(day).starts_in)
    return list(range(first, max(first, last) + 1))
