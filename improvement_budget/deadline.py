"""A request that takes over a minute is ended. With threads gunicorn's own time-out sees its main loop only."""

import ctypes
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from django.db import connections
from django.http import HttpRequest, HttpResponse

from operations import commits
from operations.watch import WATCH, Step

SECONDS = 60
CUT_OFF_AFTER = 10
KILL_AFTER = 30
"""Seconds after the first attempt to end it: what hangs in a library of C hears nothing, and is ended with its process."""


class TookTooLong(Exception):
    """Raised in the middle of whatever the request was doing."""


def end_in_time(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        thread, session = threading.get_ident(), connections["default"]
        reader = request.META.get("gunicorn.socket")
        ended: list[bool] = []

        def end() -> None:
            ended.append(True)
            if session.connection is not None:
                commits.cancel(session.connection)
            _raise_in(thread, TookTooLong)

        def cut_off() -> None:
            if session.connection is not None:
                commits.hang_up(session.connection)
            if isinstance(reader, socket.socket):
                with suppress(OSError):
                    reader.shutdown(socket.SHUT_RD)  # one who sends a byte a second

        def kill() -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        steps: list[Step] = [(SECONDS, end), (SECONDS + CUT_OFF_AFTER, cut_off)]
        if reader is not None:  # gunicorn starts another process in its place
            steps.append((SECONDS + KILL_AFTER, kill))
        try:
            with WATCH.over(*steps):
                return get_response(request)
        finally:
            if ended:
                _raise_in(thread, None)  # what was not raised yet must not be raised in the next request

    return middleware


def _raise_in(thread: int, error: type[Exception] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error) if error else None)
