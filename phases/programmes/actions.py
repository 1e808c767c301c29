"""Writes to programmes and phases, and how each part of a programme is saved.

Each saves one thing, in one transaction with its audit entry, and moves the programme's version on. `values` are cleaned form
fields; ValidationError names the field that is wrong.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.models import AuditEntry, User
from accounts.permissions.rules import Permission, require
from phases.programmes.models import Phase, Programme, ProgrammeRevision
from phases.programmes.queries import state_of

Saved = TypeVar("Saved", bound=models.Model)


@transaction.atomic
def save_programme(*, values: Mapping[str, Any], by: User, at: datetime, programme: Programme | None = None) -> Programme:
    """Make or change a programme. After its years or basis change, posts.lines.actions.recost costs the lines again."""
    require(by, Permission.SET_UP_PROGRAMMES)
    return save(locked(programme) if programme else Programme(), values, by=by, at=at)


@transaction.atomic
def save_phase(*, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, phase: Phase | None = None) -> Phase:
    """Add or rename a phase."""
    require(by, Permission.SET_UP_PROGRAMMES)
    programme = locked(programme)
    return save(phase or Phase(programme=programme), values, by=by, at=at)


def locked(programme: Programme) -> Programme:
    return Programme.objects.select_for_update().get(pk=programme.pk)


def save(
    instance: Saved, values: Mapping[str, Any], *, by: User, at: datetime, details: Mapping[str, Any] | None = None
) -> Saved:
    """Set the fields, check the whole, save, write the audit entry, move the programme's version on."""
    is_new, until = instance.pk is None, past_of(instance)
    before = {field: plain(getattr(instance, field, None)) for field in values} if not is_new else {}
    for field, value in values.items():
        setattr(instance, field, value)
    instance.full_clean()
    after = {field: plain(getattr(instance, field)) for field in values}
    instance.save()
    programme = instance if isinstance(instance, Programme) else instance.programme  # type: ignore[attr-defined]
    changed = {**changes(before, after), **(details or {})}
    if is_new or changed:
        name = kind_of(instance)
        entry = record(
            action=f"{name}_{'added' if is_new else 'changed'}",
            subject=f"programme:{programme.slug}",
            details={name: str(instance), "changed": changed},
            by=by,
            at=at,
        )
        keep_past(programme, until, entry)
        Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    return instance


def past_of(instance: models.Model) -> dict[str, Any] | None:
    """What the programme and its phases are before either is changed; None where neither is, or there was none."""
    programme = instance.programme if isinstance(instance, Phase) else instance
    return state_of(programme) if isinstance(programme, Programme) and programme.pk else None


def keep_past(programme: Programme, until: dict[str, Any] | None, entry: AuditEntry) -> None:
    if until:
        ProgrammeRevision.objects.create(programme=programme, state=until, entry=entry)


def kind_of(instance: models.Model) -> str:
    """What the audit record calls it: funding_source."""
    return str(instance._meta.verbose_name).replace(" ", "_")


def plain(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model | Decimal | date) else value
