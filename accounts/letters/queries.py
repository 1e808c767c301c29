"""What is in a letter that lets a person set their password."""

from enum import StrEnum
from typing import Any, NamedTuple

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from accounts.council.queries import council
from accounts.people.models import User


class Link(StrEnum):
    INVITATION = "invitation"
    RESET = "new_password"


class Letter(NamedTuple):
    to: str
    subject: str
    page: dict[str, Any]


_SUBJECTS = {Link.INVITATION: "Your account with {council}", Link.RESET: "A new password for {council}"}


def letter_with_link(person: int, kind: Link) -> Letter | None:
    """None where they can no longer sign in, or have taken up the invitation already."""
    found = User.objects.filter(pk=person, is_active=True).first()
    if found is None or (kind == Link.INVITATION and found.has_usable_password()):
        return None
    name = council().name
    page = {"person": found, "council": name, "link": link_of(found), "days": settings.PASSWORD_RESET_TIMEOUT // 86_400}
    return Letter(found.email, _SUBJECTS[kind].format(council=name), page)


def link_of(person: User) -> str:
    """The address at which this person, and whoever else has it, sets the password; once, and within PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(person)
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
    return f"{settings.SITE_ADDRESS}{address}"
