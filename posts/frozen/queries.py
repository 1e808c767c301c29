"""Where lines are frozen: in requests that keep the figures they were made with, whatever becomes of the lines.

Whoever keeps such figures says so here; this app knows none of them.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Frozen(NamedTuple):
    """A line in a request that keeps its own figures: what it is called, what it is (waiting, signed), its sum in words."""

    line_id: int
    title: str
    state: str
    sum: str


Source = Callable[[Iterable[int]], list[Frozen]]
_sources: list[Source] = []


def ask_of_lines(source: Source) -> None:
    """Ask this source too, from now on, where lines are frozen."""
    if source not in _sources:
        _sources.append(source)


def frozen_in(lines: Iterable[int]) -> list[Frozen]:
    """Every place where these lines are frozen (one query for each source; none where there are no lines)."""
    wanted = list(lines)
    return [found for source in _sources for found in source(wanted)] if wanted else []
