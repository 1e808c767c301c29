"""Withdraw from publication what holds something exempt."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.decisions.corrections.models import Correction
from approvals.decisions.models import DecisionRecord
from approvals.decisions.withdrawal.models import Withdrawal
from approvals.drawdowns.actions import NotAllowedNow, day_of, entry_of, locked
from approvals.notices.actions import tell
from approvals.notices.models import Notice
from posts.exempt.queries import check_public


@transaction.atomic
def withdraw_from_publication(
    *, of: DecisionRecord | Correction, paragraph: str, reasons: str, by: User, at: datetime
) -> Withdrawal:
    """From now on the public reads that it was withdrawn, when and why, and nothing else of it.

    Raises NotAllowedNow where it is not published or withdrawn already; ValidationError by field without a paragraph of Schedule
    12A or a reason, or where the reason, which is public, says something exempt.
    """
    withdrawn = checked(of, paragraph, reasons, by, at)
    record = of.record if isinstance(of, Correction) else of
    details = {"reasons": withdrawn.reasons, "paragraph": paragraph, "sha256": of.sha256, "withdrawn_on": withdrawn.withdrawn_on}
    details["number"] = of.number if isinstance(of, Correction) else None
    withdrawn.entry = entry_of(record.drawdown, "publication_withdrawn", details, by, at)
    withdrawn.save(force_insert=True)
    tell(record.drawdown, Notice.Kind.UNPUBLISHED, at=at, by=by, about=withdrawn.correction)
    return withdrawn


def checked(of: DecisionRecord | Correction, paragraph: str, reasons: str, by: User, at: datetime) -> Withdrawal:
    """The withdrawal as it would be made now, without its entry. Raises as `withdraw_from_publication`; writes nothing."""
    require(by, Permission.RECORD_DECISIONS)
    record, correction = (of.record, of) if isinstance(of, Correction) else (of, None)
    locked(record.drawdown)
    record = DecisionRecord.objects.select_related("drawdown__programme").get(pk=record.pk)
    if record.published_on is None:
        raise NotAllowedNow("This record is not published: there is nothing to withdraw.")
    before = Withdrawal.objects.filter(record=record).exists()
    if before or (correction and Withdrawal.objects.filter(correction=correction).exists()):
        raise NotAllowedNow("It is already withdrawn from publication.")
    target = {"correction": correction} if correction else {"record": record}
    given = {"paragraph": paragraph, "reasons": reasons.strip(), "withdrawn_on": day_of(at), "withdrawn_by": by}
    withdrawn = Withdrawal(**target, **given)
    withdrawn.clean_fields(exclude=["entry"])
    check_public(record.drawdown.programme.slug, {"reasons": withdrawn.reasons})
    return withdrawn
