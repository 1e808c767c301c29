"""Pages of programmes: the list, a new one, and how a part of one is edited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.permissions.rules import Permission, SignedIn, permission_required
from costing.measure import WHOLE_LIFE, Measure
from display import formats
from display.editing import edit_or_409, posted
from display.forms import CarefulForm
from display.lists.columns import FileColumn, ListColumn, ListTable, any_case, joined, line_of_cell, link, note
from display.lists.listing import Listing
from display.words import counted
from phases.programmes import actions, queries
from phases.programmes.forms import ProgrammeFilters, ProgrammeForm
from phases.programmes.models import Programme

sets_up = permission_required(Permission.SET_UP_PROGRAMMES)
reads = permission_required(Permission.VIEW_PROGRAMMES)
either = require_http_methods(["GET", "HEAD", "POST"])


def _years(row: queries.ProgrammeSize) -> str:
    first, *others = row.programme.years
    return f"{first} to {others[-1]}" if others else str(first)


def _count(row: queries.ProgrammeSize) -> int:
    return row.lines


def _lines(row: queries.ProgrammeSize) -> SafeString:
    """How many, with the way to the list of them."""
    address = f"{reverse('all_lines')}?programme={row.programme.slug}"
    return link(address, f"{row.lines:,}", f" lines of {row.programme.name}") if row.lines else SafeString("0")


def _label(measure: Measure) -> str:
    """Few lines state a sum over their whole life; of the others it is in the years."""
    return "Whole life where stated" if measure == WHOLE_LIFE else measure.label


def _planned(row: queries.ProgrammeSize) -> SafeString:
    sums = [line_of_cell(f"{_label(measure)}: {formats.pounds(each.pounds)}") for measure, each in row.planned.items()]
    unknown = _not_stated(row)
    return joined(*sums, note(f"{counted(unknown, 'amount')} not stated" if unknown else ""))


def _amount(row: queries.ProgrammeSize, measure: Measure) -> Decimal | None:
    return row.planned[measure].pounds if measure in row.planned else None


def _not_stated(row: queries.ProgrammeSize) -> int:
    return sum(each.not_stated for each in row.planned.values())


class ProgrammeTable(ListTable):
    """By name."""

    name, about, order = "programmes", "Programmes", "programme"

    programme = ListColumn(
        "Programme",
        holds="programme.name",
        sort=any_case("name"),
        screen=lambda row: link(reverse("position", args=[row.programme.slug]), row.programme.name),
    )
    years = ListColumn("Financial years", sort="first_year", screen=_years, cells=[FileColumn("Financial years", _years)])
    phases = ListColumn("Phases", css_class="number")
    lines = ListColumn(
        "Posts and other costs", css_class="number", screen=_lines, cells=[FileColumn("Posts and other costs", _count)]
    )
    planned = ListColumn("Planned by year", screen=_planned)

    def __init__(self, measures: Callable[[], Sequence[Measure]]) -> None:
        """`measures`: those of the programmes that go to a file."""
        super().__init__()
        self.measures = measures

    def cells_of(self, name: str) -> Sequence[FileColumn]:
        if name != "planned":
            return super().cells_of(name)
        planned = [FileColumn(f"Planned, {_label(each)}", partial(_amount, measure=each)) for each in self.measures()]
        return [*planned, FileColumn("Amounts not stated", _not_stated)]


@reads
@require_GET
def programmes(request: SignedIn) -> HttpResponseBase:
    """Every programme the person may see."""
    filters = ProgrammeFilters(request.GET, queries.programmes_for(request.user))
    table = ProgrammeTable(lambda: queries.measures_of(filters.found))
    listing = Listing(request, table, filters, queries.sizes_of)
    return listing.respond("phases/programmes/programmes.html", {"may_add": request.user.may(Permission.SET_UP_PROGRAMMES)})


@sets_up
@either
@transaction.atomic
def programme_new(request: SignedIn) -> HttpResponse:
    """Make a programme; phases, sources and teams follow on its set-up page."""
    blank = Programme(basis=council_queries.council().basis)
    form = ProgrammeForm(posted(request), instance=blank)

    def save() -> Programme:
        return actions.save_programme(values=form.values, by=request.user, at=clock.now())

    def finish(made: Programme) -> HttpResponse:
        messages.success(request, f"{made} was set up. Now add its phases and funding sources.")
        return redirect("programme_setup", made.slug)

    show = partial(render, request, "phases/programmes/programme_new.html", {"form": form})
    return edit_or_409(request, form, save, show, finish)


@dataclass(frozen=True)
class EditPage:
    """A page that changes something of a programme: its heading, what is said once it was saved, and where that leads.

    `removable`: what is changed can be removed here too.
    """

    programme: Programme
    title: str
    done: str
    back: str = "programme_setup"
    template: str = "phases/programmes/edit.html"
    removable: bool = False


def edit(request: SignedIn, form: CarefulForm, save: Callable[[], Any], page: EditPage) -> HttpResponse:
    """As display.editing says it, for something of a programme, which `locked` has locked."""
    back = reverse(page.back, args=[page.programme.slug])

    def finish(thing: Any) -> HttpResponse:
        messages.success(request, f"{thing} was {page.done}.")
        return redirect(back)

    context = {
        "programme": page.programme,
        "form": form,
        "title": page.title,
        "back": back,
        "removable": page.removable,
    }
    return edit_or_409(request, form, save, partial(render, request, page.template, context), finish)


def locked(request: SignedIn, slug: str) -> Programme:
    """The programme, locked against other writers while a form is being saved: what is compared is what is overwritten."""
    programme = queries.programme_for(request.user, slug)
    if request.method == "POST":
        Programme.objects.select_for_update().get(pk=programme.pk)
        programme.refresh_from_db()
    return programme
