"""Reads for the page where a programme is set up."""

from typing import Any

from django.db.models import Count

from phases.programmes.models import Programme


def set_up_of(programme: Programme) -> dict[str, Any]:
    """What the set-up page of a programme shows (five queries)."""
    return {
        "phases": programme.phases.annotate(line_count=Count("lines")),
        "teams": programme.teams.annotate(line_count=Count("lines")),
        "sources": programme.funding_sources.all(),
        "excluded_items": programme.excluded_items.select_related("funding_source"),
        "copies": programme.copies.select_related("entry__actor").defer("entry__content"),
    }
