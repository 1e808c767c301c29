"""What would fail later, said before anybody is served: the rights of the web role, its limits, its tables, its static files.

Each fault is one sentence that says what to do.
"""

import os
import socket
import sys
from collections.abc import Iterator

from django.conf import settings
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from operations import database
from operations.preparing import limits, rights

MAIL_SECONDS = 3
DOES_NOT_BOOT = 3
"""By this status of a worker gunicorn ends too; after any other it would start one worker after the other for ever."""


def of_serving() -> Iterator[str]:
    """Of how the web server was started."""
    if os.environ.get("IMPROVEMENT_BUDGET_SERVED_BY") != "gunicorn_conf":
        yield (
            "It is served without its own settings, by one thread and without limits."
            " Start it with gunicorn --config operations/gunicorn_conf.py."
        )


def of_static_files() -> Iterator[str]:
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield f"There are no static files in {settings.STATIC_ROOT}. Run manage.py collectstatic, or set STATIC_ROOT."


def of_database(web: BaseDatabaseWrapper) -> Iterator[str]:
    """Of the database, on a connection of the web role. Raises OperationalError where it does not answer."""
    name = database.web_user()
    with web.cursor() as cursor:
        waits, lacks, too_much = limits.not_in_force(cursor), rights.lacking(cursor, name), rights.excessive(cursor, name)
    if waits:
        yield f"Of the role {name} these limits are not in force: {', '.join(waits)}. Run manage.py prepare_database."
    if lacks:
        yield f"The role {name} may not read and write {_some(lacks)}. Run manage.py prepare_database."
    if too_much:
        yield (
            f"The role {name} owns or may empty {_some(too_much)}, so it could change the audit record."
            " Set DATABASE_URL to another role than DATABASE_OWNER_URL, and run manage.py prepare_database."
        )
    if not lacks:
        yield from _of_tables(web)


def _of_tables(web: BaseDatabaseWrapper) -> Iterator[str]:
    executor = MigrationExecutor(web)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield f"{len(waiting)} migrations are not applied, the first is {waiting[0][0]}. Run manage.py migrate."
    if settings.CACHE_TABLE not in web.introspection.table_names():
        yield "The table of the cache is missing, in which sign-ins are counted. Run manage.py createcachetable."


def of_mail() -> Iterator[str]:
    """Nothing is sent: it is only asked whether somebody listens."""
    try:
        socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=MAIL_SECONDS).close()
    except OSError as error:
        yield f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not answer ({error}): mail waits until it does."


def refuse_to_serve() -> None:
    """Called as the web server starts. Says every fault and raises SystemExit.

    A database that is away is no reason: pages say so, and `/readyz` does.
    """
    faults = [*of_serving(), *of_static_files()]
    try:
        faults += of_database(connections["default"])
    except OperationalError as error:
        print(f"Warning: the database does not answer yet: {' '.join(str(error).split())}", flush=True)
    finally:
        connections.close_all()  # none is handed on to the processes that are forked
    if faults:
        print("\n".join(f"Error: {fault}" for fault in faults), file=sys.stderr, flush=True)
        raise SystemExit(DOES_NOT_BOOT)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
