"""Pages of the council's governance, under Settings."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.governance import actions
from accounts.governance.forms import GovernanceForm
from accounts.governance.models import GovernanceTerm
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import edit_or_409, posted

keeps = permission_required(Permission.CHANGE_SETTINGS)
either = require_http_methods(["GET", "HEAD", "POST"])


@keeps
@require_GET
def governance(request: SignedIn) -> HttpResponse:
    """How the council is and was governed, newest first."""
    return render(request, "accounts/governance/governance.html", {"terms": GovernanceTerm.objects.all()})


@keeps
@either
@transaction.atomic
def governance_add(request: SignedIn) -> HttpResponse:
    return _edit(request, GovernanceTerm())


@keeps
@either
@transaction.atomic
def governance_change(request: SignedIn, pk: int) -> HttpResponse:
    stored = GovernanceTerm.objects.select_for_update() if request.method == "POST" else GovernanceTerm.objects
    return _edit(request, get_object_or_404(stored, pk=pk))


def _edit(request: SignedIn, term: GovernanceTerm) -> HttpResponse:
    form, known = GovernanceForm(posted(request), instance=term), term if term.pk else None

    def save() -> GovernanceTerm:
        return actions.save_governance(values=form.values, by=request.user, at=clock.now(), term=known)

    def finish(saved: GovernanceTerm) -> HttpResponse:
        messages.success(request, f"{saved} was {'changed' if known else 'recorded'}.")
        return redirect("governance")

    title = "Change how the council is governed" if known else "Record how the council is governed"
    page = {"form": form, "title": title, "list_label": "Governance", "list_url": reverse("governance")}
    show = partial(render, request, "_components/setting.html", page)
    return edit_or_409(request, form, save, show, finish)
