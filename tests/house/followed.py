"""docs/deployment.md followed word for word: its blocks are read out of it and run, by an ordinary user, in a folder of the test.

Only what would change this machine is stood in for: places (/etc, /srv, /var), the installing of packages, and systemd, whose
unit files are read and started here as systemd would.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from operations import data_folder
from tests.house.plain_server import PlainServer
from tests.house.running_site import PASSED_ON, free_ports, until

DOCUMENT = data_folder.CHECKOUT / "docs" / "deployment.md"
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".*_cache", "test-results")
NOTHING = "#!/bin/sh\nexit 0\n"


def blocks(language: str = "sh") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text(), flags=re.MULTILINE | re.DOTALL)


@dataclass
class Installation:
    """One council's machine, in a folder."""

    root: Path
    database: PlainServer
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port, self.proxied, self.figures = free_ports(3)
        self.running: dict[str, subprocess.Popen[str]] = {}
        for each in ("bin", "etc/systemd/system", "etc/caddy", "var"):
            (self.root / each).mkdir(parents=True)
        shutil.copytree(data_folder.CHECKOUT, self.root / "checkout", ignore=NOT_COPIED)
        as_postgres = f"export PGHOST={self.database.socket} PGPORT={self.database.port} PGUSER=postgres"
        prefix, python = shlex.quote(sys.prefix), shlex.quote(sys.executable)
        venv = f'if [ "$1" = -m ]; then exec ln -sfn {prefix} "$3"; fi\nexec {python} "$@"'
        for name, script in {
            "apt-get": NOTHING,
            "adduser": NOTHING,
            "systemctl": NOTHING,
            "python3": f"#!/bin/sh\n{venv}\n",
            "runuser": f'#!/bin/sh\nif [ "$2" = postgres ]; then {as_postgres}; fi\nshift 3\nexec "$@"\n',
        }.items():
            (self.root / "bin" / name).write_text(script)
            (self.root / "bin" / name).chmod(0o755)

    def follow(self, block: str, typed: str = "", **environment: str) -> str:
        """What the block says. An AssertionError where it fails."""
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        path = f"{self.root / 'bin'}:{kept['PATH']}"
        done = subprocess.run(
            ["sh", "-e", "-u", "-c", self.placed(block)],
            cwd=self.root / "checkout",
            env=kept | {"PATH": path} | environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        self.said.append(done.stdout + done.stderr)
        return self.said[-1]

    def placed(self, text: str) -> str:
        """The text with its places in the folder of the test."""
        for place, ours in {"/etc/": "etc/", "/srv/": "srv-", "/var/lib/": "var/"}.items():
            text = re.sub(rf"(?<![\w.]){place}", f"{self.root}/{ours}", text)
        text = text.replace("127.0.0.1:9464", f"127.0.0.1:{self.figures}")
        return text.replace("127.0.0.1:5432", f"127.0.0.1:{self.database.port}")

    def environment(self) -> dict[str, str]:
        """What the settings file says."""
        lines = (self.root / "etc" / "improvement-budget").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def unit(self, name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in (self.root / "etc/systemd/system" / f"improvement-budget-{name}").read_text().splitlines():
            key, equals, value = line.partition("=")
            if equals:
                found.setdefault(key, []).append(value)
        return found

    def begin(self, name: str, **extra: str) -> "subprocess.Popen[str]":
        """Start a service as its unit says; what it says goes to a file of its name."""
        unit = self.unit(f"{name}.service")
        given = self.environment() | dict(each.split("=", 1) for each in unit.get("Environment", []))
        for unset in unit.get("UnsetEnvironment", []):
            given.pop(unset, None)
        kept = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
        with (self.root / f"{name}.log").open("a") as log:
            self.running[name] = subprocess.Popen(
                shlex.split(unit["ExecStart"][0]),
                cwd=unit["WorkingDirectory"][0],
                env=kept | given | {"PORT": str(self.port)} | extra,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        return self.running[name]

    def once(self, name: str) -> None:
        """Each command of a service that ends by itself."""
        unit = self.unit(f"{name}.service")
        kept = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
        for command in unit["ExecStart"]:
            given = {"cwd": unit["WorkingDirectory"][0], "env": kept | self.environment(), "text": True, "timeout": 600}
            done = subprocess.run(shlex.split(command), capture_output=True, **given)
            assert done.returncode == 0, done.stdout + done.stderr

    def begin_and_wait(self) -> None:
        """The web server, until it tells systemd that it serves; then a proxy before it."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            place = self.root / "notify"
            place.unlink(missing_ok=True)
            told.bind(str(place))
            told.settimeout(0.2)
            web = self.begin("web", NOTIFY_SOCKET=str(place))
            until(lambda: web.poll() is not None or b"MAINPID=" in _read(told), 90, (self.root / "web.log").read_text)
        assert web.poll() is None, (self.root / "web.log").read_text()
        command = [sys.executable, "-m", "tests.house.proxy", str(self.proxied), str(self.port)]
        self.running["proxy"] = subprocess.Popen(command, cwd=data_folder.CHECKOUT, text=True)
        until(self._proxy_listens, 30)

    def _proxy_listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.proxied)) == 0

    def end(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(40)


def _read(told: socket.socket) -> bytes:
    try:
        return told.recv(4096)
    except TimeoutError:
        return b""
