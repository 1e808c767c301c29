"""Recording the money a decision allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from costing.financial_year import day_in_words
from costing.measure import Measure
from phases.authorisations.models import Authorisation, AuthorisationLimit, AuthorisationPhase
from phases.authorisations.queries import decided_limits
from phases.decisions.models import FundingDecision
from phases.limits.actions import approved_by_who_may
from phases.programmes.actions import locked, save
from phases.programmes.models import Phase

NO_MONEY_FOLLOWS = "It is recorded that no money follows this decision. Take that back first."


@dataclass(frozen=True)
class AuthorisedMoney:
    """What a decision allows: the fields of the authorisation, for which phases, and at least one limit, in whole pounds."""

    values: Mapping[str, Any]
    phases: Iterable[Phase]
    limits: Mapping[Measure, Decimal]


@transaction.atomic
def record_authorisation(
    *, decision: FundingDecision, money: AuthorisedMoney, by: User, at: datetime, authorisation: Authorisation | None = None
) -> Authorisation:
    """Record the money a decision allows.

    Refused where the body that decided may not approve what the programme comes to with it (ApprovalLimit).
    """
    require(by, Permission.RECORD_DECISIONS)
    if decision.outcome != FundingDecision.Outcome.RESOLVED:
        raise ValidationError("A recommendation authorises nothing: record the resolution first.")
    if not money.limits:
        raise ValidationError("Enter at least one limit: for a financial year, for a full year or over the whole life.")
    _check_replaced(decision, money.values.get("replaces"))
    programme = locked(decision.programme)
    if FundingDecision.objects.filter(pk=decision.pk).exclude(no_money_because="").exists():
        raise ValidationError(NO_MONEY_FOLLOWS)
    phases = list(money.phases)
    details = {
        "decision": str(decision),
        "phases": ", ".join(phase.name for phase in phases),
        "limits": {measure.key: str(amount) for measure, amount in money.limits.items()},
    }
    with approved_by_who_may(programme):
        blank = Authorisation(programme=programme, decision=decision)
        saved = save(authorisation or blank, money.values, by=by, at=at, details=details)
        AuthorisationPhase.objects.filter(authorisation=saved).exclude(phase__in=phases).delete()
        AuthorisationPhase.objects.bulk_create(
            (AuthorisationPhase(authorisation=saved, phase=phase, programme=programme) for phase in phases),
            ignore_conflicts=True,
        )
        _set_limits(saved, money.limits)
    return saved


def _set_limits(authorisation: Authorisation, limits: Mapping[Measure, Decimal]) -> None:
    if decided_limits(authorisation) == dict(limits):
        return
    try:
        with transaction.atomic():
            authorisation.limits.all().delete()
    except models.ProtectedError:
        raise ValidationError(
            "Money was drawn on these limits or carried forward, so they cannot be changed. More money needs a new decision."
        ) from None
    AuthorisationLimit.objects.bulk_create(
        AuthorisationLimit(authorisation=authorisation, financial_year=measure.financial_year, amount=amount)
        for measure, amount in limits.items()
    )


def _check_replaced(decision: FundingDecision, replaced: Authorisation | None) -> None:
    if replaced and replaced.decision.decided_on > decision.decided_on:
        raise ValidationError(
            {"replaces": f"{replaced} was decided on {day_in_words(replaced.decision.decided_on)}, after this decision."}
        )
