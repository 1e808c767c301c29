"""Writes to programmes, phases, funding sources, decisions, authorisations and excluded items.

Each saves one thing, in one transaction with its audit entry, and moves the programme's version on. `values` are cleaned form
fields; ValidationError names the field that is wrong.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F

from accounts.actions import changes, record
from accounts.models import User
from accounts.permissions import Permission, require
from phases.models import (
    Authorisation,
    AuthorisationLimit,
    AuthorisationPhase,
    ExcludedItem,
    FundingDecision,
    FundingSource,
    Phase,
    Programme,
)

Saved = TypeVar("Saved", bound=models.Model)


@transaction.atomic
def save_programme(*, values: Mapping[str, Any], by: User, at: datetime, programme: Programme | None = None) -> Programme:
    """Make or change a programme. After its years or basis change, posts.actions.recost brings the lines' amounts up to date."""
    require(by, Permission.SET_UP_PROGRAMMES)
    return _save(_locked(programme) if programme else Programme(), values, by=by, at=at)


@transaction.atomic
def save_phase(*, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, phase: Phase | None = None) -> Phase:
    """Add or rename a phase."""
    require(by, Permission.SET_UP_PROGRAMMES)
    return _save(phase or Phase(programme=_locked(programme)), values, by=by, at=at)


@transaction.atomic
def save_funding_source(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, source: FundingSource | None = None
) -> FundingSource:
    """Add or change a funding source."""
    require(by, Permission.SET_UP_PROGRAMMES)
    return _save(source or FundingSource(programme=_locked(programme)), values, by=by, at=at)


@transaction.atomic
def save_excluded_item(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, item: ExcludedItem | None = None
) -> ExcludedItem:
    """Add or change what is footnoted under the committee table and stands in no total."""
    require(by, Permission.SET_UP_PROGRAMMES)
    return _save(item or ExcludedItem(programme=_locked(programme)), values, by=by, at=at)


class StillNeeded(Exception):
    """Something else stands on it, so it was not removed. Its text is a sentence for the user."""


@transaction.atomic
def remove_part(*, part: Phase | FundingSource | ExcludedItem, by: User, at: datetime) -> None:
    """Remove a phase, funding source or excluded item that nothing stands on. Raises StillNeeded."""
    require(by, Permission.SET_UP_PROGRAMMES)
    programme, name = _locked(part.programme), _kind(part)
    try:
        with transaction.atomic():
            part.delete()
    except models.ProtectedError as error:
        kinds = sorted({str(needed._meta.verbose_name_plural) for needed in error.protected_objects})
        raise StillNeeded(f"{part} was not removed: {' and '.join(kinds)} stand on it. Move or remove them first.") from None
    record(action=f"{name}_removed", subject=f"programme:{programme.slug}", details={name: str(part)}, by=by, at=at)
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)


@transaction.atomic
def record_decision(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, decision: FundingDecision | None = None
) -> FundingDecision:
    """Record what a body or an officer resolved or recommended."""
    require(by, Permission.RECORD_DECISIONS)
    if decision and values.get("outcome") != "resolved" and decision.authorisations.exists():
        raise ValidationError({"outcome": "This decision authorises money, so it stays resolved."})
    return _save(decision or FundingDecision(programme=_locked(programme)), values, by=by, at=at)


@transaction.atomic
def record_authorisation(
    *,
    decision: FundingDecision,
    values: Mapping[str, Any],
    phases: Iterable[Phase],
    limits: Mapping[int | None, Decimal],
    by: User,
    at: datetime,
    authorisation: Authorisation | None = None,
) -> Authorisation:
    """Record the money a decision allows. `limits` are whole pounds by financial year, None for a full year; at least one."""
    require(by, Permission.RECORD_DECISIONS)
    if decision.outcome != FundingDecision.Outcome.RESOLVED:
        raise ValidationError("A recommendation authorises nothing: record the resolution first.")
    if not limits:
        raise ValidationError("Enter at least one limit: for a financial year or for a full year.")
    _check_replaced(decision, values.get("replaces"))
    programme = _locked(decision.programme)
    phases = list(phases)
    saved = _save(
        authorisation or Authorisation(programme=programme, decision=decision),
        values,
        by=by,
        at=at,
        details={
            "phases": [phase.name for phase in phases],
            "limits": {str(year) if year else "full_year": str(amount) for year, amount in limits.items()},
        },
    )
    AuthorisationPhase.objects.filter(authorisation=saved).exclude(phase__in=phases).delete()
    AuthorisationPhase.objects.bulk_create(
        (AuthorisationPhase(authorisation=saved, phase=phase, programme=programme) for phase in phases),
        ignore_conflicts=True,
    )
    _set_limits(saved, limits)
    return saved


def _set_limits(authorisation: Authorisation, limits: Mapping[int | None, Decimal]) -> None:
    if dict(authorisation.limits.values_list("financial_year", "amount")) == dict(limits):
        return
    try:
        with transaction.atomic():
            authorisation.limits.all().delete()
    except models.ProtectedError:
        raise ValidationError("Money was drawn on these limits, so they stay. More money needs a new decision.") from None
    AuthorisationLimit.objects.bulk_create(
        AuthorisationLimit(authorisation=authorisation, financial_year=year, amount=amount) for year, amount in limits.items()
    )


def _check_replaced(decision: FundingDecision, replaced: Authorisation | None) -> None:
    if replaced and replaced.decision.decided_on > decision.decided_on:
        raise ValidationError(
            {"replaces": f"{replaced} was decided on {_day(replaced.decision.decided_on)}, after this decision."}
        )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _locked(programme: Programme) -> Programme:
    return Programme.objects.select_for_update().get(pk=programme.pk)


def _save(
    instance: Saved, values: Mapping[str, Any], *, by: User, at: datetime, details: Mapping[str, Any] | None = None
) -> Saved:
    """Set the fields, check the whole, save, write the audit entry, move the programme's version on."""
    is_new = instance.pk is None
    before = {field: _plain(getattr(instance, field, None)) for field in values} if not is_new else {}
    for field, value in values.items():
        setattr(instance, field, value)
    instance.full_clean()
    after = {field: _plain(getattr(instance, field)) for field in values}
    instance.save()
    programme = instance if isinstance(instance, Programme) else instance.programme  # type: ignore[attr-defined]
    changed = {**changes(before, after), **(details or {})}
    if is_new or changed:
        name = _kind(instance)
        record(
            action=f"{name}_{'added' if is_new else 'changed'}",
            subject=f"programme:{programme.slug}",
            details={name: str(instance), "changed": changed},
            by=by,
            at=at,
        )
        Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    return instance


def _kind(instance: models.Model) -> str:
    """What the audit record calls it: funding_source."""
    return str(instance._meta.verbose_name).replace(" ", "_")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model | Decimal | date) else value
