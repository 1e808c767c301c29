"""What every test stands on: the tests' own database server, Hypothesis's settings and the browser."""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from pytest_django import DjangoDbBlocker

from operations import bootstrap, database

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
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Leave no server behind that these tests started; with xdist, the last to end is the process that began."""
    yield
    if not hasattr(session.config, "workerinput") and not session.config.stash[ran_before]:
        database.stop(database.TESTS)


ran_before = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ran_before] = database.is_running()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the tests' server when the first test wants a database. Migrations are never skipped."""
    database.ensure_running()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At the end do not wait for sessions of the journeys: a browser lets go of their server, and that of the database, late."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        others = "datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


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


@receiver(connection_created)
def _let_flushes_truncate(connection: Any, **_: Any) -> None:
    """Append-only tables refuse TRUNCATE, with which tests that commit are cleared up. Databases not named test_ refuse still."""
    with connection.cursor() as cursor:
        cursor.execute("SET improvement_budget.allow_truncate = on")


@receiver(post_migrate)
def _begin_the_audit_chain_again(sender: Any, using: str, **_: Any) -> None:
    """A flush takes away the row that a migration made; without it nothing may be written."""
    if sender.label == "accounts":
        head = sender.get_model("AuditHead")
        head.objects.using(using).get_or_create(pk=1, defaults={"number": 0, "hash": "0" * 64})
