"""Pages of the site as a whole: home, health, and what is said when something went wrong."""

import sys
from contextlib import suppress

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import SignedIn
from accounts.unsaved import views as unsaved
from improvement_budget.home.tasks import views as tasks


@require_GET
def home(request: SignedIn) -> HttpResponse:
    """What waits for the person, then their programmes."""
    return render(request, "home.html", tasks.home_of(request.user, clock.today(), request.GET.get("page", "")))


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the application and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a lock that was waited for too long


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 where the database was away or busy, with what was sent, to be sent again. Asks the database nothing."""
    error = sys.exception()
    if not isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("500.html"), status=500)
    busy = getattr(error.__cause__, "pgcode", None) == LOCK_NOT_AVAILABLE
    page = {"busy": busy, "posted": request.method == "POST", "again": _sent(request), "address": request.get_full_path()}
    return HttpResponse(render_to_string("503.html", page), status=503, headers={"Retry-After": "5"})


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
