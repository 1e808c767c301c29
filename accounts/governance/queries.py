"""Reads of the council's governance."""

from datetime import date

from accounts.governance.models import GovernanceTerm
from accounts.governance.rules import Governance, on


def history() -> tuple[Governance, ...]:
    """All that was recorded (one query)."""
    return tuple(each.as_rule for each in GovernanceTerm.objects.all())


def governance_on(day: date) -> Governance:
    """What holds that day (one query); a leader and cabinet where nothing was recorded."""
    return on(history(), day)


def has_key_decisions(day: date) -> bool:
    """Whether anybody here can take a key decision that day (one query)."""
    governance = governance_on(day)
    return governance.has_executive or governance.is_combined
