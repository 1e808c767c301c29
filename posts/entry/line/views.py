"""One line opened on its own page: as it stands, as it stood when the page was opened, and what saving it does."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import queries as clock
from accounts.models import AuditEntry, User
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from costing.intake import Basis
from phases.models import Phase, Programme
from phases.programmes.queries import programme_for
from phases.programmes.views import locked
from posts.comments.marks.queries import marks_of
from posts.entry.line.forms import FigureRow, LineForm
from posts.entry.rows.forms import Conflict
from posts.entry.table.views import row_as_stored
from posts.exempt.queries import check_reader
from posts.lines import actions, queries
from posts.lines.cells.rules import field_name
from posts.lines.reading.rules import CODES
from posts.lines.rules import LineState, state_of
from posts.models import CostLine, LineRevision
from posts.workings import rules as shaping
from posts.workings.cells.rules import cell_history, recorded_as

PUT_BACK = ""  # the version that is posted to add a removed line again


@dataclass(frozen=True)
class OpenLine:
    """`stored` and `current` are the line now, None where somebody removed it; `original` is what the page was made on.

    `stale`: somebody else saved since, so nothing that both changed may be written before the person has seen it. `is_known`:
    there was such a version; what was made on one that never was clashes wherever it differs.
    """

    programme: Programme
    pk: int
    stored: CostLine | None
    current: LineState | None
    original: LineState
    stale: bool
    is_known: bool = True

    @property
    def phases(self) -> Sequence[Phase]:
        return list(self.programme.phases.order_by("number"))

    @property
    def version(self) -> int | str:
        """What the next save will say it was made on."""
        return self.stored.version if self.stored else PUT_BACK

    def form(self, data: Mapping[str, str] | None, *, by: User, at: datetime, against: LineState | None = None) -> LineForm:
        """The form of the line, compared with what it was made on unless `against` says otherwise."""
        return LineForm(
            data,
            original=against or self.original,
            programme=self.programme,
            by=by.pk,
            at=at,
            least_intakes=len(self.current.intakes) if self.current else 0,
        )

    def is_stored_already(self, data: Mapping[str, str], *, by: User, at: datetime) -> bool:
        """Whether what was typed is what stands there now: the same form sent twice is no conflict."""
        form = self.form(data, by=by, at=at, against=self.current)
        return self.current is not None and form.is_valid() and form.state == self.current

    def figures(self, entered: Mapping[str, shaping.Entered] | None = None) -> list[shaping.FigureWorkings]:
        """The figures as they are stored, with their workings (two queries); none of a line that is gone."""
        if self.stored is None or self.current is None:
            return []
        people = queries.names_of(item.stated_by for item in self.current.stated)
        programme = self.programme
        stored = shaping.StoredLine(self.stored, self.current, queries.sums_beside(self.stored), people)
        return shaping.figures(stored, programme.years, Basis(programme.basis), entered)

    def save(self, state: LineState, *, by: User, at: datetime) -> AuditEntry | None:
        """Store the line; None when nothing differs. In another phase or team it comes last. Raises actions.StaleLines."""
        if (state.phase, state.team) != (self.original.phase, self.original.team):
            phase = next(phase for phase in self.phases if phase.pk == state.phase)
            state = replace(state, position=actions.next_position(self.programme, phase))
        change = actions.LineChange(self.pk, self.stored.version if self.stored else None, state)
        return actions.change_lines(programme=self.programme, line_changes=[change], by=by, at=at)


def open_line(programme: Programme, pk: int, made_on: str | None = None) -> OpenLine | None:
    """A line of the programme. `made_on` is the version that was posted, None while the page is only looked at.

    None where there is no such line, and none was removed that the page could have been made on.
    """
    stored = queries.lines_of(programme, [pk]).first()
    current = state_of(stored) if stored else None
    if made_on is None or (stored and made_on == str(stored.version)):
        return OpenLine(programme, pk, stored, current, current, stale=False) if current else None
    version = int(made_on) if re.fullmatch(r"[0-9]{1,9}", made_on) else None
    known = queries.last_state(programme, pk, version)
    original = known or current
    stale = stored is not None or made_on != PUT_BACK
    is_known = version is not None and known is not None
    return OpenLine(programme, pk, stored, current, original, stale, is_known) if original else None


def figures_beside(
    form: LineForm, shaped: Sequence[shaping.FigureWorkings]
) -> list[tuple[FigureRow, shaping.FigureWorkings | None]]:
    """The inputs that state a figure, each with the figure as it is stored."""
    by_label = {figure.label: figure for figure in shaped}
    return [(row, by_label.get(row.label)) for row in form.figures]


def opened_or_404(programme: Programme, pk: int, made_on: str | None = None) -> OpenLine:
    """The line, as it is stored and as the page was made on it. Raises Http404."""
    opened = open_line(programme, pk, made_on)
    if opened is None:
        raise Http404("There is no such line in this programme.")
    return opened


@permission_required(Permission.VIEW_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def line(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Every field of one line: as a page, or for the panel beside the table. Those who may only read are sent to its workings."""
    if request.method != "POST":
        opened = opened_or_404(programme_for(request.user, slug), pk)
        if not request.user.may(Permission.EDIT_LINES):
            return redirect("workings", slug=slug, pk=pk)
        return _show_line(request, opened, opened.form(None, by=request.user, at=clock.now()))
    require(request.user, Permission.EDIT_LINES)
    opened = opened_or_404(locked(request, slug), pk, request.POST.get("version", PUT_BACK))
    now = clock.now()
    form = opened.form(request.POST, by=request.user, at=now)
    if opened.stale and not opened.is_stored_already(request.POST, by=request.user, at=now):
        typed, conflict = form.beside(opened.current, opened.is_known)
        form = opened.form(typed, by=request.user, at=now, against=opened.current)
        if conflict.rows or conflict.removed:
            return _show_line(request, opened, form, conflict=conflict)
        opened = replace(opened, original=opened.current or opened.original, stale=False)
    if not form.is_valid():
        return _show_line(request, opened, form, status=422)
    changed = None if opened.stale else opened.save(form.state, by=request.user, at=now)
    if _in_panel(request):
        was, now_at = opened.original, form.state
        moved = (was.phase, was.team) != (now_at.phase, now_at.team) or opened.stored is None
        said = f"Saved {clock.localtime():%H:%M}" if changed else "No change"
        return row_as_stored(request, opened.programme, pk, said, moved=moved)
    messages.success(request, f"Saved {clock.localtime():%H:%M}." if changed else "Nothing was changed.")
    return redirect("line", slug=slug, pk=pk)


def _in_panel(request: SignedIn) -> bool:
    """Whether the line is shown beside its row in the table of inputs."""
    return request.GET.get("in") == "panel"


def _show_line(
    request: SignedIn, opened: OpenLine, form: LineForm, status: int = 200, conflict: Conflict | None = None
) -> HttpResponse:
    figures = opened.figures()
    context = {
        "programme": opened.programme,
        "opened": opened,
        "form": form,
        "figures": figures,
        "stating": figures_beside(form, figures),
        "conflict": conflict,
        "beside": marks_of(opened.pk),
        "teams": queries.teams_of(opened.programme),
        "rest_is_wrong": any(name in form.errors for name in ("title", "phase", "team", "recruited", "comment", *CODES)),
    }
    template = "posts/entry/line/panel.html" if _in_panel(request) else "posts/entry/line.html"
    return render(request, template, context, status=409 if conflict else status)


def _show_cell(request: SignedIn, opened: OpenLine, revisions: Sequence[LineRevision], names: shaping.Names) -> HttpResponse:
    """Who changed one cell of the line, when, from what to what."""
    cell = request.GET.get("cell", "")
    recorded = recorded_as(cell, opened.programme.years)
    if recorded is None:
        raise Http404("There is no such cell.")
    context = {
        "programme": opened.programme,
        "pk": opened.pk,
        "title": opened.original.title,
        "cell": field_name(cell),
        "history": cell_history(revisions, names, recorded),
    }
    return render(request, "posts/workings/cell.html", context)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_safe
def workings(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """How each figure of a line came about, what it is worked out from, and every version of the line."""
    programme = programme_for(request.user, slug)
    check_reader(request.user, slug)
    opened = opened_or_404(programme, pk)
    names = shaping.Names(
        {phase.pk: phase.name for phase in opened.phases}, dict(programme.funding_sources.values_list("pk", "name"))
    )
    revisions = list(queries.history_of(pk))
    if _in_panel(request):
        return _show_cell(request, opened, revisions, names)
    entered = shaping.entered(revisions, names)
    inputs = shaping.inputs(opened.original, names, Basis(programme.basis), entered)
    context = {
        "programme": programme,
        "line": opened.stored,
        "figures": opened.figures(entered),
        "inputs": inputs,
        "entered": shaping.together(inputs),
        "beside": marks_of(pk),
        "history": shaping.history(revisions, names),
        "may_edit": request.user.may(Permission.EDIT_LINES),
    }
    return render(request, "posts/workings/workings.html", context)
