"""The data folder: where the embedded clusters and the secret key are kept.

IMPROVEMENT_BUDGET_DATA_DIR chooses another than the usual one.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SYSTEM_HOME = Path("/var/lib/improvement-budget")


class DatabaseUnavailable(RuntimeError):
    """The database cannot be started or reached. The message says why, and what to do, in words for the operator."""


def data_dir() -> Path:
    """The directory of the embedded clusters and the secret key; each checkout has its own unless one is named."""
    if named := os.environ.get("IMPROVEMENT_BUDGET_DATA_DIR"):
        return Path(os.path.abspath(os.path.expanduser(named)))
    if os.geteuid() == 0:
        base = SYSTEM_HOME
    else:
        share = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
        base = Path(share) / "improvement-budget"
    return base / f"{CHECKOUT.name}-{short_digest(CHECKOUT)}"


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


def short_digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """One starter or stopper at a time for this data directory; the system drops the lock if its holder dies."""
    with (make_data_dir() / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
