"""Recording what was decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from display.formats import long_date
from phases.decisions.models import FundingDecision
from phases.decisions.queries import is_used
from phases.decisions.rules import ALWAYS_SAID, SAID_LATER, rewritten
from phases.limits.actions import approved_by_who_may
from phases.programmes.actions import locked, save
from phases.programmes.models import Programme

USED = "Something stands on this decision, so it stays as it was recorded. Record another decision that puts it right."


@transaction.atomic
def record_decision(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, decision: FundingDecision | None = None
) -> FundingDecision:
    """Record what a body or an officer resolved or recommended; of one that something stands on, only what was left blank."""
    require(by, Permission.RECORD_DECISIONS)
    if decision and values.get("outcome") != "resolved" and decision.authorisations.exists():
        raise ValidationError({"outcome": "This decision authorises money, so it must stay resolved."})
    body, day = values.get("body"), values.get("decided_on")
    if body and day and not body.was_there_on(day):
        raise ValidationError({"body": f"{body.at_the_start} was not there on {long_date(day)}: choose the body of that day."})
    programme = locked(programme)
    if corrects := values.get("corrects"):
        _puts_right(corrects, programme, decision)
    if decision and is_used(decision):
        stored = {name: getattr(decision, name) for name in (*ALWAYS_SAID, *SAID_LATER)}
        if wrong := rewritten(stored, values):
            raise ValidationError(dict.fromkeys(wrong, USED))
    with approved_by_who_may(programme, field="body"):
        return save(decision or FundingDecision(programme=programme), values, by=by, at=at)


def _puts_right(corrects: FundingDecision, programme: Programme, decision: FundingDecision | None) -> None:
    if corrects.programme_id != programme.pk or corrects == decision:
        raise ValidationError({"corrects": "Choose another decision of this programme."})
