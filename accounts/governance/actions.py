"""Recording how the council is governed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.governance.models import GovernanceTerm
from accounts.people.models import User
from accounts.permissions.rules import Permission, require


@transaction.atomic
def save_governance(*, values: Mapping[str, Any], by: User, at: datetime, term: GovernanceTerm | None = None) -> GovernanceTerm:
    """Record governance from a day on, or correct what was recorded. What was published stays as it was judged then."""
    require(by, Permission.CHANGE_SETTINGS)
    saved = GovernanceTerm.objects.select_for_update().get(pk=term.pk) if term else GovernanceTerm()
    before = {field: getattr(saved, field) for field in values} if term else {}
    for field, value in values.items():
        setattr(saved, field, value)
    saved.full_clean()
    saved.save()
    if changed := changes(before, {field: getattr(saved, field) for field in values}):
        action = f"governance_{'changed' if term else 'added'}"
        record(action=action, subject="council", details={"governance": str(saved), "changed": changed}, by=by, at=at)
    return saved
