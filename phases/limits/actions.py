"""Writes to the council's approval limits, and what they refuse."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from costing.financial_year import day_in_words
from costing.measure import WHOLE_LIFE
from phases.limits.models import ApprovalLimit
from phases.limits.queries import beyond_approval
from phases.programmes.actions import plain
from phases.programmes.models import Programme
from phases.routing.rules import Step


@contextmanager
def approved_by_who_may(programme: Programme, field: str | None = None) -> Iterator[None]:
    """Refuse what brings an authorisation, this or a later one, above what its body may approve. What was so before may stay."""
    before = beyond_approval(programme)
    yield
    if beyond := [step for step in beyond_approval(programme) if step not in before]:
        raise ValidationError({field or _limit_field(beyond[0]): beyond[0].refusal})


def _limit_field(step: Step) -> str:
    return NON_FIELD_ERRORS if step.measure == WHOLE_LIFE else f"limit_{step.measure.key}"


@transaction.atomic
def add_approval_limit(*, values: Mapping[str, Any], by: User, at: datetime) -> ApprovalLimit:
    """Add to the council's approval limits. One body has one limit for the same money and measure on any day."""
    require(by, Permission.CHANGE_SETTINGS)
    limit = ApprovalLimit(**values)
    limit.full_clean()
    limit.save()
    _record_limit("approval_limit_added", limit, by, at)
    return limit


@transaction.atomic
def end_approval_limit(*, limit: ApprovalLimit, ends: date, by: User, at: datetime) -> ApprovalLimit:
    """Its last day. On the day before its first day: it never applied. What was authorised under it stays authorised."""
    require(by, Permission.CHANGE_SETTINGS)
    limit = ApprovalLimit.objects.select_for_update().get(pk=limit.pk)
    if limit.ends:
        raise ValidationError({"ends": f"It was already ended, on {day_in_words(limit.ends)}."})
    if ends < limit.starts - timedelta(days=1):
        raise ValidationError({"ends": f"It starts on {day_in_words(limit.starts)}: the earliest it can end is the day before."})
    limit.ends = ends
    limit.save(update_fields=["ends"])
    _record_limit("approval_limit_ended", limit, by, at)
    return limit


def _record_limit(action: str, limit: ApprovalLimit, by: User, at: datetime) -> None:
    details = {
        "approver": limit.approver.name,
        "measure": limit.measure,
        "instrument": limit.instrument,
        "up_to": plain(limit.amount),
        "starts": limit.starts,
        "ends": limit.ends,
    }
    record(action=action, subject=f"approval_limit:{limit.pk}", details=details, by=by, at=at)
