"""Writes about people, offices, the council's settings, and the audit chain that every write of every app goes through."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts.models import AuditEntry, Council, DeputyAppointment, Office, OfficeHolding, User
from accounts.permissions.rules import Permission, Role, require
from costing.frozen import canonical
from display.formats import long_date

GENESIS = "0" * 64


class AuditChainBroken(RuntimeError):
    """The chain has no head row: nothing may be written until somebody has found out why."""


def link(previous_hash: str, content: str) -> str:
    """SHA-256 over the previous hash, a line feed and the content. The database computes the same and refuses another."""
    return hashlib.sha256(f"{previous_hash}\n{content}".encode()).hexdigest()


# The lock on the head, and the entry after it, in one statement: whoever waited for the lock follows the head as it is then.
# The trigger audit_entry_links checks the link and moves the head on.
_ADD_ENTRY = """
WITH head AS (SELECT number, hash FROM accounts_audithead WHERE id = 1 FOR UPDATE),
entry AS (SELECT number + 1 AS number, hash, %(before)s || (number + 1)::text || %(after)s AS content FROM head)
INSERT INTO accounts_auditentry (number, at, actor_id, action, subject, content, previous_hash, hash)
SELECT number, %(at)s, %(actor)s, %(action)s, %(subject)s, content, hash,
    encode(sha256(convert_to(hash || E'\\n' || content, 'UTF8')), 'hex') FROM entry
RETURNING number, content, previous_hash, hash
"""


def record(*, action: str, subject: str, details: Mapping[str, Any], by: User | None, at: datetime) -> AuditEntry:
    """Add an entry to the audit chain, inside the caller's transaction, under the locked head row (unlocked chains fork)."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audit entry is written in the transaction of the act it records.")
    given = {"at": at.isoformat(), "actor": by.email if by else None, "action": action, "details": details}
    # The canonical text of the whole: "number" comes after these in the alphabet, and "subject" after it.
    before, after = f'{canonical(given)[:-1]},"number":', f",{canonical({'subject': subject})[1:]}"
    same: dict[str, Any] = {"at": at, "action": action, "subject": subject}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_ENTRY, {"before": before, "after": after, "actor": by.pk if by else None, **same})
        added = cursor.fetchone()
    if added is None:
        raise AuditChainBroken("The audit chain has no head row.")
    number, content, previous_hash, hash_ = added
    return AuditEntry(number=number, actor=by, content=content, previous_hash=previous_hash, hash=hash_, **same)


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


@transaction.atomic
def change_own_password(*, password: str, by: User, at: datetime) -> None:
    """Set one's own password, signed in or through the reset link. The entry says that it happened, nothing more."""
    by.set_password(password)
    by.save(update_fields=["password"])
    record(action="password_changed", subject=f"person:{by.pk}", details={}, by=by, at=at)


class LastAdministrator(ValueError):
    """Nobody could administer any more."""


def locked_person(pk: int) -> User | None:
    """The person, locked together with every administrator, in one order: two who change each other at once wait, not die."""
    administrators = Q(is_active=True, roles__contains=[Role.ADMINISTRATOR])
    locked = User.objects.select_for_update().filter(administrators | Q(pk=pk)).order_by("pk")
    return next((person for person in locked if person.pk == pk), None)


@transaction.atomic
def change_person(
    *, person: User, email: str, name: str, job_title: str, roles: Sequence[str], is_active: bool, by: User, at: datetime
) -> User:
    """Change who a person is and what they may do. Raises LastAdministrator rather than lock everybody out.

    The audit record keeps naming earlier acts by the address of their day; the entry of this change joins the two.
    """
    require(by, Permission.MANAGE_PEOPLE)
    # Two administrators who demote each other at once would leave none: all administrators are locked first.
    locked_person(person.pk)
    administrators = set(User.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).values_list("pk", flat=True))
    if administrators == {person.pk} and not (is_active and Role.ADMINISTRATOR in roles):
        raise LastAdministrator("This is the only administrator: give somebody else the role first.")
    person = User.objects.get(pk=person.pk)
    after = {"email": email.lower(), "name": name, "job_title": job_title, "roles": sorted(roles), "is_active": is_active}
    changed = changes({field: getattr(person, field) for field in after}, after)
    if changed:
        for field, value in after.items():
            setattr(person, field, value)
        person.save(update_fields=list(after))
        if "email" in changed:
            EmailAddress.objects.filter(user=person).delete()  # or a reset link could still be sent to the old address
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


def lock_office(pk: int) -> None:
    """Against everybody who would change who holds the office or deputises. Records may refer to it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_office WHERE id = %s FOR NO KEY UPDATE", [pk])


def locked_office(pk: int) -> Office | None:
    """The office as it is under that lock."""
    lock_office(pk)
    return Office.objects.filter(pk=pk).first()


@transaction.atomic
def add_office(*, name: str, by: User, at: datetime, slug: str = "", statutory_role: str = "") -> Office:
    """A new office, vacant. Its slug is made from the name unless given; it stays when the name changes."""
    require(by, Permission.MANAGE_OFFICES)
    office = Office(name=name, slug=slug or _free_slug(name), statutory_role=statutory_role)
    office.full_clean()
    office.save()
    _record_of(office, "office_added", {"name": name, "statutory_role": statutory_role}, by, at)
    return office


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:40] or "office"
    taken = set(Office.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


@transaction.atomic
def change_office(*, office: Office, name: str, statutory_role: str, by: User, at: datetime) -> Office:
    """The same office under another name, or in another statutory role. What was decided before keeps the name it had."""
    require(by, Permission.MANAGE_OFFICES)
    office = Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    after = {"name": name, "statutory_role": statutory_role}
    changed = changes({field: getattr(office, field) for field in after}, after)
    if changed:
        office.name, office.statutory_role = name, statutory_role
        office.full_clean()
        office.save(update_fields=list(after))
        _record_of(office, "office_changed", changed, by, at)
    return office


class Succession(NamedTuple):
    """What else changes when somebody takes an office."""

    ends: OfficeHolding | None
    """The holding that ends the day before; None where the office is vacant then."""
    revokes: list[DeputyAppointment]
    """Their own appointments as deputy, which end as they take office."""


def succession(*, office: Office, holder: User, since: date, until: date | None, by: User) -> Succession:
    """What taking the office would change. Raises ValidationError, field by field, where the days do not fit what is recorded."""
    require(by, Permission.MANAGE_OFFICES)
    _not_oneself(by, holder, "holder")
    _in_order(since, until)
    overlapping = list(office.holdings.within(since, until).select_related("holder").order_by("since"))
    ends = overlapping.pop(0) if overlapping and overlapping[0].since < since else None
    if ends and ends.holder == holder:
        raise ValidationError({"holder": f"{holder} holds this office already, since {long_date(ends.since)}."})
    if overlapping and overlapping[0].since == since:
        raise ValidationError(
            {"since": f"{overlapping[0].holder} takes this office on the same day. Correct that entry, or choose another day."}
        )
    if overlapping:
        taken = f"{overlapping[0].holder} takes this office on {long_date(overlapping[0].since)}"
        raise ValidationError({"until": f"{taken}: enter a last day before that."})
    return Succession(ends, list(office.deputies.within(since, until).filter(deputy=holder).order_by("since")))


@transaction.atomic
def take_office(*, office: Office, holder: User, since: date, until: date | None = None, by: User, at: datetime) -> OfficeHolding:
    """Record that somebody takes office: whoever held it leaves the day before. ValidationError as `succession`."""
    lock_office(office.pk)
    ends, revokes = succession(office=office, holder=holder, since=since, until=until, by=by)
    if ends:
        _end(ends, since - timedelta(days=1), by, at)
    for appointment in revokes:
        _revoke(appointment, max(since, appointment.since), by, at)
    holding = OfficeHolding.objects.create(office=office, holder=holder, since=since, until=until)
    _record_of(office, "office_taken", {"holder": holder.email, "since": since, "until": until}, by, at)
    return holding


@transaction.atomic
def end_holding(*, holding: OfficeHolding, until: date, by: User, at: datetime) -> OfficeHolding:
    """The holder's last day, known now. A later day than the one recorded is a correction, not an end."""
    require(by, Permission.MANAGE_OFFICES)
    lock_office(holding.office_id)
    holding = OfficeHolding.objects.select_related("office", "holder").get(pk=holding.pk)
    if until < holding.since:
        raise ValidationError({"until": f"The last day must not come before the first, {long_date(holding.since)}."})
    if holding.until and until > holding.until:
        raise ValidationError({"until": f"The recorded date is {long_date(holding.until)}. If that is wrong, correct the entry."})
    return _end(holding, until, by, at)


def _end(holding: OfficeHolding, until: date, by: User, at: datetime) -> OfficeHolding:
    changed = changes({"until": holding.until}, {"until": until})
    if changed:
        holding.until = until
        holding.save(update_fields=["until"])
        _record_of(holding.office, "holding_ended", {"holder": holding.holder.email, "since": holding.since} | changed, by, at)
    return holding


@transaction.atomic
def correct_holding(
    *, holding: OfficeHolding, holder: User, since: date, until: date | None, reason: str, by: User, at: datetime
) -> OfficeHolding:
    """Put right what was recorded wrongly, with the reason. Both versions stay in the audit record."""
    require(by, Permission.MANAGE_OFFICES)
    lock_office(holding.office_id)
    holding = OfficeHolding.objects.select_related("office", "holder").get(pk=holding.pk)
    if holder != holding.holder:
        _not_oneself(by, holder, "holder")
    _in_order(since, until)
    others = holding.office.holdings.within(since, until).exclude(pk=holding.pk).select_related("holder")
    if other := others.order_by("since").first():
        field = "since" if other.since <= since else "until"
        raise ValidationError({field: f"{other.holder} holds this office {_days(other)}: the days must not overlap."})
    after = {"holder": holder.email, "since": since, "until": until}
    changed = changes({"holder": holding.holder.email, "since": holding.since, "until": holding.until}, after)
    if changed:
        holding.holder, holding.since, holding.until = holder, since, until
        holding.save(update_fields=["holder", "since", "until"])
        _record_of(holding.office, "holding_corrected", {**after, "changed": changed, "reason": reason}, by, at)
    return holding


@transaction.atomic
def appoint_deputy(
    *, office: Office, deputy: User, since: date, until: date | None, authority: str, by: User, at: datetime
) -> DeputyAppointment:
    """Somebody may act for the office in these days, under the authority whose text is given."""
    require(by, Permission.MANAGE_OFFICES)
    _not_oneself(by, deputy, "deputy")
    lock_office(office.pk)
    _in_order(since, until)
    if holding := office.holdings.within(since, until).filter(holder=deputy).first():
        raise ValidationError({"deputy": f"{deputy} holds this office {_days(holding)}, so needs no appointment as deputy."})
    if same := office.deputies.within(since, until).filter(deputy=deputy).first():
        raise ValidationError({"since": f"{deputy} is appointed {_days(same)} already: the days must not overlap."})
    appointment = DeputyAppointment.objects.create(office=office, deputy=deputy, since=since, until=until, authority=authority)
    details = {"deputy": deputy.email, "since": since, "until": until, "authority": authority}
    _record_of(office, "deputy_appointed", details, by, at)
    return appointment


@transaction.atomic
def revoke_deputy(*, appointment: DeputyAppointment, revoked_from: date, by: User, at: datetime) -> DeputyAppointment:
    """From that day on the deputy may no longer act. From its first day, the appointment was never in force."""
    require(by, Permission.MANAGE_OFFICES)
    lock_office(appointment.office_id)
    appointment = DeputyAppointment.objects.select_related("office", "deputy").get(pk=appointment.pk)
    if appointment.revoked_from:
        raise ValidationError({"revoked_from": f"This was already revoked, from {long_date(appointment.revoked_from)}."})
    if revoked_from < appointment.since:
        raise ValidationError({"revoked_from": f"The appointment begins on {long_date(appointment.since)}: not before that day."})
    if appointment.until and revoked_from > appointment.until:
        raise ValidationError({"revoked_from": f"The appointment ends on {long_date(appointment.until)} by itself."})
    return _revoke(appointment, revoked_from, by, at)


def _revoke(appointment: DeputyAppointment, revoked_from: date, by: User, at: datetime) -> DeputyAppointment:
    appointment.revoked_from, appointment.revoked_at, appointment.revoked_by = revoked_from, at, by
    appointment.save(update_fields=["revoked_from", "revoked_at", "revoked_by"])
    details = {"deputy": appointment.deputy.email, "since": appointment.since, "revoked_from": revoked_from}
    _record_of(appointment.office, "deputy_revoked", details, by, at)
    return appointment


def _record_of(office: Office, action: str, details: Mapping[str, Any], by: User, at: datetime) -> None:
    record(action=action, subject=f"office:{office.slug}", details=details, by=by, at=at)


def _in_order(since: date, until: date | None) -> None:
    if until and until < since:
        raise ValidationError({"until": "The last day must not come before the first."})


def _not_oneself(by: User, person: User, field: str) -> None:
    """Power to decide comes from an office: who keeps the offices must not give themselves one."""
    if by == person:
        raise ValidationError({field: "You cannot record your own office or appointment: ask another administrator."})


def _days(row: OfficeHolding | DeputyAppointment) -> str:
    last = row.last_day
    return f"from {long_date(row.since)}{f' to {long_date(last)}' if last else ' on'}"
