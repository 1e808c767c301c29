"""A correction of a published record as a PDF."""

from django.http import HttpRequest, HttpResponse

from approvals.decisions.corrections.queries import published_correction
from approvals.decisions.publication.views import for_anybody
from approvals.decisions.withdrawal.queries import withdrawal_of_correction
from reports.papers.decision_record.views import paper


@for_anybody
def published_correction_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One correction, as anybody may read it; of one that was withdrawn, with 410, that it was."""
    from reports.papers.correction import queries
    from reports.papers.withdrawal import queries as withdrawal

    correction = published_correction(reference, number)
    if withdrawn := withdrawal_of_correction(correction):
        return paper(withdrawal.render(correction.record, withdrawn, correction.reference), correction.reference, status=410)
    return paper(queries.render(correction), correction.reference)
