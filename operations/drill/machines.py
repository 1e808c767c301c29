"""The cluster of docs/deployment.md on loopback addresses, made by the page's own blocks, in a folder of its own.

Its machines are addresses: 10.0.0.1 to 10.0.0.3 of the page are 127.0.1.1 to 127.0.1.3 here, so that every port is the page's.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2

from operations import data_folder, programs
from operations.drill.parts import Failed, Part, family, send, until

PAGE = data_folder.CHECKOUT / "docs" / "deployment.md"
NUMBERS = {"one": 1, "two": 2, "three": 3}
DATABASES = ("one", "two")
WEB_MACHINE = "127.0.1.9"
SMALL, SMALL_DISK = "two", "size=600m"
"""One machine's disk can be filled: it is in memory, where root runs the drill."""
NEEDED = {
    "etcd": "etcd-server",
    "haproxy": "haproxy",
    "pgbouncer": "pgbouncer",
    "/usr/lib/postgresql/15/bin/postgres": "postgresql-15",
}
PASSWORDS = {"superuser": "first", "replication": "second", "rewind": "third", "web": "fourth", "owner": "fifth"}
NAME = "improvement_budget"
GUARDS = ("synchronous_mode", "failsafe_mode")
GUARD_OF_HAPROXY = " on-marked-down shutdown-sessions"
"""What of the page the control does without: plain settings, as somebody sets them up who has not read it."""

_PATH = "/usr/lib/postgresql/15/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def missing() -> list[str]:
    """Debian's names of what the drill needs and this machine has not."""
    return [package for program, package in NEEDED.items() if not shutil.which(program, path=_PATH)]


def blocks() -> tuple[str, str, str]:
    """Of the page: what each voter, each database machine and each web machine is set up with."""
    voter, database, web = re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    return voter, database, web


class Cluster:
    """Three voters, two servers, a pool. Everything runs as an ordinary user and ends with the drill."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._guarded = folder, True
        self.owner = programs.server_owner(None)
        self.parts: dict[str, Part] = {}
        self._mounted: Path | None = None
        if os.geteuid() == 0:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)

    def start(self) -> None:
        voter, database, web = blocks()
        patroni = install_patroni(self.folder)
        for name in NUMBERS:
            self._make(name, voter)
            self._add(f"etcd-{name}", ["etcd"], name, _settings(self.folder / name / "etc/default/etcd"))
        for name in DATABASES:
            if name == SMALL and os.geteuid() == 0:
                self._mount(self.folder / name / "var/postgresql")
            self._make(name, _after(database, "cat > /etc/patroni.yml"))
            self._add(f"patroni-{name}", [str(patroni), *self._arguments_of_unit(name)], name)
        self._make("web", web)
        self._add("haproxy", ["haproxy", "-db", "-f", str(self.folder / "web/etc/haproxy/haproxy.cfg")], "web")
        self._add("pgbouncer", ["pgbouncer", str(self.folder / "web/etc/pgbouncer/pgbouncer.ini")], "web")
        for part in self.parts.values():
            part.start()
        until(self.is_whole, 90, f"the cluster did not become whole, see {self.folder}")

    def _add(self, name: str, command: list[str], machine: str, environment: dict[str, str] | None = None) -> None:
        self.parts[name] = Part(name, command, self.folder / machine, self.owner, environment or {})

    def _make(self, machine: str, block: str) -> None:
        """Follow the block, with its places below the machine's folder."""
        place = self.folder / machine
        for each in ("etc/default", "etc/systemd/system", "etc/haproxy", "etc/pgbouncer", "var/etcd", "var/postgresql"):
            (place / each).mkdir(parents=True, exist_ok=True)
        text = re.sub(r"(?<![\w.])/(etc|opt)/", rf"{place}/\1/", block)
        text = re.sub(r"(?<![\w.])/var/lib/", f"{place}/var/", text)
        text = text.replace("unix_socket_directories: " + f"{place}/var/postgresql", "unix_socket_directories: ''")
        text = text.replace("127.0.0.1", WEB_MACHINE).replace("10.0.0.0/24", "127.0.0.0/8").replace("10.0.0.", "127.0.1.")
        given = PASSWORDS | {"name": machine, "address": address(machine), "PATH": _PATH}
        subprocess.run(["sh", "-e", "-u", "-c", text], env=given, cwd=place, check=True)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{self.owner.pw_uid}:{self.owner.pw_gid}", str(place)], check=True)

    def _mount(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"{SMALL_DISK},mode=0755", "drill", str(place)], check=True)
        self._mounted = place

    def _arguments_of_unit(self, name: str) -> list[str]:
        unit = (self.folder / name / "etc/systemd/system/patroni.service").read_text()
        [command] = re.findall(r"^ExecStart=(.*)$", unit, flags=re.MULTILINE)
        return str(command).split()[1:]

    def without_guards(self) -> None:
        """From now on as somebody sets it up who has not read the page."""
        configuration = self.folder / "web/etc/haproxy/haproxy.cfg"
        said = configuration.read_text()
        if GUARD_OF_HAPROXY not in said:
            raise Failed(f"The page does not say{GUARD_OF_HAPROXY} any more, which the control leaves out.")
        configuration.write_text(said.replace(GUARD_OF_HAPROXY, ""))
        self.parts["haproxy"].end()
        self.parts["haproxy"].start()
        self._told(self.leads(), "config", "PATCH", dict.fromkeys(GUARDS, False))
        self._guarded = False

    def switch_over(self) -> None:
        """Planned: the leader hands over to the other."""
        leader, other = self.leads(), self.follows()
        self._told(leader, "switchover", "POST", {"leader": leader, "candidate": other})
        until(lambda: self.leader() == other, 60, "the leader did not hand over")

    def fill_disk(self) -> Path:
        """Of the machine whose disk is small: the file that fills it."""
        filler = self.folder / SMALL / "var/postgresql/filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as opened:
            while True:
                opened.write(bytes(1 << 16))
        return filler

    def _told(self, machine: str, what: str, method: str, body: dict[str, Any]) -> None:
        asked = urllib.request.Request(f"http://{address(machine)}:8008/{what}", json.dumps(body).encode(), method=method)
        urllib.request.urlopen(asked, timeout=60).close()

    # --- what is asked of it -----------------------------------------------------------------------------------------

    def members(self) -> list[dict[str, Any]]:
        """As Patroni sees them; none while nobody answers."""
        for name in DATABASES:
            with contextlib.suppress(OSError, ValueError), _asked(name, "cluster") as answer:
                return list(json.load(answer)["members"])
        return []

    def leader(self) -> str | None:
        """The one that leads and runs; None while there is none."""
        found = [each["name"] for each in self.members() if each["role"] == "leader" and each["state"] == "running"]
        return found[0] if found and self.is_primary(found[0]) else None

    def leads(self) -> str:
        leader = self.leader()
        if leader is None:
            raise Failed("Nobody leads.")
        return leader

    def follows(self) -> str:
        leader = self.leads()
        return next(name for name in DATABASES if name != leader)

    def is_primary(self, name: str) -> bool:
        """What HAProxy asks."""
        with contextlib.suppress(OSError), _asked(name, "primary") as answer:
            return bool(answer.status == 200)
        return False

    def is_whole(self) -> bool:
        """A leader, one that follows it closely, and where writes are confirmed by both, one that confirms them."""
        members = self.members()
        roles = sorted(each["role"] for each in members)
        second = "sync_standby" if self._guarded else "replica"
        states = {each["state"] for each in members}
        lags = [each.get("lag", 0) for each in members]
        followed = roles == sorted(["leader", second]) and states <= {"running", "streaming"} and lags in ([0, 0], [0])
        return followed and self.leader() is not None

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Of the server that takes writes, asked directly."""
        hosts = ",".join(f"{address(name)}:5432" for name in DATABASES)
        url = f"postgresql://postgres:{PASSWORDS['superuser']}@{hosts}/{NAME}?target_session_attrs=read-write&connect_timeout=3"
        with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall())

    def server_of(self, name: str) -> int:
        """The number of PostgreSQL's first process there."""
        return int((self.folder / name / "var/postgresql/budget/postmaster.pid").read_text().split()[0])

    def processes_of(self, name: str) -> list[int]:
        """Of Patroni and of its server, which Patroni's death does not end."""
        return [*self.parts[f"patroni-{name}"].processes(), *family(self.server_of(name))]

    def end(self) -> None:
        """Patroni first, which ends its server; then whatever is left of a server whose Patroni was killed."""
        for name in DATABASES:
            if part := self.parts.get(f"patroni-{name}"):
                send(signal.SIGCONT, part.processes())
                part.end()
            with contextlib.suppress(OSError, ValueError, IndexError):
                server = self.server_of(name)
                if b"postgres" in Path(f"/proc/{server}/cmdline").read_bytes():
                    send(signal.SIGKILL, family(server))
        for part in reversed(self.parts.values()):
            part.end()
        if self._mounted:
            subprocess.run(["umount", "--lazy", str(self._mounted)], check=False)


def address(machine: str) -> str:
    return f"127.0.1.{NUMBERS[machine]}" if machine in NUMBERS else WEB_MACHINE


def _asked(machine: str, what: str) -> Any:
    return urllib.request.urlopen(f"http://{address(machine)}:8008/{what}", timeout=2)


def install_patroni(folder: Path) -> Path:
    """As the page says, by Debian's own Python, which the user of the servers can run."""
    _, database, _ = blocks()
    before = database.partition("cat > /etc/patroni.yml")[0].replace("/opt/patroni", str(folder / "patroni"))
    done = subprocess.run(["sh", "-e", "-c", before], env=dict(os.environ) | {"PATH": _PATH}, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"Patroni could not be installed: {done.stdout}{done.stderr}")
    subprocess.run(["chmod", "-R", "a+rX", str(folder / "patroni")], check=True)
    return folder / "patroni/bin/patroni"


@contextlib.contextmanager
def folder_of_the_drill() -> Iterator[Path]:
    """A folder that is gone afterwards; kept where the drill failed."""
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _settings(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def _after(block: str, mark: str) -> str:
    return block[block.index(mark) :]
