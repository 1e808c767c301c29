"""The worker in the background: it says that it is there, and one supervisor of several is in charge for a while."""

from django.core.cache import cache
from django.db import connection, transaction

from accounts.worker.queries import AWAY_AFTER, SEEN

LEASE_SECONDS = 20
"""How long one is in charge without saying so again: longer than a mail server is waited for."""

_LOCK = "SELECT 1 FROM accounts_workerlease WHERE id = 1 FOR UPDATE"
_FIRST = "INSERT INTO accounts_workerlease (id, holder, fence, until) VALUES (1, '', 1, 'epoch') ON CONFLICT (id) DO NOTHING"
_TAKE = (
    "UPDATE accounts_workerlease SET holder = %(holder)s, until = clock_timestamp() + %(seconds)s * interval '1 second',"
    " fence = CASE WHEN holder = %(holder)s AND until > clock_timestamp() THEN fence ELSE fence + 1 END"
    " WHERE id = 1 AND (holder = %(holder)s OR until <= clock_timestamp()) RETURNING fence"
)


class NotInCharge(RuntimeError):
    """Another one is in charge by now, or could be."""


def seen() -> None:
    """It works. Said every few seconds; forgotten where it is not said again."""
    cache.set(SEEN, "", timeout=AWAY_AFTER)


@transaction.atomic
def take_charge(*, holder: str, seconds: int = LEASE_SECONDS) -> int | None:
    """Be in charge for so many seconds from now: the number of the lease. None while another holder is.

    The number stays while the lease is kept up, and is a higher one after every pause. No audit entry: nothing of the council's.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if cursor.fetchone() is None:
            cursor.execute(_FIRST)
        # A statement of its own: the UPDATE alone, had it waited for the row, would reckon from before its wait.
        cursor.execute(_TAKE, {"holder": holder, "seconds": seconds})
        taken = cursor.fetchone()
    return int(taken[0]) if taken else None


def stay_in_charge(*, fence: int) -> None:
    """In the caller's transaction: nobody else is in charge before it ends. NotInCharge where the lease of this number is over.

    Who was stopped for a while, and let go on, finds out here that another has taken over meanwhile.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("To be in charge is of a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(
            "SELECT fence FROM accounts_workerlease WHERE id = 1 AND fence = %s AND until > clock_timestamp()", [fence]
        )
        if cursor.fetchone() is None:
            raise NotInCharge(f"The lease {fence} is over.")


def step_down(*, holder: str) -> None:
    """Whoever waits may take over at once."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_workerlease SET until = 'epoch' WHERE id = 1 AND holder = %s", [holder])
