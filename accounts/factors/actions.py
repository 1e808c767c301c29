"""What happens to a person's second factor, on the record: in one transaction with allauth's view, which stores the factor."""

from datetime import datetime
from time import time
from typing import Any

from allauth.account.signals import authentication_step_completed
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.audit.actions import record
from accounts.people.models import User

ADDED, REMOVED, RENEWED = "factor_added", "factor_removed", "factor_renewed"


@transaction.atomic
def record_factor(*, act: str, kind: str, by: User, at: datetime) -> None:
    """A factor of their own was added, removed or renewed. `kind` is an app or recovery codes; no secret is in the record."""
    record(action=act, subject=f"user:{by.pk}", details={"factor": kind}, by=by, at=at)


CONFIRMED = "confirmed_at"
"""In the session: the second, by the machine's clock, in which the person last signed in or confirmed who they are."""


@receiver(user_logged_in)
def _signed_in(request: Any, **_: Any) -> None:
    if request:
        request.session[CONFIRMED] = time()


@receiver(authentication_step_completed)
def _confirmed(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    if reauthenticated:
        request.session[CONFIRMED] = time()
