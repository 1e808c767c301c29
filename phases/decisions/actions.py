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
from phases.limits.actions import approved_by_who_may
from phases.programmes.actions import locked, save
from phases.programmes.models import Programme


@transaction.atomic
def record_decision(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, decision: FundingDecision | None = None
) -> FundingDecision:
    """Record what a body or an officer resolved or recommended."""
    require(by, Permission.RECORD_DECISIONS)
    if decision and values.get("outcome") != "resolved" and decision.authorisations.exists():
        raise ValidationError({"outcome": "This decision authorises money, so it must stay resolved."})
    body, day = values.get("body"), values.get("decided_on")
    if body and day and not body.was_there_on(day):
        raise ValidationError({"body": f"{body.at_the_start} was not there on {long_date(day)}: choose the body of that day."})
    programme = locked(programme)
    with approved_by_who_may(programme, field="body"):
        return save(decision or FundingDecision(programme=programme), values, by=by, at=at)
