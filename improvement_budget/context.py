"""What every page knows: the council's name and colour, and where the person may go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.clock import queries as clock
from accounts.council import queries
from accounts.permissions.rules import Permission
from improvement_budget import demonstration
from improvement_budget.clock.rules import next_meeting
from improvement_budget.stylesheet import rules as stylesheet

# Name of the address, what it is called, and the permission without which it is not offered.
_PLACES = [
    ("home", "Home", None),
    ("programmes", "Programmes", Permission.VIEW_PROGRAMMES),
    ("all_lines", "Lines", Permission.VIEW_PROGRAMMES),
    ("drawdowns", "Drawdowns", Permission.VIEW_PROGRAMMES),
    ("register", "Decisions", Permission.VIEW_PROGRAMMES),
    ("offices", "Offices", Permission.VIEW_PROGRAMMES),
    ("people", "People", Permission.MANAGE_PEOPLE),
    ("council", "Settings", Permission.CHANGE_SETTINGS),
    ("audit", "Audit record", Permission.VIEW_AUDIT),
]


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "council": SimpleLazyObject(queries.council),
        "navigation": _navigation(request),
        "styles": stylesheet.VERSION,
        "demo_mode": settings.DEMONSTRATION,
        "moment": (moment := SimpleLazyObject(clock.localtime)),
        "next_meeting": SimpleLazyObject(lambda: next_meeting(moment.date(), demonstration.meetings())),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    places = [(reverse(name), label) for name, label, needed in _PLACES if needed is None or user.may(needed)]
    return [
        {"url": url, "label": label, "current": request.path == url if url == "/" else request.path.startswith(url)}
        for url, label in places
    ]
