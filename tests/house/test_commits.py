"""A COMMIT that nobody confirms: a standby that is away, a server that hangs, a connection that is cut in the middle."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2
import pytest

from operations import commits
from operations.watch import Watch
from tests.house.plain_server import PlainServer, plain_server
from tests.house.running_site import until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainServer]:
    with plain_server(tmp_path_factory.mktemp("commits") / "data", "max_wal_senders=2") as running:
        running.sql(running.administrator, "CREATE TABLE saved (what text)")
        yield running


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "COMMIT_SECONDS", 0.5)
    monkeypatch.setattr(commits, "HANG_UP_SECONDS", 0.5)


@pytest.fixture
def session(server: PlainServer) -> Iterator[commits.BoundedConnection]:
    made = psycopg2.connect(server.administrator, connection_factory=commits.BoundedConnection)
    yield made
    made.close()


def save(session: commits.BoundedConnection, what: str) -> None:
    session.cursor().execute("INSERT INTO saved VALUES (%s)", [what])


def saved(server: PlainServer, what: str) -> bool:
    return bool(server.sql(server.administrator, "SELECT 1 FROM saved WHERE what = %s", what))


def test_what_is_confirmed_is_saved_and_says_nothing(server: PlainServer, session: commits.BoundedConnection):
    save(session, "confirmed")
    session.commit()
    assert saved(server, "confirmed")


@contextmanager
def standby_away(server: PlainServer) -> Iterator[None]:
    shown = "SHOW synchronous_standby_names"
    server.sql(server.administrator, "ALTER SYSTEM SET synchronous_standby_names = 'away'")
    try:
        server.sql(server.administrator, "SELECT pg_reload_conf()")
        until(lambda: server.sql(server.administrator, shown) == [("away",)], 20)
        yield
    finally:
        server.sql(server.administrator, "ALTER SYSTEM RESET synchronous_standby_names")
        server.sql(server.administrator, "SELECT pg_reload_conf()")
    until(lambda: server.sql(server.administrator, shown) == [("",)], 20)


def test_without_the_standby_it_is_said_to_be_unconfirmed_and_the_session_goes_on(
    server: PlainServer, session: commits.BoundedConnection
):
    save(session, "unconfirmed")
    with standby_away(server):
        with pytest.raises(commits.Unconfirmed):
            session.commit()
        assert saved(server, "unconfirmed")
    save(session, "afterwards")
    session.commit()
    assert saved(server, "afterwards")


def test_a_wait_for_the_standby_that_an_administrator_cancels_is_unconfirmed_too(
    server: PlainServer, session: commits.BoundedConnection, monkeypatch: pytest.MonkeyPatch
):
    """PostgreSQL 15 and 18: COMMIT then succeeds, and only a warning says that no standby has it."""
    monkeypatch.setattr(commits, "COMMIT_SECONDS", 60)
    save(session, "cancelled")
    cancelled = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    with standby_away(server), ThreadPoolExecutor(1) as administrator:
        done = administrator.submit(until, lambda: server.sql(server.administrator, cancelled), 20)
        with pytest.raises(commits.Unconfirmed, match="canceling wait for synchronous replication"):
            session.commit()
        done.result()
        assert saved(server, "cancelled")


def test_a_server_that_hangs_is_hung_up_on(server: PlainServer, session: commits.BoundedConnection):
    save(session, "frozen")
    backend = session.info.backend_pid
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(commits.Unconfirmed):
            session.commit()
    finally:
        os.kill(backend, signal.SIGCONT)
    assert session.closed


def test_a_connection_cut_in_the_middle_of_a_commit_is_unconfirmed(server: PlainServer, session: commits.BoundedConnection):
    save(session, "cut")
    commits.hang_up(session)
    with pytest.raises(commits.Unconfirmed):
        session.commit()


def test_nothing_is_done_once_it_has_ended():
    watch, done = Watch(), list[str]()
    with watch.over((0.0, lambda: done.append("first")), (60.0, lambda: done.append("second"))):
        until(lambda: done, 20)
    with watch.over((0.6, lambda: done.append("late"))):
        pass
    time.sleep(1)
    assert done == ["first"]
