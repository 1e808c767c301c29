"""The forward plan as a PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.clock import queries as clock
from approvals.decisions.publication.views import for_anybody
from reports.papers.decision_record.views import not_drawn_yet
from reports.papers.published.queries import plans_not_noted, stored_plan


@for_anybody
def forward_plan_pdf(request: HttpRequest) -> HttpResponse:
    """As anybody may read it, drawn in the background once a day and after each act that changes it.

    Before the first notice there is nothing to draw, and the page says so.
    """
    today = clock.today()
    content = stored_plan(today)
    if content is None:
        return not_drawn_yet(request) if plans_not_noted(today) else redirect("forward_plan")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="forward-plan.pdf"'
    return response
