"""Whether anything works in the background, as the pages and the probes ask it."""

from django.core.cache import cache

SEEN = "worker-seen"
AWAY_AFTER = 60
"""Seconds without a word, after which nobody is thought to work: longer than a worker needs to start again."""


def last_seen() -> float | None:
    """When the worker last said that it is there, in seconds of the epoch; None if that is longer ago than AWAY_AFTER."""
    found: float | None = cache.get(SEEN)
    return found


def is_working() -> bool:
    return last_seen() is not None
