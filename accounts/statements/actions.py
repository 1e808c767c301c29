"""Changing the texts a council publishes about its service."""

from datetime import datetime

from django.db import transaction

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.people.models import User
from accounts.permissions.rules import Permission, require
from accounts.statements.models import Statement
from accounts.statements.queries import standard_text


def locked_statement(kind: str) -> Statement:
    """The row of the text, locked, and made where there is none yet: of two who change it at once the second waits."""
    Statement.objects.get_or_create(kind=kind)
    return Statement.objects.select_for_update().get(kind=kind)


@transaction.atomic
def change_statement(*, kind: str, text: str, by: User, at: datetime) -> Statement:
    """Publish this text. An empty one, or the standard text itself, is the standard text again.

    The same text twice is one change. Raises PermissionDenied, and ValidationError for a text that is too long to keep.
    """
    require(by, Permission.CHANGE_SETTINGS)
    statement = locked_statement(kind)
    typed = text.replace("\r\n", "\n").strip()
    after = {"text": "" if typed == standard_text(kind) else typed}
    changed = changes({"text": statement.text}, after)
    if changed:
        statement.text, statement.changed_at = after["text"], at
        statement.full_clean()
        statement.save()
        record(action="statement_changed", subject=f"statement:{kind}", details=changed, by=by, at=at)
    return statement
