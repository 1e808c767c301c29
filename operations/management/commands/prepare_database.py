import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from psycopg2.extensions import parse_dsn

from operations import database
from operations.preparing import limits, rights, roles

ADMINISTRATOR = "postgresql:///postgres"


class Command(BaseCommand):
    help = (
        "Makes the database that DATABASE_URL names, its two roles, what each may do and how long each may wait, then signs in"
        " as the web role and says whether all of it holds. Run it as the server's administrator: DATABASE_ADMIN_URL, or the"
        " system user postgres. It may be run again at any time, and loses nothing."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if database.embedded():
            raise CommandError("DATABASE_URL is not set: the embedded database prepares itself.")
        web, owner = _login("DATABASE_URL"), _login("DATABASE_OWNER_URL")
        if owner.name == web.name:
            raise CommandError(
                f"DATABASE_URL and DATABASE_OWNER_URL both name the role {web.name}: an owner could switch off the triggers"
                " that keep the audit record, so the web role must be another."
            )
        name = database.address_in("DATABASE_URL")["NAME"]
        administrator = os.environ.get("DATABASE_ADMIN_URL", ADMINISTRATOR)
        try:
            with _session(administrator) as cursor:
                roles.make_roles(cursor, owner, web)
                made = roles.make_database(cursor, name, owner.name)
            with _session(administrator, dbname=name) as cursor:
                roles.grant(cursor, owner.name, web.name)
        except psycopg2.Error as error:
            raise CommandError(f"The administrator of the server could not do it: {_line(error)}") from None
        self.stdout.write(f"The database {name} {'was made' if made else 'was there'}; roles, rights and limits are set.")
        self._check(web.name)

    def _check(self, web: str) -> None:
        try:
            with _session(os.environ["DATABASE_URL"]) as cursor:
                waits, lacks, too_much = limits.not_in_force(cursor), rights.lacking(cursor, web), rights.excessive(cursor, web)
        except psycopg2.Error as error:
            raise CommandError(f"The web role {web} cannot sign in with DATABASE_URL: {_line(error)}") from None
        if waits:
            raise CommandError(f"Signed in as {web}, these limits are not in force: {', '.join(waits)}.")
        if lacks or too_much:
            raise CommandError(f"The web role {web} may do too little with {lacks or 'nothing'}, too much with {too_much}.")
        self.stdout.write(f"Signed in as the web role {web}: it may read and write rows, owns nothing, and its limits hold.")


def _login(variable: str) -> roles.Login:
    if not os.environ.get(variable):
        raise CommandError(f"Set {variable}, such as postgresql://role:password@host/improvement_budget.")
    parts = database.address_in(variable)
    if not parts["USER"]:
        raise CommandError(f"{variable} names no role: postgresql://role:password@host/improvement_budget.")
    return roles.Login(str(parts["USER"]), str(parts["PASSWORD"] or ""))


@contextmanager
def _session(url: str, **other: str) -> Iterator[Any]:
    """A cursor whose every statement is a transaction of its own.

    Of several hosts libpq tries no other after one that answers no, and a standby may not have heard yet of what was just made.
    """
    for pause in (0.5,) * 10 if "," in parse_dsn(url).get("host", "") else ():
        try:
            psycopg2.connect(url, connect_timeout=10, **other).close()
            break
        except psycopg2.OperationalError:
            time.sleep(pause)
    with closing(psycopg2.connect(url, connect_timeout=10, **other)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
