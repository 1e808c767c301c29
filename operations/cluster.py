"""One embedded server: its files, its socket, its process.

There are two clusters, one for the application and one for the tests; the tests' one gives up safety on power loss for speed.
IMPROVEMENT_BUDGET_TESTING=1 chooses the tests' cluster.
"""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from operations.data_folder import DatabaseUnavailable, data_dir, short_digest
from operations.programs import binaries_for, major_of, run, server_owner

SUPERUSER = "postgres"
START_SECONDS = 60
LARGEST_LOG = 10_000_000  # bytes; a longer server log is begun again at the next start

CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
log_min_messages = warning
"""
NOT_DURABLE = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""

# pytest-django reads the settings before any conftest could say that tests are running.
if "pytest" in sys.modules:
    os.environ.setdefault("IMPROVEMENT_BUDGET_TESTING", "1")


@dataclass(frozen=True)
class Cluster:
    """One embedded server: its files in `data_dir()/name`, its socket in a short directory of its own."""

    name: str
    durable: bool

    @property
    def directory(self) -> Path:
        return data_dir() / self.name

    @property
    def socket_dir(self) -> Path:
        """A socket's path may not pass 107 bytes, so it cannot lie in the data directory, which may be anywhere."""
        return Path("/tmp") / f"improvement-budget-{short_digest(self.directory)}"

    @property
    def log(self) -> Path:
        return self.directory / "server.log"


APPLICATION = Cluster("cluster", durable=True)
TESTS = Cluster("test-cluster", durable=False)


def chosen() -> Cluster:
    return TESTS if os.environ.get("IMPROVEMENT_BUDGET_TESTING") == "1" else APPLICATION


def connect(cluster: Cluster, name: str, user: str) -> Any:
    return psycopg2.connect(host=str(cluster.socket_dir), port=5432, dbname=name, user=user, connect_timeout=10)


def answers(cluster: Cluster, name: str, user: str) -> bool:
    try:
        connect(cluster, name, user).close()
    except psycopg2.OperationalError:
        return False
    return True


def bring_up(cluster: Cluster) -> None:
    _initialise(cluster)
    if process_of(cluster) is not None and not (cluster.socket_dir / ".s.PGSQL.5432").exists():
        halt(cluster)  # a cleaner of temporary files took the socket: the server runs, but nobody can reach it
    if process_of(cluster) is None:
        _start(cluster)
    deadline = time.monotonic() + START_SECONDS
    while not answers(cluster, "postgres", SUPERUSER):
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(f"The database server runs but does not answer. Its log: {cluster.log}")
        time.sleep(0.05)


def _initialise(cluster: Cluster) -> None:
    """Make the cluster's files under another name first, so that an interrupted start leaves nothing half made."""
    if cluster.directory.is_dir():
        return
    for remains in data_dir().glob(f"{cluster.name}.new-*"):
        shutil.rmtree(remains, ignore_errors=True)
    fresh = data_dir() / f"{cluster.name}.new-{os.getpid()}"
    fresh.mkdir(mode=0o700)
    owner = server_owner(None)
    os.chown(fresh, owner.pw_uid, owner.pw_gid)
    binaries = binaries_for(owner, None)
    locale = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if major_of(binaries) < 17:
        locale = ["--locale=C.UTF-8"]
    options: list[Path | str] = ["-U", SUPERUSER, "--auth=trust", "-E", "UTF8", "--no-instructions", *locale]
    if not cluster.durable:
        options.append("--no-sync")
    run([binaries / "initdb", "-D", ".", *options], owner, fresh)
    with (fresh / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude 'improvement-budget.conf'\n")
    fresh.rename(cluster.directory)


def _start(cluster: Cluster) -> None:
    owner = server_owner(cluster.directory)
    binaries = binaries_for(owner, int((cluster.directory / "PG_VERSION").read_text()))
    _halt_orphan(cluster.socket_dir)
    _make_socket_dir(cluster.socket_dir, owner)
    configuration = CONFIGURATION.format(socket=cluster.socket_dir) + ("" if cluster.durable else NOT_DURABLE)
    (cluster.directory / "improvement-budget.conf").write_text(configuration)
    os.chown(cluster.directory / "improvement-budget.conf", owner.pw_uid, owner.pw_gid)
    _forget_reused_process_id(cluster)
    if cluster.log.exists() and cluster.log.stat().st_size > LARGEST_LOG:
        cluster.log.unlink()
    options = f"-s -w -t {START_SECONDS} -D . -l ./server.log".split()
    start: list[Path | str] = [binaries / "pg_ctl", "start", *options]
    try:
        run(start, owner, cluster.directory)
    except DatabaseUnavailable:
        # After kill -9 the dead server's children hold its memory for a moment, and a start in that moment is refused.
        time.sleep(2)
        try:
            run(start, owner, cluster.directory)
        except DatabaseUnavailable as error:
            log = cluster.log.read_text(errors="replace").splitlines()[-5:] if cluster.log.exists() else []
            raise DatabaseUnavailable("\n".join([str(error), f"The end of {cluster.log}:", *log])) from None


def halt(cluster: Cluster) -> bool:
    """Stop the server, losing nothing that was committed; False if it was not running."""
    process = process_of(cluster)
    if process is None:
        return False
    os.kill(process, signal.SIGINT)
    deadline = time.monotonic() + START_SECONDS
    while process_of(cluster) is not None:
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(f"The database server (process {process}) does not stop. Its log: {cluster.log}")
        time.sleep(0.02)
    shutil.rmtree(cluster.socket_dir, ignore_errors=True)
    return True


def _recorded_process(cluster: Cluster) -> int | None:
    try:
        return int((cluster.directory / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def process_of(cluster: Cluster) -> int | None:
    """The server's process id, or None. Its working directory tells it from a stranger who got the same id."""
    process = _recorded_process(cluster)
    try:
        if process is not None and os.path.samefile(f"/proc/{process}/cwd", cluster.directory):
            return process
    except OSError:
        pass
    return None


def _forget_reused_process_id(cluster: Cluster) -> None:
    """PostgreSQL refuses to start while the id that a killed server left behind belongs to any living process."""
    process = _recorded_process(cluster)
    if process is not None and Path(f"/proc/{process}").exists():
        (cluster.directory / "postmaster.pid").unlink()


def _halt_orphan(socket_dir: Path) -> None:
    """Stop the server whose files were deleted under it: it still answers at the socket for up to a minute."""
    try:
        process = int((socket_dir / ".s.PGSQL.5432.lock").read_text().split("\n", 1)[0])
        while os.readlink(f"/proc/{process}/cwd").endswith(" (deleted)"):
            os.kill(process, signal.SIGQUIT)
            time.sleep(0.05)
    except (OSError, ValueError):
        pass
    shutil.rmtree(socket_dir, ignore_errors=True)


def _make_socket_dir(directory: Path, owner: pwd.struct_passwd) -> None:
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        os.chown(directory, owner.pw_uid, owner.pw_gid)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.pw_uid or found.st_mode & 0o077:
        raise DatabaseUnavailable(f"{directory} is not a private directory of {owner.pw_name}: remove it and try again.")
