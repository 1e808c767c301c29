"""How allauth, the sign-in package, does things our way."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from accounts.clock import queries as clock
from accounts.factors.rules import seal, unseal
from accounts.people.actions import change_own_password
from accounts.people.models import User


class OnTheRecord(DefaultAccountAdapter):
    """Accounts are given by an administrator, nobody opens their own; a new password is in the audit record."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

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
