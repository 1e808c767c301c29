"""The site's addresses, and a page that asks the database nothing but who is signed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from accounts.models import Council
from accounts.permissions.rules import SignedIn
from improvement_budget.urls import urlpatterns as site


def empty(request: SignedIn) -> HttpResponse:
    """base.html as it is, its head, header, navigation and foot; the council's name is given, not read."""
    return render(request, "base.html", {"council": Council(pk=1)})


urlpatterns = [*site, path("bench/empty/", empty, name="empty")]
