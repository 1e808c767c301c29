"""Confirming that a condition of a delegation is met."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.delegations.conditions.models import ConditionConfirmation, DelegationCondition
from approvals.delegations.conditions.queries import why_not_confirm
from phases.models import Programme
from posts.exempt.queries import check_public


@transaction.atomic
def confirm_condition(
    *, condition: DelegationCondition, met_on: date, evidence: str, by: User, at: datetime
) -> ConditionConfirmation:
    """Say that a condition is met, since when, and where it can be seen: the evidence is printed in public records.

    Raises ValidationError, also where this person may not confirm it.
    """
    require(by, Permission.CONFIRM_CONDITIONS)
    Programme.objects.select_for_update().get(pk=condition.delegation.programme_id)
    if because := why_not_confirm(condition, by):
        raise ValidationError(because)
    if met_on > timezone.localdate(at):
        raise ValidationError({"met_on": "Enter the day on which it was met: it cannot be in the future."})
    check_public(condition.delegation.programme.slug, {"evidence": evidence})
    subject = f"programme:{condition.delegation.programme.slug}"
    details = {
        "delegation": condition.delegation.title,
        "part": condition.part.number if condition.part else None,
        "condition": condition.text,
        "met_on": met_on,
        "evidence": evidence,
    }
    confirmation = ConditionConfirmation(
        condition=condition,
        confirmed_by=by,
        confirmed_at=at,
        met_on=met_on,
        evidence=evidence,
    )
    confirmation.full_clean(exclude=["entry"])
    confirmation.entry = record(action="condition_confirmed", subject=subject, details=details, by=by, at=at)
    confirmation.save()
    return confirmation
