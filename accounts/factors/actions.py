"""What happens to a person's second factor, on the record: in one transaction with allauth's view, which stores the factor."""

from datetime import datetime

from django.db import transaction

from accounts.audit.actions import record
from accounts.people.models import User

ADDED, REMOVED, RENEWED = "factor_added", "factor_removed", "factor_renewed"


@transaction.atomic
def record_factor(*, act: str, kind: str, by: User, at: datetime) -> None:
    """A factor of their own was added, removed or renewed. `kind` is an app or recovery codes; no secret is in the record."""
    record(action=act, subject=f"user:{by.pk}", details={"factor": kind}, by=by, at=at)
