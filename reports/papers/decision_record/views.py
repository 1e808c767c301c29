"""The record of a decision as a PDF, whole and as it is published."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_page
from django.views.decorators.http import require_GET

from accounts.permissions.rules import Permission, SignedIn, permission_required
from accounts.worker.queries import is_working
from approvals.decisions.publication.views import for_anybody
from approvals.decisions.queries import published_record, record_for
from approvals.decisions.withdrawal.queries import reads_whole, withdrawal_of
from reports.papers.published.queries import stored_paper


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
    record = published_record(reference)
    return stored(request, stored_paper(record), reference, withdrawn=withdrawal_of(record) is not None)


def stored(request: HttpRequest, content: bytes | None, reference: str, *, withdrawn: bool) -> HttpResponse:
    """What was drawn in the background when it was published; 503 until that is done. Nobody's request draws it."""
    if content is None:
        return not_drawn_yet(request)
    return paper(content, reference, status=410 if withdrawn else 200)


def not_drawn_yet(request: HttpRequest) -> HttpResponse:
    """To be asked again in some seconds. What a worker would draw is not promised where none works."""
    page = {"works": is_working(), "address": request.path}
    answer = render_page(request, "reports/papers/not_drawn_yet.html", page, status=503)
    answer["Retry-After"] = "10"
    return answer


def paper(content: bytes, reference: str, status: int = 200) -> HttpResponse:
    """The file as it is shown in a browser."""
    response = HttpResponse(content, content_type="application/pdf", status=status)
    response["Content-Disposition"] = f'inline; filename="{reference}-decision.pdf"'
    return response
