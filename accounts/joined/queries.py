"""Rows of a table with the rows that they name, by one statement whose text is built once.

Where every act, or every page, reads the same rows, a queryset takes longer to build its statement than the server to answer it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


class _Table(NamedTuple):
    """One of the tables, and the attributes that its columns fill. Another names it in `relation`; none names the first."""

    alias: str
    model: type[Model]
    filled: tuple[str, ...]
    relation: Any = None
    named_by: str = ""
    may_be_missing: bool = False


class Joined(Generic[Row]):
    """Reads as `model.objects.select_related(*named)` does. Made at import, and the same from then on; `t` is its first table.

    Each path of `named` follows after the paths that lead to it. Raises TypeError for a column that needs converting.
    """

    def __init__(self, model: type[Row], *named: str) -> None:
        tables = {"": _table("t", model)}
        joins = [f"{_quoted(model._meta.db_table)} t"]
        for path in named:
            before, _, name = path.rpartition("__")
            by = tables[before]
            relation: Any = by.model._meta.get_field(name)
            missing = by.may_be_missing or relation.null
            of = tables[path] = _table(f"t{len(tables)}", relation.related_model, relation, by.alias, missing)
            here, there = relation.get_joining_fields()[0]
            joins.append(
                f"{'LEFT JOIN' if missing else 'JOIN'} {_quoted(of.model._meta.db_table)} {of.alias}"
                f" ON {of.alias}.{_quoted(there.column)} = {by.alias}.{_quoted(here.column)}"
            )
        columns = [f"{of.alias}.{_quoted(each.column)}" for of in tables.values() for each in of.model._meta.concrete_fields]
        self._tables = tuple(tables.values())
        self._statement = f"SELECT {', '.join(columns)} FROM {' '.join(joins)} WHERE "

    def read(self, where: str, params: Sequence[Any] | Mapping[str, Any]) -> list[Row]:
        """The rows for which `where` holds, which may go on with an order and a lock. One query."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement + where, params)
            return [self._row(values) for values in cursor.fetchall()]

    def one(self, where: str, params: Sequence[Any] | Mapping[str, Any]) -> Row | None:
        """The first of them, if there is any. One query."""
        return next(iter(self.read(where, params)), None)

    def _row(self, values: Sequence[Any]) -> Row:
        made: dict[str, Any] = {}
        for of, own in zip(self._tables, self._shares(values), strict=True):
            found = None if of.may_be_missing and own[0] is None else of.model.from_db(connection.alias, of.filled, own)
            made[of.alias] = found
            if of.relation is not None and (by := made[of.named_by]) is not None:
                of.relation.set_cached_value(by, found)
                if of.relation.one_to_one and found is not None:
                    of.relation.remote_field.set_cached_value(found, by)
        first: Row = made["t"]
        return first

    def _shares(self, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
        """The values of each table, which begin with its primary key."""
        start = 0
        for of in self._tables:
            yield values[start : start + len(of.filled)]
            start += len(of.filled)


def _table(alias: str, model: type[Model], *named: Any) -> _Table:
    fields = model._meta.concrete_fields
    if converted := [str(field) for field in fields if field.get_db_converters(connection)]:
        raise TypeError(f"Not read by the driver alone: {', '.join(converted)}")
    if not fields[0].primary_key:
        raise TypeError(f"The first column of {model.__name__} is not its primary key.")
    return _Table(alias, model, tuple(field.attname for field in fields), *named)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
