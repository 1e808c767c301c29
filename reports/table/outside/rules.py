"""Money of a line that no year shown can hold: of earlier and later years, in no year, and what it comes to in all. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from costing.bound import Bound, of_sum
from costing.line_cost import Absence
from display import formats
from display.words import listed

EARLIER, LATER, UNDATED, TOTAL = "earlier_years", "later_years", "undated", "total"
"""The columns that can hold it, in their order: the first stands before the years shown, the others after them."""

LABELS = {EARLIER: "Earlier years", LATER: "Later years", UNDATED: "No year stated", TOTAL: "Total"}
_IN_WORDS = {EARLIER: "in earlier years", LATER: "in later years", UNDATED: "in no stated year"}


class Outside(NamedTuple):
    """Whole pounds of one line beside the years shown. `whole` is what it comes to in all, where somebody stated that.

    `gap`: a year that is not shown is not stated. `beyond`: the columns of which some is outside the programme's own years too,
    so that no choice of years can show it.
    """

    earlier: int = 0
    later: int = 0
    undated: int = 0
    whole: int | None = None
    gap: bool = False
    beyond: frozenset[str] = frozenset()

    def of(self, column: str) -> int:
        """What stands in a column other than the total."""
        return {EARLIER: self.earlier, LATER: self.later, UNDATED: self.undated}[column]

    def total(self, years: Sequence[int | None]) -> tuple[int | None, Absence | None]:
        """What the line comes to in all, given the years shown; where one is not stated, at least so much or not stated."""
        if self.whole is not None:
            return self.whole, None
        known = [pounds for pounds in years if pounds is not None]
        come_to = sum(known) + self.earlier + self.later + self.undated
        if self.undated or not (self.gap or len(known) < len(years)):
            return come_to, None
        return (come_to, Absence.NOT_STATED) if known or self.earlier or self.later else (None, Absence.NOT_STATED)


NOTHING = Outside()


def columns_of(lines: Iterable[Outside], *, with_total: bool) -> tuple[str, ...]:
    """The columns that a table of these lines needs: those that hold money which no year of the programme holds, or, beside a
    total, which no year shown holds. A whole-life sum asks for the total too."""
    lines = list(lines)
    with_total = with_total or any(line.whole is not None for line in lines)
    found = [
        column
        for column in (EARLIER, LATER, UNDATED)
        if any(line.of(column) if with_total else column in line.beyond for line in lines)
    ]
    return (*found, TOTAL) if found or with_total else ()


def left_out(lines: Iterable[Outside], columns: Sequence[str]) -> str:
    """A sentence on the money that none of the columns holds; "" where there is none."""
    lines = list(lines)
    sums = {column: sum(line.of(column) for line in lines) for column in (EARLIER, LATER, UNDATED) if column not in columns}
    some = [f"{formats.pounds(pounds)} {_IN_WORDS[column]}" for column, pounds in sums.items() if pounds]
    return f"Not shown in this table: {listed(some)}." if some else ""


def outside_of(by_year: Mapping[int, int | None], shown: Sequence[int], beside: "Beside") -> Outside:
    """What of a line stands outside the years shown. `by_year` are the amounts stored, None where one is not stated."""
    first = shown[0] if shown else 0
    others = {year: pounds for year, pounds in by_year.items() if year not in shown}
    earlier = beside.earlier + sum(pounds or 0 for year, pounds in others.items() if year < first)
    later = beside.later + sum(pounds or 0 for year, pounds in others.items() if year >= first)
    known = earlier + later + sum(by_year[year] or 0 for year in shown if year in by_year)
    undated = beside.undated if beside.whole is None else beside.whole - known
    beyond = {
        EARLIER: bool(beside.earlier) or any(pounds for year, pounds in others.items() if year < beside.first),
        LATER: bool(beside.later) or any(pounds for year, pounds in others.items() if year > beside.last),
        UNDATED: bool(undated),
    }
    return Outside(
        earlier,
        later,
        undated,
        beside.whole,
        any(pounds is None for pounds in others.values()),
        frozenset(column for column, is_so in beyond.items() if is_so),
    )


class Beside(NamedTuple):
    """What is known of a line beside its amounts by year, in whole pounds: worked out for years before the programme's `first`
    and after its `last`, without a date, and the sum stated over its whole life."""

    first: int
    last: int
    earlier: int = 0
    later: int = 0
    undated: int = 0
    whole: int | None = None


Words = Sequence[Bound | None]
"""The word of each line in one column."""


def words_by_column(of_lines: Sequence[Words], outside: Sequence[Outside]) -> tuple[list[Words], Words, Words]:
    """The words of the lines by column: of each year, of the full year, and of the totals.

    `of_lines` are the words of each line's years, full year and whole life; empty where it has none. A total has the word of the
    sum stated over its whole life, else of its years.
    """
    width = max(map(len, of_lines))
    *by_year, full_year, whole = zip(*(words or (None,) * width for words in of_lines), strict=True)
    of_years = [of_sum(words) for words in zip(*by_year, strict=True)] or [None] * len(outside)
    totals = [word if line.whole is not None else years for line, word, years in zip(outside, whole, of_years, strict=True)]
    return list(by_year), full_year, totals
