"""A list as an address asks for it: filters, columns, order, page; on screen, or as a file. It works without a script.

Everything that is chosen stands in the address and in every link that the list offers. What is not understood gets a message.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Any, NamedTuple

from django import forms
from django.core import paginator
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString

from display.lists.columns import ListTable
from display.lists.downloads import FACES, UNKNOWN_FACE, Download, answer
from display.lists.filters import ListFilters
from display.lists.keyset import Beside, ListPage, NoSuchPage, Order, chunks_of, page_of

SIZES = (25, 50, 100)
"""How many rows a page may have."""

MOST_IN_A_WORKBOOK = 20_000
"""Rows; a workbook is made whole before it is sent, a CSV line by line."""

LONGEST_KEY = 15

Completing = Callable[[Sequence[Any]], Sequence[Any]]
"""Turns some rows of the query into what the columns show, in the same number of queries however many they are."""


class Heading(NamedTuple):
    """Above a column. `url` sorts by it, "" where nobody can; `sorted` is ascending, descending, none or "" (cannot)."""

    text: str
    css_class: str
    url: str
    sorted: str


class Option(NamedTuple):
    """A column to tick, or a number of rows to choose."""

    value: str
    label: str
    is_chosen: bool


class Problem(NamedTuple):
    """Something in the address that was not understood, and where on the page it says so."""

    text: str
    href: str


class Listing:
    """One list, as one request asks for it.

    `filters` hold the query: all that the reader may see, narrowed to what was asked for. `facts` complete the rows of a page.
    """

    def __init__(
        self, request: HttpRequest, table: ListTable, filters: ListFilters, facts: Completing = list, size: int = 25
    ) -> None:
        self.request, self.table, self.filters, self.facts = request, table, filters, facts
        self.usual_size = size
        self.problems: list[Problem] = []
        self.address: QueryDict = request.GET
        self.columns = self._columns()
        self.sort, self.order = self._order()
        self.size = self._size()
        self.face = self._face()

    # What the address asks for

    def _columns(self) -> list[str]:
        declared = self.table.declared
        asked = self.address.getlist("columns")
        if unknown := [name for name in asked if name not in declared]:
            self._say(f"There is no column “{unknown[0][:40]}” in this list: choose from those below.", "#columns")
        wanted = set(asked) & set(declared) or {name for name, column in declared.items() if column.is_shown}
        always = {next(iter(declared)), *(name for name, column in declared.items() if column.is_fixed)}
        return [name for name in declared if name in wanted | always]

    def _order(self) -> tuple[str, Order]:
        declared = self.table.declared
        asked = self.address.get("sort", "")
        name = asked.removeprefix("-")
        if asked and not (name in declared and declared[name].sort):
            self._say(f"This list cannot be sorted by “{name[:40]}”: choose a heading.", "#list")
            asked = ""
        asked = asked or self.table.order
        return asked, Order(declared[asked.removeprefix("-")].sort, asked.startswith("-"))

    def _size(self) -> int:
        asked = self.address.get("per_page", "")
        if not asked or asked in map(str, SIZES):
            return int(asked or self.usual_size)
        self._say("Choose 25, 50 or 100 rows a page.", "#per_page")
        return self.usual_size

    def _face(self) -> str:
        asked = self.address.get("format", "")
        if asked and asked not in FACES:
            self._say(UNKNOWN_FACE, "#list")
        return asked

    def _place(self) -> Beside:
        asked = {name: str(self.address[name]) for name in ("after", "before") if self.address.get(name)}
        if len(asked) > 1 or not all(map(_is_key, asked.values())):
            raise NoSuchPage
        return Beside(**{name: int(key) for name, key in asked.items()})

    def _say(self, text: str, href: str) -> None:
        self.problems.append(Problem(text, href))

    # What it shows

    @cached_property
    def page(self) -> ListPage:
        """The rows of the model; none, with the problem said, where the page is not there."""
        if not self.filters.form.is_valid():
            return ListPage([])
        try:
            return page_of(self.filters.queryset, self.filters.found, self.order, self._place(), self.size)
        except NoSuchPage:
            self._say("Page not found in this list.", "#list")
            return ListPage([])

    @cached_property
    def rows(self) -> Sequence[Any]:
        """What the page shows: facts, in order."""
        return self.facts(self.page.rows)

    @property
    def body(self) -> SafeString:
        return self.table.body(self.columns, self.rows)

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(name) for name in self.columns]

    def _heading(self, name: str) -> Heading:
        column = self.table.declared[name]
        if not column.sort:
            return Heading(str(column.verbose_name), column.css_class, "", "")
        is_by_it = self.sort.removeprefix("-") == name
        url = self.url(sort=f"-{name}" if self.sort == name else name)
        how = ("descending" if self.order.is_descending else "ascending") if is_by_it else "none"
        return Heading(str(column.verbose_name), column.css_class, url, how)

    @property
    def columns_to_choose(self) -> list[Option]:
        """All but the first, which is always shown."""
        others = list(self.table.declared.items())[1:]
        offered = [(name, column) for name, column in others if not column.is_fixed]
        return [Option(name, str(column.verbose_name), name in self.columns) for name, column in offered]

    @property
    def form(self) -> forms.Form:
        return self.filters.form

    @property
    def is_used(self) -> bool:
        """Whether there is anything to arrange, or something was asked for."""
        return bool(self.rows or self.problems or self.filters.is_narrowed)

    @property
    def sizes(self) -> list[Option]:
        return [Option(str(size), str(size), size == self.size) for size in SIZES]

    @property
    def is_arranged(self) -> bool:
        """Whether other columns or rows than usual were asked for."""
        return bool(self.address.getlist("columns") or self.address.get("per_page"))

    # Where its links lead

    def url(self, **values: Any) -> str:
        """The address of this list with other values, on its first page."""
        query = self.address.copy()
        for name in list(query):
            if name in ("after", "before", "format") or not any(query.getlist(name)):
                del query[name]
        for name, value in values.items():
            query[name] = value
        return f"?{query.urlencode()}"

    @property
    def previous_url(self) -> str:
        return self.url(before=self.page.previous) if self.page.previous is not None else ""

    @property
    def next_url(self) -> str:
        return self.url(after=self.page.next) if self.page.next is not None else ""

    @property
    def first_url(self) -> str:
        return self.url()

    @property
    def is_beyond(self) -> bool:
        """Whether a page was asked for that is not there."""
        return not self.page.rows and bool(self.address.get("after") or self.address.get("before"))

    @property
    def csv_url(self) -> str:
        return self.url(format="csv")

    @property
    def xlsx_url(self) -> str:
        return self.url(format="xlsx")

    # The answer

    def respond(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponseBase:
        """The page, or the file that was asked for. A file that cannot be made is a page that says why, with status 400."""
        if self.face and not self.problems and self.filters.form.is_valid():
            found: Iterator[Any] = chain.from_iterable(map(self.facts, chunks_of(self.filters.found, self.order)))
            download = Download(self.table.name, self.table.about, self.table.cells(self.columns), found)
            if self.face == "csv":
                return answer("csv", download)
            rows = list(islice(found, MOST_IN_A_WORKBOOK + 1))
            if len(rows) <= MOST_IN_A_WORKBOOK:
                return answer("xlsx", download._replace(rows=rows))
            self._say(f"A workbook holds {MOST_IN_A_WORKBOOK:,} rows at most: narrow the list, or take the CSV.", "#list")
        _ = self.page  # reading it may find another problem, to be said at the top
        return render(self.request, template, {**context, "list": self}, status=400 if self.face else status)


def _is_key(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_KEY


def pager_of(page: paginator.Page) -> dict[str, str]:
    """What the pager shows for a page of something that is counted and held in memory; `page` stands in its address."""
    return {
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
        "position": f"{page.start_index()} to {page.end_index()} of {page.paginator.count}",
    }
