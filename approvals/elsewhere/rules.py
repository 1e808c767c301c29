"""Who may confirm a decision that was taken before it was recorded here, and on which day its rules are judged. Pure.

Everything that a signature asks of its day is asked of the day of the decision: whether the delegation allowed it then, whether
notice had been given, whether a condition had been met. Money of a financial year that has ended can be recorded as drawn in that
year where the decision was taken on or before its last day (`year_has_ended` of that day). The triggers `elsewhere_as_allowed`
and `draw_before_its_year_ended` hold the same.
"""

from collections.abc import Collection
from datetime import date
from enum import Enum, auto
from typing import NamedTuple


class Barred(Enum):
    """Why a decision taken elsewhere is not recorded on a drawdown, or not confirmed."""

    NOT_A_DRAFT = auto()
    """It is no longer a draft: what was asked here is decided here."""
    RECORDED = auto()
    """One is recorded already."""
    ANSWERED = auto()
    """It no longer waits to be confirmed."""
    OWN_RECORD = auto()
    """They recorded it."""
    PREPARED = auto()
    """They prepared the drawdown."""
    CHANGED = auto()
    """The drawdown was changed after the decision was recorded on it."""
    RESOLVED_OTHERWISE = auto()
    """The resolution no longer says what was written down of it."""


class MetLater(NamedTuple):
    """A condition of the delegation, by its text, that was first met after the day of the decision."""

    on: date
    condition: str


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


def why_not_recorded(standing: Standing, waits: bool) -> Barred | None:
    """Why no decision taken elsewhere can be recorded on it; None where one can. `waits`: one is, already."""
    if not standing.is_draft:
        return Barred.NOT_A_DRAFT
    return Barred.RECORDED if waits else None


def why_not_confirmed(recorded: Recorded, standing: Standing, person: int) -> Barred | None:
    """Why this person, by number, does not confirm it; None where they may."""
    if not recorded.waits:
        return Barred.ANSWERED
    if not standing.is_draft:
        return Barred.NOT_A_DRAFT
    if recorded.by == person:
        return Barred.OWN_RECORD
    if person in standing.preparers:
        return Barred.PREPARED
    return Barred.CHANGED if recorded.version != standing.version else None
