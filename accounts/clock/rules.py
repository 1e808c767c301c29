"""The time of day on the day of the demonstration. No Django, no store."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
OPENS = time(9)
"""Each day of the demonstration begins in the morning, when what is done once a day has been done."""


def opening(day: date) -> datetime:
    """Nine o'clock of the day, in London."""
    return datetime.combine(day, OPENS, LONDON)


def moment_of(day: date, moved_at: datetime, real: datetime) -> datetime:
    """The moment on a day that was chosen at `moved_at`, when it is `real`: so long after nine o'clock, and never the next day.

    It never goes backwards while the day stays.
    """
    end = opening(day).replace(hour=23, minute=59, second=59, microsecond=999_999)
    return min(opening(day) + max(real - moved_at, timedelta(0)), end)
