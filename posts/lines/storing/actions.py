"""New rows of lines into the store: few by a statement, many by COPY, which takes a third of the time for thousands."""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import connection, models

MANY = 200
"""From so many rows on they are copied: below, a statement is no slower, and says in its error which row it was."""

_AT_ONCE = 2_000
_KEYS = """
SELECT nextval(keys) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS keys OFFSET 0) AS of_it, generate_series(1, %s)
"""
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def add_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one table. Triggers and constraints see every row; the rows need not know their keys afterwards."""
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < MANY:
        model._base_manager.bulk_create(rows)
    else:
        _copy(model, rows)


def add_values(model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """The same of rows that are values alone, in the order of these attributes; every other field has its default."""
    if len(rows) < MANY:
        add_rows([model(**dict(zip(names, row, strict=True))) for row in rows])
    else:
        of = {field.attname: field for field in model._meta.concrete_fields}
        _copy_values([of[name] for name in names], rows)


def add_rows_with_keys(rows: Sequence[models.Model]) -> None:
    """The same, and every row knows its key afterwards."""
    if len(rows) >= MANY:
        _give_keys([row for row in rows if row.pk is None])
    add_rows(rows)


def _give_keys(rows: Sequence[models.Model]) -> None:
    if not rows:
        return
    table = rows[0]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [table, len(rows)])
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    keyed = rows[0].pk is not None
    fields = [field for field in model._meta.concrete_fields if keyed or not field.primary_key]
    _copy_values(fields, map(attrgetter(*(field.attname for field in fields)), rows))


def _copy_values(fields: Sequence[models.Field[Any, Any]], rows: Iterable[tuple[Any, ...]]) -> None:
    columns = ", ".join(connection.ops.quote_name(field.column or "") for field in fields)
    statement = f"COPY {connection.ops.quote_name(fields[0].model._meta.db_table)} ({columns}) FROM STDIN"
    # The driver's own call is not wrapped by Django: without this its errors would be the driver's.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(statement, _Read(_texts(rows, fields)))


def _texts(rows: Iterable[tuple[Any, ...]], fields: Sequence[models.Field[Any, Any]]) -> Iterator[str]:
    written = [_WRITTEN.get(field.get_internal_type(), str) for field in fields]
    for row in rows:
        yield "\t".join(["\\N" if value is None else write(value) for write, value in zip(written, row, strict=True)]) + "\n"


def _text(value: str) -> str:
    # Most texts hold nothing to escape, which is found out faster than it is done.
    return str.__str__(value).translate(_ESCAPED) if _SPECIAL.search(value) else str.__str__(value)


def _json(value: Any) -> str:
    # JSON writes tabs and line ends as escapes itself.
    return "[]" if value == [] else json.dumps(value).replace("\\", "\\\\")


def _moment(value: date) -> str:
    return value.isoformat()


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "CharField": _text,
    "TextField": _text,
    "JSONField": _json,
    "DateField": _moment,
    "DateTimeField": _moment,
}
"""How COPY reads values of these kinds of field; numbers, keys, yes and no as Python writes them."""


class _Read(io.TextIOBase):
    """Lines as a file that is read piece by piece: the text of ten thousand rows is never held at once."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def read(self, size: int | None = -1, /) -> str:
        """Whole lines, however much was asked for: the driver sends what it gets."""
        return "".join(islice(self.lines, _AT_ONCE))
