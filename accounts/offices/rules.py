"""The days somebody holds an office or deputises. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Days:
    """From `since` up to and including `until`; until further notice where that is None."""

    since: date
    until: date | None = None
