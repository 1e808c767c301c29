"""Pages of the council's governance, under Settings."""

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.governance import actions
from accounts.governance.forms import GovernanceForm
from accounts.governance.models import GovernanceTerm
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import SettingPage, edit_setting, posted
from display.lists.columns import FileColumn
from display.lists.downloads import Download, file_of

keeps = permission_required(Permission.CHANGE_SETTINGS)
either = require_http_methods(["GET", "HEAD", "POST"])


_CELLS = [
    FileColumn("From", lambda term: term.since),
    FileColumn("How the council is governed", str),
    FileColumn("Decisions of one member open to call-in", lambda term: term.member_call_in),
    FileColumn("Key decisions of officers open to call-in", lambda term: term.officer_call_in),
    FileColumn("Committee decisions open to call-in", lambda term: term.committee_call_in),
    FileColumn("Decisions of a combined authority open to call-in", lambda term: term.scrutiny_call_in),
]


@keeps
@require_GET
def governance(request: SignedIn) -> HttpResponseBase:
    """How the council is and was governed, newest first; or the file of it."""
    terms = GovernanceTerm.objects.all()
    if file := file_of(request, Download("governance", "Governance", _CELLS, terms)):
        return file
    return render(request, "accounts/governance/governance.html", {"terms": terms})


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

    title = "Change how the council is governed" if known else "Record how the council is governed"
    page = SettingPage(title, "changed" if known else "recorded", "Governance", "governance")
    return edit_setting(request, form, save, page)
