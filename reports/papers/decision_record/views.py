"""The record of a decision as a PDF, whole and as it is published."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.publication.views import for_anybody
from approvals.decisions.queries import published_record, record_for


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def decision_pdf(request: SignedIn, reference: str) -> HttpResponse:
    """The whole record of a decision; marked as a draft while it is not published."""
    from reports.papers.decision_record import queries as decision

    return _paper(decision.render(record_for(request.user, reference)), reference)


@for_anybody
def published_decision_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """A published record, as anybody may read it."""
    from reports.papers.decision_record import queries as decision

    return _paper(decision.render(published_record(reference), public=True), reference)


def _paper(paper: bytes, reference: str) -> HttpResponse:
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{reference}-decision.pdf"'
    return response
