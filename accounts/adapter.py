from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class NoSignUp(DefaultAccountAdapter):
    """Accounts are given by an administrator; nobody opens their own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
