"""How long a session of the database may wait. The roles carry the limits, so that they hold behind a connection pool too."""

from typing import Any

_ALL = {
    "lock_timeout": "5s",  # two who sign at once wait for each other for milliseconds; longer, and the page says so
    "idle_in_transaction_session_timeout": "1min",  # a process that hangs inside a transaction keeps no lock for ever
    # While a statement runs or waits for a lock, the server notices within this time that its client was killed.
    "client_connection_check_interval": "250ms",
}
OWNER = _ALL
WEB = _ALL | {"statement_timeout": "30s"}  # no page takes so long; a migration may
"""By name, as `SHOW` says them."""


def not_in_force(cursor: Any) -> dict[str, str]:
    """Of the web role's limits those that do not hold in this session, with what holds instead (one query)."""
    cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in WEB))
    return {name: is_now for (name, limit), is_now in zip(WEB.items(), cursor.fetchone(), strict=True) if is_now != limit}
