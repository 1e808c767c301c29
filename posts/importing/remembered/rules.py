"""What a person chose for columns whose headings did not say it, kept for blocks with the same headings. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from costing.frozen import canonical, digest
from posts.importing.block.rules import Block
from posts.importing.columns.rules import LEFT_OUT, UNDECIDED
from posts.importing.units.rules import WORDS

_OF_A_YEAR = re.compile(r"y\d{4}")


class Chosen(NamedTuple):
    """One column: its place, how it is read ("" left out, None as its heading says), its unit (0 as its heading says)."""

    place: int
    read_as: str | None
    unit: int = 0

    def said(self, heading: str, labels: Mapping[str, str]) -> str:
        """ "Gross outlay is read as Annual cost in £'000"."""
        name = heading or f"Column {self.place + 1}"
        if self.read_as == LEFT_OUT:
            return f"{name} is left out"
        what = f" as {labels.get(self.read_as, self.read_as)}" if self.read_as else ""
        return f"{name} is read{what}{f' in {WORDS[self.unit]}' if self.unit else ''}"


def shape_of(headings: Sequence[str]) -> str:
    """The same for blocks with the same headings in the same order, whatever their capitals and spaces."""
    return digest(canonical({"headings": [" ".join(heading.casefold().split()) for heading in headings]}))


def beyond_headings(block: Block, units: Sequence[int] | None) -> tuple[Chosen, ...]:
    """What is chosen otherwise than the headings say. `units`: those that a person chose, 0 where none.

    A column without money that nobody decided about is not read, which is no choice.
    """
    found = []
    columns_said, units_said = block.by_headings
    for place, (name, said) in enumerate(zip(block.columns, columns_said, strict=True)):
        silent = name == LEFT_OUT and said == UNDECIDED and place not in block.left_out_by_choice
        if name == UNDECIDED or silent:
            continue
        unit = units[place] if units and place < len(units) and name != LEFT_OUT else 0
        other = unit if unit != units_said[place] else 0
        if name != said or other:
            found.append(Chosen(place, name if name != said else None, other))
    return tuple(found)


def taken_over(
    chosen: Iterable[Chosen], columns: Sequence[str], *, same_years: bool, may_leave_out: bool
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Columns and units with what was chosen before. A year is taken over only where the programme has the same years.

    Nor is a column left out, where only the person at hand can say so.
    """
    read, units = list(columns), [0] * len(columns)
    for each in chosen:
        if each.place >= len(read):
            continue
        units[each.place] = each.unit
        of_other_years = bool(each.read_as and _OF_A_YEAR.fullmatch(each.read_as)) and not same_years
        if each.read_as is not None and not of_other_years and (each.read_as != LEFT_OUT or may_leave_out):
            read[each.place] = each.read_as
    return tuple(read), tuple(units)


def as_json(chosen: Iterable[Chosen]) -> list[dict[str, Any]]:
    return [each._asdict() for each in chosen]


def from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Chosen, ...]:
    return tuple(Chosen(row["place"], row["read_as"], row["unit"]) for row in rows)
