"""The worker in the background says that it is there."""

from django.core.cache import cache

from accounts.worker.queries import AWAY_AFTER, SEEN


def seen() -> None:
    """It works. Said every few seconds; forgotten where it is not said again."""
    cache.set(SEEN, "", timeout=AWAY_AFTER)
