"""What stays of a decision that something stands on, and what may follow a recommendation. Pure: triggers hold the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any, NamedTuple

ALWAYS_SAID = ("title", "body", "decided_on", "outcome")
SAID_LATER = ("minute", "text_recommended", "text_resolved", "members_present", "interests", "section_151_advice", "assumption")
"""Left blank, they may still be filled in: minutes come later."""


def rewritten(stored: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """The fields that would say something else than is stored, of those in `values`."""
    said = [name for name in (*ALWAYS_SAID, *SAID_LATER) if name in values and stored[name] not in (None, "")]
    return [name for name in said if values[name] != stored[name]]


@dataclass(frozen=True)
class Taken:
    """A recommendation as another decision would take it up. `ends_here`: it says that no money follows."""

    programme: int
    recommended: bool
    decided_on: date
    ends_here: bool = False


class NotFollowed(Enum):
    """Why a decision cannot follow a recommendation."""

    NONE_OF_THIS_PROGRAMME = auto()
    """It is no recommendation, or of another programme."""
    LEADS_BACK = auto()
    """It follows that decision itself."""
    LATER = auto()
    """It was made after that decision."""
    ENDS_HERE = auto()
    """It says that no money follows."""


def why_not_follow(taken: Taken, *, programme: int, decided_on: date, leads_back: bool) -> NotFollowed | None:
    """Why a decision of this programme and day cannot follow it; None where it can.

    `leads_back`: the recommendation itself follows that decision, if only through others.
    """
    if taken.programme != programme or not taken.recommended:
        return NotFollowed.NONE_OF_THIS_PROGRAMME
    if leads_back:
        return NotFollowed.LEADS_BACK
    if taken.decided_on > decided_on:
        return NotFollowed.LATER
    return NotFollowed.ENDS_HERE if taken.ends_here else None


class StoodOn(NamedTuple):
    """What stands on a decision, by its title: money that it allows, or else another decision that follows it."""

    title: str
    is_money: bool


def why_not_without_money(authorised: Iterable[str], followers: Iterable[str]) -> StoodOn | None:
    """Why it cannot be said that no money follows; None where it can. Both are titles of what stands on it."""
    money, following = next(iter(authorised), None), next(iter(followers), None)
    if money is not None:
        return StoodOn(money, is_money=True)
    return None if following is None else StoodOn(following, is_money=False)
