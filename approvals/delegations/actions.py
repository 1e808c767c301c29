"""What a resolution delegates, and to whom."""

from collections import defaultdict
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
from approvals.dates.wording.rules import order_in_words
from approvals.delegations.conditions.models import DelegationCondition, DelegationPart
from approvals.delegations.conditions.rules import GivenPart
from approvals.delegations.models import Delegation, DelegationLimit, DelegationStep
from approvals.delegations.queries import said_of
from approvals.drawdowns.rules import Mode
from costing.measure import Measure
from display.formats import long_date
from phases.bodies.models import Body
from phases.bodies.rules import Kind
from phases.models import FundingDecision


@transaction.atomic
def record_delegation(
    *,
    decision: FundingDecision,
    values: Mapping[str, Any],
    steps: Iterable[tuple[Office | Body, Mode]],
    by: User,
    at: datetime,
    limits: Mapping[Measure, Decimal] = MappingProxyType({}),
) -> Delegation:
    """Record what a resolution delegates: `values` are the delegation's fields, `steps` who is asked first, and how: offices for
    agreement or consultation, bodies outside the council for consent or advice.

    `limits` are whole pounds by measure, beside those of the authorisations; a delegation need not have any. `values["money"]`
    holds the resolutions whose money it may release: without it, the one that delegates. `values["conditions"]` are sentences,
    `values["parts"]` the parts in which the money is released: they come to the limit of their measure.
    """
    require(by, Permission.RECORD_DECISIONS)
    steps = list(steps)
    if decision.outcome != FundingDecision.Outcome.RESOLVED:
        raise ValidationError("A recommendation delegates nothing: record the resolution first.")
    _check_steps(decision, values, steps)
    money = list(values.get("money") or [decision])
    if any(each.programme_id != decision.programme_id or each.outcome != FundingDecision.Outcome.RESOLVED for each in money):
        raise ValidationError({"money": "Choose resolutions of this programme."})
    for each in (decision, *money):
        if wrong := dates.why_not(Step.DELEGATION, timezone.localdate(at), {Step.DECISION: each.decided_on}):
            raise ValidationError({"decision" if each == decision else "money": order_in_words(wrong)})
    conditions, parts = list(values.get("conditions", ())), list(values.get("parts", ()))
    limits = _with_parts(limits, parts)
    fields = {name: value for name, value in values.items() if name not in ("money", "conditions", "parts")}
    delegation = Delegation(programme=decision.programme, decision=decision, recorded_at=at, **fields)
    delegation.full_clean()
    delegation.save()
    delegation.money.set(money)
    for asked, mode in steps:
        named = {"office" if isinstance(asked, Office) else "body": asked}
        DelegationStep.objects.create(delegation=delegation, mode=mode, **named)
    for text in conditions:
        _condition(delegation, None, text)
    for measure, amount in limits.items():
        limit = DelegationLimit(delegation=delegation, financial_year=measure.financial_year, amount=amount)
        limit.full_clean()
        limit.save()
    for number, part in enumerate(parts, 1):
        _part(delegation, number, part)
    record(
        action="delegation_recorded", subject=f"programme:{decision.programme.slug}", details=said_of(delegation), by=by, at=at
    )
    return delegation


def _check_steps(decision: FundingDecision, values: Mapping[str, Any], steps: Iterable[tuple[Office | Body, Mode]]) -> None:
    deciding = (values.get("decision_maker"), values.get("decision_body"))
    for asked, mode in steps:
        if asked in deciding:
            raise ValidationError("The decision maker cannot also be one of those who answer.")
        if mode.is_of_a_body != isinstance(asked, Body):
            raise ValidationError(f"{asked}: an office agrees or is consulted, and an outside body gives its consent or advice.")
        if isinstance(asked, Body):
            if asked.kind != Kind.OUTSIDE:
                raise ValidationError(f"{asked.at_the_start} is not an outside body.")
            if not asked.was_there_on(decision.decided_on):
                raise ValidationError(f"{asked.at_the_start} was not there on {long_date(decision.decided_on)}.")


def _with_parts(limits: Mapping[Measure, Decimal], parts: Iterable[GivenPart]) -> dict[Measure, Decimal]:
    """The limits, with those that the parts come to. ValidationError where a limit says something else."""
    sums: dict[Measure, Decimal] = defaultdict(Decimal)
    for part in parts:
        sums[part.measure] += part.amount
    for measure, total in sums.items():
        if limits.get(measure, total) != total:
            raise ValidationError(f"The parts {measure.in_words} come to £{total:,}, and the limit is £{limits[measure]:,}.")
    return {**limits, **sums}


def _part(delegation: Delegation, number: int, given: GivenPart) -> None:
    part = DelegationPart(
        delegation=delegation,
        number=number,
        financial_year=given.measure.financial_year,
        amount=given.amount,
        not_before=given.not_before,
    )
    part.full_clean()
    part.save()
    for text in given.conditions:
        _condition(delegation, part, text)


def _condition(delegation: Delegation, part: DelegationPart | None, text: str) -> None:
    condition = DelegationCondition(delegation=delegation, part=part, text=text)
    condition.full_clean()
    condition.save()
