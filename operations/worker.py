"""The background worker, kept alive. `manage.py work` runs it; `make run` starts that beside the web server.

The worker of django-tasks-db does what is queued, in a process of its own. It never tries a failed task again, leaves the task
it was killed in as running for ever, and dies when the database restarts: all three are corrected here.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Set
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.worker.actions import LEASE_SECONDS, NotInCharge, seen, stay_in_charge, step_down, take_charge

ATTEMPTS = settings.TASK_ATTEMPTS
KILLED = 2 * ATTEMPTS
"""A task whose worker was killed is put back at once, but not for ever: it may be what kills it."""
FIRST_PAUSE = timedelta(seconds=30)

_TICK = 0.5  # seconds between two looks at the worker
_UPKEEP = 5.0  # seconds between two looks at the queue
_LONGEST_PAUSE = 30.0  # seconds before a worker that keeps dying is started again
_PATIENCE = 20.0  # seconds for the task in hand when the worker is told to end; longer than a mail server's time-out
_PR_SET_PDEATHSIG = 1


def pause_before(attempt: int) -> timedelta:
    """How long to wait before a task is tried for the `attempt`-th time (2 is the first repeat): 30 s, 2 min, 8 min ... 34 h."""
    return FIRST_PAUSE * 4 ** (attempt - 2)


def put_back(living: Set[str], at: datetime, fence: int, say: Callable[[str], None] = print) -> None:
    """Queue again what failed, with a growing pause, and what a worker that is not among the `living` was killed in.

    Only for the one in charge, by the lease of this number: nobody else's worker is alive. NotInCharge otherwise.
    """
    with transaction.atomic():
        stay_in_charge(fence=fence)
        rows = DBTaskResult.objects.filter(status__in=[TaskResultStatus.FAILED, TaskResultStatus.RUNNING])
        for task in rows.select_for_update(skip_locked=True).iterator():
            attempts = len(task.worker_ids)
            if task.status == TaskResultStatus.FAILED and attempts < ATTEMPTS:
                say(f"{task.task_path} failed, attempt {attempts} of {ATTEMPTS}: {_last_line(task.traceback)}")
                _queue(task, (task.finished_at or at) + pause_before(attempts + 1))
            elif task.status == TaskResultStatus.RUNNING and not living & set(task.worker_ids[-1:]):
                if attempts < KILLED:
                    say(f"{task.task_path} was cut off, and is queued again.")
                    _queue(task, at)
                else:
                    task.set_failed(RuntimeError("Its worker was killed each time."))


def _queue(task: DBTaskResult, run_after: datetime) -> None:
    task.status, task.run_after = TaskResultStatus.READY, run_after
    task.save(update_fields=["status", "run_after"])


def _last_line(traceback: str) -> str:
    return (traceback.strip().splitlines() or [""])[-1]


class Lane:
    """One worker for one queue, started again when it ends, ever more slowly where it keeps ending."""

    def __init__(self, queue: str) -> None:
        self.queue, self.name = queue, ""
        self._child: subprocess.Popen[bytes] | None = None
        self._start_at, self._pause = 0.0, 0.5

    @property
    def lives(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def keep_alive(self) -> bool:
        """Whether it was found ended."""
        ended = self._child is not None and self._child.poll() is not None
        if self._child is not None and ended:
            say(f"The worker of {self.queue} ended ({self._child.returncode}); it is started again.")
            self._child, self.name = None, ""
            self._start_at = time.monotonic() + self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        if self._child is None and time.monotonic() >= self._start_at:
            self.name = uuid4().hex
            self._child = _start(self.name, self.queue)
        elif self._child and time.monotonic() > self._start_at + 2 * _LONGEST_PAUSE:
            self._pause = 0.5
        return ended

    def wait(self, seconds: float) -> None:
        """Not to be started for so long."""
        self._start_at = time.monotonic() + seconds

    def tell_to_end(self) -> None:
        if self._child:
            self._child.terminate()

    def end(self) -> None:
        if self._child:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(_PATIENCE)
            self._child.kill()
            self._child.wait()
            self._child = None


class Supervisor:
    """Keeps a worker of each queue running for this database, until told to end or until the process `beside` it ends.

    A second supervisor of the same database waits, and takes over when the first has gone.
    """

    def __init__(
        self,
        daily: Callable[[datetime], object],
        beside: int | None = None,
        often: Callable[[], object] = lambda: None,
    ) -> None:
        self._daily, self._often = daily, often
        self._beside = beside
        self._done_on: object = None
        self._lanes = [Lane(queue) for queue in settings.TASKS["default"]["QUEUES"]]
        self._ending = self._waits = False
        self._look_at = 0.0
        self._holder, self._in_charge_until = uuid4().hex, 0.0

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        try:
            while not self._ending and _lives(self._beside):
                if time.monotonic() >= self._look_at:
                    self._look_at = time.monotonic() + _UPKEEP
                    self._look()
                for lane in self._lanes:
                    if lane.keep_alive():
                        self._look_at = 0.0
                time.sleep(_TICK)
        finally:
            self._stop_lanes()
            with suppress(Error):
                step_down(holder=self._holder)

    def _end(self, *_: object) -> None:
        self._ending = True

    def _look(self) -> None:
        """See to the queue, if this is the supervisor in charge. While the database is away there is nothing to see to."""
        asked_at = time.monotonic()
        try:
            fence = take_charge(holder=self._holder)
            if fence is None:
                raise NotInCharge
            self._waits, self._in_charge_until, now = False, asked_at + LEASE_SECONDS, timezone.now()
            put_back({lane.name for lane in self._lanes}, now, fence, say)
            if all(lane.lives for lane in self._lanes):
                seen()
            self._often()
            if timezone.localdate(now) != self._done_on and timezone.localtime(now).hour >= 7:
                self._daily(now)
                self._done_on = timezone.localdate(now)
        except NotInCharge:
            if not self._waits:
                say("Another one is in charge of this database: waiting.")
            self._waits = True
            self._stop_lanes()
            for lane in self._lanes:
                lane.wait(2 * _UPKEEP)
        except Error as error:
            say(f"The database does not answer: {_last_line(str(error))}")
            connection.close()
            if time.monotonic() > self._in_charge_until:
                self._stop_lanes()  # another one may be in charge where the database does answer
            for lane in self._lanes:
                lane.wait(_UPKEEP)

    def _stop_lanes(self) -> None:
        for lane in self._lanes:
            lane.tell_to_end()
        for lane in self._lanes:
            lane.end()


def say(text: str) -> None:
    print(f"{timezone.localtime():%Y-%m-%d %H:%M:%S} {text}", flush=True)


def _lives(process: int | None) -> bool:
    """Whether the process is alive; one that ended, but that nobody has taken note of, has no command line."""
    if process is None:
        return True
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""
    return False


def _start(name: str, queue: str) -> subprocess.Popen[bytes]:
    # Not through manage.py, which would start an embedded database that was just stopped.
    command = [
        sys.executable,
        "-m",
        "django",
        "db_worker",
        "--worker-id",
        name,
        "--queue-name",
        queue,
        "--verbosity",
        "0",
        "--no-startup-delay",
    ]
    begin = _ending_with(os.getpid())
    return subprocess.Popen(command, preexec_fn=begin, stdin=subprocess.DEVNULL)  # noqa: PLW1509 - there is one thread


def _ending_with(supervisor: int) -> Callable[[], None]:
    """For the worker as it starts: the system ends it when its supervisor is killed, so that no orphan works on."""
    system = ctypes.CDLL(None)

    def begin() -> None:
        system.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != supervisor:
            os._exit(1)

    return begin
