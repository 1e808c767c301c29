"""Who may be given power, and by whom: nobody takes or gives it alone. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any

from accounts.people.rules import PersonDetails
from accounts.permissions.rules import Role

DECIDING = frozenset({Role.OFFICE_HOLDER, Role.CLERK, Role.ADMINISTRATOR})
"""Roles that decide, record what was decided, or give power to others."""


class Kind(StrEnum):
    """What gives power to a person."""

    TAKE_OFFICE = "take_office"
    CORRECT_HOLDING = "correct_holding"
    APPOINT_DEPUTY = "appoint_deputy"
    ADD_PERSON = "add_person"
    CHANGE_PERSON = "change_person"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change of power as one administrator asks for it. `values` are plain, as JSON holds them; `words` say it to people."""

    kind: Kind
    values: Mapping[str, Any]
    words: str
    person: int | None = None
    """Who would have the power; None for somebody who is not added yet."""
    addresses: tuple[str, ...] = field(default=())
    """Whom it concerns, by the addresses that are recorded before it is done."""


def gives_power(before: PersonDetails | None, after: PersonDetails, *, has_office: bool) -> bool:
    """Whether this change of a person's account needs a second administrator.

    A role that decides is given; or whether somebody is a member or an officer changes, for that says which offices they may
    take; or the address of somebody with such a role or an office changes, for whoever reads the mail of an address signs in
    with it; or such a person may sign in again.
    """
    had = frozenset(before.roles) & DECIDING if before else frozenset()
    has = frozenset(after.roles) & DECIDING
    if before is None:
        return bool(has)
    if before.kind != after.kind:
        return True
    if not after.is_active:
        return False
    moved = before.email.lower() != after.email.lower() or not before.is_active
    return bool(has - had) or (moved and (bool(has) or has_office))


class Unconfirmable(Enum):
    """Why somebody may not confirm a change of power."""

    ASKED = auto()
    """They asked for it."""
    ALONE = auto()
    """They asked for it, and there is no other administrator."""
    GAINS = auto()
    """It gives power to them."""
    NO_ADMINISTRATOR = auto()


def why_not_confirm(asked_by: int, person: int | None, administrators: Collection[int], by: int) -> Unconfirmable | None:
    """Why this person may not confirm it; None where they may."""
    if by == asked_by:
        others = [each for each in administrators if each not in (asked_by, person)]
        return Unconfirmable.ASKED if others else Unconfirmable.ALONE
    if by == person:
        return Unconfirmable.GAINS
    return None if by in administrators else Unconfirmable.NO_ADMINISTRATOR
