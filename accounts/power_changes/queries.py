"""Reads about changes of power: what one would be, those that wait to be confirmed, and those that were."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.offices.models import Office, OfficeHolding
from accounts.offices.queries import holder_of
from accounts.offices.rules import Days
from accounts.people.models import User
from accounts.people.queries import details_of
from accounts.people.rules import CALLED, PersonDetails
from accounts.permissions.rules import Role
from accounts.power_changes.models import PowerChange
from accounts.power_changes.rules import Kind, Wanted, gives_power
from display.formats import long_date


def administrators() -> set[int]:
    """Everybody who may confirm one, but their own."""
    return set(User.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).values_list("pk", flat=True))


def changes() -> QuerySet[PowerChange]:
    """Every one, with the people of it."""
    return PowerChange.objects.select_related("asked_by", "decided_by", "person")


def waiting_for(person: User) -> QuerySet[PowerChange]:
    """Those that this administrator may confirm (one query)."""
    return changes().filter(outcome="").exclude(asked_by=person).exclude(person=person).order_by("asked_at", "pk")


def address_of(change: PowerChange) -> str:
    return reverse("power_change", args=[change.pk])


def taking_office(office: Office, holder: User, days: Days, kind: str = "") -> Wanted:
    """Somebody takes office; who holds it that day is told too. `kind` is what the holder is said with it to be, or ""."""
    words = f"{holder} takes office as {office} {_from_to(days)}.{_said(holder, kind)}"
    values = {"office": office.pk, "holder": holder.pk, "kind": kind, **plain_days(days)}
    return Wanted(Kind.TAKE_OFFICE, values, words, holder.pk, _addresses(holder, holder_of(office, days.since)))


def correcting_holding(holding: OfficeHolding, holder: User, days: Days, reason: str, kind: str = "") -> Wanted:
    """Who held an office was recorded wrongly; both are told. `kind` as for `taking_office`."""
    recorded = f"{holding.holder} {_from_to(Days(holding.since, holding.until))}"
    words = (
        f"{holder} is recorded as {holding.office} {_from_to(days)}, instead of {recorded}.{_said(holder, kind)} Reason: {reason}"
    )
    before = {"holder": holding.holder_id, **plain_days(Days(holding.since, holding.until))}
    values = {"holding": holding.pk, "holder": holder.pk, "kind": kind, "reason": reason, "before": before, **plain_days(days)}
    return Wanted(Kind.CORRECT_HOLDING, values, words, holder.pk, _addresses(holder, holding.holder))


def appointing_deputy(office: Office, deputy: User, days: Days, authority: str, kind: str = "") -> Wanted:
    """Somebody may act for the office; its holder is told too. `kind` as for `taking_office`."""
    words = f"{deputy} may act for {office} {_from_to(days)}.{_said(deputy, kind)} They act under this authority: {authority}"
    values = {"office": office.pk, "deputy": deputy.pk, "kind": kind, "authority": authority, **plain_days(days)}
    return Wanted(Kind.APPOINT_DEPUTY, values, words, deputy.pk, _addresses(deputy, holder_of(office, days.since)))


def adding_person(details: PersonDetails) -> Wanted | None:
    """Somebody is added with a role that decides; None where they get none."""
    if not gives_power(None, details, has_office=False):
        return None
    words = f"{details.name} ({details.email}) is added. Roles: {_roles(details)}."
    return Wanted(Kind.ADD_PERSON, details.stored, words, addresses=(details.email,))


def changing_person(person: User, details: PersonDetails, day: date) -> Wanted | None:
    """An account gets power, or the mail of one that has power goes elsewhere; None where neither."""
    before = details_of(person)
    # An office that is asked for counts: or the mail could be led elsewhere before it is confirmed.
    asked_for = PowerChange.objects.filter(person=person, outcome="").exists()
    has_office = asked_for or any(of.not_ended(day).exists() for of in (person.holdings, person.deputy_appointments))
    if not gives_power(before, details, has_office=has_office):
        return None
    values = {"person": person.pk, "before": before.stored, **details.stored}
    return Wanted(Kind.CHANGE_PERSON, values, _changed(before, details), person.pk, _once(before.email, details.email.lower()))


def _changed(before: PersonDetails, after: PersonDetails) -> str:
    said = [f"The account of {before.name} is changed."]
    if before.email != after.email.lower():
        said.append(f"E-mail address: {before.email} → {after.email.lower()}.")
    if sorted(before.roles) != sorted(after.roles):
        said.append(f"Roles: {_roles(before) or 'none'} → {_roles(after)}.")
    if before.kind != after.kind:
        said.append(f"Recorded as: {CALLED[before.kind]} → {CALLED[after.kind]}.")
    if not before.is_active:
        said.append("They can sign in again.")
    return " ".join(said)


def _said(person: User, kind: str) -> str:
    return f" {person} is recorded as {CALLED[kind]}." if kind else ""


def _roles(details: PersonDetails) -> str:
    return ", ".join(Role(role).label for role in sorted(details.roles))


def _from_to(days: Days) -> str:
    return f"from {long_date(days.since)}" + (f" to {long_date(days.until)}" if days.until else " on")


def plain_days(days: Days) -> dict[str, Any]:
    """As JSON holds them."""
    return {"since": days.since.isoformat(), "until": days.until and days.until.isoformat()}


def _addresses(*people: User | None) -> tuple[str, ...]:
    return _once(*(person.email for person in people if person))


def _once(*addresses: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))
