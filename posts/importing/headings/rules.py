"""The rows of headings of a block: over several rows, merged sideways, repeated on each printed page, with their units. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from posts.importing.columns.rules import column_named, hint_of, is_heading
from posts.importing.table.rules import header_at
from posts.importing.units.rules import only_a_unit, unit_in

_GOES_ON = ("/", "-", "\u2013", "\u2011")
_FIGURE = re.compile(r"[-(£ ]*\d[\d,. ]*\d*[)km%]?")


@dataclass(frozen=True)
class Headings:
    """The headings of each column, joined; `first` and `last` of their rows, -1 where there are none; the unit each says."""

    texts: list[str]
    first: int
    last: int
    units: list[int | None]
    rows: Sequence[Sequence[str]] = ()

    @property
    def found(self) -> bool:
        return self.last >= 0

    def again(self, cells: Sequence[str]) -> bool | None:
        """Whether a row repeats these headings: True with the same meaning, False with another, None where it is no headings."""
        filled = [place for place, cell in enumerate(cells) if cell]
        if filled and [cell.casefold() for cell in cells if cell] in [[c.casefold() for c in row if c] for row in self.rows]:
            return True
        if any(_FIGURE.fullmatch(cells[place]) for place in filled):
            return None
        same = [cell for cell in cells if cell] == [text for text in self.texts if text]
        names = sum(is_heading(cells[place]) for place in filled)
        if not same and not (names >= 3 and 3 * names >= 2 * len(filled) and any(column_named(cells[place]) for place in filled)):
            return None
        return same or all(self._means_here(cells[place], place) for place in filled)

    def _means_here(self, cell: str, place: int) -> bool:
        here = self.texts[place] if place < len(self.texts) else ""
        name = column_named(cell)
        return (not name and (hint_of(cell) == hint_of(here) or not is_heading(cell))) or name == column_named(here)


def headings_of(rows: Sequence[Sequence[str]], width: int) -> Headings:
    """The headings of a block of this many columns, and the unit that each, or the lines above them, say."""
    first = header_at(rows)
    if first is None:
        return Headings([""] * width, -1, -1, [_block_unit(rows[:0])] * width)
    texts, last = [*rows[first], *[""] * (width - len(rows[first]))], first
    while last + 1 < len(rows) and (more := _joined(texts, rows[last + 1])):
        texts, last = more, last + 1
    above = _above(rows[:first], width)
    units = [unit_in(text) or unit for text, unit in zip(texts, above, strict=True)]
    return Headings(texts, first, last, units, rows[first : last + 1])


def _block_unit(rows: Sequence[Sequence[str]]) -> int | None:
    said = [unit for cells in rows for cell in cells if cell and (unit := unit_in(cell))]
    return said[-1] if said else None


def _above(rows: Sequence[Sequence[str]], width: int) -> list[int | None]:
    """What the lines over the headings say: of all columns, or, over several columns, of those under each cell."""
    units: list[int | None] = [None] * width
    for cells in rows:
        filled = [place for place, cell in enumerate(cells) if cell]
        for at, place in enumerate(filled):
            if unit := unit_in(cells[place]):
                alone = len(filled) == 1
                until = filled[at + 1] if at + 1 < len(filled) else width
                units = [unit if alone or place <= each < until else was for each, was in enumerate(units)]
    return units


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str] | None:
    """The headings of two rows as one, where the second goes on with the first, stands under it or gives units; else None."""
    if not any(below):
        return None
    joined, group, several = [], "", sum(map(bool, below)) > 1
    apart = several and not any(more and column_named(head) for head, more in zip(above, below, strict=False))
    for place, head in enumerate(above):
        more = below[place] if place < len(below) and below[place] != head else ""
        group = head or group
        whole = f"{head}{more}" if head.endswith(_GOES_ON) else f"{head} {more}".strip()
        if more and not only_a_unit(more):
            if head and column_named(head):
                fits = bool(column_named(whole)) or (several and is_heading(more))
            elif head:
                fits = apart or is_heading(whole) or bool(column_named(more))
            else:
                fits = apart or is_heading(more) or is_heading(f"{group} {more}")
            if not fits or (_FIGURE.fullmatch(more) and not head.endswith(_GOES_ON)):
                return None
            if not head or not (column_named(whole) or column_named(head)):
                whole = more if column_named(more) and not unit_in(head or group) else f"{head or group} {more}".strip()
        elif more and not head and column_named(f"{group} {more}"):
            whole = f"{group} {more}"
        joined.append(whole)
    return joined
