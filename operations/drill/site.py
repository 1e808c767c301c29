"""The site on the cluster: its tables, the demonstration's case with a password for whoever writes, two web servers, a worker."""

import os
import sys
from pathlib import Path

from operations import data_folder
from operations.drill.machines import NAME, PASSWORDS, WEB_MACHINE, Cluster, address
from operations.drill.parts import Failed, Part, until
from operations.drill.writer import HOST, Address, SignedIn, ask, sign_in

WEBS: dict[str, Address] = {"web-one": (WEB_MACHINE, 8001), "web-two": (WEB_MACHINE, 8002)}
SOMEBODY, PASSWORD = "finance-officer@demonstration.example", "correct horse battery staple"

_LOAD = f"""
import django
django.setup()
from django.conf import settings
settings.TWO_FOR_POWER = False
from django.core.management import call_command
call_command("load_demonstration")
from accounts.models import User
somebody = User.objects.get(email="{SOMEBODY}")
somebody.set_password("{PASSWORD}")
somebody.save()
"""

_HURRIED = {"PGOPTIONS": "-c synchronous_commit=off"}
"""While it is set up nothing is counted. (A pool would refuse options; these commands go to the server itself.)"""


class Site:
    """Every part by its name, as the cluster's; they run as whoever runs the drill."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._folder = cluster.folder
        self.parts: dict[str, Part] = {}

    def environment(self) -> dict[str, str]:
        """What the page has in /etc/improvement-budget."""
        servers = ",".join(f"{address(name)}:5432" for name in ("one", "two"))
        writing = "target_session_attrs=read-write"
        return {
            "DATABASE_URL": f"postgresql://budget_web:{PASSWORDS['web']}@{WEB_MACHINE}:6432/{NAME}",
            "DATABASE_OWNER_URL": f"postgresql://budget_owner:{PASSWORDS['owner']}@{servers}/{NAME}?{writing}",
            "DATABASE_ADMIN_URL": f"postgresql://postgres:{PASSWORDS['superuser']}@{servers}/postgres?{writing}",
            "SECRET_KEY": "0123456789abcdefghij-only-for-the-drill",
            "ALLOWED_HOSTS": HOST,
            "STATIC_ROOT": str(self._folder / "static"),
            "EMAIL_HOST": WEB_MACHINE,
            "EMAIL_PORT": "1",
            "DJANGO_SETTINGS_MODULE": "improvement_budget.settings",
            "IMPROVEMENT_BUDGET_DATA_DIR": str(self._folder / "data"),
            "PATH": os.environ["PATH"],
            "PWD": str(data_folder.CHECKOUT),
        }

    def start(self) -> SignedIn:
        """Somebody signed in on it."""
        for command in ("prepare_database", "migrate", "createcachetable", "collectstatic --noinput"):
            self.command("manage.py", *command.split(), **({} if command == "prepare_database" else _HURRIED))
        self.command("-c", _LOAD, **_HURRIED)
        as_web = self.environment() | {"IMPROVEMENT_BUDGET_DB_ROLE": "web"}
        del as_web["DATABASE_OWNER_URL"], as_web["DATABASE_ADMIN_URL"]
        gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "--config", "operations/gunicorn_conf.py"]
        for name, (host, port) in WEBS.items():
            bound = {"BIND": f"{host}:{port}", "WEB_CONCURRENCY": "1"}
            self.parts[name] = Part(name, gunicorn, self._folder, environment=as_web | bound)
        self.parts["worker"] = Part("worker", [sys.executable, "manage.py", "work"], self._folder, environment=as_web)
        for part in self.parts.values():
            part.start()
        for name in WEBS:
            until(lambda name=name: self.answers(name), 90, f"{name} did not answer, see {self._folder}")  # type: ignore[misc]
        return sign_in(WEBS["web-one"], SOMEBODY, PASSWORD)

    def answers(self, web: str) -> bool:
        return ask(WEBS[web], "GET", "/readyz", "")[0] == 200

    def command(self, *arguments: str, **extra: str) -> str:
        """What the command says. Failed where it fails."""
        part = Part("command", [sys.executable, *arguments], self._folder, environment=self.environment() | extra)
        part.log.unlink(missing_ok=True)
        part.start()
        assert part.process
        status = part.process.wait(300)
        said = part.log.read_text()
        if status:
            raise Failed(f"{' '.join(arguments)[:100]} failed: {said[-3000:]}")
        return said

    def stored(self) -> list[str]:
        """The title of every drawdown there is on the server that takes writes."""
        return [title for (title,) in self.cluster.sql("SELECT title FROM approvals_drawdown")]

    def end(self) -> None:
        for part in self.parts.values():
            part.end()
