"""What the public is told of a decision in lists, feeds and files: of one that is exempt, no money; of one that was withdrawn,
that it was, when and why."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from approvals.decisions.models import CallIn, DecisionRecord
from approvals.decisions.queries import effective_day, released_measures
from approvals.decisions.rules import released
from approvals.decisions.standing import queries as standing
from approvals.decisions.withdrawal.queries import withdrawal_of
from approvals.decisions.wording import queries as wording
from costing.measure import Measure

WITHDRAWN = "Withdrawn from publication"


def public_amounts(record: DecisionRecord) -> Mapping[Measure, Decimal]:
    """Whole pounds by measure; none of an exempt decision, or of one that was withdrawn."""
    return {} if is_kept_back(record) else wording.released_by(record)


def public_sources(record: DecisionRecord) -> list[str]:
    return [] if is_kept_back(record) else wording.sources_of(record)


def is_kept_back(record: DecisionRecord) -> bool:
    """Whether the public reads no money of it."""
    return bool(record.exempt_paragraph or withdrawal_of(record))


def public_title(record: DecisionRecord) -> str:
    return WITHDRAWN if withdrawal_of(record) else record.title


def public_capacity(record: DecisionRecord) -> str:
    return "" if withdrawal_of(record) else record.capacity


def public_measures(records: QuerySet[DecisionRecord]) -> list[Measure]:
    """The measures in which those that are neither exempt nor withdrawn release money, years first (one query)."""
    return released_measures(records.filter(exempt_paragraph="", withdrawal__isnull=True))


def published_at(record: DecisionRecord) -> datetime:
    """The moment of the act of publication; the start of the day where it was published elsewhere before."""
    acted: datetime = record.entry.at  # type: ignore[union-attr]
    day: date = record.published_on  # type: ignore[assignment]
    return min(acted, datetime.combine(day, time(), UTC)) if day < acted.date() else acted


def changed_at(record: DecisionRecord) -> datetime:
    """When what the public reads of it last changed: with its publication, its call-in, the outcome of that, its effect,
    a correction or its withdrawal."""
    called: CallIn | None = getattr(record.drawdown, "call_in", None)
    days = [called.called_in_on, called.outcome_on] if called else []
    if record.drawdown.state == "effective":
        days.append(effective_day(record))
    if withdrawn := withdrawal_of(record):
        days.append(withdrawn.withdrawn_on)
    return max([published_at(record), *(datetime.combine(day, time(), UTC) for day in [*days, *record.corrected_on] if day)])


def as_data(record: DecisionRecord, today: date) -> dict[str, Any]:
    """One decision as JSON holds it. Amounts are whole pounds as text; `released` is null where the information is exempt.

    Of a record that was withdrawn there is its reference, its days, and `withdrawn` with the day, the paragraph and the reason.
    """
    exempt, withdrawn = is_kept_back(record), withdrawal_of(record)
    rows = [] if exempt else released(record.money).rows
    return {
        "reference": record.drawdown.reference,
        "title": public_title(record),
        "programme": record.drawdown.programme.name,
        "decided_by": public_capacity(record) or None,
        "decided_on": record.decided_on,
        "retrospective": wording.is_retrospective(record),
        "published_on": record.published_on,
        "key_decision": record.is_key,
        "released": None
        if exempt
        else [
            {
                "authorisation": row.authorisation,
                "source": row.source,
                "measure": row.measure.label,
                "pounds": f"{row.released:f}",
            }
            for row in rows
        ],
        "call_in": {
            "applies": record.call_in_applies,
            "closes_on": record.closes_on,
            "open": standing.is_open_to_call_in(record, today),
        },
        "effective_on": effective_day(record),
        "stands": record.drawdown.state != "superseded",
        "status": standing.standing(record),
        "corrections": [
            {"reference": reference, "published_on": day}
            for reference, day in zip(standing.correction_references(record), record.corrected_on, strict=True)
        ],
        "withdrawn": withdrawn and {"on": withdrawn.withdrawn_on, "paragraph": withdrawn.paragraph, "reasons": withdrawn.reasons},
        "exempt_paragraph": record.exempt_paragraph or None,
        "sha256": None if exempt else record.sha256,
    }
