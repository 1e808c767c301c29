"""The details of a programme that its lines follow: here and not in phases, because changing them costs every line again."""

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import posted
from phases.models import Programme
from phases.programmes.forms import ProgrammeForm
from phases.programmes.views import EditPage, edit, locked
from posts.lines import actions


@permission_required(Permission.SET_UP_PROGRAMMES)
@require_http_methods(["GET", "POST"])
@transaction.atomic
def programme_details(request: SignedIn, slug: str) -> HttpResponse:
    """Change a programme's name, years or basis. Here and not in phases, because its lines are costed again."""
    programme = locked(request, slug)
    form = ProgrammeForm(posted(request), instance=programme)

    def save() -> Programme:
        return actions.change_programme(programme=programme, values=form.values, by=request.user, at=clock.now())

    return edit(request, form, save, EditPage(programme, "Details of the programme", "changed"))
