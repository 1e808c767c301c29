"""The details of a programme that its lines follow: here and not in phases, because changing them costs every line again."""

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.models import Programme
from phases.programmes import views as programmes_views
from phases.programmes.forms import ProgrammeForm
from posts.lines import actions


@permission_required(Permission.SET_UP_PROGRAMMES)
@require_http_methods(["GET", "POST"])
@transaction.atomic
def programme_details(request: SignedIn, slug: str) -> HttpResponse:
    """Change a programme's name, years or basis. Here and not in phases, because its lines are costed anew."""
    programme = programmes_views.locked(request, slug)
    form = ProgrammeForm(programmes_views.posted(request), instance=programme)

    def save() -> Programme:
        return actions.change_programme(programme=programme, values=form.values, by=request.user, at=timezone.now())

    return programmes_views.edit(request, programme, form, save, "Details of the programme", "changed", "programme_setup")
