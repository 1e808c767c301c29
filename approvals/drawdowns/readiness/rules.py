"""Whether a drawdown can be signed off on a day; if not, why not and from when. Pure.

The page of the drawdown, the sign-off page, the lists, the home page, the mail and the action that signs all ask here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from approvals.decisions.key_notice.rules import Unnoticed
from approvals.delegations.conditions.rules import HeldBack, NotBefore, Unconfirmed
from approvals.drawdowns.headroom.rules import Left
from approvals.drawdowns.powers.rules import Lacking, Matter, lacking
from approvals.drawdowns.rules import Asked, Mode, Otherwise, year_has_ended
from costing.measure import Measure


class Unanswered(NamedTuple):
    """An office or outside body, by its name, that has not given the answer it is asked for."""

    name: str
    mode: Mode


class Expired(NamedTuple):
    """The delegation has ended on a day, or will have by the first day on which it could be signed off."""

    on: date
    has_ended: bool


class YearOver(NamedTuple):
    """The earliest year of its money has ended, or will have by the first day on which it could be signed off."""

    year: Measure
    has_ended: bool


class OverLimit(NamedTuple):
    """More is asked for than a limit leaves."""

    left: Left


Obstacle = Unanswered | Unnoticed | NotBefore | Unconfirmed | HeldBack | Expired | YearOver | OverLimit | Otherwise


class Readiness(NamedTuple):
    """What stands in the way: the `answers` that are missing, what `days` put right, what is still to be confirmed or released
    under the delegation (`unmet`), and what is `stuck`.

    What is stuck needs the decision maker, or a later decision: waiting does not help. `answers` are offices and bodies.
    `first_day` is when it can be signed off at the earliest; None where something else than days stands in the way.
    """

    answers: list[Asked]
    unanswered: list[Unanswered]
    days: list[Unnoticed | NotBefore]
    unmet: list[Unconfirmed | HeldBack]
    stuck: list[Unnoticed | Expired | YearOver | OverLimit | Otherwise]
    first_day: date | None

    @property
    def is_ready(self) -> bool:
        return not self.obstacles

    @property
    def obstacles(self) -> list[Obstacle]:
        return [*self.unanswered, *self.days, *self.unmet, *self.stuck]

    @property
    def all_answered(self) -> bool:
        return not self.answers

    @property
    def awaits_its_decision(self) -> bool:
        """Everybody has answered, and the decision maker can do something today: sign it, or return or refuse what is stuck."""
        return self.all_answered and (self.is_ready or bool(self.stuck))


def readiness(
    matter: Matter, day: date, asked: Mapping[Asked, str], limits: Sequence[Left] = (), otherwise: Otherwise | None = None
) -> Readiness:
    """`asked` names each office and body. `otherwise`: why what it releases is no longer what was submitted; None where it is."""
    still = lacking(matter, day)
    days: list[Unnoticed | NotBefore] = []
    stuck: list[Unnoticed | Expired | YearOver | OverLimit | Otherwise] = []
    if still.notice:  # one that was given needs days only; one that is not on file needs somebody
        (days if still.notice_is_given else stuck).append(still.notice)
    if still.not_before:
        days.append(NotBefore(still.not_before))
    stuck += filter(None, [_expired(matter, still), _year_over(matter, still)])
    stuck += [OverLimit(each) for each in limits if each.is_over]
    if otherwise:
        stuck.append(otherwise)
    return Readiness(
        answers=still.answers,
        unanswered=[Unanswered(asked[each], matter.steps[each]) for each in still.answers],
        days=days,
        unmet=[*map(Unconfirmed, still.unmet), *still.held_back],
        stuck=stuck,
        first_day=None if stuck else still.first_day,
    )


def _expired(matter: Matter, still: Lacking) -> Expired | None:
    if matter.expires is None:
        return None
    is_over = still.has_ended or (still.first_day is not None and still.first_day > matter.expires)
    return Expired(matter.expires, still.has_ended) if is_over else None


def _year_over(matter: Matter, still: Lacking) -> YearOver | None:
    """Money of a year that has ended, or that will have ended by then, is not signed off."""
    if still.year:
        return YearOver(still.year, has_ended=True)
    if matter.first_year and still.first_day and year_has_ended(matter.first_year, still.first_day):
        return YearOver(matter.first_year, has_ended=False)
    return None
