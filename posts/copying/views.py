"""Copying a programme or a phase: what the copy is called, what it would make, and then that it was made."""

from collections.abc import Callable
from copy import copy as twin
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import edit_or_409, posted
from display.words import counted
from phases.models import Phase, Programme
from phases.programmes.queries import programme_for
from posts.copies.models import Copy
from posts.copying import actions, queries
from posts.copying.forms import CopyForm, PhaseCopyForm, ProgrammeCopyForm
from posts.copying.rules import NOT_COPIED


@dataclass(frozen=True)
class CopyPage:
    """What is copied, from the form to what is done with it. `into` is the programme that would hold the copy."""

    source: Programme
    phase: Phase | None
    form: CopyForm
    act: Callable[[], Copy]
    into: Callable[[], Programme]

    @property
    def title(self) -> str:
        return f"Copy {self.phase or 'this programme'}"


@permission_required(Permission.EDIT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def programme_copy(request: SignedIn, slug: str) -> HttpResponse:
    """A new programme like this one."""
    source = programme_for(request.user, slug)
    form = ProgrammeCopyForm(posted(request), source=source, initial={})

    def act() -> Copy:
        return actions.copy_programme(source=source, wanted=form.wanted, by=request.user, at=clock.now())

    def into() -> Programme:
        made, years = twin(source), form.cleaned_data["years"]
        made.first_year, made.last_year = source.first_year + years, source.last_year + years
        return made

    return _page(request, CopyPage(source, None, form, act, into))


@permission_required(Permission.EDIT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def phase_copy(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """A new phase like this one, in the same programme or in another."""
    source = programme_for(request.user, slug)
    phase = get_object_or_404(Phase, programme=source, pk=pk)
    initial = {"into": source.slug, "number": queries.next_number(source), "name": ""}
    form = PhaseCopyForm(posted(request), source=source, initial=initial)

    def act() -> Copy:
        into: Programme = form.cleaned_data["into"]
        return actions.copy_phase(source=phase, into=into, wanted=form.wanted, by=request.user, at=clock.now())

    return _page(request, CopyPage(source, phase, form, act, lambda: form.cleaned_data["into"]))


def _page(request: SignedIn, page: CopyPage) -> HttpResponse:
    form = page.form

    def save() -> Copy | None:
        return page.act() if request.POST.get("do") == "copy" else None

    def finish(done: Copy) -> HttpResponse:
        lines = counted(done.lines.count(), "line")
        messages.success(request, f"{done.source} was copied, with {lines}.")
        return redirect("lines" if done.phase else "programme_setup", done.programme.slug)

    def show(status: int) -> HttpResponse:
        checked = request.POST.get("do") in ("check", "copy") and form.is_valid()
        lines = queries.lines_to_copy(page.source, page.phase) if checked else []
        context: dict[str, Any] = {"programme": page.source, "page": page, "form": form, "left_out": NOT_COPIED}
        if checked:
            context["effect"] = queries.effect_of(lines, page.into(), form.cleaned_data["years"], clock.now())
            context["sent"] = [(field.html_name, field.value()) for field in form]
        return render(request, "posts/copying/copy.html", context, status=status)

    return edit_or_409(request, form, save, show, finish)
