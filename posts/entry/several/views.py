"""The rows that were ticked in the table of inputs, changed together after a page that shows what would become of each."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.programmes.queries import programme_for
from posts.entry.several.forms import asked
from posts.lines import actions, queries
from posts.models import CostLine

MOST = 500


@permission_required(Permission.EDIT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: SignedIn, slug: str) -> HttpResponse:
    """Ask what to change of the ticked lines; show what becomes of each; store it all together or not at all."""
    programme = programme_for(request.user, slug)
    data = request.POST if request.method == "POST" else request.GET
    ids = [int(text) for text in data.getlist("line")[:MOST] if text.isdecimal() and len(text) < 19]
    lines = list(queries.lines_of(programme, ids))
    change = asked(programme, lines, data)
    if change.act and (request.method == "POST" or change.act == "remove"):
        change.plan(by=request.user, at=clock.now())
    elif request.method == "POST":
        change.error = "Choose what to change."
    if request.POST.get("do") == "apply" and change.is_sound and _as_shown(request, lines):
        try:
            actions.change_lines(programme=programme, line_changes=change.line_changes, by=request.user, at=clock.now())
        except actions.StaleLines:
            messages.warning(request, "Somebody else changed one of these lines first. This is what would happen now.")
        else:
            count = len(change.line_changes)
            done = "removed" if change.act == "remove" else "changed"
            messages.success(request, f"{count} {'line was' if count == 1 else 'lines were'} {done}.")
            return redirect("lines", slug=slug)
    context = {"programme": programme, "change": change, "teams": queries.teams_of(programme), "has_errors": bool(change.error)}
    return render(request, "posts/entry/several.html", context, status=422 if change.error else 200)


def _as_shown(request: SignedIn, lines: list[CostLine]) -> bool:
    """Whether the lines are still those that the person saw what becomes of."""
    if all(request.POST.get(f"version-{line.pk}") == str(line.version) for line in lines):
        return True
    messages.warning(request, "Somebody else changed one of these lines first. This is what would happen now.")
    return False
