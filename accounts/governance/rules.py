"""A council's governance and the day from which it holds. Pure: no store, no clock.

Local Government Act 2000, part 1A: executive arrangements (a leader and cabinet, or an elected mayor) or a committee system.
Local Democracy, Economic Development and Construction Act 2009, part 6: a combined authority, with or without a mayor.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Form(StrEnum):
    """Executive arrangements of either kind, the committee system, or a combined authority."""

    LEADER = "leader"
    MAYOR = "mayor"
    COMMITTEES = "committees"
    COMBINED = "combined"
    MAYORAL = "mayoral"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Form.LEADER: "Leader and cabinet or executive",
    Form.MAYOR: "Elected mayor and cabinet",
    Form.COMMITTEES: "Committee system",
    Form.COMBINED: "Combined authority",
    Form.MAYORAL: "Mayoral combined authority",
}


class Governance(NamedTuple):
    """How the council is governed from a day on; None: from before anything was recorded.

    The call-in of executive decisions by one member, and of key decisions by officers, is as the constitution says; that of a
    committee system's decisions is none by law, unless the constitution gives one. A combined authority's own overview and
    scrutiny committee calls in as its order and constitution say.
    """

    form: Form = Form.LEADER
    since: date | None = None
    member_call_in: bool = True
    officer_call_in: bool = True
    committee_call_in: bool = False
    scrutiny_call_in: bool = False

    @property
    def has_executive(self) -> bool:
        return self.form in (Form.LEADER, Form.MAYOR)

    @property
    def is_combined(self) -> bool:
        """Whether it is a combined authority, which has no executive and yet takes key decisions."""
        return self.form in (Form.COMBINED, Form.MAYORAL)


def on(history: Iterable[Governance], day: date) -> Governance:
    """What held that day: the last that had begun; a leader and cabinet where nothing was recorded for it."""
    begun = [each for each in history if each.since is None or each.since <= day]
    return max(begun, key=lambda each: each.since or date.min, default=Governance())
