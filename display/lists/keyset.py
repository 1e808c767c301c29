"""Pages of a list, found by the row beside them: nothing is counted or skipped, so the last takes no longer than the first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Combinable

CHUNK = 1000
"""So many rows of a whole list are read at a time."""


class NoSuchPage(Exception):
    """The row that a page begins beside is not in the list, or nothing stands beyond it."""


@dataclass(frozen=True)
class Order:
    """By an own field or an indexed expression, then by the key, both the same way: one index serves both directions."""

    by: str | Combinable
    is_descending: bool = False

    @property
    def expression(self) -> Combinable:
        return F(self.by) if isinstance(self.by, str) else self.by

    @property
    def is_by_key(self) -> bool:
        return self.by == "pk"

    def sorted(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        way = "desc" if self.is_descending != backwards else "asc"
        keys = [F("pk")] if self.is_by_key else [self.expression, F("pk")]
        return rows.order_by(*(getattr(key, way)() for key in keys))

    def beyond(self, rows: QuerySet[Any], mark: tuple[Any, int], size: int, *, backwards: bool = False) -> list[Any]:
        """So many of those after the mark, or before it, nearest first (two queries at most).

        First those that have the same value as the mark, then those further on. PostgreSQL could compare both columns at once,
        but guesses by the first alone: beyond a frequent value it expects next to nothing, and sorts thousands of rows.
        """
        value, key = mark
        way = "lt" if self.is_descending != backwards else "gt"
        same = Q(**{f"pk__{way}": key})
        if self.is_by_key:
            return list(self.sorted(rows.filter(same), backwards=backwards)[:size])
        marked = rows.alias(sorted_by=self.expression)
        found = list(self.sorted(marked.filter(same, sorted_by=value), backwards=backwards)[:size])
        if len(found) < size:
            further = marked.filter(**{f"sorted_by__{way}": value})
            found += self.sorted(further, backwards=backwards)[: size - len(found)]
        return found

    def mark_of(self, rows: QuerySet[Any], key: int) -> tuple[Any, int]:
        """What is to be compared with, for the row of this key (one query)."""
        found = rows.order_by().filter(pk=key).values_list("pk" if self.is_by_key else self.expression).first()
        if found is None:
            raise NoSuchPage
        return found[0], key


@dataclass(frozen=True)
class ListPage:
    """Some rows; `previous` and `next` are the keys of the rows to go on from, None at either end."""

    rows: list[Any]
    previous: int | None = None
    next: int | None = None


@dataclass(frozen=True)
class Beside:
    """After or before which row a page stands; neither is the first page."""

    after: int | None = None
    before: int | None = None


def page_of(everything: QuerySet[Any], found: QuerySet[Any], order: Order, place: Beside, size: int) -> ListPage:
    """A page of the rows `found` (three queries at most). The row it begins beside need only be in `everything`.

    NoSuchPage where that row is not there, or where nothing found stands beyond it.
    """
    if place.after is None and place.before is None:
        rows = list(order.sorted(found)[: size + 1])
        return ListPage(rows[:size], None, _key(rows[size - 1]) if len(rows) > size else None)
    backwards = place.after is None
    key = place.before if backwards else place.after
    mark = order.mark_of(everything, key or 0)
    rows = order.beyond(found, mark, size + 1, backwards=backwards)
    more, rows = len(rows) > size, rows[:size]
    if not rows:
        raise NoSuchPage
    if backwards:
        rows.reverse()
        return ListPage(rows, _key(rows[0]) if more else None, _key(rows[-1]))
    return ListPage(rows, _key(rows[0]), _key(rows[-1]) if more else None)


def chunks_of(found: QuerySet[Any], order: Order) -> Iterator[list[Any]]:
    """Every row found, in order, a thousand at a time: no transaction stays open, and no row is read twice."""
    marked = found.annotate(listed_by=order.expression)
    rows = list(order.sorted(marked)[:CHUNK])
    while rows:
        yield rows
        if len(rows) < CHUNK:
            return
        rows = order.beyond(marked, (rows[-1].listed_by, _key(rows[-1])), CHUNK)


def _key(row: Model) -> int:
    return row.pk
