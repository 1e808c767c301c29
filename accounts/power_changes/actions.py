"""Giving power: asked for by one administrator, done when a second one confirms it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit.actions import record
from accounts.letters.actions import write
from accounts.offices import actions as offices
from accounts.offices.models import Office, OfficeHolding
from accounts.offices.rules import Days
from accounts.people import actions as people
from accounts.people.models import User
from accounts.people.queries import details_of
from accounts.people.rules import PersonDetails
from accounts.permissions.rules import Permission, require
from accounts.power_changes.models import PowerChange
from accounts.power_changes.queries import address_of, administrators, plain_days
from accounts.power_changes.rules import Kind, Wanted, why_not_confirm
from accounts.power_changes.wording.rules import unconfirmable_in_words

CHANGED_SINCE = "What it would change was changed by somebody else since. Refuse it, and ask for it again."


class _Tried(Exception):
    """It could be done, and is not done yet."""


def give(*, wanted: Wanted, by: User, at: datetime) -> PowerChange | User | Office | Any:
    """Ask for it: a PowerChange, to be confirmed. Where the setting asks for one person alone, do it, and give what was recorded.

    Refused now, with the field, where it could not be done now: it is tried, and undone.
    """
    if not settings.TWO_FOR_POWER:
        with transaction.atomic():
            return _do(wanted.kind, wanted.values, by, at)
    try:
        with transaction.atomic():
            _do(wanted.kind, wanted.values, by, at)
            raise _Tried
    except _Tried:
        return _ask(wanted, by, at)


@transaction.atomic
def _ask(wanted: Wanted, by: User, at: datetime) -> PowerChange:
    change = PowerChange.objects.create(
        kind=wanted.kind,
        values=wanted.values,
        words=wanted.words,
        person_id=wanted.person,
        addresses=list(wanted.addresses),
        asked_by=by,
        asked_at=at,
    )
    _record(change, "power_asked_for", by, at)
    for each in User.objects.filter(pk__in=[pk for pk in administrators() if pk not in (by.pk, wanted.person)]):
        text = f"{by} asks for this change of power. It waits until another administrator confirms it.\n\n{change.words}"
        write(to=each.email, subject="A change of power needs your confirmation", text=text, address=address_of(change))
    return change


@transaction.atomic
def confirm(*, change: PowerChange, by: User, at: datetime) -> PowerChange:
    """Do what was asked for. ValidationError where it no longer can be done, or by somebody who may not confirm it."""
    require(by, Permission.MANAGE_PEOPLE)
    change = _open(change)
    if why := why_not_confirm(change.asked_by_id, change.person_id, administrators(), by.pk):
        raise ValidationError(unconfirmable_in_words(why))
    _do(Kind(change.kind), change.values, by, at)
    _decide(change, PowerChange.Outcome.CONFIRMED, by, at)
    _record(change, "power_confirmed", by, at, asked_by=change.asked_by.email)
    for address in change.addresses:
        text = (
            f"{change.asked_by} asked for this, and {by} confirmed it.\n\n{change.words}\n\n"
            "If you did not expect it, tell the council’s monitoring officer at once."
        )
        write(to=address, subject="Your power or your account was changed", text=text)
    return change


@transaction.atomic
def refuse(*, change: PowerChange, by: User, at: datetime) -> PowerChange:
    """It is not to be done: refused by another administrator, withdrawn by who asked for it."""
    require(by, Permission.MANAGE_PEOPLE)
    change, outcomes = _open(change), PowerChange.Outcome
    own = by.pk == change.asked_by_id
    _decide(change, outcomes.WITHDRAWN if own else outcomes.REFUSED, by, at)
    _record(change, "power_withdrawn" if own else "power_refused", by, at)
    if not own:
        write(to=change.asked_by.email, subject="A change of power was refused", text=f"{by} refused it.\n\n{change.words}")
    return change


def _open(change: PowerChange) -> PowerChange:
    change = PowerChange.objects.select_for_update(of=("self",)).select_related("asked_by", "person").get(pk=change.pk)
    if change.outcome:
        raise ValidationError(f"It was {change.get_outcome_display().lower()} already.")
    return change


def _decide(change: PowerChange, outcome: str, by: User, at: datetime) -> None:
    change.outcome, change.decided_by, change.decided_at = outcome, by, at
    change.save(update_fields=["outcome", "decided_by", "decided_at"])


def _record(change: PowerChange, action: str, by: User, at: datetime, **more: str) -> None:
    details = {"kind": change.kind, "words": change.words, "values": change.values, **more}
    record(action=action, subject=f"power_change:{change.pk}", details=details, by=by, at=at)


def _days(values: Mapping[str, Any]) -> Days:
    until = values["until"]
    return Days(date.fromisoformat(values["since"]), date.fromisoformat(until) if until else None)


def _take_office(values: Mapping[str, Any], by: User, at: datetime) -> Any:
    office, holder = Office.objects.get(pk=values["office"]), User.objects.get(pk=values["holder"])
    _say_kind(office.pk, holder, values, by, at)
    return offices.take_office(office=office, holder=holder, days=_days(values), by=by, at=at)


def _correct_holding(values: Mapping[str, Any], by: User, at: datetime) -> Any:
    holding, holder = OfficeHolding.objects.get(pk=values["holding"]), User.objects.get(pk=values["holder"])
    _say_kind(holding.office_id, holder, values, by, at)
    holding.refresh_from_db()
    _as_it_was(values, {"holder": holding.holder_id, **plain_days(Days(holding.since, holding.until))})
    return offices.correct_holding(holding=holding, holder=holder, days=_days(values), reason=values["reason"], by=by, at=at)


def _appoint_deputy(values: Mapping[str, Any], by: User, at: datetime) -> Any:
    office, deputy = Office.objects.get(pk=values["office"]), User.objects.get(pk=values["deputy"])
    _say_kind(office.pk, deputy, values, by, at)
    return offices.appoint_deputy(office=office, deputy=deputy, days=_days(values), authority=values["authority"], by=by, at=at)


def _say_kind(office: int, person: User, values: Mapping[str, Any], by: User, at: datetime) -> None:
    """Whoever asked for it said with it what the person is. The office is locked first, as wherever both are."""
    offices.lock_office(office)
    if kind := values.get("kind"):
        people.say_kind(person=person, kind=kind, by=by, at=at)


def _add_person(values: Mapping[str, Any], by: User, at: datetime) -> Any:
    return people.add_person(details=PersonDetails(**values), by=by, at=at)


def _change_person(values: Mapping[str, Any], by: User, at: datetime) -> Any:
    person = people.locked_person(values["person"])
    if person is None:
        raise ValidationError(CHANGED_SINCE)
    _as_it_was(values, details_of(person).stored)
    details = {name: value for name, value in values.items() if name not in ("person", "before")}
    return people.change_person(person=person, details=PersonDetails(**details), by=by, at=at)


def _as_it_was(values: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """What was asked for was a change of something: done to something else, it would undo what happened in between."""
    if values["before"] != now:
        raise ValidationError(CHANGED_SINCE)


_DOES: dict[Kind, Callable[[Mapping[str, Any], User, datetime], Any]] = {
    Kind.TAKE_OFFICE: _take_office,
    Kind.CORRECT_HOLDING: _correct_holding,
    Kind.APPOINT_DEPUTY: _appoint_deputy,
    Kind.ADD_PERSON: _add_person,
    Kind.CHANGE_PERSON: _change_person,
}


def _do(kind: Kind, values: Mapping[str, Any], by: User, at: datetime) -> Any:
    return _DOES[kind](values, by, at)
