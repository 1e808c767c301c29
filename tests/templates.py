"""The tests' database put back whole, as a copy of a template.

A test that commits leaves rows behind. Copying fourteen megabytes of files takes a tenth of a second and more; emptying eighty
tables and telling every app that it was migrated takes ten times as long, and loading the demonstration thirty times. It is
copied before a test that wants another database than there is, once, and not after each as well.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.db import Error, connection, connections
from psycopg2.errors import ObjectInUse

ROOT = Path(__file__).resolve().parents[1]
MIGRATED = "tests_migrated_"

_kept: set[str] = set()
_holds: str | None = None  # the template that the tests' database still is like; None once a test may have committed


def name_of(template: str) -> str:
    """Of the template's database. It begins as that of the tests does, which is of this worker alone."""
    return f"{connection.settings_dict['NAME']}_{template}"


def keep_as(template: str) -> None:
    """Keep the tests' database, as it is now, under this name."""
    global _holds
    _copy(connection.settings_dict["NAME"], name_of(template))
    _holds = template
    _kept.add(template)
    _clear_caches()


def begin(template: str) -> None:
    """Put back what the next test wants; the blank one until the other is kept, and nothing before any is."""
    if _kept:
        put_back(template if template in _kept else "blank")


def put_back(template: str) -> None:
    """Make the tests' database what it was when it was kept, unless it still is.

    What this process remembers of its rows is forgotten too.
    """
    global _holds
    if _holds == template:
        return
    _holds = None
    _copy(name_of(template), connection.settings_dict["NAME"])
    _holds = template
    _clear_caches()


def forget() -> None:
    """Something was committed, or may have been: the next test that asks for the database gets it put back."""
    global _holds
    _holds = None


def remove(*templates: str) -> None:
    with _outside() as cursor:
        for template in templates:
            cursor.execute(f"DROP DATABASE IF EXISTS {name_of(template)}")


def begin_migrated() -> None:
    """Let the tests' database begin as a copy of the one in which the migrations ran before, where they are still the same.

    What is missing in it is migrated as ever. Ten seconds of every run, on every processor, are those of running them all.
    """
    name = _migrated()
    with _outside() as cursor:
        if _exists(cursor, name):
            connection.settings_dict["TEST"]["TEMPLATE"] = name


def keep_migrated() -> None:
    """Keep the tests' database, as the migrations left it, for the runs to come. Of several at once one keeps it."""
    name = _migrated()
    with _outside() as cursor:
        if _exists(cursor, name):
            return
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [MIGRATED])
        for (of_others,) in cursor.fetchall():
            cursor.execute(f"DROP DATABASE IF EXISTS {of_others}")
        try:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {connection.settings_dict['NAME']} STRATEGY FILE_COPY")
        except Error:
            if not _exists(cursor, name):
                raise


def _clear_caches() -> None:
    for kept in ("bodies", "positions"):
        caches[kept].clear()


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


def _migrated() -> str:
    """A name of its own for every content of the migrations, of our modules that they read, and of what is locked."""
    files = sorted(ROOT.glob("*/migrations/*.py"))
    ours = {path.parents[1].name for path in files} | {"costing", "display"}
    named = re.compile(rf"^(?:import|from) ((?:{'|'.join(sorted(ours))})[\w.]*)", re.MULTILINE)
    read = {name.replace(".", "/") for path in files for name in named.findall(path.read_text())}
    modules = [path for name in sorted(read) for path in (ROOT / f"{name}.py", ROOT / name / "__init__.py") if path.exists()]
    digest = hashlib.sha256()
    for path in (*files, *modules, ROOT / "requirements.lock"):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return MIGRATED + digest.hexdigest()[:16]


def _copy(source: str, target: str) -> None:
    with _outside() as cursor:
        try:
            # Waits a few seconds for sessions that are about to end, such as those of a page just closed.
            cursor.execute(f"DROP DATABASE IF EXISTS {target}")
        except Exception as error:
            if not isinstance(error.__cause__, ObjectInUse):
                raise
            cursor.execute(f"DROP DATABASE {target} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY FILE_COPY")


def _outside() -> Any:
    """A cursor of the same server beside the tests' database, in which nobody of this process may be."""
    connections.close_all()
    return connection._nodb_cursor()
