"""Questions before an answer, the section 151 officer's advice, and dispensations: what surrounds a decision, and is not one."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Office, User
from accounts.offices.actions import lock_office
from accounts.offices.queries import may_act_for
from accounts.permissions.rules import Permission, require
from approvals.drawdowns import rules
from approvals.drawdowns.actions import (
    Concerned,
    NotAllowedNow,
    acting_for,
    capacity,
    day_of,
    done_before,
    entry_of,
    locked,
    move,
    refuse_for,
)
from approvals.drawdowns.models import Advice, Dispensation, Drawdown, Question
from approvals.drawdowns.powers.queries import capacity_of, matter_of
from approvals.drawdowns.powers.rules import why_not_prepared
from approvals.drawdowns.rules import State
from approvals.drawdowns.submission.rules import submitted
from approvals.notices.actions import tell
from approvals.notices.models import Notice
from display.formats import long_date
from posts.exempt.queries import check_public


@dataclass(frozen=True)
class Granted:
    """A dispensation as granted: which `member` may take part in spite of an interest, who allowed it, when, and in words."""

    member: str
    giver: User
    given_on: date
    text: str


BEFORE_THE_DECISION = rules.OPEN | {State.SUBMITTED}


@transaction.atomic
def ask(*, concerned: Concerned, text: str, key: str, by: User, at: datetime) -> Question:
    """Somebody who is to answer or to decide wants to know something first. It stops nothing."""
    office, sha256 = concerned.office, concerned.sha256
    body = {"act": "ask", "sha256": sha256, "office": office.pk, "text": text, "by": by.pk}
    if done_before(key, concerned.drawdown, body):
        return Question.objects.filter(drawdown=concerned.drawdown, office=office, asked_by=by, text=text).latest("pk")
    drawdown = locked(concerned.drawdown, sha256=sha256)
    scheme = drawdown.delegation
    if office != scheme.decision_maker and not scheme.steps.filter(office=office).exists():
        raise NotAllowedNow(f"{office} neither answers nor decides under this delegation.")
    acting = acting_for(by, office, at)
    question = Question(drawdown=drawdown, sha256=sha256, office=office, asked_by=by, asked_at=at, text=text)
    question.full_clean()
    question.save()
    move(drawdown)
    entry_of(drawdown, "drawdown_question_asked", {"question": question.pk, "text": text, **capacity(acting)}, by, at)
    tell(drawdown, Notice.Kind.QUESTION, at=at, by=by, about=question)
    return question


@transaction.atomic
def reply_to(*, question: Question, reply: str, key: str, by: User, at: datetime) -> Question:
    """What whoever prepares drawdowns replies, once."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    body = {"act": "reply", "question": question.pk, "reply": reply, "by": by.pk}
    if done_before(key, question.drawdown, body):
        return Question.objects.get(pk=question.pk)
    drawdown = locked(question.drawdown)
    if State(drawdown.state) not in BEFORE_THE_DECISION:
        raise NotAllowedNow(f"{drawdown} is {State(drawdown.state).label.lower()}: a reply would come too late.")
    question = Question.objects.select_for_update(no_key=True, of=("self",)).get(pk=question.pk)
    if question.replied_at:
        raise NotAllowedNow("This question already has a reply.")
    if not reply.strip():
        raise ValidationError({"reply": "Enter the reply."})
    question.reply, question.replied_by, question.replied_at = reply, by, at
    question.full_clean()
    question.save(update_fields=["reply", "replied_by", "replied_at"])
    move(drawdown)
    entry_of(drawdown, "drawdown_question_replied", {"question": question.pk, "reply": reply}, by, at)
    tell(drawdown, Notice.Kind.REPLY, at=at, by=by, about=question)
    return question


@transaction.atomic
def advise(*, drawdown: Drawdown, sha256: str, text: str, key: str, by: User, at: datetime) -> Advice:
    """The section 151 officer's advice, as such: beside an answer the same person may give, and never instead of it."""
    body = {"act": "advise", "sha256": sha256, "text": text, "by": by.pk}
    if done_before(key, drawdown, body):
        return Advice.objects.get(drawdown=drawdown, sha256=sha256)
    drawdown = locked(drawdown, sha256=sha256)
    office = Office.objects.filter(statutory_role=Office.StatutoryRole.SECTION_151).first()
    if office is None:
        raise NotAllowedNow("No office has the statutory role of section 151 officer yet.")
    acting = acting_for(by, office, at)
    refuse_for(why_not_prepared(matter_of(drawdown, day_of(at)), capacity_of(acting)))
    if drawdown.advice.filter(sha256=sha256).exists():
        raise NotAllowedNow("Advice on this submission is already recorded.")
    if submitted(drawdown.content).is_public:
        check_public(drawdown.programme.slug, {"text": text})
    given = Advice(
        drawdown=drawdown,
        sha256=sha256,
        office=office,
        person=by,
        acting_for=acting.acting_for,
        authority=acting.authority,
        text=text,
        given_at=at,
    )
    given.full_clean()
    given.save()
    move(drawdown)
    details = {"text": text, "sha256": sha256, "statutory_role": office.statutory_role, **capacity(acting)}
    entry_of(drawdown, "drawdown_advised", details, by, at)
    return given


@transaction.atomic
def record_dispensation(*, drawdown: Drawdown, granted: Granted, key: str, by: User, at: datetime) -> Dispensation:
    """The clerk records that somebody with an interest may take part, and who allowed it: never who decides."""
    require(by, Permission.RECORD_DECISIONS)
    member, giver, given_on, text = granted.member, granted.giver, granted.given_on, granted.text
    body = {"act": "dispensation", **vars(granted), "giver": giver.pk, "by": by.pk}
    if done_before(key, drawdown, body):
        return drawdown.dispensations.filter(member=member, giver=giver, text=text).latest("pk")
    drawdown = locked(drawdown)
    if State(drawdown.state) not in BEFORE_THE_DECISION:
        raise NotAllowedNow(f"{drawdown} is {State(drawdown.state).label.lower()}: a dispensation comes before the decision.")
    if given_on > day_of(at):
        raise ValidationError({"given_on": f"Today is {long_date(day_of(at))}: enter the day it was given."})
    _not_who_decides(drawdown, giver, {given_on, day_of(at)})
    given = Dispensation(drawdown=drawdown, **vars(granted), recorded_by=by, recorded_at=at)
    given.full_clean()
    given.save()
    move(drawdown)
    details = {**vars(granted), "giver": giver.email}
    entry_of(drawdown, "drawdown_dispensation_recorded", details, by, at)
    return given


def _not_who_decides(drawdown: Drawdown, giver: User, days: set[date]) -> None:
    maker = drawdown.delegation.decision_maker
    if maker is None:
        return
    lock_office(maker.pk)
    if any(may_act_for(giver, maker, day) for day in days):
        raise ValidationError(
            {"giver": f"{giver} acts for the {maker}, who decides on this: somebody else must give the dispensation."}
        )
