"""Who may confirm a decision that was taken before it was recorded here, and on which day its rules are judged. Pure.

Everything that a signature asks of its day is asked of the day of the decision: whether the delegation allowed it then, whether
notice had been given, whether a condition had been met. Money of a financial year that has ended can be recorded as drawn in that
year where the decision was taken on or before its last day (`why_year_over` of that day). The triggers `elsewhere_as_allowed` and
`draw_before_its_year_ended` hold the same.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from display.formats import long_date

CHANGED = "The drawdown was changed after the decision was recorded on it. Send it back: it is then recorded again."


class Recorded(NamedTuple):
    """A decision as it was written down: by whom (a number), on which version of the drawdown, and whether it still waits."""

    by: int
    version: int
    waits: bool


class Standing(NamedTuple):
    """How the drawdown stands: whether it is a draft that was never submitted, its version, and who prepared it, by number."""

    is_draft: bool
    version: int
    preparers: Collection[int]


def why_not_recorded(standing: Standing, waits: bool) -> str:
    """Why no decision taken elsewhere can be recorded on it, in a sentence; "" where one can. `waits`: one is, already."""
    if not standing.is_draft:
        return "It is no longer a draft: what was asked here is decided here."
    return "A decision taken elsewhere is already recorded. Take it back first." if waits else ""


def why_not_confirmed(recorded: Recorded, standing: Standing, person: int) -> str:
    """Why this person, by number, does not confirm it, in a sentence; "" where they may."""
    if not recorded.waits:
        return "This decision no longer waits to be confirmed."
    if not standing.is_draft:
        return "It is no longer a draft: what was asked here is decided here."
    if recorded.by == person:
        return "You recorded this decision, so somebody else confirms it."
    if person in standing.preparers:
        return "You prepared this drawdown, so somebody else confirms the decision."
    return CHANGED if recorded.version != standing.version else ""


def of_that_day(day: date, reasons: Collection[str]) -> str:
    """What stood in the way on the day of the decision, as one text; "" where nothing did."""
    return f"On {long_date(day)}, the day of the decision: {' '.join(reasons)}" if reasons else ""
