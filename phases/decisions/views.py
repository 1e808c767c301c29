"""Pages of the decisions that fund a programme."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from costing.measure import Measure
from display.editing import edit_or_409, posted
from display.lists.columns import FileColumn
from display.lists.downloads import Download, file_of
from phases.decisions import actions, queries
from phases.decisions.forms import DecisionForm, NoMoneyForm
from phases.decisions.models import FundingDecision
from phases.programmes import queries as programmes_queries
from phases.programmes.models import Programme
from phases.programmes.views import EditPage, edit, locked

records = permission_required(Permission.RECORD_DECISIONS)
reads = permission_required(Permission.VIEW_PROGRAMMES)
either = require_http_methods(["GET", "HEAD", "POST"])


def _money(row: queries.Allowed, measure: Measure) -> Decimal | None:
    return row.limits.get(measure)


def _cells(measures: Sequence[Measure]) -> list[FileColumn]:
    """Of a file of decisions: a row for each authorisation, or for a decision that allows no money."""
    return [
        FileColumn("Decided", lambda row: row.decision.decided_on),
        FileColumn("Decision", lambda row: row.decision.title),
        FileColumn("Body", lambda row: str(row.decision.body)),
        FileColumn("Minute", lambda row: row.decision.minute),
        FileColumn("Outcome", lambda row: row.decision.get_outcome_display()),
        FileColumn("Authorisation", lambda row: str(row.authorisation or "")),
        FileColumn("Funding source", lambda row: str(row.authorisation.funding_source) if row.authorisation else ""),
        FileColumn("Term", lambda row: row.authorisation.get_term_display() if row.authorisation else ""),
        FileColumn("Phases", lambda row: row.phases),
        *(FileColumn(f"Limit, {each.label}", partial(_money, measure=each)) for each in measures),
        FileColumn("Replaced by", lambda row: row.replaced_by),
    ]


@reads
@require_GET
def decisions(request: SignedIn, slug: str) -> HttpResponseBase:
    """What was decided, in the order of the dates, word for word, and the money each decision allows; or the file of it."""
    programme = programmes_queries.programme_for(request.user, slug)
    found = queries.decisions_of(programme)
    allowed = queries.allowed_by(found) if "format" in request.GET else []
    measures = sorted({measure for row in allowed for measure in row.limits})
    if file := file_of(request, Download("decisions-and-money", "Decisions and money", _cells(measures), allowed)):
        return file
    context = {
        "programme": programme,
        "decisions": found,
        "may_record": request.user.may(Permission.RECORD_DECISIONS),
    }
    return render(request, "phases/decisions/decisions.html", context)


@records
@either
@transaction.atomic
def decision_record(request: SignedIn, slug: str) -> HttpResponse:
    """A new decision; `?follows=` names the recommendation that it decides on."""
    return _decision(request, locked(request, slug), None)


@records
@either
@transaction.atomic
def decision_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    programme = locked(request, slug)
    return _decision(request, programme, get_object_or_404(FundingDecision, pk=pk, programme=programme))


def _decision(request: SignedIn, programme: Programme, decision: FundingDecision | None) -> HttpResponse:
    blank = FundingDecision(programme=programme, follows=_named(request, programme))
    form = DecisionForm(posted(request), instance=decision or blank)

    def save() -> FundingDecision:
        now = clock.now()
        return actions.record_decision(programme=programme, decision=decision, values=form.values, by=request.user, at=now)

    title = "Change this decision" if decision else "Record a decision"
    return edit(request, form, save, EditPage(programme, title, "changed" if decision else "recorded", "decisions"))


@records
@either
@transaction.atomic
def decision_no_money(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Say why no money follows a decision, or take that back."""
    programme = locked(request, slug)
    decision = get_object_or_404(FundingDecision, pk=pk, programme=programme)
    form = NoMoneyForm(posted(request), instance=decision)

    def save() -> FundingDecision:
        because = form.values["no_money_because"]
        return actions.say_no_money_follows(decision=decision, because=because, by=request.user, at=clock.now())

    def finish(saved: FundingDecision) -> HttpResponse:
        said = "that no money follows" if saved.no_money_because else "that money may follow after all"
        messages.success(request, f"It is recorded {said}: {saved}.")
        return redirect("decision", slug, pk)

    context = {"programme": programme, "form": form, "title": "No money follows this decision", "note": str(decision)}
    context["back"] = reverse("decision", args=[slug, pk])
    return edit_or_409(request, form, save, partial(render, request, "phases/programmes/edit.html", context), finish)


def _named(request: SignedIn, programme: Programme) -> FundingDecision | None:
    """The recommendation that the address names, if it is one of this programme."""
    named = request.GET.get("follows", "")
    if not named.isascii() or not named.isdecimal():
        return None
    return FundingDecision.objects.filter(programme=programme, outcome=FundingDecision.Outcome.RECOMMENDED, pk=named[:18]).first()
