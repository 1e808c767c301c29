"""Pages of delegations: who may decide under which resolution. They are recorded, and never changed."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.delegations import actions
from approvals.delegations.conditions.queries import confirmable, terms_of
from approvals.delegations.conditions.wording.rules import awaited_in_words
from approvals.delegations.forms import DelegationForm
from approvals.delegations.models import Delegation
from approvals.delegations.queries import delegation_in_full
from display.editing import posted
from phases.programmes.queries import programme_for
from phases.programmes.views import EditPage, edit, locked


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def delegation(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """One delegation: its text and money, what is confirmed of its conditions, and which parts are released."""
    programme, today = programme_for(request.user, slug), clock.today()
    found, expired, waits = delegation_in_full(programme, pk, today)
    terms = terms_of(found, today)
    context = {
        "programme": programme,
        "delegation": found,
        "expired": expired,
        "waits": [*map(awaited_in_words, waits)],
        "terms": terms,
        "confirmable": confirmable(terms, request.user),
        "may_take_back": request.user.may(Permission.CONFIRM_CONDITIONS),
    }
    return render(request, "approvals/delegations/delegation.html", context)


@permission_required(Permission.RECORD_DECISIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def delegation_record(request: SignedIn, slug: str) -> HttpResponse:
    programme = locked(request, slug)
    form = DelegationForm(posted(request), instance=Delegation(programme=programme))

    def save() -> Delegation:
        values = {name: value for name, value in form.values.items() if name != "decision"}
        values |= {"money": form.cleaned_data["money"], **form.given}
        return actions.record_delegation(
            decision=form.cleaned_data["decision"],
            values=values,
            steps=form.steps,
            limits=form.limits,
            by=request.user,
            at=clock.now(),
        )

    template = "approvals/delegations/delegation_record.html"
    return edit(request, form, save, EditPage(programme, "Record a delegation", "recorded", "delegations", template))
