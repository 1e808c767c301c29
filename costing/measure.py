"""What an amount is counted in: one financial year, a full year, or the whole life. Every amount of money has a measure.

A full year is what something costs in any year once it has started. The whole life is the sum of all its years.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, total_ordering

from costing.financial_year import FinancialYear, NotAFinancialYear

WHOLE_LIFE_STORED = 0
"""What a column `financial_year` holds for the whole life: no year at all, and no year is numbered 0."""


class NotAMeasure(ValueError):
    """No such measure. Its text is a sentence for the user."""


class Kind(StrEnum):
    """The three kinds, as they are stored, in the order in which their measures are shown."""

    IN_YEAR = "in_year"
    FULL_YEAR = "full_year"
    WHOLE_LIFE = "whole_life"


@total_ordering
@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: made by `in_year`, `stored` or `parse`, or one of FULL_YEAR and WHOLE_LIFE. Only IN_YEAR has a `year`."""

    kind: Kind
    year: FinancialYear | None = None

    def __post_init__(self) -> None:
        if (self.kind is Kind.IN_YEAR) != (self.year is not None):
            raise NotAMeasure("One financial year names its year; a full year and the whole life name none.")

    def __lt__(self, other: "Measure") -> bool:
        """The years in their order, then the full year, then the whole life."""
        return self._place < other._place

    @property
    def _place(self) -> tuple[int, int]:
        return _ORDER[self.kind], self.year.starts_in if self.year else 0

    @property
    def key(self) -> str:
        """As in JSON and in the names of fields: "2016", "full_year", "whole_life". `parse` reads it."""
        return str(self.year.starts_in) if self.year else self.kind.value

    @property
    def financial_year(self) -> int | None:
        """As a column `financial_year` holds it: the calendar year in which it starts, None: a full year, 0: the whole life."""
        if self.kind is Kind.WHOLE_LIFE:
            return WHOLE_LIFE_STORED
        return self.year.starts_in if self.year else None

    @property
    def label(self) -> str:
        """As the heading of a column: 2016/17, Full year, Whole life."""
        return self.year.label if self.year else _LABELS[self.kind]

    @property
    def name(self) -> str:
        """As a noun in a sentence: 2016/17, a full year, its whole life."""
        return self.year.label if self.year else _NAMES[self.kind]

    @property
    def in_words(self) -> str:
        """As a sentence says when: in 2016/17, in a full year, over its whole life."""
        return f"{'over' if self.kind is Kind.WHOLE_LIFE else 'in'} {self.name}"

    def __str__(self) -> str:
        return self.label


_ORDER = {kind: place for place, kind in enumerate(Kind)}
_LABELS = {Kind.FULL_YEAR: "Full year", Kind.WHOLE_LIFE: "Whole life"}
_NAMES = {Kind.FULL_YEAR: "a full year", Kind.WHOLE_LIFE: "its whole life"}

FULL_YEAR = Measure(Kind.FULL_YEAR)
WHOLE_LIFE = Measure(Kind.WHOLE_LIFE)


def in_year(year: FinancialYear | int) -> Measure:
    """One financial year, given itself or by the calendar year in which it starts. Raises NotAFinancialYear."""
    return _in_year(year if isinstance(year, int) else year.starts_in)


@cache
def _in_year(starts_in: int) -> Measure:
    return Measure(Kind.IN_YEAR, FinancialYear(starts_in))


def stored(financial_year: int | None) -> Measure:
    """The measure of a column `financial_year`, which holds None for a full year and 0 for the whole life."""
    if financial_year is None:
        return FULL_YEAR
    return WHOLE_LIFE if financial_year == WHOLE_LIFE_STORED else _in_year(financial_year)


def parse(key: str) -> Measure:
    """The measure of a key; what `key` gives back. Raises NotAMeasure."""
    for measure in (FULL_YEAR, WHOLE_LIFE):
        if key == measure.kind:
            return measure
    if len(key) != 4 or not (key.isascii() and key.isdecimal()):
        raise NotAMeasure("A measure is a year such as 2016, full_year or whole_life.")
    try:
        return _in_year(int(key))
    except NotAFinancialYear as error:
        raise NotAMeasure(str(error)) from None
