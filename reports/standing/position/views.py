"""Where a programme stands: what is planned, against what is authorised."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.programmes.queries import programme_for
from reports.standing.chart.rules import chart
from reports.standing.position.queries import position_of
from reports.standing.position.rules import tiles


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def position(request: SignedIn, slug: str) -> HttpResponse:
    """Where a programme stands: what is planned, against what is authorised."""
    programme = programme_for(request.user, slug)
    stands = position_of(programme)
    context = {
        "programme": programme,
        "position": stands,
        "tiles": tiles(stands, clock.today()),
        "chart": chart(stands),
        "may_enter_lines": request.user.may(Permission.EDIT_LINES),
        "may_set_up": request.user.may(Permission.SET_UP_PROGRAMMES),
    }
    return render(request, "reports/standing/position.html", context)
