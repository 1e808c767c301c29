"""Pages of the site as a whole: home, and what is said when something went wrong."""

import sys
from contextlib import suppress

import psycopg2
from django.contrib.auth.decorators import login_not_required
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import SignedIn
from accounts.unsaved import views as unsaved
from improvement_budget.deadline import TookTooLong
from improvement_budget.home.tasks import views as tasks
from operations.commits import Unconfirmed


@require_GET
def home(request: SignedIn) -> HttpResponse:
    """What waits for the person, then their programmes."""
    return render(request, "home.html", tasks.home_of(request.user, clock.today(), request.GET.get("page", "")))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a lock that was waited for too long
READ_ONLY = "25006"
AWAY = ("08", "25006", "40", "53", "55P03", "57", "58", "XX")
"""Beginnings of PostgreSQL's codes for what is no fault of the request: connection, a standby, deadlock, no memory or disk, a
lock, shutdown or time-out, faults of the disk, a damaged server."""


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 where the database was away or busy, with what was sent, to be sent again. Asks the database nothing."""
    error = sys.exception()
    why = _why_not_now(error)
    if not why:
        return HttpResponse(render_to_string("500.html"), status=500)
    page = {"why": why, "posted": request.method == "POST", "again": _sent(request), "address": request.get_full_path()}
    return HttpResponse(render_to_string("503.html", page), status=503, headers={"Retry-After": "5"})


def _why_not_now(error: BaseException | None) -> str:
    """What stood in the way for the time being: slow, unconfirmed, busy, read-only or away; "" for a fault of ours."""
    if isinstance(error, TookTooLong):
        return "slow"
    if not isinstance(error, Error):
        return ""
    code = getattr(error.__cause__, "pgcode", None)
    if isinstance(error.__cause__, Unconfirmed):
        return "unconfirmed"
    if code is None:  # the driver's own: there is no connection
        lost = isinstance(error.__cause__, psycopg2.Error) and not isinstance(error.__cause__, psycopg2.ProgrammingError)
        return "away" if lost or isinstance(error, OperationalError | InterfaceError) else ""
    return {LOCK_NOT_AVAILABLE: "busy", READ_ONLY: "read-only"}.get(code) or ("away" if code.startswith(AWAY) else "")


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form that was sent; none where they cannot be sent again from a page: files, passwords."""
    with suppress(Exception):  # whatever is wrong with the body, the page must be shown
        if not request.FILES and not any("password" in name for name in request.POST):
            return [(name, value) for name, values in request.POST.lists() for value in values]
    return []


@login_not_required
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: the browser was left open, cookies are refused, or somebody signed in meanwhile.

    What was typed is kept where the browser says that a page of ours sent it: another site must not put words in a form.
    """
    if request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}" and (kept := unsaved.kept_of(request)):
        return redirect(unsaved.address_of(kept))
    return render(request, "403.html", {"form_expired": True}, status=403)
