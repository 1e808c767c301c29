"""Who may answer on a drawdown, and decide on it, and what the decision still waits for. Pure: no store, no clock.

The actions, the page of the drawdown and the home page all ask here. The triggers of the database hold the same, so that nothing
else can write otherwise. People and offices are given by their numbers; each caller says the reasons in words of its own.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import Enum, auto
from typing import NamedTuple

from approvals.decisions.key_notice.rules import Route, Unnoticed, earliest, unnoticed
from approvals.delegations.conditions.rules import HeldBack
from approvals.drawdowns import rules
from approvals.drawdowns.rules import Asked, Mode, Reply
from costing.measure import Measure


class WhyNot(Enum):
    """Why somebody may not do it."""

    NOT_WAITING = auto()
    """It is not submitted: nobody is asked."""
    NOT_ACTING = auto()
    """They do not act for the office."""
    NOT_ASKED = auto()
    """The office is not asked under this delegation."""
    ANSWERED = auto()
    """The office has already answered."""
    DECIDES = auto()
    """They hold, or act for who holds, the office that decides: none of the answers can be theirs."""
    HAS_ANSWERED = auto()
    """They gave one of the answers, or were acted for in it: the decision cannot be theirs."""
    GAVE_DISPENSATION = auto()
    """They gave a dispensation on it, so they do not decide on it."""
    PREPARED = auto()
    """They prepared it."""
    PREPARED_FOR = auto()
    """Whom they act for prepared it."""


class Capacity(NamedTuple):
    """Who acts, and whom they act for: None for a holder, the clerk of a body, and a vacant office."""

    person: int
    acting_for: int | None = None

    @property
    def people(self) -> frozenset[int]:
        return frozenset(each for each in self if each is not None)


class Given(NamedTuple):
    """An answer, by whom and for whom; None of a body outside the council, for which nobody signs in."""

    reply: Reply
    by: Capacity | None


class KeyNotice(NamedTuple):
    """How notice of a key decision was given: the route ("" where none is on file), and its day.

    `withdrawn` is the reference of the notice, where that was withdrawn since.
    """

    route: str
    on: date | None
    withdrawn: str = ""


class Matter(NamedTuple):
    """A drawdown as far as it says who may act on it. `maker` holds the office that decides; None while it is vacant, or a body.

    `notice` is None for a decision that is not key. `preparers` and `givers` (of dispensations) may be of the people asked about.
    `first_year` is the earliest financial year of whose money it draws; None where it draws of none.
    `earliest` is the first day of the delegation, `unmet` the texts of its conditions that are not
    confirmed; `held_back` says where it asks for more than the parts of the delegation's money that are released that day.
    """

    is_submitted: bool
    preparers: Collection[int]
    maker: int | None = None
    steps: Mapping[Asked, Mode] = {}
    answers: Mapping[Asked, Given] = {}
    givers: Collection[int] = ()
    answer_by: date | None = None
    expires: date | None = None
    notice: KeyNotice | None = None
    first_year: Measure | None = None
    earliest: date | None = None
    unmet: Collection[str] = ()
    held_back: Collection[HeldBack] = ()


def why_not_answer(matter: Matter, office: int, acting: Capacity | None) -> WhyNot | None:
    """Why they do not answer for the office; None where they may. `acting`: their capacity for it, None without one."""
    if acting is None:
        return WhyNot.NOT_ACTING
    if not matter.is_submitted:
        return WhyNot.NOT_WAITING
    if office not in matter.steps:
        return WhyNot.NOT_ASKED
    if office in matter.answers:
        return WhyNot.ANSWERED
    if matter.maker in acting.people:
        return WhyNot.DECIDES
    return why_not_prepared(matter, acting)


def why_not_decide(matter: Matter, acting: Capacity | None) -> WhyNot | None:
    """Why they do not sign it off, return it or refuse it; None where they may, a sign-off once nothing is `lacking`.

    `acting` is their capacity for the office that decides, or of the clerk who records what a body resolved.
    """
    if not matter.is_submitted:
        return WhyNot.NOT_WAITING
    if acting is None:
        return WhyNot.NOT_ACTING
    if not acting.people.isdisjoint(matter.givers):
        return WhyNot.GAVE_DISPENSATION
    if any(given.by and not acting.people.isdisjoint(given.by.people) for given in matter.answers.values()):
        return WhyNot.HAS_ANSWERED
    return why_not_prepared(matter, acting)


def why_not_record(matter: Matter, body: Asked, clerk: Capacity) -> WhyNot | None:
    """Why the clerk does not record what this outside body answered; None where they may."""
    if not matter.is_submitted:
        return WhyNot.NOT_WAITING
    if body not in matter.steps:
        return WhyNot.NOT_ASKED
    if body in matter.answers:
        return WhyNot.ANSWERED
    return why_not_prepared(matter, clerk)


def why_not_prepared(matter: Matter, acting: Capacity) -> WhyNot | None:
    """Nobody answers, advises on or signs what they prepared, nor does anybody for them."""
    if acting.person in matter.preparers:
        return WhyNot.PREPARED
    return WhyNot.PREPARED_FOR if acting.acting_for in matter.preparers else None


class Lacking(NamedTuple):
    """What a decision still waits for: offices and outside bodies that are to answer, a delegation in force, notice (why not).

    `not_before` is the first day of the delegation while it is to come; `unmet` are the conditions that are to be confirmed
    first, `held_back` the money that is to be released. `first_day` is the first day on which it has come, and the notice and the
    time of those consulted who have not answered are over; None where no day will do: somebody is still to agree or consent, no
    notice is on file, or something is unmet or held back.
    `year` is an earlier one whose money can no longer be drawn.
    """

    answers: list[Asked]
    has_ended: bool
    notice: Unnoticed | None
    notice_is_given: bool
    first_day: date | None
    year: Measure | None
    not_before: date | None
    unmet: Collection[str]
    held_back: Collection[HeldBack]

    @property
    def is_ready(self) -> bool:
        other = (self.answers, self.has_ended, self.notice, self.year, self.not_before, self.unmet, self.held_back)
        return not any(other)


def still_to_answer(matter: Matter, day: date) -> list[Asked]:
    """The offices and outside bodies without whose answer it cannot be signed off that day."""
    replies = {office: given.reply for office, given in matter.answers.items()} if matter.answers else {}
    return rules.missing(matter.steps, replies, matter.answer_by or day, day)


def lacking(matter: Matter, day: date) -> Lacking:
    """What stands between it and a sign-off that day; the limits of the money are asked for by `readiness`."""
    missing = still_to_answer(matter, day)
    notice = _unnoticed(matter.notice, day) if matter.notice else None
    given = _first_noticed_day(matter.notice, day)
    ended = matter.expires is not None and matter.expires < day
    over = matter.first_year if matter.first_year and rules.year_has_ended(matter.first_year, day) else None
    not_before = matter.earliest if matter.earliest and day < matter.earliest else None
    first_day = None if matter.unmet or matter.held_back else _first_day(matter, missing, given, day)
    return Lacking(missing, ended, notice, given is not None, first_day, over, not_before, matter.unmet, matter.held_back)


def _first_noticed_day(notice: KeyNotice | None, day: date) -> date | None:
    if notice is None:
        return day
    return earliest(Route(notice.route), notice.on) if notice.route and notice.on and not notice.withdrawn else None


def _unnoticed(notice: KeyNotice, day: date) -> Unnoticed | None:
    return Unnoticed(withdrawn=notice.withdrawn) if notice.withdrawn else unnoticed(notice.route, notice.on, day)


def _first_day(matter: Matter, missing: Collection[Asked], noticed: date | None, day: date) -> date | None:
    if noticed is None or any(matter.steps[asked].is_condition for asked in missing):
        return None
    heard = (matter.answer_by or day) + timedelta(days=1) if missing else day
    return max(day, noticed, heard, matter.earliest or day)
