"""What a resolution delegates, and to whom."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.audit.actions import record
from accounts.models import Office, User
from accounts.permissions.rules import Permission, require
from approvals.dates import rules as dates
from approvals.dates.rules import Step
from approvals.delegations.models import Delegation, DelegationLimit, DelegationStep
from approvals.drawdowns.rules import Measure, Mode
from costing.measure import stored
from phases.models import FundingDecision


@transaction.atomic
def record_delegation(
    *,
    decision: FundingDecision,
    values: Mapping[str, Any],
    steps: Iterable[tuple[Office, Mode]],
    by: User,
    at: datetime,
    limits: Mapping[Measure, Decimal] = MappingProxyType({}),
) -> Delegation:
    """Record what a resolution delegates: `values` are the delegation's fields, `steps` who is asked first, and how.

    `limits` are whole pounds by measure, beside those of the authorisations; a delegation need not have any. `values["money"]`
    holds the resolutions whose money it may release: without it, the one that delegates.
    """
    require(by, Permission.RECORD_DECISIONS)
    steps = list(steps)
    if decision.outcome != FundingDecision.Outcome.RESOLVED:
        raise ValidationError("A recommendation delegates nothing: record the resolution first.")
    if values.get("decision_maker") in [office for office, _ in steps]:
        raise ValidationError("The decision maker cannot also be one of those who answer.")
    money = list(values.get("money") or [decision])
    if any(each.programme_id != decision.programme_id or each.outcome != FundingDecision.Outcome.RESOLVED for each in money):
        raise ValidationError({"money": "Choose resolutions of this programme."})
    for each in (decision, *money):
        if wrong := dates.why_not(Step.DELEGATION, timezone.localdate(at), {Step.DECISION: each.decided_on}):
            raise ValidationError({"decision" if each == decision else "money": wrong})
    fields = {name: value for name, value in values.items() if name != "money"}
    delegation = Delegation(programme=decision.programme, decision=decision, recorded_at=at, **fields)
    delegation.full_clean()
    delegation.save()
    delegation.money.set(money)
    for office, mode in steps:
        DelegationStep.objects.create(delegation=delegation, office=office, mode=mode)
    for measure, amount in limits.items():
        limit = DelegationLimit(delegation=delegation, financial_year=measure, amount=amount)
        limit.full_clean()
        limit.save()
    details = {
        "delegation": delegation.title,
        "decision_maker": delegation.decided_by,
        "text": delegation.text,
        "money": [str(each) for each in money],
        "steps": {office.name: mode for office, mode in steps},
        "limits": {stored(measure).key: str(amount) for measure, amount in limits.items()},
    }
    record(action="delegation_recorded", subject=f"programme:{decision.programme.slug}", details=details, by=by, at=at)
    return delegation
