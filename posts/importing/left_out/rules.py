"""Columns that are not read: each is named, and one that holds figures is never left out without a person saying so. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from costing.typed import NotUnderstood
from display.words import listed
from posts.importing.block.rules import Block, Frame, NotRead, PastedRow, Role
from posts.importing.cells.rules import Manner, read_money, tidy
from posts.importing.columns.rules import ANNUAL, COMMENT, FTE, LEFT_OUT, UNDECIDED, Hint, column_named, hint_of, is_money

_ANY = re.compile(r"\d")
_LIKE_MONEY = re.compile(r"£|\d{1,3}(?:,\d{3})+(?!\d)|\d+\.\d\d\b")
_FIGURE = re.compile(r"[-+(£\s]*(?:gbp|c\.?|~)?\s*(?:\d[\d,.\s]*|\.\d+)\s*(?:k|m|bn|cr|dr)?[\s)*-]*", re.IGNORECASE)
_NAMED = 4  # cells of a column that a message names


_OF_OUR_FILE = ("earlier_years", "later_years", "undated", "total")
"""Columns of the .csv of the committee table that nothing is read from."""


_OUR_HEADINGS = ("Phase", "Team", "Post or other cost", "FTE")
_OF_OUR_WORKBOOK = ("Earlier years", "Later years", "No year stated", "Total")
"""The same of its workbook, which is known by the columns that it begins with."""


class LeftOut:
    """Looks at every column that is not read. `chosen`: a person has said what becomes of each column."""

    def __init__(self, block: Block, frame: Frame) -> None:
        self.block, self.frame = block, frame
        self.lines = [row for row in block.rows if row.role is Role.LINE]
        self.beside = [row for row in block.rows if row.role in (Role.LINE, Role.TOTAL, Role.WORKING)]

    def name(self, *, chosen: bool, left_out: Sequence[str]) -> None:
        """Add each column that is not read to the block; one with figures that nobody has decided about stops it."""
        wanted = {_heading(heading) for heading in left_out}
        silent: list[str] = []
        for place, name in enumerate(self.block.columns):
            if name not in (LEFT_OUT, UNDECIDED) and (chosen or not self._is_money_taken_for_words(place)):
                continue
            heading = self._heading(place)
            figures = self._figures(place)
            if not heading and not any(row.cells[place] for row in self.beside):
                continue
            named = wanted & {_heading(heading), _heading(f"column {place + 1}")}
            by_choice = bool(named) or (chosen and name == LEFT_OUT)
            if why := self._why_not_needed(place, figures):
                self._leave(place, why, figures)
            elif not figures or not self._may_be_money(place, figures):
                silent.append(heading)
                self.block.columns[place] = LEFT_OUT
            elif by_choice:
                self._leave(place, "as you chose", figures)
                self.block.left_out_by_choice.add(place)
            else:
                self._undecided(place, figures)
        if silent:
            why = "it holds no money" if len(silent) == 1 else "they hold no money"
            self.block.not_read.append(NotRead(listed(silent), why, headings=tuple(silent)))

    def _is_money_taken_for_words(self, place: int) -> bool:
        """Whether a column of comments is one of amounts by its heading and by all that stands in it: "Notes £"."""
        filled = [row.cells[place] for row in self.beside if row.cells[place]]
        return (
            self.block.columns[place] == COMMENT
            and "£" in self.block.headings[place]
            and bool(filled)
            and len(self._figures(place)) == len(filled)
        )

    def _heading(self, place: int) -> str:
        return " ".join(self.block.headings[place].split()) or f"Column {place + 1}"

    def _figures(self, place: int) -> tuple[str, ...]:
        cells = [row.cells[place] for row in self.beside if row.cells[place]]
        return tuple(cell for cell in cells if _FIGURE.fullmatch(tidy(cell)))

    def _leave(self, place: int, why: str, figures: tuple[str, ...]) -> None:
        self.block.columns[place] = LEFT_OUT
        self.block.not_read.append(NotRead(self._heading(place), why, figures=figures, headings=(self._heading(place),)))

    def _undecided(self, place: int, figures: tuple[str, ...]) -> None:
        self.block.columns[place] = UNDECIDED
        heading, shown = self._heading(place), ", ".join(figures[:_NAMED])
        named = column_named(heading)
        if named and is_money(named):
            of = f"{self.frame.years[0]} to {self.frame.years[-1]}"
            why = f"is not a year of this programme ({of})"
        else:
            why = "is not understood"
        self.block.not_read.append(NotRead(heading, why, undecided=True, figures=figures, headings=(heading,)))
        self.block.errors.append(
            f"The column {heading} holds figures ({shown}) and {why}: choose what it holds, or leave it out."
        )

    def _may_be_money(self, place: int, figures: tuple[str, ...]) -> bool:
        hint = hint_of(self._heading(place))
        if hint in (Hint.TEXT, Hint.POSTS, Hint.HOURS):
            return any(_LIKE_MONEY.search(cell) for cell in figures)
        return any(re.search("[1-9]", cell) for cell in figures) or hint is not None

    def _why_not_needed(self, place: int, figures: tuple[str, ...]) -> str:
        """Why nothing is lost with a column: it is blank, counts the rows, or is a sum or a share of what is read."""
        if not any(_ANY.search(row.cells[place]) for row in self.beside):
            year = column_named(self._heading(place))
            return "it is blank" if (year and is_money(year)) or hint_of(self._heading(place)) in (Hint.MONEY, Hint.TOTAL) else ""
        if figures and self._counts_rows(place):
            return "it counts the rows"
        hint = hint_of(self._heading(place))
        if hint is Hint.POSTS:
            return "another column says how many posts there are"
        if hint is Hint.HOURS:
            return "another column says how many posts there are"
        if hint is Hint.EACH and self._is_share(place):
            return "it is the cost of one post, and agrees with the annual cost"
        if hint is not None and ANNUAL in self.block.columns and self._parts_add_up(place):
            annual = self._heading(self.block.columns.index(ANNUAL))
            return f"it is a part of {annual}, which the parts add up to"
        if self._is_sum_of_years(place):
            return "it is the sum of the years"
        if self.block.headings[place].strip() in _OF_OUR_FILE or (
            tuple(self.block.headings[:4]) == _OUR_HEADINGS and self.block.headings[place].partition(" (£")[0] in _OF_OUR_WORKBOOK
        ):
            return "it follows from the dates and the other figures of a line"
        return ""

    def _counts_rows(self, place: int) -> bool:
        cells = [row.cells[place] for row in self.lines if row.cells[place]]
        numbers = [int(cell.rstrip(".)")) for cell in cells if re.fullmatch(r"\d{1,4}[.)]?", cell)]
        return len(numbers) == len(cells) > 0 and (
            (len(numbers) > 1 and all(after == before + 1 for before, after in pairwise(numbers)))
            or (numbers == [1] and hint_of(self._heading(place)) is Hint.TEXT)
        )

    def _is_share(self, place: int) -> bool:
        found = list(self._amounts([place]))
        fits = [
            parts[0] * fte == row.figures.get(ANNUAL)
            for row, parts in found
            if (fte := row.figures.get(FTE)) and row.figures.get(ANNUAL) is not None
        ]
        return bool(fits) and len(fits) == len(found) and all(fits)

    def _parts_add_up(self, place: int) -> bool:
        parts = [
            at
            for at, name in enumerate(self.block.columns)
            if name in (LEFT_OUT, UNDECIDED) and hint_of(self._heading(at)) is Hint.PART and self._figures(at)
        ]
        found = list(self._amounts(parts))
        return place in parts and bool(found) and all(sum(amounts) == row.figures.get(ANNUAL) for row, amounts in found)

    def _is_sum_of_years(self, place: int) -> bool:
        years = [name for name in self.block.columns if re.fullmatch(r"y\d{4}", name)]
        found = list(self._amounts([place]))
        return len(years) > 1 and bool(found) and all(amounts[0] == _sum(row.figures, years) for row, amounts in found)

    def _amounts(self, places: Sequence[int]) -> Iterator[tuple[PastedRow, list[Decimal]]]:
        """The pounds of each line in these columns, nil where a cell is blank; lines without any are passed over."""
        for row in self.lines:
            if not any(row.cells[place] for place in places):
                continue
            try:
                read = [read_money(row.cells[place], Manner(self.block.units[place])) for place in places]
            except NotUnderstood:
                read = []
            yield row, [money.pounds or Decimal(0) for money in read] or [Decimal(-1)]


def _sum(figures: Mapping[str, Decimal | None], names: Sequence[str]) -> Decimal:
    return sum((figures.get(name) or Decimal(0) for name in names), Decimal(0))


def _heading(text: str) -> str:
    return " ".join(text.casefold().split())
