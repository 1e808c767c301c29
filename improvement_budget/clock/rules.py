"""Where the demonstration's clock can be moved on to. No Django, no store."""

from collections.abc import Iterable
from datetime import date, timedelta

from costing.financial_year import FinancialYear


def next_day(today: date) -> date:
    return today + timedelta(days=1)


def next_meeting(today: date, meetings: Iterable[date]) -> date | None:
    """The first meeting after today; None where the story has no more of them."""
    return min((day for day in meetings if day > today), default=None)


def end_of_year(today: date) -> date:
    """31 March of the financial year that tomorrow belongs to: from 31 March on, that of the next."""
    return FinancialYear.containing(next_day(today)).last_day


def days_between(before: date, day: date) -> list[date]:
    """Every day after the first up to and including the second."""
    return [before + timedelta(days=number) for number in range(1, (day - before).days + 1)]
