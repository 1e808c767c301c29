"""A COMMIT that is not confirmed in time is said to be just that.

No time-out of PostgreSQL ends a COMMIT that waits for a standby, and a cancelled one is committed where it was sent to: locks are
let go and everybody else works on. Where the connection is lost during a COMMIT, nobody knows whether it arrived.
"""

import socket
import threading
from contextlib import suppress
from typing import Any

import psycopg2
from psycopg2.extensions import connection

from operations.watch import WATCH

COMMIT_SECONDS = 10.0
HANG_UP_SECONDS = 5.0
"""After asking the server to give up so long, the connection is cut: a server that hangs answers nothing."""


class Unconfirmed(psycopg2.OperationalError):
    """It may have been saved: the server did not say in time."""


class BoundedConnection(connection):
    """A connection of psycopg2 whose commit ends within COMMIT_SECONDS and HANG_UP_SECONDS. Raises Unconfirmed then."""

    def commit(self) -> None:
        gave_up: list[bool] = []
        del self.notices[:]

        def give_up() -> None:
            gave_up.append(True)
            cancel(self)

        try:
            with WATCH.over((COMMIT_SECONDS, give_up), (COMMIT_SECONDS + HANG_UP_SECONDS, lambda: hang_up(self))):
                super().commit()
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            if self.closed or gave_up:
                raise Unconfirmed(str(error)) from error
            raise
        if gave_up or self.notices:
            # Whoever else cancels the wait, COMMIT succeeds with a warning, and no other comes with a COMMIT.
            raise Unconfirmed(f"The standby did not confirm it: {' '.join(self.notices) or 'it took too long'}")


def cancel(session: Any) -> None:
    """Ask the server to give up what this session does. It is asked on a connection of its own, which may hang as well."""
    threading.Thread(target=_cancel, args=(session,), daemon=True).start()


def _cancel(session: Any) -> None:
    with suppress(psycopg2.Error):
        session.cancel()


def hang_up(session: Any) -> None:
    """Cut the session off: whoever waits for the server gets an error at once."""
    with suppress(OSError, psycopg2.Error), socket.socket(fileno=session.fileno()) as end:
        try:
            end.shutdown(socket.SHUT_RDWR)
        finally:
            end.detach()
