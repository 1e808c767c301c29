"""The one place that asks what time it is: the real clock, or in the demonstration its own.

What signs in, sessions, limits of passwords and the queue of tasks keep the real time.
"""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from accounts.clock.models import DemonstrationClock
from accounts.clock.rules import moment_of


def now() -> datetime:
    """This moment. In the demonstration one query; elsewhere none, whatever is stored."""
    real = timezone.now()
    shown = DemonstrationClock.objects.filter(pk=1).first() if settings.DEMONSTRATION else None
    return moment_of(shown.day, shown.moved_at, real) if shown else real


def localtime() -> datetime:
    """This moment, in London."""
    return timezone.localtime(now())


def today() -> date:
    return timezone.localdate(now())


def real_now() -> datetime:
    """This moment by the real clock, for what keeps both."""
    return timezone.now()
