"""The pages for somebody who acts on a drawdown that changed since they opened it, or sends one form twice."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.permissions.rules import SignedIn
from approvals.drawdowns.actions import StaleDrawdown
from approvals.drawdowns.models import Drawdown


def changed_since(request: SignedIn, error: StaleDrawdown) -> HttpResponse:
    """409, with what was done to the drawdown since the page was opened, and by whom. Nothing was written."""
    drawdown = error.current
    context = {"drawdown": drawdown, "programme": drawdown.programme, "entries": _entries_since(drawdown, _seen(request))}
    return render(request, "approvals/drawdowns/changed.html", context, status=409)


def _seen(request: SignedIn) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def _entries_since(drawdown: Drawdown, version: int) -> list[AuditEntry]:
    """One entry goes with each version: the last so many, oldest first."""
    newer = max(min(drawdown.version - version, 20), 0)
    entries = AuditEntry.objects.filter(subject=f"drawdown:{drawdown.reference}").select_related("actor")
    return list(entries.order_by("-number")[:newer])[::-1]


def sent_otherwise(request: SignedIn, reference: str) -> HttpResponse:
    """409: the form's key came before with something else in it. What came first stands; nothing more was written."""
    message = (
        "This form has already been sent with different content. The first version stands and nothing was added. "
        "Open the drawdown to see what is recorded."
    )
    return render(request, "409.html", {"message": message, "again_url": reverse("drawdown", args=[reference])}, status=409)
