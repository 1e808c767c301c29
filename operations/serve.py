"""What `make run` and `make stop` do once the packages are there: database, tables, demonstration, worker, web server.

`make run` serves over plain http on the loopback address. The web server replaces this process, so that one process
is all there is to stop, and leaves its process id in the data directory for `make stop`. The worker beside it, which sends
the mail, ends when the web server does, however that comes about.
"""

import contextlib
import errno
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from operations import cluster, data_folder, database

STOP_SECONDS = 20
KEEPER_SECONDS = 3

T = TypeVar("T")


def port() -> int:
    """The port of the web server, from the environment variable PORT."""
    given = os.environ.get("PORT") or "8000"
    if not (given.isascii() and given.isdecimal() and 0 < int(given) < 65536):
        sys.exit(f"Error: PORT is {given!r}; it must be a number from 1 to 65535.")
    return int(given)


def address() -> str:
    return f"127.0.0.1:{port()}"


def run() -> None:
    """Bring everything up and serve, until Ctrl-C or `make stop`. Returns only if the site is served already."""
    _set_environment()
    started = database.embedded() and _step("database", database.ensure_running)
    try:
        if web := _serving(_pid_file()):
            _start_worker(web)
            print(f"Improvement Budget is at http://{address()} already (make stop stops it).")
            return
        _check_port_is_free()
        _prepare()
        _pid_file().write_text(str(os.getpid()))
        os.environ["IMPROVEMENT_BUDGET_DB_ROLE"] = "web"
        _ended(_worker_file(), _working)  # the one beside a web server that was just killed
        _start_worker(os.getpid())
    except BaseException:
        if started:
            database.stop(cluster.APPLICATION)
        raise
    sys.stdout.flush()
    configuration = Path(__file__).with_name("gunicorn_conf.py")
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", str(configuration)])


def stop() -> None:
    """Stop every web server of this data directory and its databases."""
    stopped = False
    for pid_file in data_folder.data_dir().glob("web-*.pid"):
        stopped = _ended(pid_file, _serving) or stopped
    for pid_file in data_folder.data_dir().glob("worker-*.pid"):
        stopped = _ended(pid_file, _working) or stopped
    stopped = bool(database.stop()) or stopped
    print("Stopped." if stopped else "Nothing was running.")


def announce() -> None:
    """Called by the web server when it listens."""
    print(f"Improvement Budget is at http://{address()}", flush=True)


def keep_worker() -> None:
    """Called by the web server when it listens: under `make run` a worker that was killed is started again."""
    if _serving(_pid_file()) == os.getpid():
        threading.Thread(target=_keep_worker, args=(os.getpid(),), daemon=True, name="worker's keeper").start()


_ending = threading.Event()


def _keep_worker(web: int) -> None:
    while not _ending.wait(KEEPER_SECONDS):
        _start_worker(web)


def clear_up() -> None:
    """Called by the web server as it ends: the database stops with the last web server that uses it."""
    _ending.set()
    if _pid_file().exists():
        _pid_file().unlink()
        _ended(_worker_file(), _working)  # before its database
        if not any(map(_serving, data_folder.data_dir().glob("web-*.pid"))):
            database.stop(cluster.APPLICATION)


def _set_environment() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "improvement_budget.settings")
    os.environ.setdefault("IMPROVEMENT_BUDGET_PLAIN_HTTP", "1")
    os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost")
    os.environ.setdefault("SITE_ADDRESS", f"http://{address()}")
    os.environ.setdefault("STATIC_ROOT", str(data_folder.make_data_dir() / "static"))
    os.environ.setdefault("SECRET_KEY", data_folder.secret_key())
    if database.embedded():
        os.environ["IMPROVEMENT_BUDGET_DEMO"] = "1"


def _prepare() -> None:
    import django
    from django.core.management import call_command
    from django.db import OperationalError

    django.setup()
    call_command("check", stdout=io.StringIO())  # loads every address, so that a site that cannot serve says so here
    try:
        _step("tables", lambda: call_command("migrate", verbosity=0, interactive=False))
    except OperationalError as error:
        raise data_folder.DatabaseUnavailable(f"The database does not answer: {error}") from None
    call_command("createcachetable", verbosity=0)
    if database.embedded():
        _step("demonstration case", lambda: call_command("load_demonstration", stdout=io.StringIO()))
    _step("static files", _collect_static_files)


def _collect_static_files() -> None:
    """Collect and compress them, which takes seconds, only when one was added, removed or changed since."""
    from django.conf import settings
    from django.core.management import call_command

    state = _state_of_static_files()
    collected = settings.STATIC_ROOT.with_suffix(".collected")
    if not collected.exists() or collected.read_text() != state or not settings.STATIC_ROOT.exists():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        collected.write_text(state)


def _state_of_static_files() -> str:
    from django.contrib.staticfiles.finders import get_finders

    files = [storage.path(name) for finder in get_finders() for name, storage in finder.list([])]
    return "\n".join(f"{name} {(found := os.stat(name)).st_size} {found.st_mtime_ns}" for name in sorted(files))


def _step(name: str, action: Callable[[], T]) -> T:
    print(f"Preparing {name}", flush=True)
    return action()


def _pid_file() -> Path:
    return data_folder.data_dir() / f"web-{port()}.pid"


def _worker_file() -> Path:
    return data_folder.data_dir() / f"worker-{port()}.pid"


def _serving(pid_file: Path) -> int | None:
    """The process id in `pid_file` if a web server of ours lives under it; a killed one leaves a stale file."""
    return _process_in(pid_file, b"gunicorn_conf.py")


def _working(pid_file: Path) -> int | None:
    """The same of the worker."""
    return _process_in(pid_file, b"work\0--beside")


def _process_in(pid_file: Path, sign: bytes) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        process = int(pid_file.read_text())
        if sign in Path(f"/proc/{process}/cmdline").read_bytes():
            return process
    return None


def _ended(pid_file: Path, lives: Callable[[Path], int | None]) -> bool:
    """End the process of the file, by force where asking does not help; False if there was none."""
    process = lives(pid_file)
    if process:
        os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while lives(pid_file):
            if time.monotonic() > deadline:
                os.kill(process, signal.SIGKILL)
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)
    return process is not None


def _start_worker(web: int) -> None:
    """Start the worker beside this web server, unless it works. What it says goes to worker.log in the data directory."""
    if _working(_worker_file()):
        return
    command = [sys.executable, "-m", "django", "work", "--beside", str(web)]
    with (data_folder.data_dir() / "worker.log").open("a") as log:
        # A session of its own: Ctrl-C ends the web server, and the web server ends the worker.
        worker = subprocess.Popen(
            command,
            cwd=data_folder.CHECKOUT,
            env=os.environ | {"IMPROVEMENT_BUDGET_DB_ROLE": "web"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _worker_file().write_text(str(worker.pid))


def _check_port_is_free() -> None:
    """The workers of a killed web server hold its port for a second or two: wait for them, not for strangers."""
    patience = 5 if _pid_file().exists() else 0
    deadline = time.monotonic() + patience
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port()))
                return
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
                if error.errno == errno.EACCES:
                    sys.exit(f"Error: port {port()} may not be used by this user. `make run PORT=8001` uses another.")
        if time.monotonic() > deadline:
            sys.exit(f"Error: port {port()} is taken by another program. `make run PORT=8001` uses another.")
        time.sleep(0.2)


if __name__ == "__main__":
    try:
        stop() if sys.argv[1:] == ["stop"] else run()
    except data_folder.DatabaseUnavailable as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
