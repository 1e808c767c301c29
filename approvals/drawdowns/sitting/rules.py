"""The order in which somebody goes through several drawdowns, one signature each. Pure.

A sitting is carried by its pages and stored nowhere: what was signed is known from the drawdowns themselves.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

MOST = 25
"""So many at one sitting."""

_SKIPPED = "~"
_REFERENCE = re.compile(r"DD-\d{4,8}")


@dataclass(frozen=True)
class Sitting:
    """References of drawdowns in the order chosen, and those of them that were skipped so far."""

    chosen: tuple[str, ...]
    skipped: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """As pages carry it: DD-0003,DD-0001~,DD-0002, a skipped one marked."""
        return ",".join(f"{each}{_SKIPPED if each in self.skipped else ''}" for each in self.chosen)

    def place_of(self, reference: str) -> int | None:
        """From 1; None for one that is not among them."""
        return self.chosen.index(reference) + 1 if reference in self.chosen else None

    def skipping(self, reference: str) -> "Sitting":
        return replace(self, skipped=self.skipped | {reference} & set(self.chosen))

    def returning_to(self, reference: str) -> "Sitting":
        return replace(self, skipped=self.skipped - {reference})

    def after(self, reference: str) -> list[str]:
        """Those still to come to after this one: what follows it, then what was passed over; none that was skipped."""
        place = self.place_of(reference) or 0
        return [each for each in (*self.chosen[place:], *self.chosen[:place]) if each not in self.skipped | {reference}]

    def next_of(self, after: str, waiting: Collection[str]) -> str | None:
        """Which of those that wait comes next; None where none is left."""
        return next((each for each in self.after(after) if each in waiting), None)


def sitting_of(text: str) -> Sitting | None:
    """From what a page carries; None where it names no drawdown. What is no reference, or comes twice, is left out."""
    found: dict[str, bool] = {}
    for each in text.split(",")[: MOST * 4]:
        reference, mark, rest = each.strip().partition(_SKIPPED)
        if _REFERENCE.fullmatch(reference) and not rest:
            found.setdefault(reference, bool(mark))
    chosen = tuple(found)[:MOST]
    return Sitting(chosen, frozenset(each for each in chosen if found[each])) if chosen else None


def moved(order: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """The order after some got another place, from 1: what is moved up stands before what was there, moved down after it."""

    def key(found: tuple[int, str]) -> tuple[int, int, int]:
        was, reference = found
        place = places.get(reference, was)
        return place, (place > was) - (place < was), was

    return [reference for _, reference in sorted(enumerate(order, start=1), key=key)]
