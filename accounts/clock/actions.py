"""Moving the day of the demonstration on."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit.actions import record
from accounts.clock import queries as clock
from accounts.clock.models import DemonstrationClock
from accounts.clock.rules import opening
from accounts.people.models import User


class ClockStays(ValueError):
    """The day cannot be chosen. The text says why."""


@transaction.atomic
def move_to(day: date, *, by: User | None) -> None:
    """The demonstration lives on `day` from now on. Raises ClockStays outside the demonstration, and for days gone by.

    What is real and what is shown both stay on the audit record, with the entry of the move.
    """
    if not settings.DEMONSTRATION:
        raise ClockStays("Only the demonstration has a day of its own.")
    real = clock.real_now()
    shown = DemonstrationClock.objects.select_for_update().filter(pk=1).first()
    if shown and day <= shown.day:
        raise ClockStays("The demonstration only moves on.")
    if day > timezone.localdate(real):
        raise ClockStays("The demonstration cannot move on beyond today’s real date.")
    DemonstrationClock.objects.update_or_create(pk=1, defaults={"day": day, "moved_at": real})
    details = {"from": shown.day if shown else None, "to": day}
    record(action="clock_moved", subject="demonstration", details=details, by=by, at=opening(day))
