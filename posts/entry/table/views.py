"""The table of posts and other costs: read, typed into, saved whole or a row at a time, undone."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from accounts.clock import queries as clock
from accounts.models import AuditEntry
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from phases.models import Programme
from phases.programmes.queries import programme_for
from posts.entry.rows.forms import EntryRow
from posts.entry.table import forms as entry
from posts.exempt.queries import check_reader
from posts.lines import actions, queries


@permission_required(Permission.VIEW_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: SignedIn, slug: str) -> HttpResponse:
    """The table of posts and other costs: read by all, typed into by finance officers, saved whole or a row at a time."""
    programme = programme_for(request.user, slug)
    check_reader(request.user, slug)
    page = _page(request, programme)
    if request.method != "POST":
        return _show(request, page)
    require(request.user, Permission.EDIT_LINES)
    entry.read_page(page, request.POST, by=request.user, at=clock.now())
    if not (page.has_errors or page.has_conflicts):
        try:
            return _saved(request, page)
        except actions.StaleLines:
            # Saved by somebody else between our reading and our writing: read again, which finds the conflict.
            page = _page(request, programme)
            entry.read_page(page, request.POST, by=request.user, at=clock.now())
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
    return render(request, "posts/entry/lines.html", context, status=status)


def _saved(request: SignedIn, page: entry.EntryPage) -> HttpResponse:
    changed = actions.change_lines(programme=page.programme, line_changes=page.changes, by=request.user, at=clock.now())
    acted = _act(request, page.programme)
    said = f"Saved {clock.localtime():%H:%M}" if changed else "No change"
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
        prefix: "".join(render_to_string("posts/entry/_row.html", {**context, "row": row}) for row in replaced)
        for prefix, replaced in rows.items()
    }
    last = {"programme": page.programme, "last_change": queries.last_change(page.programme, request.user)}
    undo = render_to_string("posts/entry/_last_change.html", last, request=request)
    totals = {e.key: e.totals for e in page.phases} | {"all": page.totals}
    return JsonResponse({"said": said, "rows": html, "totals": totals, "undo": undo}, status=status)


@permission_required(Permission.EDIT_LINES)
@require_POST
def preview(request: SignedIn, slug: str) -> JsonResponse:
    """The figures of the rows posted, and all totals, as they would be once saved. Writes nothing."""
    page = _page(request, programme_for(request.user, slug))
    entry.read_page(page, request.POST, by=request.user, at=clock.now())
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
        actions.undo(programme=programme, entry=change, by=request.user, at=clock.now())
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
        messages.warning(request, "Somebody else has already removed that line.")
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
        actions.change_lines(programme=programme, line_changes=changes, by=request.user, at=clock.now(), what=f"line_{verb}")
    except actions.StaleLines:
        messages.warning(request, f"Somebody else changed “{line.title}” first, so it was not changed.")
    else:
        messages.success(request, f"“{line.title}” {said}.")
    return True


def _wants_json(request: SignedIn) -> bool:
    return request.headers.get("Accept") == "application/json"
