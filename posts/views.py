"""Entering posts and other costs, and the workings of their figures."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AuditEntry
from accounts.permissions import Permission, SignedIn, permission_required, require
from costing.intake import Basis
from phases import views as set_up
from phases.forms import ProgrammeForm
from phases.models import Programme
from phases.queries import programme_for
from posts import actions, entry, line_page, paste_page, queries
from posts import paste as pasting
from posts import workings as shaping
from posts.forms import EntryRow, TeamsForm
from posts.line_form import LineForm


@permission_required(Permission.VIEW_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: SignedIn, slug: str) -> HttpResponse:
    """The table of posts and other costs: read by all, typed into by finance officers, saved whole or a row at a time."""
    programme = programme_for(request.user, slug)
    page = _page(request, programme)
    if request.method != "POST":
        return _show(request, page)
    require(request.user, Permission.EDIT_LINES)
    entry.read_page(page, request.POST, by=request.user, at=timezone.now())
    if not (page.has_errors or page.has_conflicts):
        try:
            return _saved(request, page)
        except actions.StaleLines:
            # Saved by somebody else between our reading and our writing: read again, which finds the conflict.
            page = _page(request, programme)
            entry.read_page(page, request.POST, by=request.user, at=timezone.now())
    return _not_saved(request, page)


def _page(request: SignedIn, programme: Programme) -> entry.EntryPage:
    phase, number = request.GET.get("phase", ""), request.GET.get("page", "")
    return entry.open_page(
        programme,
        phase_number=int(phase) if phase.isdecimal() and len(phase) < 4 else None,
        page_number=max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1,
    )


def _show(request: SignedIn, page: entry.EntryPage, status: int = 200) -> HttpResponse:
    context = {
        "programme": page.programme,
        "page": page,
        "has_errors": bool(page.errors),
        "may_edit": request.user.may(Permission.EDIT_LINES),
        "last_change": queries.last_change(page.programme, request.user),
        "teams": queries.teams_of(page.programme),
    }
    return render(request, "posts/lines.html", context, status=status)


def _saved(request: SignedIn, page: entry.EntryPage) -> HttpResponse:
    changed = actions.change_lines(programme=page.programme, line_changes=page.changes, by=request.user, at=timezone.now())
    acted = _act(request, page.programme)
    said = f"Saved {timezone.localtime():%H:%M}" if changed else "No change"
    if _wants_json(request):
        after = _page(request, Programme.objects.get(pk=page.programme.pk))
        return _fragments(request, after, _stored_rows(page, after), said)
    if changed and not acted:
        messages.success(request, f"{said}.")
    return redirect(request.get_full_path())


def _not_saved(request: SignedIn, page: entry.EntryPage) -> HttpResponse:
    """Everything typed stays. A conflicting row now carries their version: saving it again is made on what was just shown."""
    status = 409 if page.has_conflicts else 422
    if not _wants_json(request):
        return _show(request, page, status=status)
    return _fragments(request, page, {row.prefix: [row] for row in page.touched}, "Not saved", status=status)


def _stored_rows(before: entry.EntryPage, after: entry.EntryPage) -> dict[str, list[EntryRow]]:
    """For each row that was typed into, what stands in its place now; a new line is followed by a new blank row."""
    stored = {row.prefix: row for row in after.rows}
    known = {row.prefix for row in before.rows}
    added = {e.blank.prefix: [*(row for row in e.rows if row.prefix not in known), e.blank] for e in after.phases}
    return {row.prefix: added.get(row.prefix) or [stored[row.prefix]] for row in before.touched if row.prefix in stored}


def _fragments(
    request: SignedIn, page: entry.EntryPage, rows: dict[str, list[EntryRow]], said: str, status: int = 200
) -> JsonResponse:
    """What the page's script puts in place: rows as HTML, totals as text, and the line that offers to undo."""
    context = {"page": page, "programme": page.programme, "may_edit": True}
    html = {
        prefix: "".join(render_to_string("posts/_row.html", {**context, "row": row}) for row in replaced)
        for prefix, replaced in rows.items()
    }
    last = {"programme": page.programme, "last_change": queries.last_change(page.programme, request.user)}
    undo = render_to_string("posts/_last_change.html", last, request=request)
    totals = {e.key: e.totals for e in page.phases} | {"all": page.totals}
    return JsonResponse({"said": said, "rows": html, "totals": totals, "undo": undo}, status=status)


@permission_required(Permission.EDIT_LINES)
@require_POST
def preview(request: SignedIn, slug: str) -> JsonResponse:
    """The figures of the rows posted, and all totals, as they would be once saved. Writes nothing."""
    page = _page(request, programme_for(request.user, slug))
    entry.read_page(page, request.POST, by=request.user, at=timezone.now())
    entry.set_totals(page)
    figures = {row.prefix: row.figures for row in page.touched if not row.errors}
    return JsonResponse({"figures": figures, "totals": {e.key: e.totals for e in page.phases} | {"all": page.totals}})


@permission_required(Permission.EDIT_LINES)
@require_POST
def undo(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """Put the lines of one change back as they were, or say why not."""
    programme = programme_for(request.user, slug)
    change = get_object_or_404(AuditEntry, number=number, subject=f"programme:{programme.slug}")
    try:
        actions.undo(programme=programme, entry=change, by=request.user, at=timezone.now())
    except actions.NothingToUndo as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "The change was undone.")
    return redirect("lines", slug=slug)


def _act(request: SignedIn, programme: Programme) -> bool:
    """Duplicate, move or remove the line whose button was pressed, after what was typed is saved."""
    verb, _, number = request.POST.get("do", "").partition(":")
    if verb not in ("duplicate", "up", "down", "remove") or not number.isdecimal():
        return False
    lines = list(queries.lines_of(programme))
    line = next((line for line in lines if line.pk == int(number)), None)
    if line is None:
        messages.warning(request, "That line was removed by somebody else already.")
        return True
    changes = {
        "duplicate": lambda: [actions.copy_of(line)],
        "up": lambda: actions.moved(lines, line, -1),
        "down": lambda: actions.moved(lines, line, 1),
        "remove": lambda: [actions.LineChange(line.pk, line.version, None)],
    }[verb]()
    said = {"duplicate": "was duplicated", "up": "was moved up", "down": "was moved down", "remove": "was removed"}[verb]
    if not changes:
        return True
    try:
        actions.change_lines(programme=programme, line_changes=changes, by=request.user, at=timezone.now(), what=f"line_{verb}")
    except actions.StaleLines:
        messages.warning(request, f"Somebody else changed “{line.title}” just now, so nothing was done to it.")
    else:
        messages.success(request, f"“{line.title}” {said}.")
    return True


def _wants_json(request: SignedIn) -> bool:
    return request.headers.get("Accept") == "application/json"


@permission_required(Permission.VIEW_PROGRAMMES)
@require_safe
def workings(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """How each figure of a line came about, what it is worked out from, and every version of the line."""
    programme = programme_for(request.user, slug)
    opened = _opened(programme, pk)
    phases = {phase.pk: phase.name for phase in opened.phases}
    revisions = list(queries.history_of(pk))
    entered = shaping.entered(revisions, phases)
    inputs = shaping.inputs(opened.original, phases[opened.original.phase], Basis(programme.basis), entered)
    context = {
        "programme": programme,
        "line": opened.stored,
        "figures": opened.figures(entered),
        "inputs": inputs,
        "entered": shaping.together(inputs),
        "history": shaping.history(revisions, phases),
        "may_edit": request.user.may(Permission.EDIT_LINES),
    }
    return render(request, "posts/workings.html", context)


def _opened(programme: Programme, pk: int, made_on: str | None = None) -> line_page.OpenLine:
    opened = line_page.open_line(programme, pk, made_on)
    if opened is None:
        raise Http404("There is no such line in this programme.")
    return opened


@permission_required(Permission.EDIT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: SignedIn, slug: str) -> HttpResponse:
    """Step 1 takes a block; step 2 shows what would become of each row; then it is stored, all or nothing."""
    programme, at = programme_for(request.user, slug), timezone.localtime()
    page = paste_page.open_page(programme, request.POST, request.FILES, by=request.user, at=at)
    if page.preview and paste_page.stands(page, request.POST):
        try:
            pasting.apply(page.preview, by=request.user, at=at)
        except actions.StaleLines:
            programme = programme_for(request.user, slug)
            page = paste_page.open_page(programme, request.POST, {}, by=request.user, at=at)
            page.said = paste_page.OVERTAKEN
        else:
            messages.success(request, f"{page.done} Undo stands above the table.")
            return redirect("lines", slug=slug)
    context = {"programme": programme, "page": page, "has_errors": bool(page.errors)}
    return render(request, "posts/paste.html", context, status=page.status)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def line(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Every field of one line. Those who may only read are sent to its workings."""
    if request.method != "POST":
        opened = _opened(programme_for(request.user, slug), pk)
        if not request.user.may(Permission.EDIT_LINES):
            return redirect("workings", slug=slug, pk=pk)
        return _show_line(request, opened, opened.form(None, by=request.user, at=timezone.now()))
    require(request.user, Permission.EDIT_LINES)
    opened = _opened(set_up.locked(request, slug), pk, request.POST.get("version", line_page.PUT_BACK))
    now = timezone.now()
    form = opened.form(request.POST, by=request.user, at=now)
    if opened.stale and not opened.is_stored_already(request.POST, by=request.user, at=now):
        return _show_line(request, opened, form, status=409)
    if not form.is_valid():
        return _show_line(request, opened, form, status=422)
    changed = None if opened.stale else opened.save(form.state, by=request.user, at=now)
    messages.success(request, f"Saved {timezone.localtime():%H:%M}." if changed else "Nothing was changed.")
    return redirect("line", slug=slug, pk=pk)


def _show_line(request: SignedIn, opened: line_page.OpenLine, form: LineForm, status: int = 200) -> HttpResponse:
    figures = opened.figures()
    context = {
        "programme": opened.programme,
        "opened": opened,
        "form": form,
        "figures": figures,
        "stating": line_page.figures_beside(form, figures),
        "conflict": form.conflict_with(opened.current) if status == 409 else None,
        "teams": queries.teams_of(opened.programme),
    }
    return render(request, "posts/line.html", context, status=status)


@permission_required(Permission.SET_UP_PROGRAMMES)
@require_http_methods(["GET", "POST"])
@transaction.atomic
def programme_details(request: SignedIn, slug: str) -> HttpResponse:
    """Change a programme's name, years or basis. Here and not in phases, because its lines are costed anew."""
    programme = set_up.locked(request, slug)
    form = ProgrammeForm(set_up.posted(request), instance=programme)

    def save() -> Programme:
        return actions.change_programme(programme=programme, values=form.values, by=request.user, at=timezone.now())

    return set_up.edit(request, programme, form, save, "Details of the programme", "changed", "programme_setup")


@permission_required(Permission.SET_UP_PROGRAMMES)
@require_http_methods(["GET", "POST"])
@transaction.atomic
def teams(request: SignedIn, slug: str) -> HttpResponse:
    """Rename teams and put them in another order."""
    programme = set_up.locked(request, slug)
    form = TeamsForm(set_up.posted(request), teams=list(queries.teams_of(programme)))

    def save() -> str:
        actions.change_teams(programme=programme, names=form.names, by=request.user, at=timezone.now())
        return "The list of teams"

    return set_up.edit(request, programme, form, save, "Teams", "changed", "programme_setup", "posts/teams.html")
