"""What a record says of the money after the decision was signed: handed back, moved on, lapsed, overturned."""

from django.utils import timezone

from approvals.decisions.models import DecisionRecord
from approvals.decisions.wording.queries import Row, Section
from approvals.drawdowns.handback.queries import became_of
from display import formats


def became(record: DecisionRecord, *, amounts: bool) -> Section:
    """What became of the money since (two queries at most). Without `amounts` for the public: they could be those of one line."""
    rows = []
    for act in became_of([record.drawdown]).get(record.drawdown_id, []):
        by = f", by {act.by}" if amounts and act.by else ""
        said = f"{formats.long_date(timezone.localdate(act.at))}{by}"
        rows.append(Row(act.what, f"{act.in_words}\n{said}" if amounts and act.amounts else said))
    return Section("What became of the money", rows)
