"""All that a drawdown is decided on, as one PDF."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from accounts.permissions.rules import SignedIn
from approvals.drawdowns.views import opened, reads


@reads
@require_GET
def decided_pdf(request: SignedIn, reference: str) -> HttpResponse:
    """What was last submitted, to the letter, with what was said on it. 404 for what was never submitted."""
    from reports.papers.bundle import queries as bundle

    sheet, _ = opened(request, reference)
    if not sheet.drawdown.content:
        raise Http404
    response = HttpResponse(bundle.render(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{reference}-decided.pdf"'
    return response
