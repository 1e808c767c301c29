"""Writes about people, offices, the council's settings, and the audit chain that every write of every app goes through."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import AuditEntry, AuditHead, Council, User
from accounts.permissions import Permission, Role, require

GENESIS = "0" * 64


class AuditChainBroken(RuntimeError):
    """The chain has no head row: nothing may be written until somebody has found out why."""


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no idle spaces: the same content always gives the same bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def link(previous_hash: str, content: str) -> str:
    """SHA-256 over the previous hash, a line feed and the content. The database computes the same and refuses another."""
    return hashlib.sha256(f"{previous_hash}\n{content}".encode()).hexdigest()


def record(*, action: str, subject: str, details: Mapping[str, Any], by: User | None, at: datetime) -> AuditEntry:
    """Add an entry to the audit chain, inside the caller's transaction, under the locked head row (unlocked chains fork)."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audit entry is written in the transaction of the act it records.")
    head = AuditHead.objects.select_for_update().first()
    if head is None:
        raise AuditChainBroken("The audit chain has no head row.")
    number = head.number + 1
    content = canonical(
        {
            "number": number,
            "at": at.isoformat(),
            "actor": by.email if by else None,
            "action": action,
            "subject": subject,
            "details": details,
        }
    )
    entry = AuditEntry(
        number=number,
        at=at,
        actor=by,
        action=action,
        subject=subject,
        content=content,
        previous_hash=head.hash,
        hash=link(head.hash, content),
    )
    entry.save(force_insert=True)  # the trigger audit_entry_links moves the head on
    return entry


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs, as {field: [before, after]}, for an audit entry."""
    return {field: [before.get(field), after[field]] for field in after if before.get(field) != after[field]}


@transaction.atomic
def create_first_administrator(*, email: str, name: str, password: str, at: datetime) -> User:
    """The one account that nobody grants. Raises ValueError once anybody can administer."""
    if User.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).exists():
        raise ValueError("There is an administrator already: ask them to add people.")
    user = User(email=email.lower(), name=name, roles=[Role.ADMINISTRATOR])
    user.set_password(password)
    user.full_clean()
    user.save()
    record(action="person_added", subject=f"person:{user.pk}", details={"roles": user.roles, "first": True}, by=None, at=at)
    return user


@transaction.atomic
def add_person(
    *, email: str, name: str, job_title: str, roles: Sequence[str], by: User, at: datetime, password: str | None = None
) -> User:
    """A new person who can sign in. Without a password they set one through the reset link."""
    require(by, Permission.MANAGE_PEOPLE)
    user = User(email=email.lower(), name=name, job_title=job_title, roles=sorted(roles))
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    record(
        action="person_added",
        subject=f"person:{user.pk}",
        details={"name": name, "job_title": job_title, "roles": user.roles},
        by=by,
        at=at,
    )
    return user


class LastAdministrator(ValueError):
    """Nobody could administer any more."""


def locked_person(pk: int) -> User | None:
    """The person, locked together with every administrator, in one order: two who change each other at once wait, not die."""
    administrators = Q(is_active=True, roles__contains=[Role.ADMINISTRATOR])
    locked = User.objects.select_for_update().filter(administrators | Q(pk=pk)).order_by("pk")
    return next((person for person in locked if person.pk == pk), None)


@transaction.atomic
def change_person(
    *, person: User, name: str, job_title: str, roles: Sequence[str], is_active: bool, by: User, at: datetime
) -> User:
    """Change what a person may do. Raises LastAdministrator rather than lock everybody out."""
    require(by, Permission.MANAGE_PEOPLE)
    # Two administrators who demote each other at once would leave none: all administrators are locked first.
    locked_person(person.pk)
    administrators = set(User.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).values_list("pk", flat=True))
    if administrators == {person.pk} and not (is_active and Role.ADMINISTRATOR in roles):
        raise LastAdministrator("This is the only administrator: give somebody else the role first.")
    person = User.objects.get(pk=person.pk)
    after = {"name": name, "job_title": job_title, "roles": sorted(roles), "is_active": is_active}
    changed = changes({field: getattr(person, field) for field in after}, after)
    if changed:
        for field, value in after.items():
            setattr(person, field, value)
        person.save(update_fields=list(after))
        record(action="person_changed", subject=f"person:{person.pk}", details=changed, by=by, at=at)
    return person


@transaction.atomic
def change_council(*, values: Mapping[str, Any], by: User, at: datetime) -> Council:
    """Set the council's name, colour and table settings."""
    require(by, Permission.CHANGE_SETTINGS)
    council, _ = Council.objects.select_for_update().get_or_create(pk=1)
    changed = changes({field: getattr(council, field) for field in values}, values)
    for field, value in values.items():
        setattr(council, field, value)
    council.full_clean()
    council.save()
    if changed:
        record(action="council_changed", subject="council", details=changed, by=by, at=at)
    return council
