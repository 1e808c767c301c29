"""The forward plan as a PDF."""

from django.http import HttpRequest, HttpResponse

from accounts.clock import queries as clock
from approvals.decisions.publication.views import for_anybody


@for_anybody
def forward_plan_pdf(request: HttpRequest) -> HttpResponse:
    """As anybody may read it."""
    from reports.papers.forward_plan import queries

    response = HttpResponse(queries.render(clock.today()), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="forward-plan.pdf"'
    return response
