"""What is to be done about programmes and people, as facts. A constant number of queries."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from accounts.models import Council, User
from phases.models import Programme
from posts.models import CostLine

MOST_WITHOUT_A_ROLE = 20
"""So many people are named who have no role yet."""


def recruited_without_paperwork(programmes: Sequence[Programme]) -> dict[int, tuple[int, Decimal]]:
    """By programme, where there are any: how many lines, and how many FTE of them, are recruited before the paperwork is done."""
    lines = CostLine.objects.filter(programme__in=programmes, paperwork_complete=False, recruited_fte__gt=0).order_by()
    found = lines.values_list("programme").annotate(lines=Count("pk"), fte=Sum("recruited_fte"))
    return {programme: (count, fte) for programme, count, fte in found}


def council_is_named() -> bool:
    council = Council.objects.filter(pk=1).first()
    return council is not None and council.name != Council._meta.get_field("name").default


def without_a_role() -> QuerySet[User]:
    return User.objects.filter(is_active=True, roles=[]).order_by("name")[:MOST_WITHOUT_A_ROLE]


def only_administrators() -> bool:
    """Whether nobody but administrators signs in here."""
    return not User.objects.filter(is_active=True).exclude(roles=["administrator"]).exists()
