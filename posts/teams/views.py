"""Renaming teams and putting them in another order."""

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import posted
from phases.programmes.views import EditPage, edit, locked
from posts.lines import actions, queries
from posts.teams.forms import TeamsForm


@permission_required(Permission.SET_UP_PROGRAMMES)
@require_http_methods(["GET", "POST"])
@transaction.atomic
def teams(request: SignedIn, slug: str) -> HttpResponse:
    """Rename teams and put them in another order."""
    programme = locked(request, slug)
    form = TeamsForm(posted(request), teams=list(queries.teams_of(programme)))

    def save() -> str:
        actions.change_teams(programme=programme, names=form.names, by=request.user, at=clock.now())
        return "The list of teams"

    return edit(request, form, save, EditPage(programme, "Teams", "changed", template="posts/teams/teams.html"))
