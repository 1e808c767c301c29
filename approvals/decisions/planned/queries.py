"""Publications that are planned."""

from datetime import date

from django.db.models import QuerySet

from approvals.decisions.models import DecisionRecord
from approvals.decisions.planned.models import PlannedPublication
from approvals.decisions.queries import content_now
from costing.frozen import digest, written


def plan_of(record: DecisionRecord) -> PlannedPublication | None:
    """The day that is planned for a record which is not published yet (one query)."""
    if record.published_on:
        return None
    return record.plans.filter(cancelled__isnull=True).select_related("planned_by").first()


def due_on(day: date) -> QuerySet[PlannedPublication]:
    """Those whose day has come, and whose record is not published yet."""
    waiting = PlannedPublication.objects.filter(cancelled__isnull=True, on__lte=day, record__published_on__isnull=True)
    return waiting.select_related("record__drawdown", "planned_by").order_by("on", "pk")


def shown_of(record: DecisionRecord) -> str:
    """SHA-256 of what the record says now, as somebody who plans or publishes it sees it."""
    return digest(written(content_now(record)))
