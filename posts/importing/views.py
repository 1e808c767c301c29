"""The pages of pasting: what was sent, how it is read, and what each row of the block shows."""

import re
from collections.abc import Mapping
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
from posts.importing.file.rules import read_file
from posts.importing.table.rules import MOST_COLUMNS
from posts.importing.text.rules import MOST_BYTES, Decoded, Unreadable
from posts.importing.units.rules import NAMES
from posts.lines.actions import StaleLines

OVERTAKEN = "Somebody else changed lines of this programme since you looked. Nothing was stored: check the block again."
READ_ANEW = "You changed how the block is read. Nothing was stored: check it once more."


def open_page(programme: Programme, data: QueryDict, files: Mapping[str, UploadedFile], *, by: User, at: datetime) -> PastePage:
    """The page for what was sent; everything typed stays in it."""
    text = data.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    step = data.get("do", "")
    page = PastePage(
        programme, _choices(data, text, actions.usual_reason(by, at)), step, phases=list(programme.phases.order_by("number"))
    )
    page.sheet = data.get("sheet", "")
    place = "text"
    try:
        if upload := files.get("file"):
            place = "file"
            decoded = _text_of(upload, data.get("sheet", ""))
            text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
            page.choices = Choices(text, reason=page.choices.reason, said=decoded.said)
            place = "text"
        if step in ("preview", "apply"):
            page.preview = actions.look(programme, page.choices, by=by, at=at)
    except Unreadable as error:
        page.problem = (place, str(error))
    return page


def stands(page: PastePage, data: Mapping[str, str]) -> bool:
    """Whether the block may be stored now: asked for, without error, and just as it was shown. Else `page.said` says why not."""
    if page.step != "apply" or not page.preview or page.preview.refused:
        return False
    if data.get("read_as") != page.read_as:
        page.said = READ_ANEW
    elif data.get("seen") != page.seen:
        page.said = OVERTAKEN
    return not page.said and bool(page.preview.changes)


def _choices(data: QueryDict, text: str, usual: str) -> Choices:
    columns, units = _numbered(data, "column"), _numbered(data, "unit")
    phase = data.get("phase", "")
    answers = {name.removeprefix("answer-"): str(data[name]) for name in data if name.startswith("answer-") and data[name]}
    return Choices(
        text,
        columns=tuple(columns) or None,
        units=tuple(NAMES.get(unit, 0) for unit in units) or None,
        phase=int(phase) if re.fullmatch(r"[0-9]{1,2}", phase) else None,
        reason=data.get("reason", usual),
        answers=answers,
        said=tuple(data.getlist("said")[:50]),
    )


def _numbered(data: Mapping[str, str], name: str) -> list[str]:
    """The values of fields that are numbered from 0."""
    found: list[str] = []
    while (value := data.get(f"{name}-{len(found)}")) is not None and len(found) < MOST_COLUMNS:
        found.append(value)
    return found


def _text_of(upload: UploadedFile, sheet: str) -> Decoded:
    if (upload.size or 0) > MOST_BYTES:
        raise Unreadable(f"This file is {(upload.size or 0) / 1024 / 1024:.1f} MB: at most 2 MB is read at a time.")
    return read_file(upload.read(), sheet)


@permission_required(Permission.EDIT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: SignedIn, slug: str) -> HttpResponse:
    """Step 1 takes a block; step 2 shows what would become of each row; then it is stored, all or nothing."""
    programme, at = programme_for(request.user, slug), clock.localtime()
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
    return render(request, "posts/importing/paste.html", context, status=page.status)
