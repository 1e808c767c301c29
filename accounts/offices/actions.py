"""Writes about offices, their holders and their deputies."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.text import slugify

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.offices.models import DeputyAppointment, Office, OfficeHolding
from accounts.offices.queries import of_another_kind
from accounts.offices.rules import Days, fits
from accounts.people.models import User
from accounts.people.rules import CALLED
from accounts.permissions.rules import Permission, require
from display.formats import long_date

DETAILS = ("name", "kind", "statutory_role")


def lock_office(pk: int) -> None:
    """Against everybody who would change who holds the office or deputises. Records may refer to it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_office WHERE id = %s FOR NO KEY UPDATE", [pk])


def locked_office(pk: int) -> Office | None:
    """The office as it is under that lock."""
    lock_office(pk)
    return Office.objects.filter(pk=pk).first()


@transaction.atomic
def add_office(*, values: Mapping[str, Any], by: User, at: datetime, slug: str = "") -> Office:
    """A new office, vacant. Its slug is made from the name unless given; it stays when the name changes."""
    require(by, Permission.MANAGE_OFFICES)
    office = Office(slug=slug or _free_slug(values["name"]), **values)
    office.full_clean()
    office.save()
    _record_of(office, "office_added", {field: getattr(office, field) for field in DETAILS}, by, at)
    return office


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:40] or "office"
    taken = set(Office.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


@transaction.atomic
def change_office(*, office: Office, values: Mapping[str, Any], by: User, at: datetime) -> Office:
    """The same office under other details. What was decided before keeps the name it had."""
    require(by, Permission.MANAGE_OFFICES)
    office = Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    changed = changes({field: getattr(office, field) for field in values}, values)
    if changed:
        for field, value in values.items():
            setattr(office, field, value)
        office.full_clean()
        if "kind" in changed:
            _all_of_one_kind(office)
        office.save(update_fields=list(values))
        _record_of(office, "office_changed", changed, by, at)
    return office


def _all_of_one_kind(office: Office) -> None:
    """Everybody who ever acted for the office may have acted for this kind of it. ValidationError at `kind`."""
    acted = [(each.holder, Days(each.since, each.until)) for each in office.holdings.select_related("holder")]
    for each in office.deputies.select_related("deputy"):
        if each.last_day is None or each.last_day >= each.since:
            acted.append((each.deputy, Days(each.since, each.last_day)))
    for person, days in acted:
        _of_one_kind(person, office, days, "kind")
        if person.kind and not fits(person.kind, office.kind):
            said = f"{person} acts or acted for this office and is recorded as {CALLED[person.kind]}."
            raise ValidationError({"kind": f"{said} Set that to “Not said yet” first, under People."})


class Succession(NamedTuple):
    """What else changes when somebody takes an office."""

    ends: OfficeHolding | None
    """The holding that ends the day before; None where the office is vacant then."""
    revokes: list[DeputyAppointment]
    """Their own appointments as deputy, which end as they take office."""


def succession(*, office: Office, holder: User, kind: str, days: Days, by: User) -> Succession:
    """What taking the office would change, by somebody of this kind: as recorded, or as will be recorded with it.

    Raises ValidationError, field by field, where kind or days do not fit what is recorded.
    """
    require(by, Permission.MANAGE_OFFICES)
    _not_oneself(by, holder, "holder")
    since, until = days.since, days.until
    _in_order(since, until)
    _of_one_kind(holder, office, days, "holder")
    _of_their_kind(holder, kind, office, "holder")
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
def take_office(*, office: Office, holder: User, days: Days, by: User, at: datetime) -> OfficeHolding:
    """Record that somebody takes office: whoever held it leaves the day before. ValidationError as `succession`."""
    lock_office(office.pk)
    ends, revokes = succession(office=office, holder=holder, kind=_kind_of(holder), days=days, by=by)
    since, until = days.since, days.until
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
def correct_holding(*, holding: OfficeHolding, holder: User, days: Days, reason: str, by: User, at: datetime) -> OfficeHolding:
    """Put right what was recorded wrongly, with the reason. Both versions stay in the audit record."""
    require(by, Permission.MANAGE_OFFICES)
    since, until = days.since, days.until
    lock_office(holding.office_id)
    holding = OfficeHolding.objects.select_related("office", "holder").get(pk=holding.pk)
    if holder != holding.holder:
        _not_oneself(by, holder, "holder")
    _in_order(since, until)
    _of_one_kind(holder, holding.office, days, "holder")
    if holder != holding.holder:
        _of_their_kind(holder, _kind_of(holder), holding.office, "holder")
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
def appoint_deputy(*, office: Office, deputy: User, days: Days, authority: str, by: User, at: datetime) -> DeputyAppointment:
    """Somebody may act for the office in these days, under the authority whose text is given."""
    require(by, Permission.MANAGE_OFFICES)
    since, until = days.since, days.until
    _not_oneself(by, deputy, "deputy")
    lock_office(office.pk)
    _in_order(since, until)
    if holding := office.holdings.within(since, until).filter(holder=deputy).first():
        raise ValidationError({"deputy": f"{deputy} holds this office {_days(holding)}, so needs no appointment as deputy."})
    _of_one_kind(deputy, office, days, "deputy")
    _of_their_kind(deputy, _kind_of(deputy), office, "deputy")
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


def _of_one_kind(person: User, office: Office, days: Days, field: str) -> None:
    """The deputy of an officer is an officer; nobody is a member and an officer on the same days."""
    if other := of_another_kind(person, office, days):
        has = "holds" if isinstance(other, OfficeHolding) else "is deputy for"
        theirs, wanted = CALLED[other.office.kind], CALLED[office.kind]
        raise ValidationError(
            {
                field: f"{person} {has} the office {other.office}, of {theirs}, {_days(other)}. "
                f"Nobody acts for {wanted} and {theirs} on the same days."
            }
        )


def _kind_of(person: User) -> str:
    """As it is stored now, and stays until this transaction ends."""
    return User.objects.select_for_update(no_key=True).values_list("kind", flat=True).get(pk=person.pk)


def _of_their_kind(person: User, kind: str, office: Office, field: str) -> None:
    """An office of a member is a member's, an office of an officer an officer's."""
    if fits(kind, office.kind):
        return
    wanted = CALLED[office.kind]
    if kind:
        said = f"{person} is recorded as {CALLED[kind]}: only {wanted} acts for an office of {wanted}."
        raise ValidationError({field: said})
    asked = f"If {person} is {wanted}, tick this box."
    raise ValidationError({"kind": f"Nobody has recorded yet whether {person} is a member or an officer. {asked}"})


def _days(row: OfficeHolding | DeputyAppointment) -> str:
    last = row.last_day
    return f"from {long_date(row.since)}{f' to {long_date(last)}' if last else ' on'}"
