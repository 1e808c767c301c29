"""The audit chain that every write of every app goes through."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction

from accounts.audit.fence.rules import FENCE, Mark
from accounts.audit.models import AuditEntry
from accounts.clock import queries as clock
from accounts.people.models import User
from costing.frozen import canonical


class AuditChainBroken(RuntimeError):
    """The chain has no head row: nothing may be written until somebody has found out why."""


class ServerBehind(OperationalError):
    """This server lacks what this process has seen committed: it led before, or lost it. Nothing is written to it."""


# The lock on the head, and the entry after it, in one statement: whoever waited for the lock follows the head as it is then.
# The trigger audit_entry_links checks the link and moves the head on.
_ADD_ENTRY = """
WITH head AS (SELECT number, hash FROM accounts_audithead WHERE id = 1 FOR UPDATE),
entry AS (SELECT number + 1 AS number, hash, %(before)s || (number + 1)::text || %(after)s AS content FROM head)
INSERT INTO accounts_auditentry (number, at, actor_id, action, subject, content, previous_hash, hash)
SELECT number, %(at)s, %(actor)s, %(action)s, %(subject)s, content, hash,
    encode(sha256(convert_to(hash || E'\\n' || content, 'UTF8')), 'hex') FROM entry
RETURNING number, content, previous_hash, hash, ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
"""


def record(*, action: str, subject: str, details: Mapping[str, Any], by: User | None, at: datetime) -> AuditEntry:
    """Add an entry to the audit chain, inside the caller's transaction, under the locked head row (unlocked chains fork).

    In the demonstration, which has a day of its own, the entry also holds when it was really written.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audit entry is written in the transaction of the act it records.")
    given = {"at": at.isoformat(), "actor": by.email if by else None, "action": action, "details": details}
    last = {"subject": subject} | ({"written": clock.real_now().isoformat()} if settings.DEMONSTRATION else {})
    # The canonical text of the whole: "number" comes after these in the alphabet, and what is last after it.
    before, after = f'{canonical(given)[:-1]},"number":', f",{canonical(last)[1:]}"
    same: dict[str, Any] = {"at": at, "action": action, "subject": subject}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_ENTRY, {"before": before, "after": after, "actor": by.pk if by else None, **same})
        added = cursor.fetchone()
    if added is None:
        raise AuditChainBroken("The audit chain has no head row.")
    number, content, previous_hash, hash_, timeline = added
    _fenced(Mark(timeline, number))
    return AuditEntry(number=number, actor=by, content=content, previous_hash=previous_hash, hash=hash_, **same)


def _fenced(mark: Mark) -> None:
    """Refuse a server that is behind, and leave it; once this is committed, remember how far it is."""
    if FENCE.is_behind(mark):
        connection.close()
        raise ServerBehind("This database server is behind what was seen before: another one leads, or something is lost.")
    transaction.on_commit(lambda: FENCE.saw(mark))
