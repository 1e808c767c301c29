"""What the worker does with a task that failed, or whose worker was killed."""

from datetime import datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from accounts.worker.actions import take_charge
from operations import worker
from tests.approvals.case import LATER, NOW, make_case
from tests.approvals.letters import in_words

pytestmark = pytest.mark.django_db


def queued_task(status: str, *workers: str) -> DBTaskResult:
    in_words(make_case())
    DBTaskResult.objects.update(status=status, worker_ids=list(workers), finished_at=NOW, traceback="Traceback\nOSError: gone\n")
    return DBTaskResult.objects.get()


def looked_at(task: DBTaskResult, living: str = "living") -> tuple[str, datetime | None]:
    fence = take_charge(holder="the one in charge")
    assert fence
    worker.put_back({living}, LATER, fence, lambda text: None)
    task.refresh_from_db()
    return task.status, task.run_after if task.status == "READY" else None


def test_a_failed_task_is_tried_again_after_a_pause_that_grows():
    task = queued_task("FAILED", "a")
    assert looked_at(task) == ("READY", NOW + timedelta(seconds=30))
    DBTaskResult.objects.update(status="FAILED", worker_ids=["a", "a"])
    assert looked_at(task) == ("READY", NOW + timedelta(minutes=2))
    pauses = [worker.pause_before(attempt) for attempt in range(2, worker.ATTEMPTS + 1)]
    assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=3)


def test_a_task_that_failed_each_time_is_left():
    assert looked_at(queued_task("FAILED", *["a"] * worker.ATTEMPTS)) == ("FAILED", None)


def test_a_task_whose_worker_was_killed_is_put_back_at_once():
    assert looked_at(queued_task("RUNNING", "killed")) == ("READY", LATER)


def test_a_task_of_the_living_worker_is_left_to_it():
    assert looked_at(queued_task("RUNNING", "killed", "living")) == ("RUNNING", None)


def test_a_task_that_kills_its_worker_each_time_is_failed_in_the_end():
    assert looked_at(queued_task("RUNNING", *["killed"] * worker.KILLED)) == ("FAILED", None)
