"""Reads about delegations, each a constant number of queries."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404

from accounts.governance.queries import governance_on
from approvals.delegations.conditions.queries import CONFIRMATIONS_OF_ALL
from approvals.delegations.conditions.rules import NotBefore, Unconfirmed, waits_for
from approvals.delegations.models import Delegation, DelegationLimit
from costing.measure import Measure, stored
from phases.bodies.rules import duty_of
from phases.models import Programme


class Delegated(NamedTuple):
    """A delegation, whether its last day has passed, and what it waits for before anything can be signed."""

    delegation: Delegation
    expired: bool
    waits: list[NotBefore | Unconfirmed]


def delegated(delegations: Iterable[Delegation], day: date) -> list[Delegated]:
    """How each stands that day. No query, where they are of `delegations_of`."""
    return [Delegated(each, _has_ended(each, day), _waits(each, day)) for each in delegations]


def delegations_of(programme: Programme) -> QuerySet[Delegation]:
    """Each with its decision, the offices asked and its limits, conditions and parts (eight queries)."""
    return (
        Delegation.objects.filter(programme=programme)
        .select_related("programme", "decision__body", "decision_maker", "decision_body", "report_back_body")
        .prefetch_related("steps__office", "steps__body", "limits", "money", "parts", "conditions", CONFIRMATIONS_OF_ALL)
    )


def delegation_in_full(programme: Programme, pk: int, day: date) -> Delegated:
    """One of the programme, with all that its page shows; Http404 otherwise (nine queries)."""
    if not (found := delegated(delegations_of(programme).filter(pk=pk), day)):
        raise Http404
    return found[0]


def measures_of(delegations: QuerySet[Delegation]) -> list[Measure]:
    """The measures that these delegations limit, years first (one query, as long as they are many)."""
    limits = DelegationLimit.objects.filter(delegation__in=delegations.order_by().values("pk")).order_by()
    return sorted(map(stored, limits.values_list("financial_year", flat=True).distinct()))


def takes_key_decisions(delegation: Delegation, day: date) -> bool:
    """Whether a decision under it that day could be a key decision, by who decides and the council's governance (one query)."""
    return duty_of(delegation.maker, governance_on(day)).takes_key_decisions


def said_of(delegation: Delegation) -> dict[str, Any]:
    """What the audit record says of a delegation: everything that it allows (seven queries, none where all of it is fetched)."""
    conditions = list(delegation.conditions.all())
    return {
        "delegation": delegation.title,
        "decision": str(delegation.decision),
        "decision_maker": delegation.decided_by,
        "text": delegation.text,
        "money": sorted(str(each) for each in delegation.money.all()),
        "steps": {step.office.name: step.mode for step in delegation.steps.all() if step.office},
        "outside_bodies": {step.body.name: step.mode for step in delegation.steps.all() if step.body},
        "limits": {limit.measure.key: str(limit.amount) for limit in delegation.limits.all()},
        "earliest": delegation.earliest,
        "expires": delegation.expires,
        "conditions": [each.text for each in conditions if each.part_id is None],
        "parts": [
            {
                "measure": part.measure.key,
                "amount": str(part.amount),
                "not_before": part.not_before,
                "conditions": [each.text for each in conditions if each.part_id == part.pk],
            }
            for part in delegation.parts.all()
        ],
    }


def _has_ended(delegation: Delegation, day: date) -> bool:
    return bool(delegation.expires and delegation.expires < day)


def _waits(delegation: Delegation, day: date) -> list[NotBefore | Unconfirmed]:
    of_all = [each for each in delegation.conditions.all() if each.part_id is None]
    return waits_for(delegation.earliest, [each.text for each in of_all if not each.standing], day)
