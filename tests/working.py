"""The background worker, for once: it does what is queued, and ends."""

from unittest.mock import patch

from django_tasks_db.management.commands import db_worker


def work() -> None:
    worker = db_worker.Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="tests",
        excluded_queue_names=[],
    )
    # The connection is the test's, in the middle of its transaction.
    with patch.object(db_worker, "close_old_connections"):
        worker.run()
