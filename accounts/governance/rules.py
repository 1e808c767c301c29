"""A council's governance and the day from which it holds. Pure: no store, no clock.

Local Government Act 2000, part 1A: executive arrangements (a leader and cabinet, or an elected mayor) or a committee system.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Form(StrEnum):
    """Executive arrangements of either kind, or the committee system."""

    LEADER = "leader"
    MAYOR = "mayor"
    COMMITTEES = "committees"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Form.LEADER: "Leader and cabinet or executive",
    Form.MAYOR: "Elected mayor and cabinet",
    Form.COMMITTEES: "Committee system",
}


class Governance(NamedTuple):
    """How the council is governed from a day on; None: from before anything was recorded.

    The call-in of executive decisions by one member, and of key decisions by officers, is as the constitution says; that of a
    committee system's decisions is none by law, unless the constitution gives one.
    """

    form: Form = Form.LEADER
    since: date | None = None
    member_call_in: bool = True
    officer_call_in: bool = True
    committee_call_in: bool = False

    @property
    def has_executive(self) -> bool:
        return self.form is not Form.COMMITTEES


def on(history: Iterable[Governance], day: date) -> Governance:
    """What held that day: the last that had begun; a leader and cabinet where nothing was recorded for it."""
    begun = [each for each in history if each.since is None or each.since <= day]
    return max(begun, key=lambda each: each.since or date.min, default=Governance())
