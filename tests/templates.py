"""The tests' database put back whole, as a copy of a template.

A test that commits leaves rows behind. Copying fourteen megabytes of files takes a twentieth of a second; emptying eighty
tables and telling every app that it was migrated takes ten times as long, and loading the demonstration thirty times.
"""

from typing import Any

from django.core.cache import caches
from django.db import connection, connections
from psycopg2.errors import ObjectInUse


def name_of(template: str) -> str:
    """Of the template's database. It begins as that of the tests does, which is of this worker alone."""
    return f"{connection.settings_dict['NAME']}_{template}"


def keep_as(template: str) -> None:
    """Keep the tests' database, as it is now, under this name."""
    _copy(connection.settings_dict["NAME"], name_of(template))


def put_back(template: str) -> None:
    """Make the tests' database what it was when it was kept. What this process remembers of its rows is forgotten too."""
    _copy(name_of(template), connection.settings_dict["NAME"])
    caches["bodies"].clear()


def remove(*templates: str) -> None:
    with _outside() as cursor:
        for template in templates:
            cursor.execute(f"DROP DATABASE IF EXISTS {name_of(template)}")


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
