"""What changed in the table of inputs since a moment: a day, or that of a paper that was issued then.

Whoever issues papers says so here; this app knows none of them.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from phases.models import Programme
from posts.models import CostLine, LineRevision


class Paper(NamedTuple):
    """A paper: its key, what it is called, and the moment of its data."""

    key: str
    label: str
    moment: datetime


class Change(NamedTuple):
    """The last change of a line since: whose, when, and whether the line was added since."""

    by: str
    at: datetime
    added: bool


Source = Callable[[Programme], list[Paper]]
_sources: list[Source] = []


def ask_for_papers(source: Source) -> None:
    """Ask this source too, from now on, which papers there are."""
    if source not in _sources:
        _sources.append(source)


def papers_of(programme: Programme) -> list[Paper]:
    """Every paper of the programme (one query for each source)."""
    return [paper for source in _sources for paper in source(programme)]


def changed_since(lines: QuerySet[CostLine], moment: datetime) -> QuerySet[CostLine]:
    """Those of the lines that somebody changed or added after the moment."""
    return lines.filter(Exists(LineRevision.objects.filter(line_id=OuterRef("pk"), entry__at__gt=moment)))


def changes_since(lines: Collection[int], moment: datetime) -> dict[int, Change]:
    """The last change of each of these lines after the moment, by its number (one query; none where there are no lines)."""
    if not lines:
        return {}
    earlier = LineRevision.objects.filter(line_id=OuterRef("line_id"), entry__at__lte=moment)
    found = (
        LineRevision.objects.filter(line_id__in=lines, entry__at__gt=moment)
        .order_by("line_id", "-version")
        .distinct("line_id")
        .values_list("line_id", "entry__actor__name", "entry__at", ~Exists(earlier))
    )
    return {line: Change(by or "", at, added) for line, by, at, added in found}


def removed_since(programme: Programme, moment: datetime) -> list[str]:
    """The titles of the lines that were there at the moment and are no more (one query)."""
    last = (
        LineRevision.objects.filter(programme=programme, entry__at__lte=moment)
        .filter(~Exists(CostLine.objects.filter(pk=OuterRef("line_id"))))
        .order_by("line_id", "-version")
        .distinct("line_id")
        .values_list("state__title", flat=True)
    )
    return [title for title in last if title]
