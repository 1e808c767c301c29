"""What every test stands on: the tests' own database server, Hypothesis's settings and the browser."""

import gc
import os
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from accounts.audit.fence.rules import FENCE
from improvement_budget import demonstration
from operations import bootstrap, cluster, database
from tests import templates

# Where a change is judged, the same examples every time: red must mean the change, not luck. At the desk new ones are tried.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    database=None,
    print_blob=True,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suite")

BROWSER_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--js-flags=--no-opt",  # a page lives for a second: what is compiled again for speed is thrown away before it pays
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that at the end no process waits for one that has just begun a journey. Their order is kept else."""
    items.sort(key=lambda item: item.path.parent.name != "journeys")


def pytest_collection_finish() -> None:
    """What was loaded so far stays to the end: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture of a test, for some begin a transaction that lasts for all tests of a module."""
    fixtures = getattr(item, "fixturenames", ())
    if "django_db_setup" in fixtures or item.get_closest_marker("django_db"):
        with item.config.stash[blocking_manager_key].unblock():
            templates.begin("demonstration" if "demonstration_template" in fixtures else "blank")


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Leave no server behind that these tests started; with xdist, the last to end is the process that began."""
    yield
    if not hasattr(session.config, "workerinput") and not session.config.stash[ran_before]:
        database.stop(cluster.TESTS)


ran_before = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ran_before] = database.is_running()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Start the tests' server when the first test wants a database. No migration is skipped that did not run in its template."""
    database.ensure_running()
    if database.embedded():
        with django_db_blocker.unblock():
            templates.begin_migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every test begins with the database it wants, put back only where one before it committed.

    At the end of all, do not wait for sessions of the journeys: a browser lets go of their server, and that of the database,
    late.
    """
    with django_db_blocker.unblock():
        templates.keep_as("blank")
        if database.embedded():
            templates.keep_migrated()
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda _: templates.forget()):
        yield
    with django_db_blocker.unblock():
        templates.put_back("blank")
        templates.remove("blank", "demonstration")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        others = "datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(scope="session")
def demonstration_template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """The demonstration, loaded once and kept, before the first test that wants it has the database."""
    FENCE.forget()  # this comes before what does so for each test
    with django_db_blocker.unblock():
        templates.put_back("blank")
        templates.forget()
        with override_settings(DEMONSTRATION=True):
            assert demonstration.load(at=demonstration.OPENING)
        templates.keep_as("demonstration")
    return "demonstration"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # Playwright's loop runs in this thread from here on, and Django would refuse to query beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    arguments = [*BROWSER_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    installed = {"executable_path": found} if (found := bootstrap.browser()) else {}
    return browser_type_launch_args | installed | {"args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    """What a test committed is put back: to the next one its server would be behind."""
    FENCE.forget()


@pytest.fixture(autouse=True)
def worker_at_hand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads a public PDF in a test finds it drawn already, as if a worker were quick; `no_worker` asks for none."""
    if "no_worker" in request.fixturenames:
        return
    from reports.papers.published import actions, queries

    stored_paper, stored_plan = queries.stored_paper, queries.stored_plan

    def paper(*given: Any) -> bytes | None:
        actions.note_published()
        return stored_paper(*given)

    def plan(today: Any) -> bytes | None:
        actions.note_plan(today)
        return stored_plan(today)

    monkeypatch.setattr("reports.papers.decision_record.views.stored_paper", paper)
    monkeypatch.setattr("reports.papers.correction.views.stored_paper", paper)
    monkeypatch.setattr("reports.papers.forward_plan.views.stored_plan", plan)


@pytest.fixture
def no_worker() -> None:
    """The test sees what is said while nothing has been drawn."""
