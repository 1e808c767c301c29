"""Confirming that a condition of a delegation is met, and taking that back while nothing was signed on it."""

from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.delegations.conditions.models import (
    ConditionConfirmation,
    ConfirmationPaper,
    ConfirmationTakenBack,
    DelegationCondition,
)
from approvals.delegations.conditions.queries import why_not_confirm, why_not_take_back
from approvals.delegations.conditions.wording.rules import cannot_confirm_in_words, stands_in_words
from display.uploads import NotAFile, Upload, media_type
from phases.models import Programme
from posts.exempt.queries import check_public


class Evidence(NamedTuple):
    """Where it can be seen that a condition is met, in words; and the paper itself, if it is kept here."""

    text: str
    upload: Upload | None = None


@transaction.atomic
def confirm_condition(
    *, condition: DelegationCondition, met_on: date, evidence: Evidence, by: User, at: datetime
) -> ConditionConfirmation:
    """Say that a condition is met, since when, and where it can be seen: the evidence is printed in public records.

    A paper is kept with its SHA-256; its name and hash are printed there too. Raises ValidationError, also
    where this person may not confirm it.
    """
    require(by, Permission.CONFIRM_CONDITIONS)
    Programme.objects.select_for_update().get(pk=condition.delegation.programme_id)
    if because := why_not_confirm(condition, by):
        raise ValidationError(cannot_confirm_in_words(because))
    if met_on > timezone.localdate(at):
        raise ValidationError({"met_on": "Enter the day on which it was met: it cannot be in the future."})
    upload = evidence.upload
    check_public(condition.delegation.programme.slug, {"evidence": evidence.text, **({"file": upload.name} if upload else {})})
    paper = _paper(upload) if upload else None
    subject = f"programme:{condition.delegation.programme.slug}"
    details = {
        "delegation": condition.delegation.title,
        "part": condition.part.number if condition.part else None,
        "condition": condition.text,
        "met_on": met_on,
        "evidence": evidence.text,
        **({"paper": paper.name, "paper_sha256": paper.sha256} if paper else {}),
    }
    confirmation = ConditionConfirmation(
        condition=condition,
        confirmed_by=by,
        confirmed_at=at,
        met_on=met_on,
        evidence=evidence.text,
    )
    confirmation.full_clean(exclude=["entry"])
    confirmation.entry = record(action="condition_confirmed", subject=subject, details=details, by=by, at=at)
    confirmation.save()
    if paper:
        paper.confirmation = confirmation
        paper.save()
    return confirmation


def _paper(upload: Upload) -> ConfirmationPaper:
    """ValidationError, at `file`, for a file that cannot be kept."""
    try:
        served_as = media_type(upload.name, upload.content)
    except NotAFile as error:
        raise ValidationError({"file": str(error)}) from None
    paper = ConfirmationPaper(
        name=upload.name, media_type=served_as, size=len(upload.content), sha256=upload.sha256, content=upload.content
    )
    try:
        paper.full_clean(exclude=["confirmation"])
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from None
    return paper


@transaction.atomic
def take_back_confirmation(*, confirmation: ConditionConfirmation, reasons: str, by: User, at: datetime) -> ConfirmationTakenBack:
    """Say that a confirmation counts no more, and why. The condition is then unmet, unless somebody else confirmed it too.

    Raises ValidationError, also where this person does not take it back.
    """
    require(by, Permission.CONFIRM_CONDITIONS)
    condition = confirmation.condition
    Programme.objects.select_for_update().get(pk=condition.delegation.programme_id)
    confirmation = ConditionConfirmation.objects.select_related("taken_back", "confirmed_by").get(pk=confirmation.pk)
    if because := why_not_take_back(confirmation, by):
        raise ValidationError(stands_in_words(because))
    taken_back = ConfirmationTakenBack(confirmation=confirmation, by=by, at=at, reasons=reasons)
    taken_back.full_clean(exclude=["entry"])
    details = {
        "delegation": condition.delegation.title,
        "part": condition.part.number if condition.part else None,
        "condition": condition.text,
        "confirmed_by": confirmation.confirmed_by.name,
        "confirmed_in_entry": confirmation.entry_id,
        "reasons": reasons,
    }
    subject = f"programme:{condition.delegation.programme.slug}"
    taken_back.entry = record(action="condition_taken_back", subject=subject, details=details, by=by, at=at)
    taken_back.save()
    return taken_back
