"""The pages of pasting: what was sent, how it is read, and what each row of the block shows."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.models import User
from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.models import Programme
from phases.programmes.queries import programme_for
from posts.importing import actions
from posts.importing.actions import Choices
from posts.importing.check.views import PastePage
from posts.importing.file.rules import Source, file_named, in_lines, pasted, too_large_a_file, unpacked
from posts.importing.kept.queries import imports_of
from posts.importing.remembered.actions import forget
from posts.importing.table.rules import MOST_COLUMNS, table_of
from posts.importing.text.rules import MOST_BYTES, Unreadable, WhichSheet
from posts.importing.units.rules import NAMES
from posts.importing.webpage.rules import with_exact_values
from posts.lines.actions import StaleLines

OVERTAKEN = "Somebody else changed lines of this programme since you looked. Nothing was stored: check the block again."
SHOWN_BEFORE = 10  # earlier imports on the first step
_CELL = re.compile(r"cell-([0-9]{1,6})-([0-9]{1,3})")
EXACT = "Cells that were copied in a rounded look are read with their exact values."
READ_ANEW = "You changed how the block is read. Nothing was stored: check it once more."


def open_page(programme: Programme, data: QueryDict, files: Mapping[str, UploadedFile], *, by: User, at: datetime) -> PastePage:
    """The page for what was sent; everything typed stays in it."""
    step = data.get("do", "")
    page = PastePage(
        programme, _choices(data, actions.usual_reason(by, at)), step, phases=list(programme.phases.order_by("number"))
    )
    page.sheet, page.typed = data.get("sheet", ""), in_lines(data.get("text", ""))
    said = _take_exact_values(page, data)
    place = "file"
    try:
        page.source = _source(data, files, page.typed)
        place = "file" if page.file else "text"
        of = page.source_mark
        if data.get("of", of) != of:  # what was chosen of another block says nothing of this one
            page.choices = Choices("", reason=page.choices.reason)
        if step == "forget":
            page.choices = replace(page.choices, columns=None, units=None)
        if step in ("preview", "apply", "forget"):
            decoded = page.source.decoded
            page.choices = replace(page.choices, text=in_lines(decoded.text), said=(*decoded.said, *said), source=page.source)
            page.choices = replace(page.choices, hidden=(decoded.hidden_rows, decoded.hidden_columns))
            place = "text"
            page.preview = actions.look(programme, page.choices, by=by, at=at)
    except Unreadable as error:
        page.problem = (place, str(error))
        if place == "file" and not isinstance(error, WhichSheet):
            page.source = None
    return page


def _take_exact_values(page: PastePage, data: QueryDict) -> tuple[str, ...]:
    """Read what the clipboard held beside the pasted text, where it is the same table; a sentence that says so."""
    clipboard = data.get("clipboard", "")
    if not clipboard or not page.typed.strip():
        return ()
    try:
        found = with_exact_values(table_of(page.typed).rows, clipboard)
    except Unreadable:
        return ()
    page.typed = in_lines(found) or page.typed
    return (EXACT,) if found else ()


def _source(data: QueryDict, files: Mapping[str, UploadedFile], typed: str) -> Source:
    """The file that was chosen, now or in a step before, else what stands in the box. Raises Unreadable."""
    sheet = data.get("sheet", "")
    if upload := files.get("file"):
        if (upload.size or 0) > MOST_BYTES:
            raise Unreadable(too_large_a_file(upload.size or 0))
        return file_named(upload.name or "", upload.read(), sheet)
    kept = None if "drop_file" in data else unpacked(data.get("kept_name", ""), data.get("kept", ""), sheet)
    return kept or pasted(typed)


def stands(page: PastePage, data: Mapping[str, str]) -> bool:
    """Whether the block may be stored now: asked for, without error, and just as it was shown. Else `page.said` says why not."""
    if page.step != "apply" or not page.preview or page.preview.refused:
        return False
    if data.get("read_as") != page.read_as:
        page.said = READ_ANEW
    elif data.get("seen") != page.seen:
        page.said = OVERTAKEN
    return not page.said and bool(page.preview.changes)


def _choices(data: QueryDict, usual: str) -> Choices:
    columns, units = _numbered(data, "column"), _numbered(data, "unit")
    phase = data.get("phase", "")
    answers = {name.removeprefix("answer-"): str(data[name]) for name in data if name.startswith("answer-") and data[name]}
    return Choices(
        "",
        columns=tuple(columns) or None,
        units=tuple(NAMES.get(unit, 0) for unit in units) or None,
        phase=int(phase) if re.fullmatch(r"[0-9]{1,2}", phase) else None,
        reason=data.get("reason", usual),
        answers=answers,
        cells={(int(m[1]), int(m[2])): str(data[name]) for name in data if (m := _CELL.fullmatch(name))},
    )


def _numbered(data: Mapping[str, str], name: str) -> list[str]:
    """The values of fields that are numbered from 0."""
    found: list[str] = []
    while (value := data.get(f"{name}-{len(found)}")) is not None and len(found) < MOST_COLUMNS:
        found.append(value)
    return found


@permission_required(Permission.EDIT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: SignedIn, slug: str) -> HttpResponse:
    """Step 1 takes a block; step 2 shows what would become of each row; then it is stored, all or nothing."""
    programme, at = programme_for(request.user, slug), clock.localtime()
    if request.POST.get("do") == "forget":
        forget(shape=request.POST.get("shape", ""), by=request.user, at=at)
    page = open_page(programme, request.POST, request.FILES, by=request.user, at=at)
    if page.preview and stands(page, request.POST):
        try:
            actions.apply(page.preview, by=request.user, at=at)
        except StaleLines:
            programme = programme_for(request.user, slug)
            page = open_page(programme, request.POST, {}, by=request.user, at=at)
            page.said = OVERTAKEN
        else:
            messages.success(request, f"{page.done} Undo is above the table.")
            return redirect("lines", slug=slug)
    context = {"programme": programme, "page": page, "has_errors": bool(page.errors)}
    if not page.preview:
        context["earlier"] = imports_of(programme)[:SHOWN_BEFORE]
    return render(request, "posts/importing/paste.html", context, status=page.status)
