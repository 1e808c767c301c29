from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        register(ready_to_serve, Tags.security, deploy=True)


def ready_to_serve(**_: Any) -> list[CheckMessage]:
    """For `manage.py check --deploy`: all that the start would refuse, and what it could not see."""
    from operations.preparing import faults

    found: list[CheckMessage] = [Error(fault, id="operations.E001") for fault in faults.of_static_files()]
    try:
        with _as_web() as web:
            found += [Error(fault, id="operations.E002") for fault in faults.of_database(web)]
    except OperationalError as error:
        found.append(Error(f"The database does not answer: {' '.join(str(error).split())}", id="operations.E003"))
    found += [Warning(fault, id="operations.W001") for fault in faults.of_mail()]
    if settings.PRODUCTION and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        said = (
            "TRUSTED_PROXIES is 0: behind a proxy all people share one address, and one of them can shut out all from signing in."
        )
        found.append(Warning(said, id="operations.W002"))
    return found


@contextmanager
def _as_web() -> Iterator[BaseDatabaseWrapper]:
    """A connection of the web role, whatever the role of this process."""
    from operations import database

    web, given = connections["default"].copy(), database.credentials("web")
    given["OPTIONS"] = database.LINK | given.get("OPTIONS", {})
    web.settings_dict = connections["default"].settings_dict | given
    try:
        yield web
    finally:
        web.close()
