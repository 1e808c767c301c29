"""Processes of the drill: started, killed, frozen and let go on, and never left behind."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class Failed(RuntimeError):
    """The drill cannot go on. The message says why."""


def until(true: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until it is true. Failed, with `what` was waited for, when the time is over."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise Failed(f"Waited {seconds:.0f} seconds: {what}.")
        time.sleep(0.2)


@dataclass
class Part:
    """One process that the drill starts, and whatever that starts."""

    name: str
    command: Sequence[str]
    folder: Path
    owner: pwd.struct_passwd | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """As its owner where root runs the drill. It ends with the drill, however that ends."""
        options = {}
        if self.owner and os.geteuid() == 0:
            options = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        plain = {
            "PATH": "/usr/lib/postgresql/15/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.folder),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=plain | dict(self.environment),
                cwd=self.environment.get("PWD", "/"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_the_drill,  # noqa: PLW1509 - it calls the system once
                **options,  # type: ignore[call-overload]
            )

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def processes(self) -> list[int]:
        return family(self.process.pid) if self.process and self.lives else []

    def kill(self) -> None:
        """kill -9 of it and of all that it started."""
        send(signal.SIGKILL, self.processes())
        self.wait()

    def kill_alone(self) -> None:
        """kill -9 of it, and not of what it started."""
        if self.process:
            self.process.kill()
            self.wait()

    def wait(self) -> None:
        if self.process:
            self.process.wait(30)

    def end(self) -> None:
        """Told to end; killed where it does not."""
        if self.process and self.lives:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


def send(number: signal.Signals, processes: Sequence[int]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)


def family(first: int) -> list[int]:
    """The process and all that descend from it, the oldest first."""
    children: dict[int, list[int]] = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(each.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(each.parent.name))
    found = [first]
    for process in found:
        found += children.get(process, [])
    return found


def _end_with_the_drill() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
