"""Where a new line is put among the lines of its phase and team. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

STEP = 10
"""Between the positions of two lines, so that others can be put between them."""


class Place(NamedTuple):
    """The position of a new line, and the new positions of those that had to make room, by their numbers."""

    position: int
    moved: dict[int, int]


def place_before(group: Sequence[tuple[int, int]], at: int) -> Place:
    """The place before the line at index `at` of a group, or at its end where there is none at it.

    `group`: the number and position of each line, in order. Of two lines of one position the older is first, so that a new
    one stands after it. Where there is no room between two lines, the whole group is numbered again.
    """
    if at >= len(group):
        return Place(group[-1][1] + STEP if group else STEP, {})
    least = group[at - 1][1] if at else 0
    if group[at][1] - 1 >= least:
        return Place(group[at][1] - 1, {})
    again = {number: STEP * place for place, (number, _) in enumerate(group, 1)}
    return Place(again[group[at][0]] - 1, {number: again[number] for number, position in group if again[number] != position})
