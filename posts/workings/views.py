"""How each figure of a line came about, on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, SignedIn, permission_required
from costing.intake import Basis
from phases.queries import programme_for
from posts.entry.line.views import opened_or_404
from posts.lines import queries
from posts.workings import rules as shaping


@permission_required(Permission.VIEW_PROGRAMMES)
@require_safe
def workings(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """How each figure of a line came about, what it is worked out from, and every version of the line."""
    programme = programme_for(request.user, slug)
    opened = opened_or_404(programme, pk)
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
    return render(request, "posts/workings/workings.html", context)
