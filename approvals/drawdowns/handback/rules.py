"""What is given back of each row of consumption, when FTE or pounds are handed back. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from costing.money import share_of

OfLine = tuple[int, int]
"""A line under an authorisation, by their numbers."""


class Row(NamedTuple):
    """A row of consumption: what it drew, and what is left of it, in whole pounds and FTE (None for a line without FTE)."""

    pk: int
    line: int
    authorisation: int
    drawn: Decimal
    drawn_fte: Decimal | None
    left: Decimal
    left_fte: Decimal | None

    @property
    def of_line(self) -> OfLine:
        return self.line, self.authorisation


class Giving(NamedTuple):
    """What somebody wants to hand back: FTE by line and authorisation, and whole pounds by the number of a row."""

    fte: Mapping[OfLine, Decimal] = {}
    pounds: Mapping[int, Decimal] = {}


class Part(NamedTuple):
    """What is given back of one row. `fte` is None where the row has none, and 0 where only money comes back."""

    row: int
    pounds: Decimal
    fte: Decimal | None


class NotHandedBack(ValueError):
    """It cannot be handed back as asked. The text is a sentence for the user."""


def parts(rows: Iterable[Row], giving: Giving) -> list[Part]:
    """What is given back of each row. Raises NotHandedBack.

    FTE bring money back in every measure: what was drawn x FTE / FTE drawn, rounded half up; the last takes the remainder. Pounds
    come back in one measure and leave the FTE drawn, unless all pounds of the row do.
    """
    rows = list(rows)
    if unknown := (set(giving.pounds) - {row.pk for row in rows}) or (set(giving.fte) - {row.of_line for row in rows}):
        raise NotHandedBack(f"This drawdown does not hold {unknown.pop()}.")
    found = []
    for row in rows:
        fte, pounds = giving.fte.get(row.of_line), giving.pounds.get(row.pk)
        if fte is not None and pounds is not None:
            raise NotHandedBack("Hand back FTE or pounds of a line, not both.")
        if fte is not None and row.left_fte:
            found.append(_by_fte(row, fte))
        elif pounds is not None:
            found.append(_by_pounds(row, pounds))
    for of_line, fte in giving.fte.items():
        most = max((row.left_fte or Decimal(0) for row in rows if row.of_line == of_line), default=Decimal(0))
        if not 0 < fte <= most:
            raise NotHandedBack(f"Hand back more than 0 FTE, up to {most.normalize():f}.")
    if not found:
        raise NotHandedBack("Enter the FTE or the pounds that are handed back.")
    return found


def _by_fte(row: Row, fte: Decimal) -> Part:
    if row.left_fte is None or row.drawn_fte is None or fte >= row.left_fte:
        return Part(row.pk, row.left, row.left_fte)
    # Money that came back before without its FTE is not there to come back again.
    return Part(row.pk, min(share_of(row.drawn, fte, row.drawn_fte), row.left), fte)


def _by_pounds(row: Row, pounds: Decimal) -> Part:
    if not 0 < pounds <= row.left or pounds != int(pounds):
        raise NotHandedBack(f"Hand back whole pounds, from £1 up to £{row.left:,}.")
    if row.left_fte is None:
        return Part(row.pk, pounds, None)
    return Part(row.pk, pounds, row.left_fte if pounds == row.left else Decimal(0))
