"""Undoing and doing again from the table of inputs: by its buttons, by Ctrl+Z and Ctrl+Y, and from the page of an import."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.clock import queries as clock
from accounts.models import AuditEntry
from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.programmes.queries import programme_for
from posts.entry.visit.queries import PASSED, passed_over
from posts.lines.undoing import actions, queries

MOST_PASSED = 200


@permission_required(Permission.EDIT_LINES)
@require_POST
def undo(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """Put the lines of one change back as they were, or say why not. Where a drawdown keeps one of them, ask first."""
    programme = programme_for(request.user, slug)
    change = get_object_or_404(AuditEntry, number=number, subject=f"programme:{programme.slug}")
    drawn = queries.drawn_lines(change)
    wants_json = request.headers.get("Accept") == "application/json"
    if drawn and not request.POST.get("confirmed"):
        if wants_json:
            return JsonResponse({"ask": True}, status=409)
        context = {"programme": programme, "change": change, "said": queries.said(change), "drawn": drawn}
        return render(request, "posts/entry/undo.html", context)
    try:
        actions.undo(programme=programme, entry=change, by=request.user, at=clock.now())
    except actions.NothingToUndo as error:
        said, status = str(error), 409
        # It would stand in the way of all that was done before it.
        request.session[PASSED] = [*passed_over(request), change.number][-MOST_PASSED:]
    else:
        said, status = "The change was undone.", 200
    touched = queries.lines_touched([change.number])
    if wants_json:
        return JsonResponse({"said": said, "line": touched[0] if touched else None}, status=status)
    (messages.success if status == 200 else messages.warning)(request, said)
    return redirect("lines", slug=slug)
