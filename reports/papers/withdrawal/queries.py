"""What stands in the place of the PDF of a record or a correction that was withdrawn from publication."""

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.council.logo.queries import look
from accounts.council.queries import council
from approvals.decisions.models import DecisionRecord
from approvals.decisions.publication.queries import WITHDRAWN
from approvals.decisions.withdrawal.models import Withdrawal
from approvals.decisions.withdrawal.queries import sentence
from approvals.decisions.wording.queries import Row, Section
from display.formats import long_date
from printing.engine import draw
from printing.fonts import printable
from reports.papers.decision_record.queries import section


def render(record: DecisionRecord, withdrawn: Withdrawal, reference: str) -> bytes:
    """The finished paper. `reference`: of the record, or of the correction, that was withdrawn."""
    return draw(page(record, withdrawn, reference), "decision.css", look=look())


def page(record: DecisionRecord, withdrawn: Withdrawal, reference: str) -> str:
    """The paper as one HTML page: nothing of what was withdrawn."""
    rows = [
        Row("Reference", reference),
        Row("Withdrawn from publication", long_date(withdrawn.withdrawn_on)),
        Row("Reason", withdrawn.reasons),
        Row("Exempt information", f"Schedule 12A, Part 1, paragraph {withdrawn.paragraph}"),
    ]
    name = council().name
    context = {
        "title": printable(f"{WITHDRAWN} - {reference}"),
        "council": printable(name),
        "programme": printable(record.drawdown.programme.name),
        "moment": timezone.localtime(withdrawn.entry.at).isoformat(timespec="seconds"),
        "head": [reference],
        "foot": f"{WITHDRAWN} on {long_date(withdrawn.withdrawn_on)}",
        "kind": "Published decision",
        "heading": WITHDRAWN,
        "marks": [printable(sentence(withdrawn))],
        "sections": [section(Section("What was withdrawn", rows))],
        "seal": f"Withdrawn in audit entry {withdrawn.entry.number}, {withdrawn.entry.hash}.",
    }
    return render_to_string("papers/decision.html", context)
