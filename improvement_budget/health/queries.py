"""What can be said of the running site: its database, its tables, its worker, its queue."""

from collections.abc import Set
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_tasks_db.models import DBTaskResult

from accounts.worker.queries import seconds_since_seen
from approvals.notices.models import Notice


class Standing(NamedTuple):
    """Ages in whole seconds; None where there is nothing of the kind."""

    role: str
    read_only: bool
    missing_migrations: list[str]
    worker_seen: int | None
    queued: int
    oldest_queued: int | None
    oldest_mail: int | None
    waiting_for_standby: int
    longest_wait: int | None


def standing() -> Standing:
    """Everything, by the role that serves pages (six queries). Raises what the database says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on', count(*),"
            " extract(epoch FROM max(clock_timestamp() - state_change))::int"
            " FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'"
        )
        role, read_only, waiting, longest = cursor.fetchone()
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        missing = sorted(_known() - {name for (name,) in cursor.fetchall()})
        queue, notices = DBTaskResult._meta.db_table, Notice._meta.db_table
        cursor.execute(
            "SELECT count(*), extract(epoch FROM max(now() - greatest(run_after, enqueued_at)))::int"
            f" FROM \"{queue}\" WHERE status = 'READY' AND (run_after IS NULL OR run_after <= now())"
        )
        queued, oldest = cursor.fetchone()
        cursor.execute(f"SELECT extract(epoch FROM max(now() - queued_at))::int FROM \"{notices}\" WHERE state = 'queued'")
        [mail] = cursor.fetchone()
    return Standing(role, read_only, missing, seconds_since_seen(), queued, oldest, mail, waiting, longest)


@cache
def _known() -> Set[str]:
    """The migrations of this code. They do not change while it runs."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
