"""Reads about the audit record: its entries, what they are found by, and the chain itself for a verifier."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q, QuerySet, Subquery
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.audit.models import NAME_OF_SUBJECT, AuditEntry, AuditHead

EXPORT_CHUNK = 1000

LATEST = 20_000
"""Among so many of the latest entries one or two letters are looked for."""

BY_THE_SYSTEM = "system"


def head() -> AuditHead | None:
    """The last link of the chain; None if it has no head, which `verify_audit` explains."""
    return AuditHead.objects.first()


def entries() -> QuerySet[AuditEntry]:
    """Every entry, with who did it."""
    return AuditEntry.objects.select_related("actor")


def with_words(words: str) -> Q:
    """Each of the words stands anywhere in the content, as it is written there; an amount also as pages print it, £950,000.

    The first eight or more signs of a hash find the entry that has it, and those that name it. A word without three letters or
    digits in a row, which no index finds, is looked for in the latest entries alone.
    """
    found = Q()
    for word in words.split():
        if not _THREE_IN_A_ROW.search(word):
            found &= Q(number__gt=Subquery(AuditHead.objects.values("number")[:1]) - LATEST)
        holds = _holds(word)
        if (plain := word.removeprefix("£").replace(",", "")) != word and _AMOUNT.fullmatch(word):
            holds |= _holds(plain)
        if _HASH.fullmatch(word):
            holds |= Q(hash__startswith=word.lower())
        found &= holds
    return found


_AMOUNT = re.compile(r"£?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]{2})?|£[0-9]+(\.[0-9]{2})?")
_THREE_IN_A_ROW = re.compile(r"[^\W_]{3}")
_HASH = re.compile(r"[0-9a-fA-F]{8,64}")


def _holds(text: str) -> Q:
    return Q(content__icontains=json.dumps(text, ensure_ascii=False)[1:-1])


def done_by(person: str) -> Q:
    """`person` is a number, or BY_THE_SYSTEM."""
    return Q(actor=None if person == BY_THE_SYSTEM else int(person))


def done_to(subject: str) -> Q | Exact:
    """A subject is whole, like drawdown:DD-0001, or only the name of it, like DD-0001."""
    return Q(subject=subject) if ":" in subject else Exact(NAME_OF_SUBJECT, subject.upper())


def done_from(day: date) -> Q:
    """On this day of the council's or later."""
    return Q(at__gte=_midnight(day))


def done_until(day: date) -> Q:
    """On this day of the council's or before."""
    return Q(at__lt=_midnight(day + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def acts_recorded() -> list[str]:
    """Every kind of act in the record. Each is found by the index from the one before: DISTINCT would read the whole record."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE kind(action) AS (
                SELECT min(action) FROM accounts_auditentry
                UNION ALL
                SELECT (SELECT min(e.action) FROM accounts_auditentry e WHERE e.action > kind.action)
                  FROM kind WHERE action IS NOT NULL
            )
            SELECT action FROM kind WHERE action IS NOT NULL
            """
        )
        return [action for (action,) in cursor.fetchall()]


def exported(first: int = 1, last: int | None = None) -> Iterator[str]:
    """The chain as lines of JSON, an entry each, with all that verifying it needs: up to the head as it stands now, or to `last`.

    Read by numbers in parts: what is appended meanwhile changes nothing of it, and no transaction stays open.
    """
    head = AuditHead.objects.values_list("number", flat=True).first() or 0
    last = head if last is None else min(last, head)
    fields = ("number", "previous_hash", "hash", "content")
    while first <= last:
        part = AuditEntry.objects.filter(number__range=(first, min(last, first + EXPORT_CHUNK - 1))).order_by("number")
        for entry in part.values(*fields):
            yield json.dumps(entry, ensure_ascii=False) + "\n"
        first += EXPORT_CHUNK
