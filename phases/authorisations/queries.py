"""Reads about what is authorised, each a constant number of queries."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet

from costing.measure import Measure
from phases.authorisations.models import Authorisation
from phases.programmes.models import Programme


def authorisations_of(*programmes: Programme) -> QuerySet[Authorisation]:
    """What is authorised, replaced ones included, with decision, source, limits and phases (three queries)."""
    return (
        Authorisation.objects.filter(programme__in=programmes)
        .select_related("decision__body", "funding_source", "replaces", "replaced_by")
        .prefetch_related("limits", "phases")
        .order_by("decision__decided_on", "id")
    )


def in_force(authorisations: Iterable[Authorisation]) -> list[Authorisation]:
    """Those that no later authorisation has replaced."""
    return [authorisation for authorisation in authorisations if not hasattr(authorisation, "replaced_by")]


def decided_limits(authorisation: Authorisation) -> dict[Measure, Decimal]:
    """What its decision itself limits, in pounds by measure, whatever was carried forward since (one query, or none)."""
    return {limit.measure: limit.decided for limit in authorisation.limits.all() if limit.decided}
