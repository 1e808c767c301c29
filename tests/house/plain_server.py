"""A PostgreSQL of the system, or of the wheel where there is none, with nothing in it, as a council would have one."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from operations import data_folder, programs
from tests.house.running_site import PASSED_ON, free_port

# Its administrator from this machine; everybody else says a password.
SIGNING_IN = "local all postgres trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True)
class PlainServer:
    directory: Path
    port: int
    socket: Path

    @property
    def administrator(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.socket}&port={self.port}"

    def url(self, role: str, password: str, name: str = "improvement_budget") -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{name}"

    def sql(self, url: str, statement: str, *values: Any, **other: str) -> list[Any]:
        with contextlib.closing(psycopg2.connect(url, **other)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall()) if cursor.description else []


@contextlib.contextmanager
def plain_server(directory: Path, *options: str) -> Iterator[PlainServer]:
    """One that runs as an ordinary user, of the oldest version there is from 15 on. `options` are lines of its configuration."""
    usable = {version: path for path in programs.installed_binaries() if (version := programs.major_of(path)) >= 15}
    owner = programs.server_owner(None)
    binaries = programs.binaries_for(owner, min(usable))
    socket = Path("/tmp") / f"plain-{os.getpid()}-{directory.parent.name[-20:]}"
    for each in (directory, socket):
        each.mkdir(mode=0o700)
        os.chown(each, owner.pw_uid, owner.pw_gid)
    server = PlainServer(directory, free_port(), socket)
    programs.run(
        [binaries / "initdb", "-D", ".", "-U", "postgres", "--no-sync", "--locale=C.UTF-8", "-E", "UTF8"], owner, directory
    )
    (directory / "pg_hba.conf").write_text(SIGNING_IN)
    lines = ["listen_addresses='127.0.0.1'", f"port={server.port}", f"unix_socket_directories='{socket}'", "fsync=off", *options]
    with (directory / "postgresql.conf").open("a") as configuration:
        configuration.write("\n".join(lines) + "\n")
    control = binaries / "pg_ctl"
    try:
        programs.run([control, "-D", ".", "-w", "-t", "60", "-l", "./server.log", "start"], owner, directory)
        yield server
    finally:
        with contextlib.suppress(Exception):
            programs.run([control, "-D", ".", "-m", "immediate", "-w", "stop"], owner, directory)
        shutil.rmtree(socket, ignore_errors=True)


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A command of manage.py in production's environment, with nothing of this process's own."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=data_folder.CHECKOUT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
