"""A process killed in the middle of a sign-off, and a database restarted while people work: nothing half done, nothing lost."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import connection

from operations import database
from operations.preparing import limits
from tests.house.running_site import Answer, Site, token_of, until

Drawdown = dict[str, Any]


HELD_UP = 4711  # an advisory lock, by which the test sees that the sign-off has come to its commit
LOCKS = (
    "SELECT 1 FROM approvals_drawdown WHERE reference = %s FOR UPDATE NOWAIT",
    "SELECT 1 FROM phases_programme WHERE id = (SELECT programme_id FROM approvals_drawdown WHERE reference = %s)"
    " FOR UPDATE NOWAIT",
)


def is_locked(watcher: Any, drawdown: Drawdown) -> bool:
    """Whether somebody holds what a sign-off locks."""
    try:
        for lock in LOCKS:
            watcher.execute(lock, [drawdown["reference"]])
    except psycopg2.errors.LockNotAvailable:
        return True
    return False


@contextmanager
def held_up_before_commit(site: Site) -> Iterator[None]:
    """Whoever signs waits with everything written and nothing committed."""
    site.sql(
        "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS"
        f" 'BEGIN PERFORM pg_advisory_xact_lock({HELD_UP}), pg_sleep(60); RETURN NULL; END'"
    )
    site.sql(
        "CREATE CONSTRAINT TRIGGER wait_here AFTER INSERT ON approvals_receipt DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION wait_here()"
    )
    try:
        yield
    finally:
        site.sql("DROP FUNCTION wait_here() CASCADE")


def test_killed_inside_a_sign_off_nothing_is_half_done_and_the_retry_gets_the_first_result(site: Site, drawdown: Drawdown):
    chief_executive = site.signed_in("chief-executive")
    path, fields = site.form_to_sign(drawdown, chief_executive)

    with ThreadPoolExecutor(1) as browser, site.connected() as watcher:
        with held_up_before_commit(site):
            sent = browser.submit(site.post, path, fields, **chief_executive)
            until(lambda: site.sql("SELECT 1 FROM pg_locks WHERE objid = %s", HELD_UP), 60)
            assert is_locked(watcher, drawdown)
            site.kill("web")
            killed = time.monotonic()
            until(lambda: not is_locked(watcher, drawdown), 20)
            assert time.monotonic() - killed < 1
            assert sent.result().status == 0
        assert site.signed_times(drawdown) == site.consumed(drawdown) == 0

        site.start()
        sent = browser.submit(site.post, path, fields, **chief_executive)
        until(lambda: site.signed_times(drawdown), 60)  # that is, committed
        site.kill("web")

    site.start()
    again = site.post(path, fields, **chief_executive)
    assert (again.status, again.headers["Location"]) == (302, f"/drawdowns/{drawdown['reference']}/signed/")
    assert (site.signed_times(drawdown), site.consumed(drawdown)) == (1, 1000)


def test_a_database_restarted_while_people_work_loses_nothing_and_says_that_entries_are_kept(site: Site):
    clerk, administrator = site.signed_in("clerk"), site.signed_in("administrator")
    form = token_of(site.get("/offices/add/", **administrator)) | {"kind": "officer"}
    answers: list[tuple[str, Answer]] = []
    over = threading.Event()

    def read(path: str) -> None:
        while not over.is_set():
            answers.append((path, site.get(path, **clerk)))

    def write(number: int) -> None:
        while not over.is_set():
            number += 10
            answers.append((f"Office {number}", site.post("/offices/add/", form | {"name": f"Office {number}"}, **administrator)))

    threads = [threading.Thread(target=read, args=(path,)) for path in ("/", "/programmes/ofsted-2016/")]
    threads += [threading.Thread(target=write, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(answers) > 20, 60)
        for act in ("stop", "start"):
            site.command("-m", "operations.database", act)
        back = len(answers)
        until(lambda: len(answers) > back + 20, 60)
    finally:
        over.set()
        for thread in threads:
            thread.join(60)

    statuses = Counter(answer.status for _, answer in answers)
    assert set(statuses) == {200, 302, 503}, statuses
    for answer in (answer for _, answer in answers if answer.status == 503):
        assert "Everything you have saved is safe" in answer.body
        assert answer.headers["Retry-After"] == "5"
    assert {answer.status for _, answer in answers[-4:]} <= {200, 302}
    stored = {name for (name,) in site.sql("SELECT name FROM accounts_office")}
    added = {name for name, answer in answers if answer.status == 302}
    assert added <= stored
    assert "The audit record is whole" in site.command("manage.py", "verify_audit")
    until(lambda: len(site.processes()["worker"]) == 2, 60)


@pytest.mark.django_db
def test_no_connection_of_the_web_server_waits_for_ever():
    with closing(psycopg2.connect(host=connection.settings_dict["HOST"], dbname="postgres", user=database.WEB)) as web:
        assert limits.not_in_force(web.cursor()) == {}
