"""What a delegation waits for, as it stands: conditions with who confirmed them, and parts."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from accounts.permissions.rules import Permission
from approvals.delegations.conditions.models import ConditionConfirmation, DelegationCondition, DelegationPart
from approvals.delegations.conditions.rules import Part, is_met
from approvals.delegations.models import Delegation
from approvals.drawdowns.models import DrawdownPreparer
from approvals.drawdowns.rules import OPEN, State
from phases.models import Programme


class Confirmed(NamedTuple):
    """A condition, and who has confirmed it: nobody while it is not met."""

    condition: DelegationCondition
    confirmations: list[ConditionConfirmation]


class Released(NamedTuple):
    """A part of the money, what it waits for, and whether it is released."""

    part: DelegationPart
    conditions: list[Confirmed]
    is_released: bool


class Terms(NamedTuple):
    """The conditions of a whole delegation, and its parts."""

    conditions: list[Confirmed]
    parts: list[Released]


def conditions_of(delegation: Delegation) -> QuerySet[DelegationCondition]:
    """All of them, those of its parts included, with their confirmations (two queries)."""
    return delegation.conditions.prefetch_related("confirmations__confirmed_by")


def condition_of(programme: Programme, pk: int) -> DelegationCondition:
    """One of a delegation of this programme; Http404 otherwise."""
    found = DelegationCondition.objects.select_related("delegation__programme", "part").filter(
        pk=pk, delegation__programme=programme
    )
    if (condition := found.first()) is None:
        raise Http404
    return condition


def why_not_confirm(condition: DelegationCondition, user: User) -> str:
    """Why this person does not confirm it, in a sentence; "" where they may (two queries).

    Finance officers and clerks may, since they see the evidence. Nobody who prepared a drawdown under the delegation does: they
    profit, and then one person alone would hold the money back and release it.
    """
    asked = DrawdownPreparer.objects.filter(person=user, drawdown__delegation=condition.delegation_id)
    if asked.filter(drawdown__state__in=[*OPEN, State.SUBMITTED]).exists():
        return "You prepared a drawdown under this delegation: somebody else confirms its conditions."
    if condition.confirmations.filter(confirmed_by=user).exists():
        return "You have already confirmed this condition."
    return ""


def terms_of(delegation: Delegation, day: date) -> Terms:
    """What it waits for that day, whoever prepared what is drawn (three queries)."""
    found = [Confirmed(each, list(each.confirmations.all())) for each in conditions_of(delegation)]
    parts = [
        Released(part, own, _part(part, own, frozenset()).is_released(day))
        for part in delegation.parts.all()
        for own in [[each for each in found if each.condition.part_id == part.pk]]
    ]
    return Terms([each for each in found if each.condition.part_id is None], parts)


def confirmable(terms: Terms, user: User) -> set[int]:
    """The conditions, by number, that this person may confirm and has not."""
    if not user.may(Permission.CONFIRM_CONDITIONS):
        return set()
    every = [*terms.conditions, *(condition for part in terms.parts for condition in part.conditions)]
    return {condition.pk for condition, confirmations in every if user.pk not in {each.confirmed_by_id for each in confirmations}}


def parts_for(delegation: Delegation, preparers: Collection[int]) -> list[Part]:
    """Its parts, as they are released for a drawdown of these people (three queries)."""
    found = [Confirmed(each, list(each.confirmations.all())) for each in conditions_of(delegation)]
    return [
        _part(part, [each for each in found if each.condition.part_id == part.pk], preparers) for part in delegation.parts.all()
    ]


def confirmations_for(delegation: Delegation, preparers: Collection[int]) -> list[ConditionConfirmation]:
    """What was confirmed of its conditions, and of those of its parts, by somebody else than these people (one query)."""
    found = ConditionConfirmation.objects.filter(condition__delegation=delegation).exclude(confirmed_by__in=preparers)
    return list(found.select_related("condition", "confirmed_by").order_by("condition", "pk"))


def _part(part: DelegationPart, conditions: Collection[Confirmed], preparers: Collection[int]) -> Part:
    unmet = [
        each.condition.text
        for each in conditions
        if not is_met([confirmed.confirmed_by_id for confirmed in each.confirmations], preparers)
    ]
    return Part(part.number, part.financial_year, part.amount, part.not_before, tuple(unmet))
