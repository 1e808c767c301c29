"""What the totals of the table of inputs add up, as it is stored."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count
from django.db.models import Sum as Added

from costing.measure import stored
from phases.models import Programme
from phases.programmes.queries import kept_by_version
from posts.entry.totals.rules import Sum, Sums
from posts.models import CostLine, LineAmount, size_of

_SIZE = ("kind", "fte", "headcount", "weekly_hours", "full_time_hours")


def sums_of(programme: Programme) -> dict[int, Sums]:
    """By phase, over all lines of it (two queries, and none where nobody wrote to the programme since). A phase without lines
    has none."""
    return kept_by_version("sums", [programme], _read)[programme.pk]


def _read(programmes: Sequence[Programme]) -> dict[int, dict[int, Sums]]:
    found: dict[int, dict[int, Sums]] = {programme.pk: defaultdict(Sums) for programme in programmes}
    lines = CostLine.objects.filter(programme__in=programmes).order_by().values_list("programme_id", "phase_id", *_SIZE)
    for programme, phase, *size, count in lines.annotate(count=Count("pk")):
        sums = found[programme][phase]
        sums.lines += count
        sums.sizes[size_of(*size)] += count
    amounts = LineAmount.objects.filter(line__programme__in=programmes).order_by()
    grouped = amounts.values_list("line__programme_id", "line__phase_id", "financial_year")
    for programme, phase, year, entries, present, pounds in grouped.annotate(Count("pk"), Count("amount"), Added("amount")):
        found[programme][phase].amounts[stored(year)] = Sum(entries, present, pounds or Decimal(0))
    return {programme: dict(sums) for programme, sums in found.items()}
