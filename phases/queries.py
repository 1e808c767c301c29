"""Reads about programmes and what is authorised, each a constant number of queries."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.permissions import Permission
from phases.models import Authorisation, FundingDecision, Programme


def programmes_for(user: User) -> QuerySet[Programme]:
    """The programmes this person may see: all of them, or none."""
    return Programme.objects.all() if user.may(Permission.VIEW_PROGRAMMES) else Programme.objects.none()


def programmes_with_counts(user: User) -> QuerySet[Programme]:
    """The same, each with its phases and its number of lines as `line_count` (two queries)."""
    return programmes_for(user).annotate(line_count=Count("lines", distinct=True)).prefetch_related("phases").order_by("name")


def programme_for(user: User, slug: str) -> Programme:
    """One programme, or Http404 for one that is unknown or that this person may not know of."""
    return get_object_or_404(programmes_for(user), slug=slug)


def set_up_of(programme: Programme) -> dict[str, Any]:
    """What the set-up page of a programme shows (four queries)."""
    return {
        "phases": programme.phases.annotate(line_count=Count("lines")),
        "teams": programme.teams.annotate(line_count=Count("lines")),
        "sources": programme.funding_sources.all(),
        "excluded_items": programme.excluded_items.select_related("funding_source"),
    }


def decisions_of(programme: Programme) -> QuerySet[FundingDecision]:
    """In the order of their dates, each with its authorisations (four queries)."""
    return (
        FundingDecision.objects.filter(programme=programme)
        .prefetch_related(Prefetch("authorisations", authorisations_of(programme)))
        .order_by("decided_on", "id")
    )


def authorisations_of(*programmes: Programme) -> QuerySet[Authorisation]:
    """What is authorised, replaced ones included, with decision, source, limits and phases (three queries)."""
    return (
        Authorisation.objects.filter(programme__in=programmes)
        .select_related("decision", "funding_source", "replaces", "replaced_by")
        .prefetch_related("limits", "phases")
        .order_by("decision__decided_on", "id")
    )


def in_force(authorisations: Iterable[Authorisation]) -> list[Authorisation]:
    """Those that no later authorisation has replaced."""
    return [authorisation for authorisation in authorisations if not hasattr(authorisation, "replaced_by")]
