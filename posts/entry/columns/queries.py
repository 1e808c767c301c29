"""How a person sees the columns of a programme's table of inputs."""

from typing import NamedTuple

from accounts.models import User
from phases.models import Programme
from posts.entry.columns.models import SheetColumn


class ColumnsSet(NamedTuple):
    """The names of the columns left out, and the widths set, by name."""

    hidden: frozenset[str]
    widths: dict[str, int]


AS_USUAL = ColumnsSet(frozenset(), {})


def columns_set(person: User, programme: Programme) -> ColumnsSet:
    """As the person has set them (one query)."""
    stored = SheetColumn.objects.filter(person=person, programme=programme).order_by().values_list("name", "hidden", "width")
    rows = list(stored)
    return ColumnsSet(frozenset(name for name, hidden, _ in rows if hidden), {name: width for name, _, width in rows if width})
