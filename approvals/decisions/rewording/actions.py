"""Put another wording to who signed, and answer it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from approvals.decisions.actions import drafted_hash, open_record
from approvals.decisions.models import DecisionRecord
from approvals.decisions.rewording.models import Rewording
from approvals.drawdowns.actions import NotAllowedNow, acting_for, capacity, entry_of, locked
from posts.exempt.queries import check_public


@transaction.atomic
def reword(*, record: DecisionRecord, text: str, reasons: str, by: User, at: datetime) -> Rewording:
    """The clerk asks the decision maker to confirm another text. Raises NotAllowedNow where one waits, or a body decided."""
    record = open_record(record, by)
    if record.drawdown.delegation.decision_maker is None:
        raise NotAllowedNow(
            "The text is that of the resolution. Where the resolution is recorded wrongly, record a correction of it."
        )
    if record.rewordings.filter(answer="").exists():
        raise NotAllowedNow("Another wording already waits for the decision maker.")
    asked = Rewording(record=record, earlier=record.text_resolved, text=text, reasons=reasons, proposed_by=by, proposed_at=at)
    asked.clean_fields(exclude=["entry"])
    if not record.exempt_paragraph:
        check_public(record.drawdown.programme.slug, {"text": text, "reasons": reasons})
    entry_of(record.drawdown, "rewording_proposed", {"text": text, "reasons": reasons}, by, at)
    asked.save()
    return asked


@transaction.atomic
def answer_rewording(*, rewording: Rewording, answer: Rewording.Answer, by: User, at: datetime) -> Rewording:
    """Who acts for the office that signed confirms the text, which then stands, or refuses it.

    Raises PermissionDenied for who does not act for it, NotAllowedNow once it is answered or the record is published.
    """
    drawdown = locked(rewording.record.drawdown)
    rewording = Rewording.objects.select_related("record").select_for_update(of=("self",)).get(pk=rewording.pk)
    record, office = rewording.record, drawdown.delegation.decision_maker
    if office is None or rewording.answer or record.published_on:
        raise NotAllowedNow("This wording no longer waits for an answer.")
    acting = acting_for(by, office, at)
    if rewording.proposed_by_id in (by.pk, acting.acting_for and acting.acting_for.pk):
        raise NotAllowedNow("Nobody confirms a text that they proposed.")
    confirmed = answer is Rewording.Answer.CONFIRMED
    if confirmed:
        record.text_resolved = rewording.text
    details = {"answer": answer.label, "text": rewording.text, **capacity(acting)}
    if confirmed:
        details["record_sha256"] = drafted_hash(record)
    rewording.entry = entry_of(drawdown, "rewording_answered", details, by, at)
    rewording.answer, rewording.answered_by, rewording.answered_at = answer, by, at
    rewording.acting_for, rewording.authority = acting.acting_for, acting.authority
    rewording.save()
    if confirmed:
        record.save(update_fields=["text_resolved"])
    return rewording
