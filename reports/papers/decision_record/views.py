"""The record of a decision as a PDF, whole and as it is published."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.publication.views import for_anybody
from approvals.decisions.queries import published_record, record_for
from approvals.decisions.withdrawal.queries import reads_whole, withdrawal_of


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def decision_pdf(request: SignedIn, reference: str) -> HttpResponse:
    """The whole record of a decision, marked as a draft while it is not published; what is exempt to who may read that."""
    from reports.papers.decision_record import queries as decision

    record = record_for(request.user, reference)
    if not reads_whole(request.user, record):
        raise PermissionDenied("This record holds exempt information.")
    return paper(decision.render(record), reference)


@for_anybody
def published_decision_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """A published record, as anybody may read it; of one that was withdrawn, with 410, that it was."""
    from reports.papers.decision_record import queries as decision
    from reports.papers.withdrawal import queries as withdrawal

    record = published_record(reference)
    if withdrawn := withdrawal_of(record):
        return paper(withdrawal.render(record, withdrawn, reference), reference, status=410)
    return paper(decision.render(record, public=True), reference)


def paper(content: bytes, reference: str, status: int = 200) -> HttpResponse:
    """The file as it is shown in a browser."""
    response = HttpResponse(content, content_type="application/pdf", status=status)
    response["Content-Disposition"] = f'inline; filename="{reference}-decision.pdf"'
    return response
