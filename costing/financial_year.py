"""Financial years: 1 April up to, and not including, the next 1 April. Periods are P1 (April) to P12 (March)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

FIRST, LAST = 1989, 2100
"""The first and last calendar years in which a financial year of this product may start."""

# calendar.month_name and strftime follow the locale of the server.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_LABEL = re.compile(r"([0-9]{4})\s?[/\u2013-]\s?([0-9]{2}|[0-9]{4})")


class NotAFinancialYear(ValueError):
    """No such financial year. Its text is a sentence for the user."""


@dataclass(frozen=True, order=True, slots=True)
class FinancialYear:
    """`FinancialYear(2016)` is 2016/17: 1 April 2016 up to, not including, 1 April 2017."""

    starts_in: int

    def __post_init__(self) -> None:
        if not FIRST <= self.starts_in <= LAST:
            raise NotAFinancialYear(f"A financial year must start between {FIRST} and {LAST}.")

    @classmethod
    def containing(cls, day: date) -> Self:
        """The financial year that this day falls in."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @classmethod
    def parse(cls, label: str) -> Self:
        """The year printed as 2016/17; 2016-17 and 2016/2017 are read too. Raises NotAFinancialYear."""
        match = _LABEL.fullmatch(label.strip())
        if not match:
            raise NotAFinancialYear("Write a financial year like this: 2016/17.")
        start, end = int(match[1]), match[2]
        if end != str(start + 1)[-len(end) :]:
            raise NotAFinancialYear(f"A financial year is one year long, such as {cls(start)}.")
        return cls(start)

    @classmethod
    def between(cls, first: "FinancialYear", last: "FinancialYear") -> "tuple[FinancialYear, ...]":
        """Every year from the first to the last, both included; empty when the last comes before the first."""
        return tuple(cls(start) for start in range(first.starts_in, last.starts_in + 1))

    @property
    def first_day(self) -> date:
        """1 April."""
        return date(self.starts_in, 4, 1)

    @property
    def next_first_day(self) -> date:
        """The next 1 April: the exclusive end."""
        return date(self.starts_in + 1, 4, 1)

    @property
    def last_day(self) -> date:
        """31 March, included."""
        return date(self.starts_in + 1, 3, 31)

    @property
    def days(self) -> int:
        """365, or 366 when its February has 29 days."""
        return (self.next_first_day - self.first_day).days

    @property
    def label(self) -> str:
        """As printed: 2016/17."""
        return f"{self.starts_in}/{(self.starts_in + 1) % 100:02d}"

    def __str__(self) -> str:
        return self.label

    def next(self) -> "FinancialYear":
        """The year after."""
        return FinancialYear(self.starts_in + 1)

    def previous(self) -> "FinancialYear":
        """The year before."""
        return FinancialYear(self.starts_in - 1)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day < self.next_first_day

    def period(self, day: date) -> int:
        """The accounting period of a day of this year: 1 for April to 12 for March. Refuses a day of another year."""
        if day not in self:
            raise NotAFinancialYear(f"{day_in_words(day)} is not in {self.label}.")
        return (day.month - 4) % 12 + 1

    def first_day_of(self, period: int) -> date:
        """The first day of an accounting period, 1 to 12."""
        if not 1 <= period <= 12:
            raise NotAFinancialYear("A period is a number from 1 (April) to 12 (March).")
        return date(self.starts_in + (period > 9), (period + 2) % 12 + 1, 1)


def day_in_words(day: date) -> str:
    """As in a sentence: 1 August 2016."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
