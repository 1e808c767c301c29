"""What a delegation waits for: its first day, its conditions, and the parts in which its money is released. Pure.

Functions of the database hold the same: approvals_condition_met, approvals_released and approvals_held_back.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

from costing.measure import Measure


class GivenPart(NamedTuple):
    """A part as a resolution gives it."""

    measure: Measure
    amount: Decimal
    not_before: date | None = None
    conditions: tuple[str, ...] = ()


class Part(NamedTuple):
    """So much of what a delegation may release in one measure, in whole pounds: from a day, once what is `unmet` is confirmed."""

    number: int
    measure: Measure
    amount: Decimal
    not_before: date | None
    unmet: tuple[str, ...] = ()

    def is_released(self, day: date) -> bool:
        return not self.unmet and (self.not_before is None or self.not_before <= day)


def is_met(confirmed_by: Collection[int], preparers: Collection[int]) -> bool:
    """Whether somebody has confirmed it who did not prepare the drawdown that profits."""
    return not set(confirmed_by) <= set(preparers)


def released(parts: Iterable[Part], measure: Measure, day: date) -> Decimal | None:
    """How much may be drawn that day, in all; None where the delegation is not released in parts in this measure."""
    of_it = [part for part in parts if part.measure == measure]
    return sum((part.amount for part in of_it if part.is_released(day)), Decimal(0)) if of_it else None


class CannotConfirm(Enum):
    """Why somebody does not confirm a condition."""

    PREPARED = auto()
    """They prepared a drawdown under its delegation."""
    CONFIRMED = auto()
    """They have already confirmed it."""
    TAKEN_BACK = auto()
    """What they confirmed was taken back."""


class Stands(NamedTuple):
    """Why a confirmation is not taken back: it is already, it is their own, or a drawdown was `signed` since."""

    is_gone: bool = False
    is_own: bool = False
    signed: str = ""


class NotBefore(NamedTuple):
    """The first day of the delegation, which is still to come."""

    day: date


class Unconfirmed(NamedTuple):
    """A condition of the delegation that nobody has confirmed, by its text."""

    condition: str


class NextPart(NamedTuple):
    """A part that is not released: from a day, where that is to come, and once these conditions are confirmed."""

    number: int
    amount: Decimal
    from_day: date | None
    unmet: tuple[str, ...]


class HeldBack(NamedTuple):
    """More is asked than the parts that are released leave in a measure, and which parts are to come.

    `measure` is None where it was only looked at whether it is, and not in which measure.
    """

    measure: Measure | None = None
    left: Decimal = Decimal(0)
    wanted: Decimal = Decimal(0)
    to_come: tuple[NextPart, ...] = ()


def waits_for(earliest: date | None, unmet: Iterable[str], day: date) -> list[NotBefore | Unconfirmed]:
    """Why nothing may be decided under a delegation that day, and from when."""
    first = [NotBefore(earliest)] if earliest and day < earliest else []
    return [*first, *map(Unconfirmed, unmet)]


def held_back(
    parts: Collection[Part], asked: Mapping[Measure, Decimal], drawn: Mapping[Measure, Decimal], day: date
) -> list[HeldBack]:
    """Where more is asked than the parts that are released leave, and what comes next."""
    found = []
    for measure, wanted in asked.items():
        room = released(parts, measure, day)
        if room is not None and drawn.get(measure, Decimal(0)) + wanted > room:
            left = max(room - drawn.get(measure, Decimal(0)), Decimal(0))
            found.append(HeldBack(measure, left, wanted, tuple(_to_come(parts, measure, day))))
    return found


def _to_come(parts: Iterable[Part], measure: Measure, day: date) -> Iterator[NextPart]:
    return (next_part(part, day) for part in parts if part.measure == measure and not part.is_released(day))


def next_part(part: Part, day: date) -> NextPart:
    """What a part that is not released waits for."""
    return NextPart(part.number, part.amount, part.not_before if part.not_before and day < part.not_before else None, part.unmet)
