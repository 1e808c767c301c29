"""The table of posts and other costs: read, typed into, saved whole or a row at a time, undone."""

import re

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from phases.models import Programme
from phases.programmes.queries import programme_for
from posts.entry.columns.queries import columns_set
from posts.entry.findings.queries import rules_of_lines
from posts.entry.narrowing.queries import narrowed
from posts.entry.narrowing.rules import narrowing_of
from posts.entry.posting.forms import lines_posted, read_page
from posts.entry.presence.queries import others_at
from posts.entry.rows.forms import EntryRow
from posts.entry.since.queries import papers_of
from posts.entry.table import forms as entry
from posts.entry.visit.queries import passed_over, visit_since
from posts.exempt.queries import check_reader
from posts.frozen.queries import frozen_in
from posts.lines import actions, queries
from posts.lines.undoing.queries import Undoable, undoable
from posts.templatetags.entry import entry_row


@permission_required(Permission.VIEW_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: SignedIn, slug: str) -> HttpResponse:
    """The table of posts and other costs: read by all, typed into by finance officers, saved whole or a row at a time."""
    programme = programme_for(request.user, slug)
    check_reader(request.user, slug)
    if request.method != "POST":
        page = _asked_for(request, programme)
        page.begin_above(_above(request))
        return _show(request, page)
    require(request.user, Permission.EDIT_LINES)
    page = _posted(request, programme)
    if not (page.has_errors or page.has_conflicts):
        try:
            return _saved(request, page)
        except actions.StaleLines:
            # Saved by somebody else between our reading and our writing: read again, which finds the conflict.
            page = _posted(request, programme)
    return _not_saved(request, page)


def _asked_for(request: SignedIn, programme: Programme) -> entry.EntryPage:
    phase, number = request.GET.get("phase", ""), request.GET.get("page", "")
    part = entry.Part(
        int(phase) if phase.isdecimal() and len(phase) < 4 else None,
        max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1,
    )
    papers = papers_of(programme)
    asked = narrowing_of(request.GET, [paper.key for paper in papers], rules_of_lines())
    narrowing = narrowed(programme, asked, papers, at=clock.localtime())
    return entry.open_page(programme, part, narrowing, columns=columns_set(request.user, programme))


def _posted(request: SignedIn, programme: Programme) -> entry.EntryPage:
    """The rows that were posted, whatever the address asks for: since then somebody may have moved a line out of it."""
    page = entry.open_rows(programme, lines_posted(request.POST), columns=columns_set(request.user, programme))
    read_page(page, request.POST, by=request.user, at=clock.now())
    return page


def _above(request: SignedIn) -> int:
    """The line that a new row is begun above, from the address; 0 for none."""
    above = request.GET.get("above", "")
    return int(above) if above.isdecimal() and len(above) < 19 else 0


def _show(request: SignedIn, page: entry.EntryPage, status: int = 200) -> HttpResponse:
    context = {
        "programme": page.programme,
        "page": page,
        "has_errors": bool(page.errors),
        "may_edit": request.user.may(Permission.EDIT_LINES),
        "undoable": _undoable(request, page.programme),
        "teams": queries.teams_of(page.programme),
        "others": others_at(page.programme, request.user, at=clock.now()),
    }
    return render(request, "posts/entry/lines.html", context, status=status)


def _saved(request: SignedIn, page: entry.EntryPage) -> HttpResponse:
    changed = actions.change_lines(programme=page.programme, line_changes=page.changes, by=request.user, at=clock.now())
    acted = _act(request, page.programme)
    said = f"Saved {clock.localtime():%H:%M}" if changed else "No change"
    if _wants_json(request):
        now = lines_posted(request.POST) | set(queries.lines_added(changed) if changed else ())
        after = entry.open_rows(Programme.objects.get(pk=page.programme.pk), now, columns=page.columns)
        return _fragments(request, after, _stored_rows(page, after), said)
    if changed and not acted:
        messages.success(request, f"{said}.")
    return redirect(acted if acted and acted[0] == "/" else f"{request.get_full_path()}{acted or ''}")


def _not_saved(request: SignedIn, page: entry.EntryPage) -> HttpResponse:
    """Everything typed stays. A conflicting row now carries their version: saving it again is made on what was just shown."""
    status = 409 if page.has_conflicts else 422
    if not _wants_json(request):
        asked = _asked_for(request, page.programme)
        page.parts, page.narrowing, page.shown_count = asked.parts, asked.narrowing, asked.shown_count
        return _show(request, page, status=status)
    return _fragments(request, page, {row.prefix: [row] for row in page.touched}, "Not saved", status=status)


def _stored_rows(before: entry.EntryPage, after: entry.EntryPage) -> dict[str, list[EntryRow]]:
    """For each row that was typed into, what stands in its place now.

    The lines of new rows of a phase stand together in place of the first of them; the empty row follows where it was filled.
    """
    stored = {row.prefix: row for row in after.rows}
    typed = {row.prefix for row in before.touched}
    found = {prefix: [stored[prefix]] for prefix in typed if prefix in stored}
    known = {row.prefix for row in before.rows}
    phases = {now.phase.pk: now for now in after.phases}
    for was, now in ((was, phases[was.phase.pk]) for was in before.phases if was.phase.pk in phases):
        new = [row.prefix for row in [*was.added, was.blank] if row.prefix in typed]
        for place, prefix in enumerate(new):
            found[prefix] = [] if place else [row for row in now.rows if row.prefix not in known]
        if was.blank.prefix in typed:
            found[new[0]].append(now.blank)
    return found


def _fragments(
    request: SignedIn, page: entry.EntryPage, rows: dict[str, list[EntryRow]], said: str, status: int = 200
) -> JsonResponse:
    """What the page's script puts in place: rows as HTML, totals as text, and the line that offers to undo."""
    asked = {f"{row.name}: {question}" for replaced in rows.values() for row in replaced for question in row.questions.values()}
    said = ". ".join([said, *sorted(asked)])
    html = {prefix: "".join(entry_row(row, page) for row in replaced) for prefix, replaced in rows.items()}
    last = {"programme": page.programme, "undoable": _undoable(request, page.programme)}
    undo = render_to_string("posts/entry/_last_change.html", last, request=request)
    totals = {e.key: e.totals for e in page.phases} | {"all": page.totals}
    return JsonResponse({"said": said, "rows": html, "totals": totals, "undo": undo}, status=status)


def row_as_stored(request: SignedIn, programme: Programme, line_id: int, said: str, *, moved: bool) -> JsonResponse:
    """The row of one line that was saved from beside the table. `moved`: it stands in another place now, or is there again."""
    columns = columns_set(request.user, programme)
    page = entry.open_rows(Programme.objects.get(pk=programme.pk), [line_id], columns=columns)
    rows = {row.prefix: [row] for row in page.rows if row.line_id}
    return _fragments(request, page, {} if moved else rows, said)


@permission_required(Permission.EDIT_LINES)
@require_POST
def preview(request: SignedIn, slug: str) -> JsonResponse:
    """The figures of the rows posted, and all totals, as they would be once saved. Writes nothing."""
    page = _posted(request, programme_for(request.user, slug))
    entry.set_totals(page)
    figures = {row.prefix: row.figures for row in page.touched if not row.errors}
    return JsonResponse({"figures": figures, "totals": {e.key: e.totals for e in page.phases} | {"all": page.totals}})


def _act(request: SignedIn, programme: Programme) -> str | None:
    """Duplicate, move or remove the line whose button was pressed, after what was typed is saved.

    Gives the place where the person is then: the row, or after a removal the one in its place. None: no button was pressed.
    """
    verb, _, number = request.POST.get("do", "").partition(":")
    if verb == "several":
        return _of_several(programme, request.POST.getlist("tick"))
    if verb not in ("duplicate", "up", "down", "remove", "insert", "more") or not number.isdecimal():
        return None
    lines = queries.beside(programme, int(number))
    line = next((line for line in lines if line.pk == int(number)), None)
    if line is None:
        messages.warning(request, "Somebody else has already removed that line.")
        return ""
    if verb == "more":
        return reverse("line", args=[programme.slug, line.pk])
    if verb == "insert":
        return f"{'&' if request.GET else '?'}above={line.pk}#new{line.phase_id}x1-title"
    if verb == "remove" and frozen_in([line.pk]):
        return f"{_of_several(programme, [number])}&act=remove"  # which asks first
    changes = {
        "duplicate": lambda: actions.copied(lines, line),
        "up": lambda: actions.moved(lines, line, -1),
        "down": lambda: actions.moved(lines, line, 1),
        "remove": lambda: [actions.LineChange(line.pk, line.version, None)],
    }[verb]()
    said = {"duplicate": "was duplicated", "up": "was moved up", "down": "was moved down", "remove": "was removed"}[verb]
    stays_at = f"#l{line.pk}-{_column(request)}"
    if not changes:
        return stays_at
    following = queries.following(line) if verb == "remove" else None
    try:
        actions.change_lines(programme=programme, line_changes=changes, by=request.user, at=clock.now(), what=f"line_{verb}")
    except actions.StaleLines:
        messages.warning(request, f"Somebody else changed “{line.title}” first, so it was not changed.")
    else:
        messages.success(request, f"“{line.title}” {said}.")
        if verb == "remove":
            # What takes its place: the next of its phase, else the empty row at its end.
            return f"#{f'l{following}' if following else f'new{line.phase_id}'}-{_column(request)}"
    return stays_at


def _of_several(programme: Programme, ticked: list[str]) -> str:
    """The page that changes these lines together."""
    return f"{reverse('several_lines', args=[programme.slug])}?{urlencode({'line': ticked}, doseq=True)}"


def _column(request: SignedIn) -> str:
    """The column that the person was in, as the page's script says; else the first."""
    column = request.POST.get("column", "")
    return column if re.fullmatch(r"[a-z]\w{0,20}", column) else "title"


def _undoable(request: SignedIn, programme: Programme) -> Undoable:
    return undoable(programme, request.user, at=clock.now(), since=visit_since(request), passed=passed_over(request))


def _wants_json(request: SignedIn) -> bool:
    return request.headers.get("Accept") == "application/json"
