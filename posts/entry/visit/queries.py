"""A visit: from signing in to signing out. What is undone with the keyboard is of this visit."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import AuditEntry
from accounts.permissions.rules import SignedIn

_SINCE = "visit_since"
PASSED = "undo_passed_over"


@receiver(user_logged_in)
def _begun(request: Any, **_: Any) -> None:
    if request:
        last = AuditEntry.objects.order_by("-number").values_list("number", flat=True).first()
        request.session[_SINCE] = last or 0


def passed_over(request: SignedIn) -> list[int]:
    """The acts of this visit that could not be undone, by their numbers in the audit record."""
    return list(request.session.get(PASSED, []))


def visit_since(request: SignedIn) -> int:
    """The last entry of the audit record before this visit."""
    return request.session.get(_SINCE, 0)
