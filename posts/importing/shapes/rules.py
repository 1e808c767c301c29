"""New rows that differ only in their words and their annual cost. Of ten thousand rows few differ in more, and each such kind
is read once. Pure.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from costing.typed import NotUnderstood
from posts.importing.block.rules import PastedRow
from posts.importing.columns.rules import ANNUAL, COMMENT, FTE, PHASE, TEAM, TITLE
from posts.lines.reading.rules import CODES, text_of
from posts.lines.rules import LineState

_BY_THEMSELVES = frozenset((PHASE, TEAM, TITLE, COMMENT, ANNUAL, *CODES))
"""Columns of whose cells each is read without regard to the others."""

Shape = tuple[tuple[str, str], ...]


def shape_of(row: PastedRow) -> Shape | None:
    """What the other cells of a row say; None of a row with stated figures, a credit, several intakes or a wrong cell."""
    if row.errors or row.intakes or row.bounds:
        return None
    if any(figure is not None and (figure < 0 or name not in (FTE, ANNUAL)) for name, figure in row.figures.items()):
        return None
    return tuple(cell for cell in row.values.items() if cell[0] not in _BY_THEMSELVES)


class Shapes:
    """The first line that was read of each shape, from which the others follow."""

    def __init__(self) -> None:
        self.first: dict[Shape, LineState] = {}

    def keep(self, shape: Shape, state: LineState) -> None:
        """Remember a new line that was read cell by cell and found right."""
        self.first[shape] = state

    def line(self, row: PastedRow, shape: Shape, phase: int, position: int) -> LineState | None:
        """The line of a row, as `read_line` would read it; None where that must: a shape that is new, or a wrong text."""
        first = self.first.get(shape)
        annual = row.figures.get(ANNUAL) if ANNUAL in row.values else None
        if first is None or (annual is None) != (first.annual_cost is None):
            return None
        try:
            texts: dict[str, Any] = {name: text_of(row.values.get(name, ""), name) for name in (TITLE, COMMENT, *CODES)}
            team = text_of(row.team or "", TEAM)
        except NotUnderstood:
            return None
        if not texts[TITLE]:
            return None
        cost = None if annual is None else Decimal(int(annual))
        return replace(first, phase=phase, position=position, team=team, annual_cost=cost, **texts)
