"""Several drawdowns at one sitting: what is ready for somebody, with the headroom running, and what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from approvals.drawdowns.headroom.queries import left_as_signed, money_of
from approvals.drawdowns.headroom.rules import Left, Money, left_after, running, tightest
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.powers.queries import matters_of
from approvals.drawdowns.queries import drawdowns_for
from approvals.drawdowns.readiness.queries import standing_of_all
from approvals.drawdowns.readiness.rules import Obstacle
from approvals.drawdowns.rules import LIVE, NO_INTERESTS, Reply, State
from approvals.drawdowns.sitting.rules import Sitting
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import amounts_in_words, by_measure
from approvals.drawdowns.waiting.queries import to_sign
from costing.measure import Measure


class Bearing(NamedTuple):
    """How much of what bears on a decision is to be known before anything: counts, and the paragraph that exempts it."""

    contrary: int
    interests: int
    questions: int
    exempt_paragraph: str
    is_key: bool

    @property
    def any(self) -> bool:
        return any(self)


class Ready(NamedTuple):
    """One that is ready for the signature. `limits` are those it draws on, as those chosen before it leave them."""

    drawdown: Drawdown
    due: date | None
    bearing: Bearing
    asked: Mapping[Measure, Decimal]
    limits: Sequence[Left]

    @property
    def in_words(self) -> str:
        return amounts_in_words(self.asked)

    @property
    def fits(self) -> bool:
        return not any(limit.is_over for limit in self.limits)


def ready_for(user: User, day: date) -> dict[str, Ready]:
    """What is ready for this person's own signature, by reference, in the order of Home; each as if it were signed alone.

    As many queries as Home asks for what waits, and two more where something is ready.
    """
    due = {each.pk: each.answer_by for each in to_sign(user, day)}
    if not due:
        return {}
    money = money_of(due)
    found = {each.pk: each for each in _with_bearing(drawdowns_for(user).filter(pk__in=due))}
    return {
        found[pk].reference: Ready(found[pk], by, _bearing(found[pk]), money[pk].asked, money[pk].limits)
        for pk, by in due.items()
    }


def _with_bearing(drawdowns: QuerySet[Drawdown]) -> QuerySet[Drawdown]:
    answers = Q(answers__sha256=F("sha256"))
    return drawdowns.select_related("record").annotate(
        contrary=Count("answers", filter=answers & Q(answers__answer=Reply.DISAGREE), distinct=True),
        interested=Count("answers", filter=answers & ~Q(answers__interests__iexact=NO_INTERESTS), distinct=True),
        open_questions=Count("questions", filter=Q(questions__replied_at__isnull=True), distinct=True),
    )


def _bearing(drawdown: Drawdown) -> Bearing:
    record, counted = drawdown.record, vars(drawdown)
    counts = (counted["contrary"], counted["interested"], counted["open_questions"])
    return Bearing(*counts, record.exempt_paragraph, bool(record.is_key))


def with_running(ready: Sequence[Ready]) -> list[Ready]:
    """The same in this order, each with the headroom that those before it leave."""
    after = running(Money(dict(each.asked), list(each.limits)) for each in ready)
    return [each._replace(limits=limits) for each, limits in zip(ready, after, strict=True)]


class Rest(NamedTuple):
    """How many of a sitting are still to come, and the tightest headroom in each measure if this and they are signed off."""

    more: int
    left: Mapping[Measure, Decimal]

    @property
    def in_words(self) -> str:
        return amounts_in_words(self.left)

    @property
    def is_over(self) -> bool:
        return any(pounds < 0 for pounds in self.left.values())


def rest_of(sitting: Sitting, reference: str) -> Rest:
    """After the drawdown of this reference, of those that still wait (two queries)."""
    waiting = Drawdown.objects.filter(reference__in=[reference, *sitting.after(reference)], state=State.SUBMITTED)
    found = dict(waiting.values_list("reference", "pk"))
    return Rest(len(found.keys() - {reference}), left_after(money_of(found.values()).values()))


class Became(StrEnum):
    """What became of one of a sitting."""

    SIGNED = "signed"
    NO = "no"
    SKIPPED = "skipped"
    TO_COME = "to_come"
    NOT_POSSIBLE = "not_possible"


class Outcome(NamedTuple):
    """`in_the_way` is what this person cannot sign it for. `after` is what its signature left of each limit."""

    drawdown: Drawdown
    became: Became
    asked: Mapping[Measure, Decimal]
    after: Sequence[Left] = ()
    in_the_way: Sequence[Obstacle] = ()

    @property
    def in_words(self) -> str:
        return amounts_in_words(self.asked)

    @property
    def left(self) -> str:
        """The tightest headroom that its signature left in each measure."""
        return amounts_in_words(tightest((each.measure, each.after) for each in self.after))


def outcomes(sitting: Sitting, user: User, day: date) -> list[Outcome]:
    """Of each of a sitting that this person may see, in its order."""
    seen = drawdowns_for(user).filter(reference__in=sitting.chosen).select_related("record", "signed_by")
    found = {each.reference: each for each in seen}
    chosen = [found[each] for each in sitting.chosen if each in found]
    waiting = [each.pk for each in chosen if each.state == State.SUBMITTED]
    ready = {each.pk for each in to_sign(user, day)} if waiting else set()
    in_the_way = _in_the_way([pk for pk in waiting if pk not in ready], day)
    return [_outcome(each, sitting, user, each.pk in ready, in_the_way.get(each.pk, ())) for each in chosen]


def _in_the_way(drawdowns: Sequence[int], day: date) -> dict[int, Sequence[Obstacle]]:
    if not drawdowns:
        return {}
    matters, offices = matters_of(drawdowns, day)
    return {pk: each.readiness.obstacles for pk, each in standing_of_all(matters, day, offices).items()}


def _outcome(drawdown: Drawdown, sitting: Sitting, user: User, is_ready: bool, in_the_way: Sequence[Obstacle]) -> Outcome:
    asked = by_measure(submitted(drawdown.content).lines) if drawdown.content else {}
    if is_ready:
        became = Became.SKIPPED if drawdown.reference in sitting.skipped else Became.TO_COME
        return Outcome(drawdown, became, asked)
    state = State(drawdown.state)
    if state in LIVE and drawdown.signed_by_id == user.pk:
        return Outcome(drawdown, Became.SIGNED, asked, left_as_signed(drawdown.record))
    if state in (State.RETURNED, State.REFUSED):
        return Outcome(drawdown, Became.NO, asked)
    return Outcome(drawdown, Became.NOT_POSSIBLE, asked, in_the_way=in_the_way)


def released_by(signed: Iterable[Outcome]) -> dict[Measure, Decimal]:
    """What these release together, by measure."""
    found: dict[Measure, Decimal] = {}
    for each in signed:
        for measure, pounds in each.asked.items():
            found[measure] = found.get(measure, Decimal(0)) + pounds
    return found
