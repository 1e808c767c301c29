"""Papers that were issued."""

from django.db.models import QuerySet

from phases.models import Programme
from reports.papers.models import IssuedPaper


def issued_papers_of(programme: Programme) -> QuerySet[IssuedPaper]:
    """Newest first, without their bytes."""
    papers = IssuedPaper.objects.filter(programme=programme).defer("content", "schedule", "findings")
    return papers.select_related("issued_by", "superseded_by").defer(
        "superseded_by__content", "superseded_by__schedule", "superseded_by__findings"
    )
