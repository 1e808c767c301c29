from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import change_own_password
from accounts.models import User


class OnTheRecord(DefaultAccountAdapter):
    """Accounts are given by an administrator, nobody opens their own; a new password is in the audit record."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        change_own_password(password=password, by=user, at=timezone.now())
