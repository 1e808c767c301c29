"""Who is told what, and when. A notice is written in the transaction of the act it is about, and its mail goes out afterwards."""

from collections.abc import Callable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import DeputyAppointment, OfficeHolding, User
from accounts.permissions import Role
from approvals.decisions.call_in.rules import working_day_after
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import lacking
from approvals.drawdowns.rules import State
from approvals.models import Answer, DelegationStep, Drawdown, Notice, Question
from approvals.notices.delivery.actions import send_notices

Kind = Notice.Kind


class _About(NamedTuple):
    """What a notice is about: the drawdown as it stands now, that day, and the question if it is of one."""

    drawdown: Drawdown
    day: date
    question: Question | None


def _author(about: _About) -> Q:
    return Q(pk=about.drawdown.prepared_by_id)


def _clerks(about: _About) -> Q:
    return Q(roles__contains=[Role.CLERK])


def _answered(about: _About) -> Q:
    """Those who answered what is submitted now, and whom they acted for."""
    answers = Answer.objects.filter(drawdown=about.drawdown, sha256=about.drawdown.sha256)
    return Q(pk__in=answers.order_by().values("person").union(answers.order_by().values("acting_for")))


def _yet_to_answer(about: _About) -> Q:
    """Holders and deputies of the offices that are asked and have not answered."""
    answered = Answer.objects.filter(drawdown=about.drawdown, sha256=about.drawdown.sha256).values("office")
    asked = DelegationStep.objects.filter(delegation=about.drawdown.delegation_id).exclude(office__in=answered)
    return _acting_for(Q(office__in=asked.values("office")), about.day)


def _decision_maker(about: _About) -> Q:
    """Holder and deputies of the office that decides; where a body decides, the clerks."""
    if about.drawdown.delegation.decision_maker_id is None:
        return _clerks(about)
    return _acting_for(Q(office=about.drawdown.delegation.decision_maker_id), about.day)


def _asked(about: _About) -> Q:
    """Everybody who was asked to answer this submission."""
    asked = Notice.objects.filter(drawdown=about.drawdown, submission=about.drawdown.submission, kind=Kind.ASKED)
    return Q(pk__in=asked.values("person"))


def _asker(about: _About) -> Q:
    return Q(pk=about.question.asked_by_id) if about.question else Q(pk=None)


def _acting_for(offices: Q, day: date) -> Q:
    holders = OfficeHolding.objects.on(day).filter(offices).values("holder")
    deputies = DeputyAppointment.objects.on(day).filter(offices).values("deputy")
    return Q(pk__in=holders) | Q(pk__in=deputies)


_TOLD: dict[Kind, tuple[Callable[[_About], Q], ...]] = {
    Kind.ASKED: (_yet_to_answer,),
    Kind.REMINDER_BEFORE: (_yet_to_answer,),
    Kind.REMINDER_OVERDUE: (_yet_to_answer,),
    Kind.ALL_ANSWERED: (_decision_maker,),
    Kind.SIGNED: (_author, _answered, _clerks),
    Kind.RETURNED: (_author, _answered, _clerks),
    Kind.REFUSED: (_author, _answered, _clerks),
    Kind.WITHDRAWN: (_asked,),
    Kind.CALLED_IN: (_author, _answered, _decision_maker, _clerks),
    Kind.OVERTURNED: (_author, _answered, _decision_maker, _clerks),
    Kind.EFFECTIVE: (_author, _answered, _decision_maker, _clerks),
    Kind.QUESTION: (_author,),
    Kind.REPLY: (_asker,),
}


@transaction.atomic(savepoint=False)
def tell(drawdown: Drawdown, kind: Kind, *, at: datetime, by: User | None = None, question: Question | None = None) -> int:
    """Queue mail to those who are to know of it, but to `by`, who did it; how many are told now.

    Call it last in the action, in its transaction: rolled back together, nothing is sent. Nobody is told the same thing twice.
    """
    about = _About(drawdown, timezone.localdate(at), question)
    of_it = {"drawdown": drawdown, "submission": drawdown.submission, "kind": kind, "question": question}
    people = User.objects.filter(reduce(or_, (who(about) for who in _TOLD[kind])), is_active=True)
    people = people.exclude(pk__in=Notice.objects.filter(**of_it).values("person"))
    if by:
        people = people.exclude(pk=by.pk)
    rows = [Notice(**of_it, person_id=person, queued_at=at) for person in people.order_by("pk").values_list("pk", flat=True)]
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        send_notices.enqueue(drawdown.pk, drawdown.submission, kind.value, question.pk if question else None)
    return len(rows)


def tell_if_all_answered(drawdown: Drawdown, *, at: datetime, by: User | None = None) -> None:
    """Tell the decision maker once nobody is waited for: all have answered, or the time of those consulted has passed."""
    day = timezone.localdate(at)
    if not lacking(matter_of(drawdown, day), day).answers:
        tell(drawdown, Kind.ALL_ANSWERED, at=at, by=by)


def remind(at: datetime) -> int:
    """Remind those who have yet to answer, one working day before the answer is due and once after it; how many are told now."""
    day, told = timezone.localdate(at), 0
    for drawdown in Drawdown.objects.filter(state=State.SUBMITTED).select_related("delegation").order_by("pk"):
        if drawdown.answer_by and day > drawdown.answer_by:
            told += tell(drawdown, Kind.REMINDER_OVERDUE, at=at)
            tell_if_all_answered(drawdown, at=at)
        elif drawdown.answer_by and working_day_after(day, 1) >= drawdown.answer_by:
            told += tell(drawdown, Kind.REMINDER_BEFORE, at=at)
    return told


def notices_of(drawdown: Drawdown) -> list[Notice]:
    """Who was told what of it, in the order of time, with the people (one query)."""
    return list(drawdown.notices.select_related("person"))
