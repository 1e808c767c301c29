"""Writes about the people who sign in."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.letters import actions as letters
from accounts.letters.queries import Link
from accounts.offices.queries import acted_for_another_kind
from accounts.people.models import User
from accounts.people.rules import CALLED, PersonDetails
from accounts.permissions.rules import Permission, Role, require

FIRST_ADMINISTRATORS = 2


@transaction.atomic
def create_first_administrator(*, email: str, name: str, password: str, at: datetime) -> User:
    """One of the two accounts that nobody on the site grants: power takes two. Raises ValueError once there are two."""
    if User.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).count() >= FIRST_ADMINISTRATORS:
        raise ValueError("There are two administrators already: ask them to add people.")
    user = User(email=email.lower(), name=name, roles=[Role.ADMINISTRATOR])
    user.set_password(password)
    user.full_clean()
    user.save()
    record(action="person_added", subject=f"person:{user.pk}", details={"roles": user.roles, "first": True}, by=None, at=at)
    return user


@transaction.atomic
def add_person(*, details: PersonDetails, by: User, at: datetime, password: str | None = None) -> User:
    """A new person. Without a password they are sent a link by which they set one."""
    require(by, Permission.MANAGE_PEOPLE)
    user = User(**details.stored)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    record(
        action="person_added",
        subject=f"person:{user.pk}",
        details={"name": user.name, "job_title": user.job_title, "kind": user.kind, "roles": user.roles},
        by=by,
        at=at,
    )
    if password is None:
        letters.write_link(person=user.pk, kind=Link.INVITATION)
    return user


@transaction.atomic
def change_own_password(*, password: str, by: User, at: datetime) -> None:
    """Set one's own password, signed in or through the reset link. The entry says that it happened, nothing more."""
    by.set_password(password)
    by.save(update_fields=["password"])
    record(action="password_changed", subject=f"person:{by.pk}", details={}, by=by, at=at)


@transaction.atomic
def change_own_mail(*, once_a_day: bool, by: User, at: datetime) -> None:
    """Whether one's mail comes as it arises or once a day, all in one."""
    changed = changes({"mail_once_a_day": by.mail_once_a_day}, {"mail_once_a_day": once_a_day})
    if changed:
        by.mail_once_a_day = once_a_day
        by.save(update_fields=["mail_once_a_day"])
        record(action="own_mail_changed", subject=f"person:{by.pk}", details=changed, by=by, at=at)


@transaction.atomic
def say_kind(*, person: User, kind: str, by: User, at: datetime) -> None:
    """Record what somebody is whose account does not say it yet. ValidationError at `kind` where it says something else."""
    require(by, Permission.MANAGE_PEOPLE)
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.kind and person.kind != kind:
        raise ValidationError({"kind": f"{person} is recorded as {CALLED[person.kind]}."})
    changed = changes({"kind": person.kind}, {"kind": kind})
    if changed:
        _as_they_acted(person, kind)
        person.kind = kind
        person.save(update_fields=["kind"])
        record(action="person_changed", subject=f"person:{person.pk}", details=changed, by=by, at=at)


def _as_they_acted(person: User, kind: str) -> None:
    """Records of earlier days name them by this account: it was a member's then, or an officer's."""
    if kind and (office := acted_for_another_kind(person, kind)):
        raise ValidationError(
            {
                "kind": f"{person} acts or acted for the {office}, an office of {CALLED[office.kind]}. "
                "Somebody who changes from member to officer, or back, needs an account of their own for each."
            }
        )


class LastAdministrator(ValueError):
    """Nobody could administer any more."""


def locked_person(pk: int) -> User | None:
    """The person, locked together with every administrator, in one order: two who change each other at once wait, not die."""
    administrators = Q(is_active=True, roles__contains=[Role.ADMINISTRATOR])
    locked = User.objects.select_for_update().filter(administrators | Q(pk=pk)).order_by("pk")
    return next((person for person in locked if person.pk == pk), None)


@transaction.atomic
def change_person(*, person: User, details: PersonDetails, by: User, at: datetime) -> User:
    """Change who a person is and what they may do. Raises LastAdministrator rather than lock everybody out, and ValidationError
    at `kind` where they acted for an office of the other kind.

    The audit record keeps naming earlier acts by the address of their day; the entry of this change joins the two.
    """
    require(by, Permission.MANAGE_PEOPLE)
    # Two administrators who demote each other at once would leave none: all administrators are locked first.
    locked_person(person.pk)
    administrators = set(User.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).values_list("pk", flat=True))
    if administrators == {person.pk} and not (details.is_active and Role.ADMINISTRATOR in details.roles):
        raise LastAdministrator("This is the only administrator: give somebody else the role first.")
    person = User.objects.get(pk=person.pk)
    after = details.stored
    changed = changes({field: getattr(person, field) for field in after}, after)
    if "kind" in changed:
        _as_they_acted(person, details.kind)
    if changed:
        for field, value in after.items():
            setattr(person, field, value)
        person.save(update_fields=list(after))
        if "email" in changed:
            EmailAddress.objects.filter(user=person).delete()  # or a reset link could still be sent to the old address
        record(action="person_changed", subject=f"person:{person.pk}", details=changed, by=by, at=at)
    return person
