"""Pages of setting up a programme: the paper's details, phases, funding sources, excluded items."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import posted
from display.forms import EditForm
from display.lists.columns import FileColumn
from display.lists.downloads import Download, file_of
from phases.funding import actions as funding_actions
from phases.funding.forms import ExcludedItemForm, FundingSourceForm
from phases.funding.models import ExcludedItem, FundingSource
from phases.programmes import actions as programmes_actions
from phases.programmes import queries as programmes_queries
from phases.programmes.forms import PaperForm, PhaseForm
from phases.programmes.models import Phase, Programme
from phases.programmes.views import EditPage, edit, locked
from phases.setup import actions, queries

sets_up = permission_required(Permission.SET_UP_PROGRAMMES)
either = require_http_methods(["GET", "HEAD", "POST"])


def _downloads(found: dict[str, Any]) -> list[Download]:
    """Each list of the page as a file."""
    lines = FileColumn("Lines", lambda row: row.line_count)
    phases = [FileColumn("Number", lambda row: row.number), FileColumn("Phase", lambda row: row.name), lines]
    teams = [FileColumn("Team", lambda row: row.name), lines]
    sources = [
        FileColumn("Funding source", lambda row: row.name),
        FileColumn("Kind", lambda row: row.get_kind_display()),
        FileColumn("Required match, per cent", lambda row: row.match_percent),
    ]
    excluded = [
        FileColumn("Item", lambda row: row.title),
        FileColumn("Amount", lambda row: row.amount),
        FileColumn("Met from", lambda row: row.funding_source.name),
        FileColumn("Note under the table", lambda row: row.note),
    ]
    return [
        Download("funding-sources", "Funding sources", sources, found["sources"]),
        Download("phases", "Phases", phases, found["phases"]),
        Download("teams", "Teams", teams, found["teams"]),
        Download("excluded-items", "Excluded items", excluded, found["excluded_items"]),
    ]


@sets_up
@require_GET
def programme_setup(request: SignedIn, slug: str) -> HttpResponseBase:
    """Everything a programme is made of, each with its change link; or one of its lists as a file."""
    programme = programmes_queries.programme_for(request.user, slug)
    found = queries.set_up_of(programme)
    if file := file_of(request, *_downloads(found)):
        return file
    context = {"programme": programme, "may_copy": request.user.may(Permission.EDIT_LINES), **found}
    return render(request, "phases/setup/set_up.html", context)


@sets_up
@either
@transaction.atomic
def paper(request: SignedIn, slug: str) -> HttpResponse:
    """Appendix, report number, committee, date, key to abbreviations, assumptions."""
    programme = locked(request, slug)
    form = PaperForm(posted(request), instance=programme)

    def save() -> Programme:
        return programmes_actions.save_programme(programme=programme, values=form.values, by=request.user, at=clock.now())

    return edit(request, form, save, EditPage(programme, "Details of the committee paper", "changed"))


@dataclass(frozen=True)
class Part:
    """A kind of thing that a programme is made of: its model and form, what saves it, by which name, and what a page calls it."""

    model: type[models.Model]
    form: type[EditForm]
    save: Callable[..., models.Model]
    keyword: str
    called: str


PHASE = Part(Phase, PhaseForm, programmes_actions.save_phase, "phase", "a phase")
SOURCE = Part(FundingSource, FundingSourceForm, funding_actions.save_funding_source, "source", "a funding source")
EXCLUDED = Part(ExcludedItem, ExcludedItemForm, funding_actions.save_excluded_item, "item", "an excluded item")


@sets_up
@either
@transaction.atomic
def part(request: SignedIn, slug: str, kind: Part, pk: int | None = None) -> HttpResponse:
    """Add (`pk` None) or change one part of a programme's set-up. 404 for a part of another programme."""
    programme = locked(request, slug)
    edited: Any = get_object_or_404(kind.model, pk=pk, programme=programme) if pk else kind.model(programme=programme)
    if pk and "remove" in request.POST:
        return _remove(request, programme, edited)
    form = kind.form(posted(request), instance=edited)

    def save() -> models.Model:
        stored = {kind.keyword: edited} if pk else {}
        return kind.save(programme=programme, values=form.values, by=request.user, at=clock.now(), **stored)

    title, done = (f"Change {edited}", "changed") if pk else (f"Add {kind.called}", "added")
    return edit(request, form, save, EditPage(programme, title, done, removable=bool(pk)))


def _remove(request: SignedIn, programme: Programme, part: Any) -> HttpResponse:
    try:
        actions.remove_part(part=part, by=request.user, at=clock.now())
    except actions.StillNeeded as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{part} was removed.")
    return redirect("programme_setup", programme.slug)
