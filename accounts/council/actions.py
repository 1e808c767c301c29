"""Writes to the council's settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.council.models import Council
from accounts.offices.models import Office
from accounts.people.models import User
from accounts.permissions.rules import Permission, require


@transaction.atomic
def change_council(*, values: Mapping[str, Any], by: User, at: datetime) -> Council:
    """Set the council's name, colour and table settings."""
    require(by, Permission.CHANGE_SETTINGS)
    council, _ = Council.objects.select_for_update().get_or_create(pk=1)
    before = {field: _named(getattr(council, field)) for field in values}
    after = {field: _named(value) for field, value in values.items()}
    changed = changes(before, after)
    for field, value in values.items():
        setattr(council, field, value)
    council.full_clean()
    council.save()
    if changed:
        record(action="council_changed", subject="council", details=changed, by=by, at=at)
    return council


def _named(value: Any) -> Any:
    """As the audit record names it: an office by its name."""
    return str(value) if isinstance(value, Office) else value
