"""The committee table as it stood at a moment of the past."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.models import User
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.formats import long_moment
from phases.models import Programme
from phases.programmes.queries import programme_for
from reports.exempt.queries import as_read_by
from reports.papers.queries import issued_papers_of
from reports.table.comparison.rules import changes_between
from reports.table.faces import rules as faces
from reports.table.past.forms import MomentForm
from reports.table.past.queries import schedule_at
from reports.table.queries import schedule_for, usual_options
from reports.table.screen.rules import ExpenditureTable, body


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def expenditure_as_at(request: SignedIn, slug: str) -> HttpResponse:
    """The committee table as it stood at a moment of the past, and every cell that differs today."""
    programme, now = programme_for(request.user, slug), clock.localtime()
    form = MomentForm(request.GET or None, now=now)
    papers = [(paper, timezone.localtime(paper.as_at)) for paper in issued_papers_of(programme)]
    context: dict[str, Any] = {"programme": programme, "form": form, "papers": papers}
    if form.is_bound and form.is_valid():
        context |= _then_and_now(programme, timezone.localtime(form.cleaned_data["at"]), now, request.user)
    return render(request, "reports/expenditure/expenditure_as_at.html", context)


def _then_and_now(programme: Programme, moment: datetime, now: datetime, by: User) -> dict[str, Any]:
    council = council_queries.council()
    then = as_read_by(schedule_at(programme, council, moment), by)
    today = as_read_by(schedule_for(programme, council, usual_options(programme, council), as_at=now), by)
    return {
        "schedule": then,
        "moment": long_moment(moment),
        "table": ExpenditureTable(then),
        "body": body(then),
        "changes": changes_between(faces.as_json(then), faces.as_json(today)),
    }
