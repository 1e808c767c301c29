"""Reckons the whole audit chain afresh."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import GENESIS, link
from accounts.models import AuditEntry, AuditHead


class Command(BaseCommand):
    help = "Checks every entry of the audit record: its number, its link to the one before, its hash, and that its columns agree."

    def handle(self, *args: Any, **options: Any) -> None:
        # One snapshot: entries written meanwhile are in neither the entries read nor the head.
        with transaction.atomic(), transaction.get_connection().cursor() as cursor:
            if not transaction.get_connection().savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            number = self._check()
        self.stdout.write(f"The audit record is whole: {number:,} {'entry' if number == 1 else 'entries'}.")

    def _check(self) -> int:
        number, previous = 0, GENESIS
        for entry in self._entries():
            number += 1
            if entry.number != number:
                raise CommandError(f"Entry {number} is missing: the next one is {entry.number}.")
            if fault := _fault(entry, previous):
                raise CommandError(f"Entry {number} is not as it was written: {fault}.")
            previous = entry.hash
        head = AuditHead.objects.first()
        if head is None:
            raise CommandError(f"The head of the chain is missing, after entry {number}.")
        if (head.number, head.hash) != (number, previous):
            missing = f"Entry {number + 1} is missing" if head.number > number else f"Entry {number} is not the one"
            raise CommandError(f"{missing}: the head of the chain stands at entry {head.number}.")
        return number

    def _entries(self) -> Iterator[AuditEntry]:
        return AuditEntry.objects.select_related("actor").order_by("number").iterator(chunk_size=2000)


def _fault(entry: AuditEntry, previous: str) -> str | None:
    """What is wrong with the entry itself, or None."""
    if entry.previous_hash != previous:
        return "it does not follow the entry before it"
    if entry.hash != link(previous, entry.content):
        return "its hash does not fit its content"
    try:
        content = json.loads(entry.content)
    except ValueError:
        return "its content cannot be read"
    columns = {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor.email if entry.actor else None,
        "action": entry.action,
        "subject": entry.subject,
    }
    for column, value in columns.items():
        if content.get(column) != value:
            return f"its column {column} does not agree with its content"
    return None
