"""Two ways measured alternately, so that a busy moment of the machine falls on both."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

LONGEST = 20
"""Seconds after which no further round of a pair begins."""


class Result(NamedTuple):
    """One line of the table. `ours` and `reference` are seconds; plain numbers where `counted` says of what."""

    name: str
    target: float
    ours: float
    reference: float
    counted: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    def in_unit(self, value: float) -> str:
        """A time in milliseconds, or a count."""
        return f"{value:g} {self.counted}" if self.counted else f"{value * 1000:,.2f} ms"

    def as_json(self) -> dict[str, Any]:
        """`ours_s` and `reference_s` hold counts where the name says so."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 3),
            "target": self.target,
            "ours_s": self.ours,
            "reference_s": self.reference,
        }


def compare(
    name: str,
    target: float,
    ours: Callable[[], object],
    reference: Callable[[], object],
    *,
    rounds: int,
    before: Callable[[], object] = lambda: None,
) -> Result:
    """The medians of both over so many rounds, fewer on a slow machine. `before` runs unmeasured before ours.

    The first round warms up and does not count, unless it leaves no time for another.
    """
    times: list[tuple[float, float]] = []
    end = perf_counter() + LONGEST
    while len(times) <= rounds and (not times or perf_counter() < end):
        before()
        times.append((seconds(ours), seconds(reference)))
    ours_s, reference_s = (median(column) for column in zip(*(times[1:] or times), strict=True))
    return Result(name, target, ours_s, reference_s)


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
