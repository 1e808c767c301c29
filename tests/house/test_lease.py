"""One supervisor of the worker is in charge, whatever stands between it and the database, and whoever was killed or frozen."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import WorkerLease
from accounts.worker.actions import NotInCharge, stay_in_charge, step_down, take_charge
from operations import database, worker
from tests.approvals.test_retries import queued_task
from tests.house.pool import PROGRAM, pool
from tests.house.running_site import until
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db(transaction=True)
needs_pgbouncer = pytest.mark.skipif(PROGRAM is None, reason="no pgbouncer on this machine")


class Session:
    """A thread with a connection of its own, straight to the database or through a pool at this port."""

    def __init__(self, port: int | None = None) -> None:
        self._thread, self._port = ThreadPoolExecutor(1), port
        self(self._begin)

    def _begin(self) -> None:
        if self._port:
            connection.settings_dict = connection.settings_dict | {"HOST": "127.0.0.1", "PORT": str(self._port)}

    def __call__(self, act: Callable[..., Any], **given: Any) -> Any:
        return self._thread.submit(act, **given).result(30)

    def later(self, act: Callable[..., Any], **given: Any) -> Any:
        return self._thread.submit(act, **given)

    def end(self) -> None:
        self(_close)
        self._thread.shutdown()


def _close() -> None:
    connection.close()  # of the thread it runs in


@pytest.fixture
def sessions() -> Iterator[list[Session]]:
    found = [Session(), Session()]
    yield found
    for each in found:
        each.end()


@pytest.fixture
def by_transaction() -> Iterator[list[Session]]:
    with pool("transaction") as port:
        found = [Session(port), Session(port)]
        yield found
        for each in found:
            each.end()


def locked_out() -> bool:
    """Whether the lock that was once held by the one in charge is refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(7315001)")
        return not cursor.fetchone()[0]


def over() -> None:
    WorkerLease.objects.update(until=timezone.now() - timezone.timedelta(seconds=1))


def test_of_two_one_is_in_charge_and_keeps_the_number_of_its_lease(sessions: list[Session]):
    one, two = sessions
    first = one(take_charge, holder="one")
    assert two(take_charge, holder="two") is None
    assert one(take_charge, holder="one") == first
    one(step_down, holder="one")
    assert two(take_charge, holder="two") == first + 1


def test_who_does_not_hold_it_cannot_give_it_up(sessions: list[Session]):
    one, two = sessions
    one(take_charge, holder="one")
    two(step_down, holder="two")
    assert two(take_charge, holder="two") is None


def test_after_one_was_killed_the_other_is_in_charge_when_the_lease_is_over(sessions: list[Session]):
    one, two = sessions
    one(take_charge, holder="one", seconds=1)
    assert two(take_charge, holder="two") is None
    until(lambda: two(take_charge, holder="two"), 10)


def test_one_that_was_frozen_and_let_go_on_is_refused(sessions: list[Session]):
    one, two = sessions
    old = one(take_charge, holder="one", seconds=1)
    until(lambda: two(take_charge, holder="two"), 10)
    task = queued_task("RUNNING", "the other's")
    with pytest.raises(NotInCharge):
        one(worker.put_back, living={"one's own"}, at=timezone.now(), fence=old, say=lambda _: None)
    task.refresh_from_db()
    assert task.status == "RUNNING"
    assert one(take_charge, holder="one") is None


def test_nobody_takes_over_in_the_middle_of_a_transaction_of_the_one_in_charge(sessions: list[Session]):
    one, two = sessions
    fence = one(take_charge, holder="one", seconds=1)
    with transaction.atomic():
        stay_in_charge(fence=fence)
        waits = two.later(take_charge, holder="two")
        time.sleep(1.5)
        assert not waits.done()
    assert waits.result(10) == fence + 1


def test_a_lease_that_was_waited_for_lasts_from_then_on(sessions: list[Session]):
    """The control is the UPDATE alone: it writes a lease that is over already (PostgreSQL 15, 18)."""
    take_charge(holder="before", seconds=0)
    one, two = sessions

    def alone() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_workerlease SET holder = 'two', until = now() + interval '1 second'")

    for act, session, lasts in ((lambda: take_charge(holder="one", seconds=1), one, True), (alone, two, False)):
        with transaction.atomic():
            WorkerLease.objects.select_for_update().get()
            waits = session.later(act)
            time.sleep(1.5)
        waits.result(10)
        assert (WorkerLease.objects.get().until > timezone.now()) is lasts
        over()


def test_to_stay_in_charge_is_of_a_transaction():
    fence = take_charge(holder="one")
    assert fence
    with pytest.raises(transaction.TransactionManagementError):
        stay_in_charge(fence=fence)


def test_sessions_that_swap_between_two_transactions_change_nothing(sessions: list[Session]):
    """As a pool by transaction lets them; the lock of a session would be had by whoever comes by the same session."""
    one, two = sessions
    first = one(take_charge, holder="one")
    assert [two(take_charge, holder="one"), one(take_charge, holder="two"), two(take_charge, holder="two")] == [first, None, None]
    assert [one(locked_out), two(locked_out), one(locked_out)] == [False, True, False]


@needs_pgbouncer
def test_through_a_pool_by_transaction_one_is_in_charge_where_a_lock_lets_in_both(by_transaction: list[Session]):
    """PgBouncer 1.18. The control is the lock."""
    one, two = by_transaction
    first = one(take_charge, holder="one")
    assert first
    assert two(take_charge, holder="two") is None
    assert [one(locked_out), two(locked_out)] == [False, False]


@needs_pgbouncer
@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_a_pool_takes_the_connections_of_the_web_server_as_they_are(mode: str):
    """No option at the start (PgBouncer refuses any it does not know), the limits of the role, no cursor left on the server."""
    from operations.preparing import limits

    def said() -> dict[str, str]:
        connection.settings_dict = connection.settings_dict | {"USER": database.WEB}
        with connection.cursor() as cursor:
            return limits.not_in_force(cursor)

    with pool(mode) as port:
        session = Session(port)
        assert session(said) == {}
        session.end()


def test_the_lease_is_one_row_with_a_number():
    with refused_by("worker_lease_is_one_row"):
        WorkerLease.objects.create(pk=2, holder="", fence=1, until=timezone.now())
    with refused_by("worker_lease_fence_is_positive"):
        WorkerLease.objects.create(pk=1, holder="", fence=0, until=timezone.now())
