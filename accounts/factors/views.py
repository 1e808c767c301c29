"""Two-step sign-in: allauth's pages, each in one transaction with the audit entries of what it did; confirming who one is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import authentication_step_completed
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import receiver
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


CONFIRMED = "confirmed_at"
"""In the session: the second, by the real clock, in which the person last signed in or confirmed who they are."""


def confirms_identity(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What is sent here counts only from a person who signed in, or confirmed who they are, in the last STEP_UP_SECONDS.

    Others are asked for their password or a code first; then what they sent is done. (allauth counts a confirmation alone,
    not the sign-in of a minute ago.) PermissionDenied where a person has neither password nor code.
    """

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method == "POST" and not _is_confirmed(request):
            if not get_adapter().get_reauthentication_methods(request.user):
                raise PermissionDenied
            # allauth 65.21 compares the path of what was sent with the whole address, and drops the form where they differ.
            request.GET, request.META["QUERY_STRING"] = request.GET, ""
            raise ReauthenticationRequired
        return view(request, *args, **named)

    return confirmed


def _is_confirmed(request: HttpRequest) -> bool:
    within = settings.STEP_UP_SECONDS
    return not within or 0 <= clock.real_now().timestamp() - request.session.get(CONFIRMED, 0) <= within


@receiver(user_logged_in)
def _signed_in(request: Any, **_: Any) -> None:
    if request:
        request.session[CONFIRMED] = clock.real_now().timestamp()


@receiver(authentication_step_completed)
def _confirmed(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    if reauthenticated:
        request.session[CONFIRMED] = clock.real_now().timestamp()
