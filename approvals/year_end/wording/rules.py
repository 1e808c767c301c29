"""What is said of money that is not carried forward. Pure."""

from decimal import Decimal

from approvals.year_end.rules import NotCarried
from costing.financial_year import FinancialYear
from display.formats import long_date, pounds


def not_carried_in_words(why: NotCarried, from_year: int) -> str:
    year = FinancialYear(from_year)
    if why is NotCarried.NOT_ENDED:
        return f"{year} ends on {long_date(year.last_day)}: nothing is carried forward before then."
    return f"Choose a year after {year} that has not ended."


def most_in_words(left: Decimal) -> str:
    """How much may be carried forward where so much is left."""
    return f"Enter whole pounds, from £1 up to {pounds(left)}: more was not left."
