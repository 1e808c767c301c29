"""A correction of a published record as a PDF, in the manner of the record. The same correction gives the same bytes."""

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.council.logo.queries import look
from approvals.decisions.corrections.models import Correction
from approvals.decisions.corrections.queries import public_sections
from display.formats import long_date
from printing.engine import draw
from printing.fonts import printable
from reports.papers.decision_record.queries import section

EXEMPT = "The text of this correction holds exempt information and is not published"


def render(correction: Correction) -> bytes:
    """The finished paper, as anybody may read it."""
    return draw(page(correction), "decision.css", look=look())


def page(correction: Correction) -> str:
    """The paper as one HTML page."""
    said, entry = correction.said, correction.entry
    context = {
        "title": printable(f"Correction: {said.of_title} - {said.reference}"),
        "council": printable(said.council),
        "programme": printable(correction.record.drawdown.programme.name),
        "moment": timezone.localtime(entry.at).isoformat(timespec="seconds"),
        "head": [said.reference],
        "foot": f"Published on {long_date(said.published_on)}. Corrects {said.of_reference}",
        "kind": "Correction of a published record",
        "heading": printable(said.of_title),
        "marks": [
            f"This corrects the record of decision {said.of_reference}, published on {long_date(said.of_published_on)}",
            *([EXEMPT] if said.exempt_paragraph else []),
        ],
        "sections": [section(each) for each in public_sections(correction)],
        "seal": f"Published in audit entry {entry.number}, {entry.hash}. SHA-256 of this correction: {correction.sha256}.",
    }
    return render_to_string("papers/decision.html", context)
