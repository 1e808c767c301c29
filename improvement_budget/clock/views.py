"""The buttons of the demonstration's band."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.clock import queries as clock
from accounts.clock.actions import ClockStays
from accounts.permissions.rules import SignedIn
from display.formats import long_date
from improvement_budget import demonstration
from improvement_budget.clock import actions, rules


@require_POST
def move_on(request: SignedIn) -> HttpResponse:
    """Move the demonstration on. There is no such address outside it, and nobody but its own people may."""
    if not settings.DEMONSTRATION:
        raise Http404
    if not request.user.demo_account:
        raise PermissionDenied("Only the people of the demonstration move its day on.")
    today = clock.today()
    days = {
        "day": rules.next_day(today),
        "meeting": rules.next_meeting(today, demonstration.meetings()),
        "year": rules.end_of_year(today),
    }
    to = days.get(request.POST.get("to", ""))
    if to is None:
        return HttpResponseBadRequest("There is no such day to move on to.")
    try:
        actions.move_on(today=today, to=to, by=request.user)
        messages.success(request, f"Today is {long_date(to)}.")
    except ClockStays as error:
        messages.error(request, str(error))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page whose button was pressed."""
    address = request.POST.get("next", "")
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else "/"
