"""Adding a body that decides, and changing one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.bodies.models import Body
from phases.bodies.queries import is_used


@transaction.atomic
def save_body(*, values: Mapping[str, Any], by: User, at: datetime, body: Body | None = None) -> Body:
    """Add or change a body. Once something names it, its kind stays: what was decided was judged by it."""
    require(by, Permission.CHANGE_SETTINGS)
    saved = Body.objects.select_for_update().get(pk=body.pk) if body else Body()
    before = {field: getattr(saved, field) for field in values} if body else {}
    if body and values.get("kind", saved.kind) != saved.kind and is_used(saved):
        raise ValidationError({"kind": f"Decisions, limits or papers name {saved.in_sentence}, so its kind stays as it is."})
    for field, value in values.items():
        setattr(saved, field, value)
    saved.full_clean()
    saved.save()
    changed = changes(before, {field: getattr(saved, field) for field in values})
    if changed:
        action, subject = f"body_{'changed' if body else 'added'}", f"body:{saved.pk}"
        record(action=action, subject=subject, details={"body": saved.name, "changed": changed}, by=by, at=at)
    return saved
