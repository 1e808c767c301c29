"""Papers that were issued."""

from typing import Protocol

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions.rules import Permission, require
from display import formats
from phases.models import Programme
from posts.entry.since.queries import Paper
from reports.papers.models import IssuedPaper


def issued_papers_of(programme: Programme) -> QuerySet[IssuedPaper]:
    """Newest first, without their bytes."""
    papers = IssuedPaper.objects.filter(programme=programme).defer("content", "schedule", "findings")
    return papers.select_related("issued_by", "superseded_by").defer(
        "superseded_by__content", "superseded_by__schedule", "superseded_by__findings"
    )


class OfAPart(Protocol):
    """A paper or a pack: of Part 1, or of Part 2, which is exempt."""

    @property
    def part(self) -> int: ...


def require_part(paper: OfAPart, user: User) -> None:
    """PermissionDenied where it is of Part 2 and this person's role needs nothing exempt."""
    if paper.part == 2:
        require(user, Permission.READ_EXEMPT)


def moments_of_papers(programme: Programme) -> list[Paper]:
    """The issued papers of the programme as the table of inputs names them, the newest first, with the moment of their data."""
    stored = IssuedPaper.objects.filter(programme=programme, part=1).order_by("-pk")
    rows = stored.values_list("pk", "appendix", "version", "meeting_date", "as_at")
    return [
        Paper(str(pk), f"{appendix}, version {version}, {formats.long_date(day)}", moment)
        for pk, appendix, version, day, moment in rows
    ]
