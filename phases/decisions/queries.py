"""Reads about decisions."""

from django.db.models import Prefetch, QuerySet

from phases.authorisations.queries import authorisations_of
from phases.decisions.models import FundingDecision
from phases.programmes.models import Programme


def decisions_of(programme: Programme) -> QuerySet[FundingDecision]:
    """In the order of their dates, each with its authorisations (four queries)."""
    return (
        FundingDecision.objects.filter(programme=programme)
        .select_related("body")
        .prefetch_related(Prefetch("authorisations", authorisations_of(programme)))
        .order_by("decided_on", "id")
    )
