"""The site as `make run` serves it: its own database, gunicorn and the worker, in a data directory of its own."""

import contextlib
import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2
from django.contrib.staticfiles.finders import get_finders

from operations import cluster, data_folder, database, serve

PASSED_ON = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")

# A case of its own beside the demonstration, whose offices step aside; the sign-in buttons are its people's now.
PREPARE = """
import json, sys
from datetime import date
import django
django.setup()
from django.conf import settings
settings.DEMONSTRATION = True
from accounts.clock.actions import move_to
from accounts.clock.queries import now
from accounts.models import Office, User
from accounts.offices.actions import change_office
from tests.approvals.case import make_case
from tests.explaining import explain
move_to(date(2016, 9, 21), by=None)  # the day after that of the case's answers
administrator = User.objects.get(demo_account="administrator")
before = Office.objects.get(name="Chief Executive")
change_office(office=before, values={"name": "Chief Executive before"}, by=administrator, at=now())
case = make_case()
for account, person in (("chief-executive", case.chief_executive), ("clerk", case.clerk)):
    User.objects.filter(demo_account=account).update(demo_account=None)
    User.objects.filter(pk=person.pk).update(demo_account=account)
ready = [case.ready(case.costing(1000)) for _ in range(int(sys.argv[1]))]
explain()
print(json.dumps([{"reference": each.reference, "version": each.version, "sha256": each.sha256} for each in ready]))
"""


@dataclass
class Answer:
    status: int
    body: str
    headers: dict[str, str]


@dataclass
class Site:
    """One data directory and port. `extra` is added to the environment of all that is started."""

    data: Path
    port: int
    extra: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """As `make run`, until it answers."""
        self._collect_no_static_files()
        with (self.data / "web.log").open("a") as log:
            self._web = subprocess.Popen(
                [sys.executable, "-m", "operations.serve"],
                cwd=data_folder.CHECKOUT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(lambda: self.get("/healthz").status == 200, 400, (self.data / "web.log").read_text)

    def _collect_no_static_files(self) -> None:
        """Compressing them takes longer than all the rest; every file keeps its name, and nobody asks for one."""
        names = [name for finder in get_finders() for name, _ in finder.list([])]
        (self.data / "static").mkdir(exist_ok=True)
        manifest = {"version": "1.1", "hash": "", "paths": {name: name for name in names}}
        (self.data / "static" / "staticfiles.json").write_text(json.dumps(manifest))
        (self.data / "static.collected").write_text(serve._state_of_static_files())

    def stop(self) -> str:
        said = self.command("-m", "operations.serve", "stop")
        self._web.wait(20)
        return said

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        ours = {
            "IMPROVEMENT_BUDGET_DATA_DIR": str(self.data),
            "IMPROVEMENT_BUDGET_TESTING": "0",
            "PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "improvement_budget.settings",
        }
        return kept | ours | self.extra

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=data_folder.CHECKOUT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=90,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ready_drawdowns(self, number: int) -> list[dict[str, Any]]:
        """Drawdowns that wait for nothing but the Chief Executive."""
        return json.loads(self.command("-c", PREPARE, str(number)))

    def form_to_sign(self, drawdown: dict[str, Any], chief_executive: dict[str, str]) -> tuple[str, dict[str, str]]:
        """The address of the sign-off page, and what its check page sends; the same form sent again carries the same key."""
        path = f"/drawdowns/{drawdown['reference']}/sign-off/"
        page = self.get(path, **chief_executive)
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.body))
        assert fields.keys() >= {"csrfmiddlewaretoken", "key"}, page.body
        return path, fields | {"confirm": "yes"}

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A cursor of the role that owns the tables; each statement is a transaction of its own."""
        with _data_dir(self.data):
            place = str(cluster.Cluster("cluster", durable=True).socket_dir)
        connection = psycopg2.connect(host=place, port=5432, dbname=database.DATABASE, user=database.OWNER)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def sql(self, statement: str, *values: Any) -> list[Any]:
        with self.connected() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def signed_times(self, drawdown: dict[str, Any]) -> int:
        """How often the audit record says that it was signed off."""
        entries = "SELECT count(*) FROM accounts_auditentry WHERE action = 'drawdown_signed_off' AND subject = %s"
        return int(self.sql(entries, f"drawdown:{drawdown['reference']}")[0][0])

    def consumed(self, drawdown: dict[str, Any]) -> int:
        """How many pounds it has drawn."""
        drawn = "SELECT coalesce(sum(pounds), 0) FROM approvals_consumption c JOIN approvals_drawdown d ON d.id = c.drawdown_id"
        return int(self.sql(f"{drawn} WHERE reference = %s", drawdown["reference"])[0][0])

    def processes(self) -> dict[str, list[int]]:
        """Numbers of the living processes of this data directory, by what they are; gunicorn's first is the one that began."""
        found: dict[str, list[int]] = {"web": [], "supervisor": [], "worker": []}
        mark = f"IMPROVEMENT_BUDGET_DATA_DIR={self.data}\0".encode()
        signs = {"web": b"gunicorn_conf.py", "supervisor": b"work\0--beside", "worker": b"db_worker\0"}
        for directory in Path("/proc").glob("[0-9]*"):
            try:
                line = (directory / "cmdline").read_bytes()
                what = next((name for name, sign in signs.items() if sign in line), None)
                if what and mark in (directory / "environ").read_bytes():
                    found[what].append(int(directory.name))
            except OSError:
                continue
        return {name: sorted(numbers) for name, numbers in found.items()}

    def kill(self, what: str) -> None:
        """kill -9 of every process of the kind."""
        for number in self.processes()[what]:
            os.kill(number, signal.SIGKILL)
        if what == "web":
            self._web.wait(20)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        return self._ask("POST", path, urlencode(fields), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            connection.request(method, path, body, headers | kind)
            response = connection.getresponse()
            cookies = re.findall(r"(\w+)=([^;]*);", "; ".join(response.msg.get_all("Set-Cookie") or []))
            jar = "; ".join(f"{name}={value}" for name, value in cookies if name in ("sessionid", "csrftoken"))
            return Answer(response.status, response.read().decode(), dict(response.headers) | {"Jar": jar})
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, str(error), {})
        finally:
            connection.close()

    def signed_in(self, account: str) -> dict[str, str]:
        """The headers of somebody who signed in with a button of the demonstration, and the token for their forms."""
        form = self.get("/accounts/login/")
        answer = self.post("/accounts/demo/", {"account": account, **token_of(form)}, Cookie=form.headers["Jar"])
        assert answer.status == 302, answer.body
        return {"Cookie": answer.headers["Jar"]}


def token_of(page: Answer) -> dict[str, str]:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
    assert found, page.body
    return {"csrfmiddlewaretoken": found[1]}


def until(true: Callable[[], Any], seconds: float, said: Callable[[], object] = str) -> None:
    """Wait until it is true; an AssertionError with what is `said` when the time is over."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, said()
        time.sleep(0.05)


def next_line(process: "subprocess.Popen[str]", seconds: float = 60) -> str:
    """The next line that it prints; empty where it ended. An AssertionError when it says nothing within the time."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    assert ready, f"nothing was said within {seconds} s"
    return process.stdout.readline()


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """So many different ones: asked for one after the other, the system may give the same again."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [int(probe.getsockname()[1]) for probe in probes]


@contextmanager
def _data_dir(path: Path) -> Iterator[None]:
    before = os.environ.get("IMPROVEMENT_BUDGET_DATA_DIR")
    os.environ["IMPROVEMENT_BUDGET_DATA_DIR"] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["IMPROVEMENT_BUDGET_DATA_DIR"]
        else:
            os.environ["IMPROVEMENT_BUDGET_DATA_DIR"] = before
