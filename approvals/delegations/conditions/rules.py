"""What a delegation waits for: its first day, its conditions, and the parts in which its money is released. Pure.

Functions of the database hold the same: approvals_condition_met, approvals_released and approvals_held_back.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from costing.measure import Measure
from display.formats import long_date, pounds
from display.words import listed


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


def allows_from(earliest: date) -> str:
    """That its first day has not come, in a sentence."""
    return f"The delegation allows decisions from {long_date(earliest)}."


def unconfirmed(condition: str) -> str:
    """That nobody has confirmed a condition, in a sentence."""
    return f"A condition of the delegation is not confirmed yet: {condition}"


def waits_for(earliest: date | None, unmet: Iterable[str], day: date) -> list[str]:
    """Why nothing may be decided under a delegation that day, and from when, in sentences."""
    first = [allows_from(earliest)] if earliest and day < earliest else []
    return [*first, *map(unconfirmed, unmet)]


def held_back(
    parts: Collection[Part], asked: Mapping[Measure, Decimal], drawn: Mapping[Measure, Decimal], day: date
) -> list[str]:
    """Where more is asked than the parts that are released leave, and what comes next, in sentences."""
    found = []
    for measure, wanted in asked.items():
        room = released(parts, measure, day)
        if room is not None and drawn.get(measure, Decimal(0)) + wanted > room:
            left = max(room - drawn.get(measure, Decimal(0)), Decimal(0))
            found.append(
                f"The delegation releases its money in parts: {pounds(left)} is left of those released {measure.in_words}, "
                f"and this asks for {pounds(wanted)}. {' '.join(next_part(part, day) for part in _to_come(parts, measure, day))}"
            )
    return found


def _to_come(parts: Iterable[Part], measure: Measure, day: date) -> list[Part]:
    return [part for part in parts if part.measure == measure and not part.is_released(day)]


def next_part(part: Part, day: date) -> str:
    """When a part that is not released will be, in a sentence."""
    waits = []
    if part.not_before and day < part.not_before:
        waits.append(f"from {long_date(part.not_before)}")
    if part.unmet:
        waits.append(f"once this is confirmed: {listed(part.unmet)}")
    return f"Part {part.number}, {pounds(part.amount)}, is released {', '.join(waits)}.".replace("..", ".")
