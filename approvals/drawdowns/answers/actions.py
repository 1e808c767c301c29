"""What the named offices answer, here or off line, and the decision maker's no."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Office, User
from accounts.offices.actions import lock_office
from accounts.offices.queries import Acting, may_act_for
from accounts.permissions.rules import Permission, require
from approvals.dates import rules as dates
from approvals.dates.rules import Step
from approvals.dates.wording.rules import order_in_words
from approvals.drawdowns.actions import (
    Concerned,
    NotAllowedNow,
    acting_for,
    capacity,
    day_of,
    deciding,
    decision_maker,
    done_before,
    entry_of,
    locked,
    move,
    read,
    refuse_for,
)
from approvals.drawdowns.models import Answer, Drawdown
from approvals.drawdowns.papers.actions import attach_evidence
from approvals.drawdowns.powers.queries import capacity_of, matter_of
from approvals.drawdowns.powers.rules import Capacity, Matter, why_not_answer, why_not_decide, why_not_prepared
from approvals.drawdowns.rules import REPLIES, Mode, Reply, State, returns_it
from approvals.drawdowns.submission.rules import submitted
from approvals.notices.actions import tell, tell_if_all_answered
from approvals.notices.models import Notice
from display.formats import long_date
from display.uploads import Upload
from posts.exempt.queries import check_public


class Said(NamedTuple):
    """What an office says: its answer, in words, and the interests declared (a positive "none" where there are none)."""

    reply: Reply
    words: str
    interests: str


class OffLine(NamedTuple):
    """How an answer came that was not given here: by whom, on which day, by "email" or on "paper", with the evidence."""

    person: User
    given_on: date
    how: str
    evidence: Upload


@dataclass(frozen=True, slots=True)
class No:
    """The decision maker's no to what was submitted: what becomes of it, returned or refused, and the reasons."""

    state: State
    sha256: str
    reasons: str


@transaction.atomic
def answer(*, concerned: Concerned, said: Said, key: str, by: User, at: datetime) -> Answer:
    """One office's answer to what was submitted. An agreement refused returns the drawdown to its author, with the words."""
    require(by, Permission.VIEW_PROGRAMMES)
    office = concerned.office
    body = {"act": "answer", "sha256": concerned.sha256, "office": office.pk, **said._asdict(), "by": by.pk}
    if done_before(key, concerned.drawdown, body):
        return _given(concerned)
    drawdown = locked(concerned.drawdown, sha256=concerned.sha256)
    acting = acting_for(by, office, at)
    matter = matter_of(drawdown, day_of(at))
    given = _answer_of(drawdown, matter, acting, said, at)
    return save_answer(given, matter.steps[office.pk], _for_the_office(acting, said), by, at)


def _given(concerned: Concerned) -> Answer:
    return Answer.objects.get(drawdown=concerned.drawdown, sha256=concerned.sha256, office=concerned.office)


@transaction.atomic
def record_answer(*, concerned: Concerned, said: Said, off_line: OffLine, key: str, by: User, at: datetime) -> Answer:
    """The clerk records what an office answered by e-mail or on paper, with the evidence. The same rules hold for who said it."""
    require(by, Permission.RECORD_DECISIONS)
    office = concerned.office
    body = {"act": "record_answer", "sha256": concerned.sha256, "office": office.pk, **said._asdict()}
    body |= {"evidence": off_line.evidence.sha256, "person": off_line.person.pk, "given_on": off_line.given_on}
    if done_before(key, concerned.drawdown, body | {"how": off_line.how, "by": by.pk}):
        return _given(concerned)
    drawdown = locked(concerned.drawdown, sha256=concerned.sha256)
    matter = matter_of(drawdown, off_line.given_on)
    if why_not_prepared(matter, Capacity(by.pk)):
        raise NotAllowedNow("You cannot record an answer to a drawdown you prepared.")
    given_at = moment_of(off_line.given_on, drawdown, at)
    acting = _who_answered(off_line, office)
    given = _answer_of(drawdown, matter, acting, said, given_at)
    given.recorded_by, given.recorded_from = by, off_line.how
    given.evidence = attach_evidence(drawdown=drawdown, upload=off_line.evidence, by=by, at=at)
    details = _for_the_office(acting, said) | {"given_by": acting.person.email, "given_on": day_of(given_at)}
    return save_answer(given, matter.steps[office.pk], details, by, at)


def _for_the_office(acting: Acting, said: Said) -> dict[str, Any]:
    return {"office": acting.office.name, **capacity(acting), "interests": said.interests}


def _who_answered(off_line: OffLine, office: Office) -> Acting:
    lock_office(office.pk)
    acting = may_act_for(off_line.person, office, off_line.given_on)
    if acting is None:
        day = long_date(off_line.given_on)
        raise ValidationError({"person": f"{off_line.person} did not act for this office on {day}: {office}."})
    return acting


def moment_of(given_on: date, drawdown: Drawdown, at: datetime) -> datetime:
    """Noon of the day it was given, or the nearest moment between asking and now. Raises ValidationError for another day."""
    asked: datetime = drawdown.submitted_at  # type: ignore[assignment]
    if not day_of(asked) <= given_on <= day_of(at):
        since = long_date(day_of(asked))
        raise ValidationError({"given_on": f"It was asked on {since}: enter a day from then until today."})
    return min(max(timezone.make_aware(datetime.combine(given_on, time(12))), asked), at)


def _answer_of(drawdown: Drawdown, matter: Matter, acting: Acting, said: Said, answered_at: datetime) -> Answer:
    """`matter` is as it was on the day of the answer."""
    office = acting.office
    refuse_for(why_not_answer(matter, office.pk, capacity_of(acting)), office)
    asked: datetime = drawdown.submitted_at  # type: ignore[assignment]
    if wrong := dates.why_not(Step.ANSWER, day_of(answered_at), {Step.SUBMISSION: day_of(asked)}):
        raise NotAllowedNow(order_in_words(wrong))
    if said.reply not in REPLIES[matter.steps[office.pk]]:
        raise ValidationError({"answer": "This office is asked to agree: answer that it agrees, or that it does not."})
    if submitted(drawdown.content).is_public:
        check_public(drawdown.programme.slug, {"words": said.words, "interests": said.interests})
    return Answer(
        drawdown=drawdown,
        sha256=drawdown.sha256,
        office=office,
        person=acting.person,
        acting_for=acting.acting_for,
        authority=acting.authority,
        answer=said.reply,
        words=said.words,
        interests=said.interests,
        asked_at=asked,
        answered_at=answered_at,
    )


def save_answer(given: Answer, mode: Mode, who: Mapping[str, Any], by: User, at: datetime) -> Answer:
    """Keep the answer of an office or an outside body with its audit entry, and tell who is to know. `who` is for the entry."""
    given.full_clean()
    given.save()
    drawdown = given.drawdown
    if returns_it(mode, Reply(given.answer)):
        move(drawdown, State.RETURNED, reasons=given.words)
    else:
        move(drawdown)
    details = {**who, "answer": given.answer, "sha256": given.sha256, "words": given.words, "state": drawdown.state}
    if given.evidence:
        details |= {"from": given.recorded_from, "evidence": given.evidence.name, "evidence_sha256": given.evidence.sha256}
    action = "drawdown_answer_recorded" if given.evidence else "drawdown_answered"
    entry_of(drawdown, action, details, by, at)
    if given.acting_for:
        tell(drawdown, Notice.Kind.ANSWERED_FOR, at=at, by=by)
    if drawdown.state == State.RETURNED:
        tell(drawdown, Notice.Kind.RETURNED, at=at, by=by)
    else:
        tell_if_all_answered(drawdown, at=at, by=by)
    return given


@transaction.atomic
def send_back(*, drawdown: Drawdown, sha256: str, reasons: str, key: str, by: User, at: datetime) -> Drawdown:
    """The decision maker returns it to its author, with reasons."""
    return _say_no(drawdown, No(State.RETURNED, sha256, reasons), key, by, at)


@transaction.atomic
def refuse(*, drawdown: Drawdown, sha256: str, reasons: str, key: str, by: User, at: datetime) -> Drawdown:
    """The decision maker's no: it is over, with reasons."""
    return _say_no(drawdown, No(State.REFUSED, sha256, reasons), key, by, at)


def _say_no(drawdown: Drawdown, no: No, key: str, by: User, at: datetime) -> Drawdown:
    state, reasons = no.state, no.reasons
    if done_before(key, drawdown, {"act": state, "sha256": no.sha256, "reasons": reasons, "by": by.pk}):
        return read(drawdown)
    drawdown = locked(drawdown, sha256=no.sha256)
    acting = decision_maker(drawdown, by, at)
    if not reasons.strip():
        raise ValidationError({"reasons": "Give your reasons."})
    refuse_for(why_not_decide(matter_of(drawdown, day_of(at)), deciding(acting, by)))
    move(drawdown, state, reasons=reasons)
    entry_of(drawdown, f"drawdown_{state}", {"reasons": reasons, "sha256": no.sha256, **capacity(acting)}, by, at)
    tell(drawdown, Notice.Kind(state), at=at, by=by)
    return drawdown
