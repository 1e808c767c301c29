"""What stays of a decision that something stands on. Pure: the trigger `used_decision_stays` of the database holds the same."""

from collections.abc import Mapping
from typing import Any

ALWAYS_SAID = ("title", "body", "decided_on", "outcome")
SAID_LATER = ("minute", "text_recommended", "text_resolved", "members_present", "interests", "section_151_advice", "assumption")
"""Left blank, they may still be filled in: minutes come later."""


def rewritten(stored: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """The fields that would say something else than is stored, of those in `values`."""
    said = [name for name in (*ALWAYS_SAID, *SAID_LATER) if name in values and stored[name] not in (None, "")]
    return [name for name in said if values[name] != stored[name]]
