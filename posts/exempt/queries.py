"""What is exempt now in a programme, and what of it a text that will be public must not say."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.permissions.rules import Permission
from posts.exempt.models import LineExemption
from posts.exempt.rules import Field, Secret, given_away, paragraph_of
from posts.models import LineAmount, LineRevision


class Exempted(NamedTuple):
    """What an officer decided last of a line or a field of it; WHOLE for the field of a whole line. `by` is their name."""

    line_id: int
    field: str
    paragraph: int | None
    reason: str
    at: datetime
    by: str

    @property
    def of_what(self) -> str:
        return Field(self.field).label if self.field else "Whole line"


# Every paper and every signature asks for it, and building the statement each time takes longer than the answer.
_NEWEST = """
SELECT DISTINCT ON (e.line_id, e.field) e.line_id, e.field, e.paragraph, e.reason, e.at, (
    SELECT name FROM accounts_user WHERE id = e.by_id
) FROM reports_lineexemption e WHERE e.programme_id = {programme} ORDER BY e.line_id, e.field, e.id DESC
"""
_BY_SLUG = _NEWEST.format(programme="(SELECT id FROM phases_programme WHERE slug = %s)")
_BY_NUMBER = _NEWEST.format(programme="%s")


def exempt_lines(slug: str) -> dict[tuple[int, str], Exempted]:
    """What is exempt now in a programme, by line and field (one query)."""
    return _read(_BY_SLUG, slug)


def exempt_of(programme: int) -> dict[tuple[int, str], Exempted]:
    """As exempt_lines, where the programme is known by its number alone."""
    return _read(_BY_NUMBER, programme)


def _read(statement: str, programme: str | int) -> dict[tuple[int, str], Exempted]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [programme])
        newest = itertools.starmap(Exempted, cursor.fetchall())
        return {(each.line_id, each.field): each for each in newest if each.paragraph}


def exempt_now() -> QuerySet[LineExemption]:
    """What is exempt now of any line of any programme: the newest of its line and field, where that names a paragraph."""
    same = {"programme": OuterRef("programme"), "line_id": OuterRef("line_id"), "field": OuterRef("field")}
    newer = LineExemption.objects.filter(**same, pk__gt=OuterRef("pk"))
    return LineExemption.objects.filter(~Exists(newer), paragraph__isnull=False).order_by("line_id", "field")


def exempt_among(lines: Collection[int], programmes: Collection[int]) -> dict[tuple[int, str], LineExemption]:
    """What is exempt now of these lines, all of these programmes, by line and field (one query)."""
    said = LineExemption.objects.filter(programme__in=programmes, line_id__in=lines).order_by("pk")
    newest = {(each.line_id, each.field): each for each in said}
    return {key: each for key, each in newest.items() if each.paragraph}


def check_reader(user: User, slug: str) -> None:
    """Raise PermissionDenied where anything of the programme's lines is exempt and the person's role does not need it.

    For pages that name every line with its costs; the committee table shows such a person what Part 1 prints. One query, and
    none for those who may read what is exempt.
    """
    if not user.may(Permission.READ_EXEMPT) and exempt_lines(slug):
        raise PermissionDenied(
            "This page holds exempt information, which you may not read. The committee table shows what is public."
        )


def secrets_of(slug: str) -> list[Secret]:
    """What must not be said in public of the lines of a programme: names and comments, earlier ones too, and amounts.

    One query where nothing is exempt, else three; a line that was removed stays exempt.
    """
    exempt = exempt_lines(slug)
    if not exempt:
        return []
    lines = {line for line, _ in exempt}
    words: dict[int, set[str]] = defaultdict(set)
    revisions = LineRevision.objects.filter(line_id__in=lines, state__isnull=False)
    for line, title, comment in revisions.values_list("line_id", "state__title", "state__comment").distinct():
        words[line] |= {
            said for field, said in ((Field.TITLE, title), (Field.COMMENT, comment)) if said and paragraph_of(exempt, line, field)
        }
    pounds: dict[int, set[Decimal]] = defaultdict(set)
    kept = [line for line in lines if paragraph_of(exempt, line, Field.AMOUNTS)]
    for line, amount in LineAmount.objects.filter(line_id__in=kept).values_list("line_id", "amount"):
        if amount is not None:
            pounds[line].add(abs(amount))
    paragraphs = {line: each.paragraph or 0 for (line, _), each in exempt.items()}
    return [Secret(paragraphs[line], frozenset(words[line]), frozenset(pounds[line])) for line in sorted(lines)]


def check_public(slug: str, texts: Mapping[str, str]) -> None:
    """ValidationError, by the name of each text, where one that will be public says something exempt."""
    if said := said_in(slug, texts):
        raise ValidationError(said)


def said_in(slug: str, texts: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each text, by its name, that will be public and says something exempt; it does not repeat what."""
    secrets = secrets_of(slug)
    found = {name: given_away(text, secrets) for name, text in texts.items() if text} if secrets else {}
    return {name: _sentence(paragraphs) for name, paragraphs in found.items() if paragraphs}


def _sentence(paragraphs: list[int]) -> str:
    which = " and ".join(f"paragraph {each}" for each in paragraphs)
    return f"This text will be public, and it gives a name or an amount of an exempt line ({which}). Leave it out."
