"""Pages of the decisions that fund a programme."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import posted
from phases.decisions import actions, queries
from phases.decisions.forms import DecisionForm
from phases.decisions.models import FundingDecision
from phases.programmes import queries as programmes_queries
from phases.programmes.models import Programme
from phases.programmes.views import EditPage, edit, locked

records = permission_required(Permission.RECORD_DECISIONS)
reads = permission_required(Permission.VIEW_PROGRAMMES)
either = require_http_methods(["GET", "HEAD", "POST"])


@reads
@require_GET
def decisions(request: SignedIn, slug: str) -> HttpResponse:
    """What was decided, in the order of the dates, word for word, and the money each decision allows."""
    programme = programmes_queries.programme_for(request.user, slug)
    context = {
        "programme": programme,
        "decisions": queries.decisions_of(programme),
        "may_record": request.user.may(Permission.RECORD_DECISIONS),
    }
    return render(request, "phases/decisions/decisions.html", context)


@records
@either
@transaction.atomic
def decision_record(request: SignedIn, slug: str) -> HttpResponse:
    return _decision(request, locked(request, slug), None)


@records
@either
@transaction.atomic
def decision_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    programme = locked(request, slug)
    return _decision(request, programme, get_object_or_404(FundingDecision, pk=pk, programme=programme))


def _decision(request: SignedIn, programme: Programme, decision: FundingDecision | None) -> HttpResponse:
    form = DecisionForm(posted(request), instance=decision or FundingDecision(programme=programme))

    def save() -> FundingDecision:
        now = clock.now()
        return actions.record_decision(programme=programme, decision=decision, values=form.values, by=request.user, at=now)

    title = "Change this decision" if decision else "Record a decision"
    return edit(request, form, save, EditPage(programme, title, "changed" if decision else "recorded", "decisions"))
