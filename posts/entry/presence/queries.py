"""Who else has the table of inputs of a programme open."""

from datetime import datetime, timedelta
from typing import NamedTuple

from accounts.models import User
from phases.models import Programme
from posts.entry.presence.models import SheetVisit

HEARD_WITHIN = timedelta(seconds=45)
"""Somebody not heard of for so long has left: a page that is open says so three times as often."""


class Other(NamedTuple):
    """Somebody else at the table, and the line in whose row they are."""

    name: str
    line_id: int | None


def others_at(programme: Programme, person: User, *, at: datetime) -> list[Other]:
    """Everybody but this person, by name (one query)."""
    heard = SheetVisit.objects.filter(programme=programme, at__gt=at - HEARD_WITHIN, at__lte=at + HEARD_WITHIN)
    rows = heard.exclude(person=person).order_by("person__name", "person_id").values_list("person__name", "line_id")
    return [Other(name, line) for name, line in rows]
