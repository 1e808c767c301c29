"""Two-step sign-in: allauth's pages, each in one transaction with the audit entries of what it did."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.clock import queries as clock
from accounts.factors.actions import ADDED, REMOVED, RENEWED, record_factor
from accounts.people.models import User


def on_the_record(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page, and what it changed of the person's factors, all or nothing.

    Compared before and after, because allauth tells of a factor that was added only once it is committed.
    """

    @wraps(view)
    @transaction.atomic
    def recorded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method != "POST" or not isinstance(request.user, User):
            return view(request, *args, **named)
        before, response = _factors_of(request.user), view(request, *args, **named)
        after = _factors_of(request.user)
        for kind in sorted(before.keys() | after.keys()):
            if before.get(kind) != after.get(kind):
                act = ADDED if kind not in before else REMOVED if kind not in after else RENEWED
                record_factor(act=act, kind=kind, by=request.user, at=clock.now())
        return response

    return recorded


def _factors_of(user: User) -> dict[str, tuple[int, str]]:
    """Each kind of factor with what tells it from another of its kind; a code that was used makes no other."""
    found = Authenticator.objects.filter(user=user)
    return {
        str(each.get_type_display()).lower(): (each.pk, str(each.data.get("secret") or each.data.get("seed"))) for each in found
    }
