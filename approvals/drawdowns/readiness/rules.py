"""Whether a drawdown can be signed off on a day; if not, why not and from when. Pure.

The page of the drawdown, the sign-off page, the lists, the home page, the mail and the action that signs all ask here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from approvals.delegations.conditions.rules import allows_from
from approvals.drawdowns.headroom.rules import Left
from approvals.drawdowns.powers.rules import Lacking, Matter, lacking
from approvals.drawdowns.rules import Asked, year_has_ended
from display import formats


class Readiness(NamedTuple):
    """What stands in the way, in sentences: the `answers` that are missing, what `days` put right, what is still to be confirmed
    of the delegation's conditions (`unmet`), and what is `stuck`.

    What is stuck needs the decision maker, or a later decision: waiting does not help. `answers` are offices and bodies.
    `first_day` is when it can be signed off at the earliest; None where something else than days stands in the way.
    """

    answers: list[Asked]
    unanswered: list[str]
    days: list[str]
    unmet: list[str]
    stuck: list[str]
    first_day: date | None

    @property
    def is_ready(self) -> bool:
        return not self.reasons

    @property
    def reasons(self) -> list[str]:
        return [*self.unanswered, *self.days, *self.unmet, *self.stuck]

    @property
    def all_answered(self) -> bool:
        return not self.answers

    @property
    def awaits_its_decision(self) -> bool:
        """Everybody has answered, and the decision maker can do something today: sign it, or return or refuse what is stuck."""
        return self.all_answered and (self.is_ready or bool(self.stuck))


def readiness(
    matter: Matter, day: date, asked: Mapping[Asked, str], limits: Sequence[Left] = (), otherwise: str = ""
) -> Readiness:
    """`asked` names each office and body. `otherwise`: why what it releases is no longer what was submitted; "" where it is."""
    still = lacking(matter, day)
    unanswered = [f"{asked[each]} {matter.steps[each].not_given}." for each in still.answers]
    days, stuck = _notice(still)
    if still.not_before:
        days.append(allows_from(still.not_before))
    stuck += [*_expiry(matter, still, day), *_year(matter, still)]
    stuck += [
        f"{each.of}: {formats.pounds(each.before)} is left {each.measure.in_words}, less than this asks for."
        for each in limits
        if each.is_over
    ]
    if otherwise:
        stuck.append(otherwise)
    first_day = None if stuck else still.first_day
    return Readiness(still.answers, unanswered, days, still.unmet, stuck, first_day)


def _notice(still: Lacking) -> tuple[list[str], list[str]]:
    """A notice that was given needs days only; one that is not on file needs somebody."""
    if not still.notice:
        return [], []
    return ([still.notice], []) if still.notice_is_given else ([], [still.notice])


def _expiry(matter: Matter, still: Lacking, day: date) -> list[str]:
    if matter.expires is None:
        return []
    ended = f"The delegation {'ended' if still.has_ended else 'ends'} on {formats.long_date(matter.expires)}"
    if still.has_ended:
        return [f"{ended}: this needs a decision of the body that gave it."]
    if still.first_day and still.first_day > matter.expires:
        return [f"{ended}, before this can be signed off."]
    return []


def _year(matter: Matter, still: Lacking) -> list[str]:
    """Money of a year that has ended, or that will have ended by then, is not signed off."""
    if still.year:
        return [still.year]
    if matter.first_year and still.first_day and year_has_ended(matter.first_year, still.first_day):
        return [f"{matter.first_year.name} ends before this can be signed off."]
    return []
