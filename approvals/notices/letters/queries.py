"""What a mail is about, from the store: whom it is for, what they are asked as which office, and the page where they act."""

from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from accounts.council.queries import council
from accounts.offices.queries import Acting, acts_for
from approvals.decisions.models import DecisionRecord
from approvals.decisions.withdrawal.queries import withdrawal_of
from approvals.delegations.models import DelegationStep
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.readiness.queries import standing_of
from approvals.drawdowns.rules import State
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import amounts_in_words, by_measure
from approvals.notices.letters.rules import About, Letter, letter
from approvals.notices.models import Notice
from display.formats import long_date
from display.words import listed

Kind = Notice.Kind

ASKING = {Kind.ASKED, Kind.REMINDER_BEFORE, Kind.REMINDER_OVERDUE}
OF_BODIES = {Kind.BODY_ASKED, Kind.BODY_REMINDER, Kind.BODY_OVERDUE}
_ON_THE_RECORD = {
    Kind.SIGNED,
    Kind.ELSEWHERE,
    Kind.PUBLISHED,
    Kind.CALLED_IN,
    Kind.OVERTURNED,
    Kind.EFFECTIVE,
    Kind.CORRECTED,
    Kind.UNPUBLISHED,
}


class Sent(NamedTuple):
    """The mail of a notice, and the addresses it leads to, without the host."""

    letter: Letter
    addresses: list[str]


def sent(notice: Notice) -> Sent:
    """What its person reads."""
    kind, drawdown = Kind(notice.kind), notice.drawdown
    record = DecisionRecord.objects.filter(drawdown=drawdown).first()
    exempt = bool(record and (record.exempt_paragraph or withdrawal_of(record)))
    asked = _asked_as(notice) if kind in ASKING | {Kind.WITHDRAWN} else []
    about = About(
        council=council().name,
        reference=drawdown.reference,
        title="" if exempt else _one_line(drawdown.title),
        amounts=amounts_in_words(by_measure(submitted(drawdown.content).lines)) if drawdown.content else "",
        asker=drawdown.prepared_by.name,
        decider=drawdown.delegation.decider,
        offices=_unanswered(drawdown)
        if kind is Kind.ESCALATED
        else listed([_capacity(each) for each in asked]) or "an office that you acted for",
        bodies=listed([f"the {step.mode} of {step.body.in_sentence}" for step in _bodies(drawdown) if step.body])
        if kind in OF_BODIES
        else "",
        answer_by=long_date(drawdown.answer_by) if kind in ASKING | OF_BODIES | {Kind.ESCALATED} else "",
        signer=_signer(drawdown),
        published=_follows(record) if record and kind is Kind.PUBLISHED else "",
        ready=_ready(notice) if kind is Kind.ALL_ANSWERED else "",
        elsewhere=_elsewhere(drawdown) if kind is Kind.ELSEWHERE else "",
    )
    if kind is Kind.ELSEWHERE_ASKED and (waiting := drawdown.elsewhere.filter(state="waiting").first()):
        about = about._replace(asker=waiting.recorded_by.name)
    if hand_back := notice.hand_back:
        confirmer = hand_back.answered_by.name if hand_back.answered_by else ""
        about = about._replace(returner=hand_back.asked_by.name, confirmer=confirmer)
    if notice.key_notice:
        about = about._replace(key_notice=notice.key_notice.reference)
    if question := notice.question:
        said = {} if exempt else {"question": _one_line(question.text), "reply": _one_line(question.reply)}
        about = about._replace(question_of=question.office.name, **said)
    return Sent(letter(kind, about), _addresses(notice, asked))


def _asked_as(notice: Notice) -> list[Acting]:
    """The offices of the delegation for which the person could act when they were told."""
    steps = set(notice.drawdown.delegation.steps.values_list("office", flat=True))
    return [each for each in acts_for(notice.person, timezone.localdate(notice.queued_at)) if each.office.pk in steps]


def _unanswered(drawdown: Drawdown) -> str:
    """The offices and outside bodies that have yet to answer, in words."""
    given = drawdown.answers.filter(sha256=drawdown.sha256, office__isnull=False).values("office")
    offices = drawdown.delegation.steps.filter(office__isnull=False).exclude(office__in=given)
    names = offices.values_list("office__name", flat=True).order_by("office__name")
    return listed([*names, *(step.name for step in _bodies(drawdown))])


def _bodies(drawdown: Drawdown) -> list[DelegationStep]:
    """What is asked of each outside body that has yet to answer."""
    given = drawdown.answers.filter(sha256=drawdown.sha256, body__isnull=False).values("body")
    steps = drawdown.delegation.steps.filter(body__isnull=False).exclude(body__in=given)
    return list(steps.select_related("body"))


def _capacity(acting: Acting) -> str:
    return f"deputy for the {acting.office}" if acting.as_deputy else str(acting.office)


def _signer(drawdown: Drawdown) -> str:
    """Who signed, and for whom; the body whose resolution the clerk recorded."""
    if drawdown.delegation.decision_body:
        return drawdown.delegation.decider
    person = drawdown.signed_by.name if drawdown.signed_by else "nobody yet"
    acting = f", acting for {drawdown.signed_for.name}" if drawdown.signed_for else ""
    return f"{person} as {drawdown.delegation.decided_by}{acting}"


def _elsewhere(drawdown: Drawdown) -> str:
    """When a decision was taken that was recorded here afterwards, and by whom."""
    taken = drawdown.taken_elsewhere
    return f"{long_date(taken.decided_on)} by {taken.decider}" if taken else ""


def _ready(notice: Notice) -> str:
    """Whether it can be signed off. Why not stands on its page: it may name a line."""
    if notice.drawdown.state != State.SUBMITTED:
        return ""
    if standing_of(notice.drawdown, timezone.localdate(notice.queued_at)).readiness.is_ready:
        return "It can be signed off now."
    return "It cannot be signed off as it stands: its page says why. It can be returned or refused."


def _follows(record: DecisionRecord) -> str:
    if record.closes_on:
        return f"It may be called in until the end of {long_date(record.closes_on)}."
    return f"It takes effect on {long_date(record.effective_on)}."


def _addresses(notice: Notice, asked: list[Acting]) -> list[str]:
    """The page of each act that is asked for; else where what happened can be read."""
    kind, reference = Kind(notice.kind), notice.drawdown.reference
    if kind in ASKING and asked:
        return [reverse("answer", args=[reference, each.office.slug]) for each in asked]
    if kind in OF_BODIES and (steps := _bodies(notice.drawdown)):
        return [reverse("body_answer_record", args=[reference, step.body_id]) for step in steps]
    if kind is Kind.ALL_ANSWERED:
        act = "sign_off" if notice.drawdown.delegation.decision_maker_id else "resolution_record"
        return [reverse(act, args=[reference])]
    if kind is Kind.QUESTION and notice.question:
        return [reverse("question_reply", args=[reference, notice.question.pk])]
    if kind is Kind.HAND_BACK_ASKED:
        return [reverse("hand_back", args=[reference])]
    if kind is Kind.ELSEWHERE_ASKED:
        return [reverse("elsewhere_confirm", args=[reference])]
    if kind is Kind.SIGNED:
        return [reverse("decision_record_page", args=[reference]), reverse("decided_pdf", args=[reference])]
    if kind in _ON_THE_RECORD:
        return [reverse("decision_record_page", args=[reference])]
    return [reverse("drawdown", args=[reference])]


def _one_line(text: str) -> str:
    return " ".join(text.split())
