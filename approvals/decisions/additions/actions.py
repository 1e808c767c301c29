"""Add to a record what no act holds."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from approvals.decisions.actions import open_record
from approvals.decisions.additions.models import RecordAddition
from approvals.decisions.models import DecisionRecord
from approvals.drawdowns.actions import entry_of
from posts.exempt.queries import check_public


@transaction.atomic
def add_to_record(*, record: DecisionRecord, kind: RecordAddition.Kind, text: str, by: User, at: datetime) -> RecordAddition:
    """An addition under the clerk's name, until the record is published. Raises NotAllowedNow, ValidationError without a text."""
    record = open_record(record, by)
    addition = RecordAddition(record=record, kind=kind, text=text.strip(), added_by=by, added_at=at)
    addition.clean_fields(exclude=["entry"])
    if not record.exempt_paragraph:
        check_public(record.drawdown.programme.slug, {"text": addition.text})
    addition.entry = entry_of(record.drawdown, "record_added_to", {"about": kind.label, "text": addition.text}, by, at)
    addition.save()
    return addition
