"""Each request has an id, is timed, counted by the name of its page, and said in one line of the log, without what was typed."""

import json
import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import extract_tb
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("requests_total", "Requests answered", ["method", "page", "status"])
UP_TO = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  # not money: seconds
SECONDS = Histogram("request_seconds", "Seconds to answer", ["page"], buckets=UP_TO)
UNDER_WAY = Gauge("requests_under_way", "Requests that are being answered", multiprocess_mode="livesum")

_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)
_log = logging.getLogger("improvement_budget.requests")


def observe(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        began, number = time.monotonic(), _id_of(request)
        token = _current.set(number)
        UNDER_WAY.inc()
        try:
            answer = get_response(request)
            answer["X-Request-ID"] = number
            _note(request, answer, time.monotonic() - began)
            return answer
        finally:
            UNDER_WAY.dec()
            _current.reset(token)

    return middleware


def _id_of(request: HttpRequest) -> str:
    """The proxy's, where there is one whom we believe; else one of our own."""
    given = request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    return given if _GIVEN_ID.fullmatch(given) else uuid4().hex


def _note(request: HttpRequest, answer: HttpResponse, seconds: float) -> None:  # not money: seconds
    match = request.resolver_match
    page = (match.view_name if match else "") or "none"  # its name: an address holds what people chose
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(method, page, str(answer.status_code)).inc()
    SECONDS.labels(page).observe(seconds)
    person = getattr(request, "_cached_user", None)
    told = {"method": method, "page": page, "status": answer.status_code, "ms": round(seconds * 1000, 1)}
    _log.info("request", extra={"told": told | {"user": person.pk if person else None}})


class AsJson(logging.Formatter):
    """One line of JSON. Of an exception its kind and where it arose: what it says may be what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _current.get(),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__qualname__
            line["frames"] = [f"{each.filename}:{each.lineno} {each.name}" for each in extract_tb(record.exc_info[2])]
        return json.dumps(line, ensure_ascii=False)
