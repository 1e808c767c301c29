"""Whether anything works in the background, as the pages and the probes ask it."""

from django.conf import settings
from django.core.cache import cache
from django.db import connection

SEEN = "worker-seen"
AWAY_AFTER = 60
"""Seconds without a word, after which nobody is thought to work: longer than a worker needs to start again."""


def is_working() -> bool:
    return cache.get(SEEN) is not None


def seconds_since_seen() -> int | None:
    """Since the worker last said that it is there, by the database's clock; None if that is longer ago than AWAY_AFTER."""
    table = connection.ops.quote_name(settings.CACHE_TABLE)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT greatest(0, %s - extract(epoch FROM expires - now()))::int FROM {table}"
            " WHERE cache_key = %s AND expires > now()",
            [AWAY_AFTER, cache.make_key(SEEN)],
        )
        found = cursor.fetchone()
    return found[0] if found else None
