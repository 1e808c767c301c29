"""Intakes: so many FTE in post from a day to a day, and the share of a financial year they are in post.

A start and an end are both days in post. No end means open-ended; no start means that the start is not stated.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from costing.financial_year import FinancialYear, day_in_words

TWELFTHS = tuple(Fraction(months, 12) for months in range(13))


class NotAnIntake(ValueError):
    """An intake that cannot be. Its text is a sentence for the user; `field` is what to correct: dates or fte."""

    def __init__(self, sentence: str, *, field: str = "dates") -> None:
        super().__init__(sentence)
        self.field = field


class StartNotStated(ValueError):
    """A share was asked of an intake whose start is not stated."""


class Basis(StrEnum):
    """What a part of a year is measured in: twelfths (months), or days of that financial year."""

    MONTHS = "months"
    DAYS = "days"


class CostFrom(NamedTuple):
    """An annual cost that holds from a day on, until the next one does: a pay award, or a permanent post after agency cover."""

    starts: date
    annual: Decimal


@dataclass(frozen=True, slots=True)
class Intake:
    """So many FTE from `start` to `end`, both days in post.

    `fte` None means all the FTE of the line, `start` None that it is not stated, `end` None that there is none.
    `costs` are annual costs of its own, for all its FTE, each from a day on.
    """

    fte: Decimal | None
    start: date | None
    end: date | None
    costs: tuple[CostFrom, ...] = ()

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise NotAnIntake(f"The end, {day_in_words(self.end)}, is before the start, {day_in_words(self.start)}.")
        if self.fte is not None and not self.fte:
            raise NotAnIntake("The FTE of an intake must not be 0.", field="fte")

    @property
    def open_ended(self) -> bool:
        """Whether it goes on without an end."""
        return self.end is None

    def moved(self, months: int) -> "Intake":
        """The same FTE for as long, so many months later, or earlier if negative. Raises StartNotStated."""
        if self.start is None:
            raise StartNotStated("The start of this intake is not stated.")
        # The day after an end that is the last of its month moves to the first of another.
        after = self.end and months_on(self.end + timedelta(days=1), months)
        return Intake(self.fte, months_on(self.start, months), after and after - timedelta(days=1), self.costs)

    def within(self, year: FinancialYear) -> tuple[date, date] | None:
        """The first and last day in post in the year, or None. Raises StartNotStated when only the start could tell."""
        if self.end and self.end < year.first_day:
            return None
        if self.start is None:
            raise StartNotStated("The start of this intake is not stated.")
        first = max(self.start, year.first_day)
        last = min(self.end, year.last_day) if self.end else year.last_day
        return (first, last) if first <= last else None


def share_of_year(intake: Intake, year: FinancialYear, basis: Basis) -> Fraction:
    """The exact share of the year in post, 0 to 1: months / 12, or days / days of it. Raises StartNotStated."""
    if basis is Basis.DAYS:
        return Fraction(days_in_year(intake, year), year.days)
    whole, part_months = in_months(intake, year)
    return months_in_year(intake, year) / 12 if part_months else TWELFTHS[whole]


def months_in_year(intake: Intake, year: FinancialYear) -> Fraction:
    """Months in post in the year, 0 to 12; a part month counts days in post / its days. Raises StartNotStated."""
    span = intake.within(year)
    return _months(*span) if span else Fraction(0)


def days_in_year(intake: Intake, year: FinancialYear) -> int:
    """Days in post in the year, 0 to 366. Raises StartNotStated."""
    span = intake.within(year)
    return (span[1] - span[0]).days + 1 if span else 0


def term_in_months(intake: Intake) -> Fraction:
    """Months from the start to the end, part months as in a year, so the months by year sum to it exactly."""
    if intake.start is None:
        raise StartNotStated("The start of this intake is not stated.")
    if intake.end is None:
        raise NotAnIntake("An open-ended intake has no term.")
    return _months(intake.start, intake.end)


def end_of_term(start: date, months: int) -> date:
    """The last day in post of a term of whole months: 18 months from 1 August 2016 end on 31 January 2018."""
    if months < 1:
        raise NotAnIntake("A term is at least one month.")
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    length = monthrange(year, month)[1]
    # From 31 August, six months end on the last day of February.
    return date(year, month, length) if start.day > length else date(year, month, start.day) - timedelta(days=1)


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or earlier if negative; the last of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def most_in_post(intakes: Iterable[Intake]) -> Decimal:
    """The most FTE in post on any one day; of fewer posts, the most that are gone, below 0. No FTE counts as none.

    An unstated start counts as long before. The intakes are all of one sign, as those of one line are.
    """
    changes: list[tuple[date, Decimal]] = []
    for intake in intakes:
        if intake.fte is not None:
            changes.append((intake.start or date.min, intake.fte))
            if intake.end:
                changes.append((intake.end + timedelta(days=1), -intake.fte))
    return _most(changes)


def most_in_year(intakes: Iterable[Intake], year: FinancialYear) -> Decimal:
    """The most FTE in post on any one day of the year (money rule 15); of fewer posts, the most that are gone, below 0.

    0 when nobody is in post in it. Raises StartNotStated when only a start that is not stated could tell.
    """
    changes: list[tuple[date, Decimal]] = []
    for intake in intakes:
        span = intake.within(year)
        if span and intake.fte is not None:
            changes += [(span[0], intake.fte), (span[1] + timedelta(days=1), -intake.fte)]
    return _most(changes)


def fte_by_year(fte: Decimal | None, intakes: Sequence[Intake], years: Iterable[FinancialYear]) -> tuple[Decimal | None, ...]:
    """The FTE of a post in each year, as in `most_in_year`; None where it is not stated how many, or from when."""
    return tuple(_in_year(fte, intakes, year) for year in years)


def _in_year(fte: Decimal | None, intakes: Sequence[Intake], year: FinancialYear) -> Decimal | None:
    if fte is None or not intakes:
        return None
    try:
        return most_in_year(intakes, year)
    except StartNotStated:
        return None


def _most(changes: list[tuple[date, Decimal]]) -> Decimal:
    """The largest sum, without regard to its sign, that these changes come to on any one day."""
    in_post = most = Decimal(0)
    # Those of one day together: one who follows another is not in post beside them.
    for _, same in groupby(sorted(changes), key=itemgetter(0)):
        in_post += sum(change for _, change in same)
        most = max(most, in_post, key=abs)
    return most


def in_months(intake: Intake, year: FinancialYear) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """The months in post in the year as (whole months, part months), each part as (month, days in post, days in it)."""
    span = intake.within(year)
    return _in_months(*span) if span else (0, ())


def _months(first: date, last: date) -> Fraction:
    whole, part_months = _in_months(first, last)
    return sum((Fraction(days, length) for _, days, length in part_months), Fraction(whole))


def _in_months(first: date, last: date) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    length = monthrange(first.year, first.month)[1]
    length_of_last = monthrange(last.year, last.month)[1]
    whole = (last.year - first.year) * 12 + last.month - first.month - 1
    if whole < 0:
        ends = [(first.month, last.day - first.day + 1, length)]
    else:
        ends = [(first.month, length - first.day + 1, length), (last.month, last.day, length_of_last)]
    part_months = tuple((month, days, length) for month, days, length in ends if days < length)
    return max(whole, 0) + len(ends) - len(part_months), part_months
