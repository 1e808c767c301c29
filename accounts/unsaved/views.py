"""What a person typed before they had to sign in again; and who was signed in, in a cookie that outlives the session."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.people.models import User
from accounts.permissions.rules import SignedIn
from accounts.unsaved import actions, queries
from accounts.unsaved.models import UnsavedForm
from accounts.unsaved.rules import typed

WHO = "__Host-who" if settings.PRODUCTION else "who"
"""Signed: whose session it was. It lets nobody in; it only says whose form is kept."""
_SALT = "accounts.unsaved"
_LASTS = 30 * 24 * 60 * 60  # seconds


@require_http_methods(["GET", "POST"])
def unsaved(request: SignedIn, key: UUID) -> HttpResponse:
    """What was typed, with a button that sends it again to where it was going; posted, it is discarded."""
    kept = queries.unsaved_of(request.user, str(key), clock.now())
    if kept is None:
        messages.info(request, "What was typed before you signed in is not here: it was another person’s, or is over a day old.")
        return redirect("home")
    if request.method == "POST":
        actions.discard(form=kept, by=request.user)
        messages.success(request, "What you had typed is discarded.")
        return redirect("home")
    return render(request, "accounts/unsaved/unsaved.html", {"kept": kept, "typed": typed(kept.fields)})


def kept_of(request: HttpRequest) -> UnsavedForm | None:
    """Keep what was sent, for whoever was last signed in in this browser; None where that is not known or may not be kept.

    For a form that is known to come from a page of ours. What a script sends by itself is no form that a person would miss, and
    would push out those that are.
    """
    person = _last_signed_in(request)
    if request.method != "POST" or person is None or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return None
    fields = [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]
    address, files = request.get_full_path(), bool(request.FILES)
    return actions.keep(address=address, fields=fields, has_files=files, by=person, at=clock.now())


def address_of(kept: UnsavedForm) -> str:
    return reverse("unsaved", args=[kept.pk])


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set or remove the cookie where somebody has just signed in or out."""
    who = getattr(request, "signed_in_as", _UNCHANGED)
    if who is None:
        response.delete_cookie(WHO, samesite="Lax")
    elif who is not _UNCHANGED:
        secure = bool(settings.SESSION_COOKIE_SECURE)
        response.set_cookie(WHO, signing.dumps(who, salt=_SALT), max_age=_LASTS, httponly=True, secure=secure, samesite="Lax")


_UNCHANGED: Any = object()


@receiver(user_logged_in)
def _signed_in(request: Any, user: User, **_: Any) -> None:
    if request:
        request.signed_in_as = user.pk


@receiver(user_logged_out)
def _signed_out(request: Any, **_: Any) -> None:
    if request:
        request.signed_in_as = None


def _last_signed_in(request: HttpRequest) -> User | None:
    if request.user.is_authenticated:
        return request.user
    try:
        pk = signing.loads(request.COOKIES.get(WHO, ""), salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()
