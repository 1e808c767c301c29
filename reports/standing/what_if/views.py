"""What if a line started earlier or later, or had another FTE: tried on a copy, and kept as an ordinary edit if wanted."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from costing.intake import Basis
from display import formats
from display.fields import TypedFteField
from phases.models import Programme
from phases.programmes.queries import programme_for
from phases.programmes.views import locked
from posts.entry.line import views as line_page
from posts.exempt.queries import check_reader
from posts.lines.rules import LineState
from reports.standing.position.queries import position_of
from reports.standing.what_if.rules import CannotTry, Trial, tried, what_if

FURTHEST = 120  # months


class WhatIfForm(forms.Form):
    """What is tried, from the address. Once it is valid, `then` is the line as it would be."""

    months = forms.IntegerField(
        label="Move the start by",
        help_text="Months: 2 is two months later, -2 two months earlier",
        required=False,
        min_value=-FURTHEST,
        max_value=FURTHEST,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "autocomplete": "off"}),
        error_messages={
            "invalid": "Write a whole number of months, such as 2 or -2.",
            "min_value": f"Move it by at most {FURTHEST} months.",
            "max_value": f"Move it by at most {FURTHEST} months.",
        },
    )

    def __init__(self, data: Mapping[str, str], *, line: LineState, programme: Programme) -> None:
        usual = {"months": "0", "fte": formats.fte(line.fte)}
        super().__init__({name: data.get(name, given) for name, given in usual.items()})
        self.line, self.then, self.programme = line, line, programme
        if line.fte is not None and line.fte > 0:
            self.fields["fte"] = TypedFteField(label="FTE", required=False, help_text="At the same annual cost for each FTE")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            years, basis = self.programme.years, Basis(self.programme.basis)
            try:
                self.then = tried(self.line, years, basis, months=cleaned.get("months") or 0, fte=cleaned.get("fte"))
            except CannotTry as error:
                self.add_error(error.field, str(error))
        return cleaned


@permission_required(Permission.VIEW_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def line_what_if(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """The figures and the headroom of what is tried; posted, it is kept. 409 where the line was changed meanwhile."""
    if request.method != "POST":
        programme = programme_for(request.user, slug)
        check_reader(request.user, slug)
        opened = _opened(programme, pk)
        return _show(request, opened, request.GET)
    require(request.user, Permission.EDIT_LINES)
    opened = _opened(locked(request, slug), pk, request.POST.get("version", ""))
    form = WhatIfForm(request.POST, line=opened.original, programme=opened.programme)
    if opened.stale and not (form.is_valid() and form.then == opened.current):
        return _show(request, opened, request.POST, status=409)
    if not form.is_valid():
        return _show(request, opened, request.POST, status=422)
    changed = None if opened.stale else opened.save(form.then, by=request.user, at=clock.now())
    messages.success(request, f"Kept {clock.localtime():%H:%M}." if changed else "Nothing was changed.")
    return redirect("workings", slug=slug, pk=pk)


def _opened(programme: Programme, pk: int, made_on: str | None = None) -> line_page.OpenLine:
    opened = line_page.open_line(programme, pk, made_on)
    if opened is None or opened.current is None:
        raise Http404("There is no such line in this programme, or somebody removed it.")
    return opened


def _show(request: SignedIn, opened: line_page.OpenLine, data: Mapping[str, str], status: int = 200) -> HttpResponse:
    """What is tried on the line as it stands now, whatever it was tried on before."""
    programme, line = opened.programme, opened.current
    assert line is not None
    form = WhatIfForm(data, line=line, programme=programme)
    phase = next(phase for phase in opened.phases if phase.pk == line.phase)
    form.is_valid()
    trial = Trial(line, form.then)
    context = {
        "programme": programme,
        "opened": opened,
        "form": form,
        "phase": phase,
        "found": what_if(trial, programme.years, Basis(programme.basis), position_of(programme), phase.number),
        "differs": form.then != line,
        "stale": status == 409,
        "may_edit": request.user.may(Permission.EDIT_LINES),
    }
    return render(request, "reports/standing/what_if.html", context, status=status)
