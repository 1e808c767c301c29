"""Pages of the site as a whole: home, health, and what is said when something went wrong."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import SignedIn
from improvement_budget import queries


@require_GET
def home(request: SignedIn) -> HttpResponse:
    """What waits for the person, then their programmes."""
    return render(request, "home.html", queries.home_of(request.user, timezone.localdate()))


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the application and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: the browser was left open, or cookies are refused."""
    return render(request, "403.html", {"form_expired": True}, status=403)
