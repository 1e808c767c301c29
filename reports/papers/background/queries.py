"""What is made in the background, as the pages about it read it."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from phases.models import Programme
from reports.papers.background.models import Rendering

KEPT = timedelta(days=7)
"""So long the PDF of a table is kept, which can be had again at any time, and it is said that a paper was not issued."""


def renderings_of(programme: Programme) -> QuerySet[Rendering]:
    """Newest first, without their bytes."""
    return Rendering.objects.filter(programme=programme).select_related("asked_by", "entry").defer("content")


def tables_of(programme: Programme, user: User) -> QuerySet[Rendering]:
    """The long tables this person asked for lately."""
    return renderings_of(programme).filter(kind=Rendering.Kind.TABLE, asked_by=user)[:5]


def papers_under_way(programme: Programme, at: datetime) -> QuerySet[Rendering]:
    """Long papers that are not issued yet, and those that were not in the last days."""
    papers = renderings_of(programme).filter(kind=Rendering.Kind.PAPER).exclude(state=Rendering.State.READY)
    return papers.exclude(finished_at__lt=at - KEPT)


def pack_with(sha256: str) -> Rendering | None:
    """The pack whose PDF has this hash."""
    return Rendering.objects.filter(kind=Rendering.Kind.PACK, sha256=sha256).select_related("programme").defer("content").first()
