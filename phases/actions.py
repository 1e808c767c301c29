"""Writes to programmes, phases, funding sources, decisions, authorisations and excluded items.

Each saves one thing, in one transaction with its audit entry, and moves the programme's version on. `values` are cleaned form
fields; ValidationError names the field that is wrong.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import F

from accounts.actions import changes, record
from accounts.models import AuditEntry, User
from accounts.permissions.rules import Permission, require
from costing.financial_year import day_in_words
from costing.measure import WHOLE_LIFE, Measure
from phases.models import (
    ApprovalLimit,
    Authorisation,
    AuthorisationLimit,
    AuthorisationPhase,
    ExcludedItem,
    FundingDecision,
    FundingSource,
    Phase,
    Programme,
    ProgrammeRevision,
)
from phases.queries import beyond_approval, state_of
from phases.routing.rules import Step

Saved = TypeVar("Saved", bound=models.Model)


@transaction.atomic
def save_programme(*, values: Mapping[str, Any], by: User, at: datetime, programme: Programme | None = None) -> Programme:
    """Make or change a programme. After its years or basis change, posts.lines.actions.recost costs the lines again."""
    require(by, Permission.SET_UP_PROGRAMMES)
    return _save(_locked(programme) if programme else Programme(), values, by=by, at=at)


@transaction.atomic
def save_phase(*, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, phase: Phase | None = None) -> Phase:
    """Add or rename a phase."""
    require(by, Permission.SET_UP_PROGRAMMES)
    programme = _locked(programme)
    return _save(phase or Phase(programme=programme), values, by=by, at=at)


@transaction.atomic
def save_funding_source(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, source: FundingSource | None = None
) -> FundingSource:
    """Add or change a funding source. Its kind stays where the body that authorised money from it may not approve the other."""
    require(by, Permission.SET_UP_PROGRAMMES)
    programme = _locked(programme)
    with _approved_by_who_may(programme, field="kind"):
        return _save(source or FundingSource(programme=programme), values, by=by, at=at)


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
    until = _past(part)
    try:
        with transaction.atomic():
            part.delete()
    except models.ProtectedError as error:
        kinds = sorted({str(needed._meta.verbose_name_plural) for needed in error.protected_objects})
        raise StillNeeded(f"{part} was not removed: {' and '.join(kinds)} belong to it. Move or remove them first.") from None
    entry = record(action=f"{name}_removed", subject=f"programme:{programme.slug}", details={name: str(part)}, by=by, at=at)
    _keep(programme, until, entry)
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)


@transaction.atomic
def record_decision(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, decision: FundingDecision | None = None
) -> FundingDecision:
    """Record what a body or an officer resolved or recommended."""
    require(by, Permission.RECORD_DECISIONS)
    if decision and values.get("outcome") != "resolved" and decision.authorisations.exists():
        raise ValidationError({"outcome": "This decision authorises money, so it must stay resolved."})
    programme = _locked(programme)
    with _approved_by_who_may(programme, field="body"):
        return _save(decision or FundingDecision(programme=programme), values, by=by, at=at)


@transaction.atomic
def record_authorisation(
    *,
    decision: FundingDecision,
    values: Mapping[str, Any],
    phases: Iterable[Phase],
    limits: Mapping[Measure, Decimal],
    by: User,
    at: datetime,
    authorisation: Authorisation | None = None,
) -> Authorisation:
    """Record the money a decision allows. `limits` are whole pounds by financial year, None for a full year; at least one.

    Refused where the body that decided may not approve what the programme comes to with it (ApprovalLimit).
    """
    require(by, Permission.RECORD_DECISIONS)
    if decision.outcome != FundingDecision.Outcome.RESOLVED:
        raise ValidationError("A recommendation authorises nothing: record the resolution first.")
    if not limits:
        raise ValidationError("Enter at least one limit: for a financial year or for a full year.")
    _check_replaced(decision, values.get("replaces"))
    programme = _locked(decision.programme)
    phases = list(phases)
    details = {
        "phases": [phase.name for phase in phases],
        "limits": {measure.key: str(amount) for measure, amount in limits.items()},
    }
    with _approved_by_who_may(programme):
        blank = Authorisation(programme=programme, decision=decision)
        saved = _save(authorisation or blank, values, by=by, at=at, details=details)
        AuthorisationPhase.objects.filter(authorisation=saved).exclude(phase__in=phases).delete()
        AuthorisationPhase.objects.bulk_create(
            (AuthorisationPhase(authorisation=saved, phase=phase, programme=programme) for phase in phases),
            ignore_conflicts=True,
        )
        _set_limits(saved, limits)
    return saved


@contextmanager
def _approved_by_who_may(programme: Programme, field: str | None = None) -> Iterator[None]:
    """Refuse what brings an authorisation, this or a later one, above what its body may approve. What was so before may stay."""
    before = beyond_approval(programme)
    yield
    if beyond := [step for step in beyond_approval(programme) if step not in before]:
        raise ValidationError({field or _limit_field(beyond[0]): beyond[0].refusal})


def _limit_field(step: Step) -> str:
    return NON_FIELD_ERRORS if step.measure == WHOLE_LIFE else f"limit_{step.measure.key}"


def _set_limits(authorisation: Authorisation, limits: Mapping[Measure, Decimal]) -> None:
    if {limit.measure: limit.amount for limit in authorisation.limits.all()} == dict(limits):
        return
    try:
        with transaction.atomic():
            authorisation.limits.all().delete()
    except models.ProtectedError:
        raise ValidationError(
            "Money was drawn on these limits, so they cannot be changed. More money needs a new decision."
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
        "up_to": _plain(limit.amount),
        "starts": limit.starts,
        "ends": limit.ends,
    }
    record(action=action, subject=f"approval_limit:{limit.pk}", details=details, by=by, at=at)


def _locked(programme: Programme) -> Programme:
    return Programme.objects.select_for_update().get(pk=programme.pk)


def _save(
    instance: Saved, values: Mapping[str, Any], *, by: User, at: datetime, details: Mapping[str, Any] | None = None
) -> Saved:
    """Set the fields, check the whole, save, write the audit entry, move the programme's version on."""
    is_new, until = instance.pk is None, _past(instance)
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
        entry = record(
            action=f"{name}_{'added' if is_new else 'changed'}",
            subject=f"programme:{programme.slug}",
            details={name: str(instance), "changed": changed},
            by=by,
            at=at,
        )
        _keep(programme, until, entry)
        Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    return instance


def _past(instance: models.Model) -> dict[str, Any] | None:
    """What the programme and its phases are before either is changed; None where neither is, or there was none."""
    programme = instance.programme if isinstance(instance, Phase) else instance
    return state_of(programme) if isinstance(programme, Programme) and programme.pk else None


def _keep(programme: Programme, until: dict[str, Any] | None, entry: AuditEntry) -> None:
    if until:
        ProgrammeRevision.objects.create(programme=programme, state=until, entry=entry)


def _kind(instance: models.Model) -> str:
    """What the audit record calls it: funding_source."""
    return str(instance._meta.verbose_name).replace(" ", "_")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model | Decimal | date) else value
