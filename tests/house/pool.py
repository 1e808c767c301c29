"""PgBouncer before the tests' database, where this machine has it."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from operations import database
from tests.house.running_site import free_port, until

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")


@contextlib.contextmanager
def pool(mode: str) -> Iterator[int]:
    """Its port. By `transaction` or by `session`, with as few sessions as will do, so that clients meet."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)  # it refuses to run as root
        with _running(Path(made), mode) as port:
            yield port


@contextlib.contextmanager
def _running(folder: Path, mode: str) -> Iterator[int]:
    port, place = free_port(), connection.settings_dict
    configuration = folder / f"{mode}.ini"
    users = folder / "users"
    users.write_text("".join(f'"{user}" ""\n' for user in (database.OWNER, database.WEB)))
    settings = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "trust",
        "auth_file": users,
        "pool_mode": mode,
        "default_pool_size": 1 if mode == "transaction" else 3,
        "server_login_retry": 1,
    }
    lines = "\n".join(f"{name} = {value}" for name, value in settings.items())
    configuration.write_text(f"[databases]\n* = host={place['HOST']} port={place['PORT']}\n[pgbouncer]\n{lines}\n")
    as_nobody = {"user": pwd.getpwnam("improvement-budget").pw_uid, "extra_groups": []} if os.geteuid() == 0 else {}
    command = [str(PROGRAM), "-q", str(configuration)]
    with (folder / f"{mode}.log").open("w") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **as_nobody)  # type: ignore[call-overload]
    try:
        until(lambda: _listens(port), 20, (folder / f"{mode}.log").read_text)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
