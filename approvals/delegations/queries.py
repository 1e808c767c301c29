"""Reads about delegations, each a constant number of queries."""

from datetime import date
from typing import NamedTuple

from approvals.delegations.models import Delegation
from phases.models import Programme


class Delegated(NamedTuple):
    """A delegation, and whether its last day has passed."""

    delegation: Delegation
    expired: bool


def delegations_of(programme: Programme, day: date) -> list[Delegated]:
    """The newest first, each with its decision, the offices asked and its limits (five queries)."""
    found = (
        Delegation.objects.filter(programme=programme)
        .select_related("decision__body", "decision_maker", "decision_body")
        .prefetch_related("steps__office", "limits", "money")
        .order_by("-decision__decided_on", "-id")
    )
    return [Delegated(each, bool(each.expires and each.expires < day)) for each in found]
