"""What the public is told of a decision in lists, feeds and files: of one that is exempt, no money."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from approvals.decisions.models import CallIn, DecisionRecord
from approvals.decisions.queries import effective_day, released_measures
from approvals.decisions.rules import released
from approvals.decisions.wording import queries as wording
from approvals.drawdowns.rules import Measure
from approvals.drawdowns.totals.rules import heading


def public_amounts(record: DecisionRecord) -> Mapping[Measure, Decimal]:
    """Whole pounds by measure; none of an exempt decision."""
    return {} if record.exempt_paragraph else wording.released_by(record)


def public_sources(record: DecisionRecord) -> list[str]:
    return [] if record.exempt_paragraph else wording.sources_of(record)


def public_measures(records: QuerySet[DecisionRecord]) -> list[Measure]:
    """The measures in which those that are not exempt release money, years first (one query)."""
    return released_measures(records.filter(exempt_paragraph=""))


def published_at(record: DecisionRecord) -> datetime:
    """The moment of the act of publication; the start of the day where it was published elsewhere before."""
    acted: datetime = record.entry.at  # type: ignore[union-attr]
    day: date = record.published_on  # type: ignore[assignment]
    return min(acted, datetime.combine(day, time(), UTC)) if day < acted.date() else acted


def changed_at(record: DecisionRecord) -> datetime:
    """When what the public reads of it last changed: with its publication, its call-in, the outcome of that, or its effect."""
    called: CallIn | None = getattr(record.drawdown, "call_in", None)
    days = [called.called_in_on, called.outcome_on] if called else []
    if record.drawdown.state == "effective":
        days.append(effective_day(record))
    return max([published_at(record), *(datetime.combine(day, time(), UTC) for day in days if day)])


def as_data(record: DecisionRecord, today: date) -> dict[str, Any]:
    """One decision as JSON holds it. Amounts are whole pounds as text; `released` is null where the information is exempt."""
    exempt = bool(record.exempt_paragraph)
    rows = [] if exempt else released(record.money).rows
    return {
        "reference": record.drawdown.reference,
        "title": record.title,
        "programme": record.drawdown.programme.name,
        "decided_by": record.capacity,
        "decided_on": record.decided_on,
        "published_on": record.published_on,
        "key_decision": record.is_key,
        "released": None
        if exempt
        else [
            {
                "authorisation": row.authorisation,
                "source": row.source,
                "measure": heading(row.measure),
                "pounds": f"{row.released:f}",
            }
            for row in rows
        ],
        "call_in": {
            "applies": record.call_in_applies,
            "closes_on": record.closes_on,
            "open": wording.is_open_to_call_in(record, today),
        },
        "effective_on": effective_day(record),
        "stands": record.drawdown.state != "superseded",
        "status": wording.standing(record),
        "exempt_paragraph": record.exempt_paragraph or None,
        "sha256": None if exempt else record.sha256,
    }
