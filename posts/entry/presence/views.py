"""A page of the table of inputs that is open says so, and is told who else is there."""

from django.http import JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.programmes.queries import programme_for
from posts.entry.presence.actions import be_at
from posts.entry.presence.queries import others_at


@permission_required(Permission.EDIT_LINES)
@require_POST
def presence(request: SignedIn, slug: str) -> JsonResponse:
    """Who else is here, as a sentence, and by line the names of those who are in its row."""
    programme, now = programme_for(request.user, slug), clock.now()
    line = request.POST.get("line", "")
    be_at(programme=programme, line_id=int(line) if line.isdecimal() and len(line) < 19 else None, by=request.user, at=now)
    others = others_at(programme, request.user, at=now)
    said = render_to_string("posts/entry/_here.html", {"others": others})
    return JsonResponse({"said": " ".join(said.split()), "rows": [[each.line_id, each.name] for each in others if each.line_id]})
