"""What became of the writes of one event. Pure."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass
class Write:
    """One thing that somebody wanted saved, under one idempotency key however often it is sent."""

    title: str
    confirmed: bool = False
    confirmed_at: float = 0.0


@dataclass
class Run:
    """The writes of one event, as whoever sent them saw it. Times are seconds of one clock that only goes forward."""

    event: str
    began: float
    covered: bool = True
    ended: float = 0.0
    writes: list[Write] = field(default_factory=list)
    longest_page: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """`lost`: confirmed, and not there. `doubled`: there more than once. `stored_unconfirmed`: there, and nobody was told so."""

    event: str
    confirmed: int
    lost: int
    doubled: int
    stored_unconfirmed: int
    gap_s: float
    page_s: float
    covered: bool


def outcome(run: Run, stored: Iterable[str]) -> Outcome:
    """What the run comes to, given the titles of all rows there are, each as often as it is there."""
    rows = Counter(stored)
    confirmed = [write for write in run.writes if write.confirmed]
    moments = sorted([run.began, run.ended, *(write.confirmed_at for write in confirmed)])
    return Outcome(
        event=run.event,
        confirmed=len(confirmed),
        lost=sum(not rows[write.title] for write in confirmed),
        doubled=sum(rows[write.title] > 1 for write in run.writes),
        stored_unconfirmed=sum(rows[write.title] > 0 for write in run.writes if not write.confirmed),
        gap_s=round(max(later - earlier for earlier, later in itertools.pairwise(moments)), 1),
        page_s=round(run.longest_page, 1),
        covered=run.covered,
    )


def faults(outcomes: Sequence[Outcome], control: str) -> list[str]:
    """Why the drill failed, in sentences; none where it did not. The event named `control` is there to lose something."""
    found = []
    for each in outcomes:
        if each.covered and each.lost + each.doubled:
            found.append(f"{each.event}: {each.lost} lost, {each.doubled} doubled.")
        if not each.confirmed:
            found.append(f"{each.event}: nothing was confirmed, so nothing is proved.")
        if each.event == control and not each.lost:
            found.append("The control lost nothing: this drill could not have seen a loss.")
    return found


HEADINGS = ("confirmed", "lost", "doubled", "stored_unconfirmed", "gap_s", "page_s")


def in_columns(each: Outcome | None) -> str:
    """A line of the table; its headings for None."""
    values = HEADINGS if each is None else [getattr(each, name) for name in HEADINGS]
    name = "event" if each is None else each.event + ("" if each.covered else " (not covered)")
    return f"{name:44}" + "".join(
        f"{value!s:>{max(len(heading), 7) + 2}}" for heading, value in zip(HEADINGS, values, strict=True)
    )
