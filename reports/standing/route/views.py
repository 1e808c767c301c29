"""Who must approve what a programme plans."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.programmes.queries import programme_for
from reports.standing.route.queries import routes_of


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def approval_route(request: SignedIn, slug: str) -> HttpResponse:
    """Who must approve what a programme plans, phase by phase, and why."""
    programme = programme_for(request.user, slug)
    today = clock.today()
    context = {
        "programme": programme,
        "routes": routes_of(programme, today),
        "today": today,
        "may_keep": request.user.may(Permission.CHANGE_SETTINGS),
    }
    return render(request, "reports/standing/approval_route.html", context)
