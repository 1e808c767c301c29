"""Plan the publication of a record, cancel that, and publish by itself what is due."""

import logging
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from approvals.decisions.actions import check_publication, open_record, publish
from approvals.decisions.models import DecisionRecord
from approvals.decisions.planned.models import PlannedPublication
from approvals.decisions.planned.queries import due_on, plan_of, shown_of
from approvals.drawdowns.actions import NotAllowedNow, day_of, entry_of

_log = logging.getLogger(__name__)


@transaction.atomic
def plan_publication(*, record: DecisionRecord, on: date, by: User, at: datetime) -> PlannedPublication:
    """The record, as it stands, is to be published by itself on that day.

    Raises ValidationError where the day has come or is past, or the record could not be published as it stands; NotAllowedNow
    where it is published, or planned already.
    """
    plan = checked(record, on, by, at)
    details = {"on": on, "shown": plan.shown}
    plan.entry = entry_of(plan.record.drawdown, "publication_planned", details, by, at)
    plan.save(force_insert=True)
    return plan


def checked(record: DecisionRecord, on: date, by: User, at: datetime) -> PlannedPublication:
    """The plan as it would be made now, without its entry. Raises as `plan_publication`; writes nothing."""
    record = open_record(record, by)
    if plan_of(record):
        raise NotAllowedNow("Its publication is planned already: cancel that first.")
    if on <= day_of(at):
        raise ValidationError({"on": "Choose a day to come. To publish it today, publish it now."})
    check_publication(record, None, at)
    return PlannedPublication(record=record, on=on, shown=shown_of(record), planned_by=by)


@transaction.atomic
def cancel_plan(*, record: DecisionRecord, by: User, at: datetime) -> PlannedPublication:
    """It is not published by itself any more. Raises NotAllowedNow where nothing is planned."""
    record = open_record(record, by)
    plan = plan_of(record)
    if plan is None:
        raise NotAllowedNow("No publication is planned.")
    plan.cancelled = entry_of(record.drawdown, "publication_plan_cancelled", {"on": plan.on}, by, at)
    plan.cancelled_by = by
    plan.save(update_fields=["cancelled", "cancelled_by"])
    return plan


def publish_planned(at: datetime) -> int:
    """Publish every record whose planned day has come, each in a transaction of its own; how many were published.

    What was changed since it was planned, or may not be published as things stand, stays unpublished: its clerk sees it at Home.
    """
    done = 0
    for plan in due_on(day_of(at)):
        try:
            _publish(plan, at)
        except (NotAllowedNow, PermissionDenied, ValidationError) as error:
            _log.warning("%s was not carried out: %s", plan, error)
            continue
        done += 1
    return done


@transaction.atomic
def _publish(plan: PlannedPublication, at: datetime) -> None:
    record = open_record(plan.record, plan.planned_by)
    now = plan_of(record)
    if now is None or now.pk != plan.pk:
        raise NotAllowedNow("The plan was cancelled.")
    if shown_of(record) != plan.shown:
        raise NotAllowedNow("The record changed after its publication was planned.")
    publish(record=record, planned=plan.entry_id, by=plan.planned_by, at=at)
