"""What can be missing before a drawdown is submitted. Pure."""

from enum import Enum, auto
from typing import NamedTuple

from approvals.decisions.key_notice.rules import OverThreshold, Unnoticed


class Missing(Enum):
    """What the case still needs."""

    CASE = auto()
    """All of it: reasons, alternatives, and whether the decision is key."""
    CASE_NOT_KEY = auto()
    """All of it, of a decision that cannot be key."""
    REASONS = auto()
    ALTERNATIVES = auto()
    SAVED_AS_KEY = auto()
    """It says that the decision is key, and no executive decision is made."""
    WHETHER_KEY = auto()
    ROUTE = auto()
    """How notice of the key decision was given."""


Needed = Missing | Unnoticed | OverThreshold
"""What the case needs, the notice that was withdrawn, or the threshold that it does not explain."""


class Vacancy(NamedTuple):
    """An office, by its name, that nobody holds, though it is to decide, or else to answer."""

    office: str
    decides: bool
