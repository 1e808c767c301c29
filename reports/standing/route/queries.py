"""Who must approve what is planned."""

from datetime import date

from phases.limits.queries import approval_limits
from phases.models import Programme
from reports.standing.position.queries import positions_of
from reports.standing.route.rules import Route, routes


def routes_of(programme: Programme, day: date) -> list[Route]:
    """Who must approve what is planned, by the approval limits in force that day: six queries."""
    return routes(positions_of([programme])[programme.pk], approval_limits(), day)
