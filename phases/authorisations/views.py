"""Pages of the money a decision allows."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import posted
from phases.authorisations import actions
from phases.authorisations.actions import AuthorisedMoney
from phases.authorisations.forms import AuthorisationForm
from phases.authorisations.models import Authorisation
from phases.decisions.models import FundingDecision
from phases.programmes.models import Programme
from phases.programmes.views import EditPage, edit, locked

records = permission_required(Permission.RECORD_DECISIONS)
either = require_http_methods(["GET", "HEAD", "POST"])


@records
@either
@transaction.atomic
def authorise(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Record the money a decision allows. A recommendation allows none: the page says so."""
    programme = locked(request, slug)
    decision = get_object_or_404(FundingDecision, pk=pk, programme=programme)
    if decision.outcome != FundingDecision.Outcome.RESOLVED:
        messages.error(request, "A recommendation authorises nothing: record the resolution first.")
        return redirect("decisions", slug)
    return _authorisation(request, programme, Authorisation(programme=programme, decision=decision))


@records
@either
@transaction.atomic
def authorisation_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    programme = locked(request, slug)
    stored = Authorisation.objects.select_related("programme", "decision")
    return _authorisation(request, programme, get_object_or_404(stored, pk=pk, programme=programme))


def _authorisation(request: SignedIn, programme: Programme, authorisation: Authorisation) -> HttpResponse:
    form = AuthorisationForm(posted(request), instance=authorisation)

    def save() -> Authorisation:
        return actions.record_authorisation(
            decision=authorisation.decision,
            authorisation=authorisation if authorisation.pk else None,
            money=AuthorisedMoney(form.values, form.cleaned_data["phases"], form.limits),
            by=request.user,
            at=clock.now(),
        )

    new = not authorisation.pk
    title = "Record the money this decision allows" if new else f"Change {authorisation}"
    return edit(request, form, save, EditPage(programme, title, "recorded" if new else "changed", "decisions"))
