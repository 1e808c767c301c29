"""A correction of a published record as a PDF."""

from django.http import HttpRequest, HttpResponse

from approvals.decisions.corrections.queries import published_correction
from approvals.decisions.publication.views import for_anybody
from approvals.decisions.withdrawal.queries import withdrawal_of_correction
from reports.papers.decision_record.views import stored
from reports.papers.published.queries import stored_paper


@for_anybody
def published_correction_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One correction, as anybody may read it; of one that was withdrawn, with 410, that it was."""
    correction = published_correction(reference, number)
    content, withdrawn = stored_paper(correction.record, correction), withdrawal_of_correction(correction)
    return stored(request, content, correction.reference, withdrawn=withdrawn is not None)
