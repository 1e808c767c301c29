"""Put another wording to who signed, and answer it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.decisions.actions import drafted_hash, open_record
from approvals.decisions.corrections.actions import correct_text
from approvals.decisions.models import DecisionRecord
from approvals.decisions.rewording.models import Rewording
from approvals.decisions.withdrawal.queries import withdrawal_of
from approvals.drawdowns.actions import NotAllowedNow, acting_for, capacity, entry_of, locked
from posts.exempt.queries import check_public


@transaction.atomic
def reword(*, record: DecisionRecord, text: str, reasons: str, by: User, at: datetime) -> Rewording:
    """The clerk asks the decision maker to confirm another text, of a published record too, where it becomes a correction.

    Raises NotAllowedNow where one waits, a body decided, or the record was withdrawn from publication.
    """
    record = _to_reword(record, by)
    if record.drawdown.delegation.decision_maker is None:
        raise NotAllowedNow(
            "The text is that of the resolution. Where the resolution is recorded wrongly, record a correction of it."
        )
    if record.drawdown.taken_elsewhere_id is not None:
        raise NotAllowedNow("It was decided elsewhere, and nobody here signed the text: it is that of the evidence.")
    if record.rewordings.filter(answer="").exists():
        raise NotAllowedNow("Another wording already waits for the decision maker.")
    asked = Rewording(record=record, earlier=record.text_resolved, text=text, reasons=reasons, proposed_by=by, proposed_at=at)
    asked.clean_fields(exclude=["entry"])
    if not record.exempt_paragraph:
        check_public(record.drawdown.programme.slug, {"text": text, "reasons": reasons})
    entry_of(record.drawdown, "rewording_proposed", {"text": text, "reasons": reasons}, by, at)
    asked.save()
    return asked


def _to_reword(record: DecisionRecord, by: User) -> DecisionRecord:
    if not DecisionRecord.objects.filter(pk=record.pk, published_on__isnull=False).exists():
        return open_record(record, by)
    require(by, Permission.RECORD_DECISIONS)
    drawdown = locked(record.drawdown)
    record = DecisionRecord.objects.select_related("drawdown__delegation", "drawdown__programme").get(drawdown=drawdown)
    if withdrawal_of(record):
        raise NotAllowedNow("This record was withdrawn from publication: its text stays.")
    return record


@transaction.atomic
def answer_rewording(*, rewording: Rewording, answer: Rewording.Answer, by: User, at: datetime) -> Rewording:
    """Who acts for the office that signed confirms the text, or refuses it. A confirmed text stands in the record; of a published
    one, which stays as it is, it is published as a correction.

    Raises PermissionDenied for who does not act for it, NotAllowedNow once it is answered.
    """
    drawdown = locked(rewording.record.drawdown)
    rewording = Rewording.objects.select_related("record").select_for_update(of=("self",)).get(pk=rewording.pk)
    record, office = rewording.record, drawdown.delegation.decision_maker
    if office is None or rewording.answer:
        raise NotAllowedNow("This wording no longer waits for an answer.")
    acting = acting_for(by, office, at)
    if rewording.proposed_by_id in (by.pk, acting.acting_for and acting.acting_for.pk):
        raise NotAllowedNow("Nobody confirms a text that they proposed.")
    confirmed = answer is Rewording.Answer.CONFIRMED
    stands = confirmed and not record.published_on
    if stands:
        record.text_resolved = rewording.text
    details = {"answer": answer.label, "text": rewording.text, **capacity(acting)}
    if stands:
        details["record_sha256"] = drafted_hash(record)
    rewording.entry = entry_of(drawdown, "rewording_answered", details, by, at)
    rewording.answer, rewording.answered_by, rewording.answered_at = answer, by, at
    rewording.acting_for, rewording.authority = acting.acting_for, acting.authority
    rewording.save()
    if stands:
        record.save(update_fields=["text_resolved"])
    elif confirmed:
        correct_text(rewording, by, at)
    return rewording
