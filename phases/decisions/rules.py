"""What stays of a decision that something stands on, and what may follow a recommendation. Pure: triggers hold the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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


def why_not_follow(taken: Taken, *, programme: int, decided_on: date, leads_back: bool) -> str:
    """Why a decision of this programme and day cannot follow it, in a sentence; "" where it can.

    `leads_back`: the recommendation itself follows that decision, if only through others.
    """
    if taken.programme != programme or not taken.recommended:
        return "Choose a recommendation of this programme."
    if leads_back:
        return "That recommendation follows this decision: choose an earlier one."
    if taken.decided_on > decided_on:
        return "That recommendation was made after this decision: choose an earlier one, or check the dates."
    if taken.ends_here:
        return "It is recorded that no money follows that recommendation. Take that back first."
    return ""


def why_not_without_money(authorised: Iterable[str], followers: Iterable[str]) -> str:
    """Why it cannot be said that no money follows, in a sentence; "" where it can. Both are titles of what stands on it."""
    if found := next(iter(authorised), None):
        return f"This decision allows money already: {found}."
    if found := next(iter(followers), None):
        return f"Another decision follows this one already: {found}."
    return ""
