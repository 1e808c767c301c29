"""Saying that one has the table of inputs open."""

from datetime import datetime, timedelta

from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.models import Programme
from posts.entry.presence.models import SheetVisit

KEPT_FOR = timedelta(days=1)


def be_at(*, programme: Programme, line_id: int | None, by: User, at: datetime) -> None:
    """The person has the table open now, in the row of a line or in none (one statement).

    No audit entry: nothing of the council's is changed, and it is kept for a day only.
    """
    require(by, Permission.EDIT_LINES)
    SheetVisit.objects.bulk_create(
        [SheetVisit(person=by, programme=programme, line_id=line_id, at=at)],
        update_conflicts=True,
        unique_fields=["person", "programme"],
        update_fields=["line_id", "at"],
    )


def discard_old(at: datetime) -> None:
    """Who was where longer than a day ago is nobody's business."""
    SheetVisit.objects.filter(at__lt=at - KEPT_FOR).delete()
