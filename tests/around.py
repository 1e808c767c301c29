"""The demonstration around several tests: loaded once, in a transaction inside which that of each test is undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import transaction
from pytest_django import DjangoDbBlocker

from improvement_budget import demonstration

AFTERWARDS = datetime(2017, 3, 1, 9, tzinfo=UTC)
"""When the whole story has happened."""


@contextmanager
def the_demonstration(blocker: DjangoDbBlocker, at: datetime) -> Iterator[None]:
    """For a fixture of a module or class of which every test may find it in the store."""
    with blocker.unblock(), transaction.atomic():
        assert demonstration.load(at=at)
        yield
        transaction.set_rollback(True)
