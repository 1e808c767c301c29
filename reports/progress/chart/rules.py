"""The use of a release as bars with their places; the template only prints it. Bars are in hundredths of the drawing's width."""

from collections.abc import Sequence
from decimal import Decimal
from textwrap import wrap
from typing import NamedTuple

from display.formats import pounds
from reports.progress.queries import Limit

ON_A_PHONE, ON_PAPER = 40, 95
"""Letters that fit across."""

LINE, BAR, GAP = 17, 14, 14  # pixels


class UseBar(NamedTuple):
    """One limit: lines of words with their places, and bars below them. Widths are in hundredths of the width, as text."""

    lines: tuple[tuple[int, str], ...]
    y: int
    limit: str
    drawn: str
    pending: str


class UseChart(NamedTuple):
    """A drawing of so many pixels' height. `description` says all that is to be seen."""

    height: int
    bars: tuple[UseBar, ...]
    description: str


def use_chart(limits: Sequence[Limit], letters: int) -> UseChart | None:
    """Drawn and pending within each limit, all on one scale. None where there is nothing to draw."""
    most = max((limit.limit for limit in limits), default=Decimal(0))
    if most <= 0:
        return None
    bars = []
    y = 0
    for limit in limits:
        lines = wrap(_in_words(limit), letters)
        words = tuple((y + LINE * number - 3, line) for number, line in enumerate(lines, start=1))
        y += LINE * len(lines) + 3
        ahead = limit.drawn + min(limit.pending, limit.limit - limit.drawn)
        bars.append(UseBar(words, y, _across(limit.limit, most), _across(limit.drawn, most), _across(ahead, most)))
        y += BAR + GAP
    return UseChart(y, tuple(bars), " ".join(f"{_in_words(limit)}." for limit in limits))


def _in_words(limit: Limit) -> str:
    left = "lapsed" if limit.lapsed else f"{pounds(limit.headroom)} headroom"
    pending = f", {pounds(limit.pending)} pending" if limit.pending else ""
    return f"{limit.of}, {limit.measure}: {pounds(limit.drawn)} of {pounds(limit.limit)} drawn{pending}, {left}"


def _across(amount: Decimal, most: Decimal) -> str:
    return f"{max(amount, Decimal(0)) / most * 99:.2f}"
