"""What load balancers and monitors ask: is the process alive, does the site answer, is it ready for people."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from improvement_budget.health import queries

_log = logging.getLogger(__name__)


@login_not_required
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """200 while the process answers, whatever becomes of its database: to end it would not mend that."""
    return _said({"status": "ok"})


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the application and its database answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return _away(error)
    return _said({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 while people can read and save; else 503 and why. What stands in the way of mail and papers alone is a warning.

    The figures are for those who ask this process directly; through a proxy only the status and the reasons are told.
    """
    try:
        found = queries.standing()
    except Error as error:
        return _away(error)
    reasons = []
    if found.read_only:
        reasons.append("The database is read-only: it is a standby, or was told to be.")
    if found.missing_migrations:
        reasons.append(f"{len(found.missing_migrations)} migrations are not applied.")
    warnings = []
    if found.worker_seen is None:
        warnings.append("No worker has been seen for a minute: no mail is sent and no paper is made.")
    if found.waiting_for_standby:
        warnings.append("Saving waits for a standby.")
    answer: dict[str, Any] = {"status": "not ready" if reasons else "ready", "reasons": reasons, "warnings": warnings}
    if "X-Forwarded-For" not in request.headers:
        answer["figures"] = found._asdict()
    return _said(answer, 503 if reasons else 200)


def _away(error: Error) -> JsonResponse:
    connection.close()
    _log.warning("A probe found no database: %s", " ".join(str(error).split()))
    return _said({"status": "not ready", "reasons": ["The database does not answer."]}, 503)


def _said(answer: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(answer, status=status, headers={"Cache-Control": "no-store"})


PROBES: dict[str, Callable[[HttpRequest], JsonResponse]] = {"/livez": livez, "/readyz": readyz, "/healthz": healthz}
"""Answered before anything looks at the host or the scheme: a load balancer asks by an address of its own, in plain http."""
