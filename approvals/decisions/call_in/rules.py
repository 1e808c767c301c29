"""Working days in England, and when a published decision takes effect. Pure: the number of days is the council's own setting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

import holidays

# Every year is filled here and the days are copied. Left to itself, `holidays` 0.109 fills a year when it is first asked for, and
# marks it as filled before it is: another thread then takes Christmas for a working day. Without the subdivision the August bank
# holiday is missed.
_BANK_HOLIDAYS = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(1900, 2101)))


@dataclass(frozen=True, slots=True)
class Window:
    """Scrutiny may call the decision in up to the end of `closes`; not called in, it takes effect on `effective`.

    `days` is the setting it was counted by; `holidays` are the bank holidays on weekdays that it passes over.
    """

    published: date
    closes: date
    effective: date
    days: int
    holidays: tuple[date, ...]


def is_working_day(day: date) -> bool:
    """Neither a Saturday, a Sunday nor a bank holiday in England (known from 1900 to 2100)."""
    return day.weekday() < 5 and day not in _BANK_HOLIDAYS


def working_day_after(day: date, number: int) -> date:
    """The working day that comes so many (at least one) after the day, which is itself day 0."""
    if number < 1:
        raise ValueError("Count at least one working day.")
    return next(islice(_working_days_after(day), number - 1, None))


def _working_days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        if is_working_day(day):
            yield day


def window(published: date, days: int) -> Window:
    """The day of publication is day 0; the window closes at the end of working day `days`; effective the next working day."""
    closes = working_day_after(published, days)
    effective = working_day_after(closes, 1)
    between = (published + timedelta(days=number) for number in range(1, (effective - published).days))
    passed_over = tuple(day for day in between if day.weekday() < 5 and day in _BANK_HOLIDAYS)
    return Window(published, closes, effective, days, passed_over)
