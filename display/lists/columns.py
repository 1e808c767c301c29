"""What a list shows: django-tables2 declares its columns, the rows are written by us.

A cell of django-tables2 costs a hundred times a joined string: it inspects the signature of every cell's function and builds its
attributes again. So a column here says once what it holds of a row, how that looks on screen, and what of it goes to a file.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from html import escape  # a plain text: Django's calls a function again wherever it is put into another
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

import django_tables2 as tables
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from display import formats

Fact = str | bool | int | Decimal | date | datetime | None
"""What a cell of a file holds. Money is a Decimal, a moment carries its time zone."""


class FileColumn(NamedTuple):
    """A column of a file: its heading, and what it holds of a row."""

    heading: str
    value: Callable[[Any], Fact]


class ListColumn(tables.Column):
    """A column of a list, with a face on screen and a face in files.

    `holds` takes the fact from a row: a name, with dots for what stands deeper; by itself the column's own name. `screen` makes
    HTML of a row where the fact alone will not do; a plain text it returns is escaped. `cells` are what it becomes in a file,
    where that is not one cell with the fact. `sort` is an own, indexed field of the model or an expression that has an index with
    the key; without it nobody can sort by the column.
    """

    is_fixed = False
    """Always shown, and not among those to choose."""

    def __init__(
        self,
        heading: str,
        *,
        holds: str = "",
        screen: Callable[[Any], str] | None = None,
        cells: Sequence[FileColumn] | None = None,
        sort: str | Combinable = "",
        **options: Any,
    ) -> None:
        self.is_shown = options.pop("shown", True)
        self.css_class = options.pop("css_class", "")
        super().__init__(verbose_name=heading, orderable=bool(sort), **options)
        self.holds, self.screen, self.cells, self.sort = holds, screen, cells, sort

    def value_of(self, name: str) -> Callable[[Any], Fact]:
        return attrgetter(self.holds or name)

    def cells_of(self, name: str) -> Sequence[FileColumn]:
        return (FileColumn(str(self.verbose_name), self.value_of(name)),) if self.cells is None else self.cells

    def html_of(self, name: str) -> Callable[[Any], str]:
        """What turns a row into the HTML of this cell."""
        if self.screen is None:
            value = self.value_of(name)
            return lambda row: escape(shown(value(row)))
        screen = self.screen
        return lambda row: safe(screen(row))


class MoneyColumn(ListColumn):
    """Whole pounds, to the right."""

    def __init__(self, heading: str, **options: Any) -> None:
        super().__init__(heading, css_class="number", **options)


class ActionColumn(ListColumn):
    """Links to what can be done with a row: always shown, never in a file. Its heading is for who hears it."""

    is_fixed = True

    def __init__(self, heading: str, *, screen: Callable[[Any], str]) -> None:
        super().__init__(heading, screen=screen, cells=(), css_class="action")


class ListTable(tables.Table):
    """A list's columns. The first is what a row is about: it heads the row, and is always shown.

    `name` is that of its files; `about` says in the plural what it lists; `order` is a column's name, or with a minus before it.
    """

    name: ClassVar[str]
    about: ClassVar[str]
    order: ClassVar[str]
    css_class: ClassVar[str] = ""

    def __init__(self, **options: Any) -> None:
        super().__init__([], **options)

    @cached_property
    def declared(self) -> dict[str, ListColumn]:
        """Every column that this reader may choose, by name, in order."""
        return {bound.name: bound.column for bound in self.columns.iterall() if bound.visible}

    def body(self, names: Iterable[str], rows: Iterable[Any]) -> SafeString:
        """The rows as HTML. Each text is escaped here, once. Roles stand because a row becomes a block on a phone."""
        columns = self.declared
        parts = [_part(name, columns[name], heads=not at) for at, name in enumerate(names)]
        written = ("".join([f"{before}{html(row)}{after}" for before, html, after in parts]) for row in rows)
        return mark_safe("".join([f'<tr role="row">{cells}</tr>' for cells in written]))

    def cells(self, names: Iterable[str]) -> list[FileColumn]:
        """The columns of a file in which these columns of the list stand."""
        return [cell for name in names for cell in self.cells_of(name)]

    def cells_of(self, name: str) -> Sequence[FileColumn]:
        """What one column becomes in a file; a table whose columns there hang on its rows says so here."""
        return self.declared[name].cells_of(name)


def _part(name: str, column: ListColumn, *, heads: bool) -> tuple[str, Callable[[Any], str], str]:
    css = f' class="{escape(column.css_class)}"' if column.css_class else ""
    if heads:
        return f'<th scope="row" role="rowheader"{css}>', column.html_of(name), "</th>"
    return f'<td role="cell"{css} data-label="{escape(str(column.verbose_name))}">', column.html_of(name), "</td>"


def shown(value: Fact) -> str:
    """A fact as people read it, in plain text."""
    match value:
        case None:
            return ""
        case bool():
            return formats.yes_no(value)
        case datetime():
            return formats.long_moment(timezone.localtime(value))
        case date():
            return formats.long_date(value)
        case Decimal():
            return formats.pounds(value)
        case int():
            return formats.whole(value)
        case _:
            return value


def safe(text: str) -> str:
    """HTML as it is, any other text escaped."""
    return text if isinstance(text, SafeString) else escape(text)


def html(pattern: str, *texts: str) -> SafeString:
    """A piece of HTML with these texts, escaped, for its pairs of braces."""
    return mark_safe(pattern.format(*map(safe, texts)))


def link(url: str, text: str, hidden: str = "") -> SafeString:
    """`hidden` goes on with the text for who hears it alone: PDF of which paper."""
    more = html('<span class="govuk-visually-hidden">{}</span>', hidden) if hidden else ""
    return html('<a class="govuk-link" href="{}">{}{}</a>', url, text, more)


def note(text: str) -> SafeString:
    """A line in small print below the fact; nothing for nothing."""
    return html('<span class="list-note">{}</span>', text) if text else SafeString()


def line_of_cell(text: str) -> SafeString:
    """One of several facts in a cell, on a line of its own that is not broken."""
    return html('<span class="cell-line">{}</span>', text)


def muted(text: str) -> SafeString:
    return html('<span class="muted">{}</span>', text)


def tag(text: str, colour: str) -> SafeString:
    return html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


def joined(*pieces: str) -> SafeString:
    return mark_safe("".join(map(safe, pieces)))


def any_case(field: str) -> Combinable:
    """To sort a text as people look for it: its index is of this and the key."""
    return Lower(field)


def last_if_open(field: str) -> Combinable:
    """To sort a date that may be missing, as later than every other: its index is of this and the key."""
    return Coalesce(field, date.max)
