"""What a delegation waits for, as it stands: conditions with who confirmed them, and parts."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.permissions.rules import Permission
from approvals.delegations.conditions.models import (
    ConditionConfirmation,
    ConfirmationPaper,
    DelegationCondition,
    DelegationPart,
)
from approvals.delegations.conditions.rules import CannotConfirm, Part, Stands, is_met
from approvals.delegations.models import Delegation
from approvals.drawdowns.models import Drawdown, DrawdownPreparer
from approvals.drawdowns.rules import OPEN, State
from phases.models import Programme

_WITH_WHAT_BECAME = ConditionConfirmation.objects.select_related("confirmed_by", "taken_back__by")
CONFIRMATIONS = Prefetch("confirmations", queryset=_WITH_WHAT_BECAME.select_related("paper").defer("paper__content"))
"""Of conditions: who confirmed each, with which paper, and what was taken back (one query)."""
CONFIRMATIONS_OF_ALL = Prefetch("conditions__confirmations", queryset=_WITH_WHAT_BECAME)
"""The same of delegations, without papers."""


class Confirmed(NamedTuple):
    """A condition, and who has confirmed it: nobody while it is not met. `taken_back` are those that count no more."""

    condition: DelegationCondition
    confirmations: list[ConditionConfirmation]
    taken_back: list[ConditionConfirmation]


def _confirmed(condition: DelegationCondition) -> Confirmed:
    return Confirmed(condition, condition.standing, [each for each in condition.confirmations.all() if not each.stands])


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
    return delegation.conditions.prefetch_related(CONFIRMATIONS)


def condition_of(programme: Programme, pk: int) -> DelegationCondition:
    """One of a delegation of this programme; Http404 otherwise."""
    found = DelegationCondition.objects.select_related("delegation__programme", "part").filter(
        pk=pk, delegation__programme=programme
    )
    if (condition := found.first()) is None:
        raise Http404
    return condition


def why_not_confirm(condition: DelegationCondition, user: User) -> CannotConfirm | None:
    """Why this person does not confirm it; None where they may (two queries).

    Finance officers and clerks may, since they see the evidence. Nobody who prepared a drawdown under the delegation does: they
    profit, and then one person alone would hold the money back and release it.
    """
    asked = DrawdownPreparer.objects.filter(person=user, drawdown__delegation=condition.delegation_id)
    if asked.filter(drawdown__state__in=[*OPEN, State.SUBMITTED]).exists():
        return CannotConfirm.PREPARED
    if own := condition.confirmations.select_related("taken_back").filter(confirmed_by=user).first():
        return CannotConfirm.CONFIRMED if own.stands else CannotConfirm.TAKEN_BACK
    return None


def confirmation_of(programme: Programme, pk: int) -> ConditionConfirmation:
    """One of a condition of this programme; Http404 otherwise."""
    found = ConditionConfirmation.objects.select_related(
        "condition__delegation__programme", "condition__part", "confirmed_by", "taken_back"
    ).filter(pk=pk, condition__delegation__programme=programme)
    if (confirmation := found.first()) is None:
        raise Http404
    return confirmation


def paper_of(programme: Programme, pk: int) -> ConfirmationPaper:
    """The file of a confirmation by the number of that; Http404 where it has none."""
    found = ConfirmationPaper.objects.filter(confirmation=pk, confirmation__condition__delegation__programme=programme)
    if (paper := found.first()) is None:
        raise Http404
    return paper


def why_not_take_back(confirmation: ConditionConfirmation, user: User) -> Stands | None:
    """Why this person does not take it back; None where they may (two queries at most).

    The triggers `taken_back_by_another` and `taken_back_before_anything_was_signed` hold the same.
    """
    if not confirmation.stands:
        return Stands(is_gone=True)
    if confirmation.confirmed_by_id == user.pk:
        return Stands(is_own=True)
    signed = Drawdown.objects.filter(delegation=confirmation.condition.delegation_id, signed_at__gte=confirmation.confirmed_at)
    reference = signed.order_by("signed_at").values_list("reference", flat=True).first()
    return Stands(signed=reference) if reference else None


def terms_of(delegation: Delegation, day: date) -> Terms:
    """What it waits for that day, whoever prepared what is drawn (three queries)."""
    found = [_confirmed(each) for each in conditions_of(delegation)]
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
    own = {each.condition.pk: {given.confirmed_by_id for given in (*each.confirmations, *each.taken_back)} for each in every}
    return {condition for condition, people in own.items() if user.pk not in people}


def parts_for(delegation: Delegation, preparers: Collection[int]) -> list[Part]:
    """Its parts, as they are released for a drawdown of these people (three queries)."""
    found = [_confirmed(each) for each in conditions_of(delegation)]
    return [
        _part(part, [each for each in found if each.condition.part_id == part.pk], preparers) for part in delegation.parts.all()
    ]


def confirmations_for(delegation: Delegation, preparers: Collection[int]) -> list[ConditionConfirmation]:
    """What was confirmed of its conditions, and of those of its parts, by somebody else than these people (one query)."""
    found = ConditionConfirmation.objects.filter(condition__delegation=delegation, taken_back__isnull=True)
    named = found.exclude(confirmed_by__in=preparers).select_related("condition", "confirmed_by", "paper").defer("paper__content")
    return list(named.order_by("condition", "pk"))


def _part(part: DelegationPart, conditions: Collection[Confirmed], preparers: Collection[int]) -> Part:
    unmet = [
        each.condition.text
        for each in conditions
        if not is_met([confirmed.confirmed_by_id for confirmed in each.confirmations], preparers)
    ]
    return Part(part.number, part.measure, part.amount, part.not_before, tuple(unmet))
