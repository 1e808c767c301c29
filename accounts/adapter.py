"""How allauth, the sign-in package, does things our way."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.clock import queries as clock
from accounts.council.queries import council
from accounts.factors.rules import seal, unseal
from accounts.letters import actions as letters
from accounts.letters.queries import Link
from accounts.people.actions import change_own_password
from accounts.people.models import User


class OnTheRecord(DefaultAccountAdapter):
    """Accounts are given by an administrator, nobody opens their own; a new password is in the audit record."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queued, with the council's name: no page waits for a mail server, or fails where there is none."""
        page = context | {"council": council().name, "email": email}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", page).split())
        letters.write(to=email, subject=subject, text=render_to_string(f"{template_prefix}_message.txt", page).strip())

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        letters.write_link(person=user.pk, kind=Link.RESET)

    def set_password(self, user: User, password: str) -> None:
        change_own_password(password=password, by=user, at=clock.now())


class SealedFactors(DefaultMFAAdapter):
    """Secrets of second factors are stored sealed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or it has been used. Enter the one that the app shows now.",
        "cannot_generate_recovery_codes": "Set up an authenticator app first: recovery codes are for when you do not have it.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
