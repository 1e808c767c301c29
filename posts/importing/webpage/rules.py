"""The tables of a web page as text: what many programs export under the ending .xls. Pure; nothing is fetched.

Spreadsheet programs write the exact value of a cell beside its rounded look: Excel as x:num, Google Sheets as data-sheets-value,
LibreOffice as sdval. It is taken where it is what the cell shows, only with more places.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from html.parser import HTMLParser

from posts.importing.text.rules import Unreadable

MOST_SPAN = 60
_LOOK = re.compile(r"\(?\s*[-−–]?\s*£?\s*[-−–]?\s*(\d[\d,]*(?:\.\d+)?)\s*\)?\s*-?")
_SCALES = (Decimal(1), Decimal(1_000), Decimal(1_000_000))
_PLACES = Decimal("0.000001")
_BLANK = {"style", "script", "head", "title"}


def as_text(page: str) -> str:
    """The rows of every table of the page, tab-separated. Raises Unreadable where it has none."""
    rows = _rows(page)
    if not any(any(cell for cell in row) for row in rows):
        raise Unreadable("This is a web page without a table: open it in a spreadsheet program and save it as CSV UTF-8.")
    written = io.StringIO()
    writer = csv.writer(written, delimiter="\t", lineterminator="\n")
    writer.writerows(rows)
    return written.getvalue()


def with_exact_values(pasted: Sequence[Sequence[str]], clipboard: str) -> str:
    """The rows of the table that a program put on the clipboard, where they are those that were pasted; else "".

    Both were copied at once: what differs was typed since, or is of another copy, and the pasted text alone counts.
    """
    shown = [_bare(row) for row in _rows(clipboard, looks_only=True)]
    if "<table" not in clipboard.lower() or [row for row in shown if row] != [row for row in map(_bare, pasted) if row]:
        return ""
    exact_text = as_text(clipboard)
    return exact_text if [row for row in map(_bare, _rows(clipboard)) if row] != [row for row in shown if row] else ""


def _rows(page: str, *, looks_only: bool = False) -> list[list[str]]:
    reader = _Reader(looks_only=looks_only)
    reader.feed(page)
    reader.close()
    return reader.rows


def _bare(row: Sequence[str]) -> list[str]:
    cells = [" ".join(cell.split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


class _Reader(HTMLParser):
    """Cells merged sideways are followed by blank ones, cells merged downwards leave blank ones under them."""

    def __init__(self, *, looks_only: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.looks_only = looks_only
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._across = 1
        self._down: dict[int, int] = {}
        self._span = 1
        self._skipped = 0
        self._in_row = False
        self._given: Mapping[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLANK:
            self._skipped += tag != "head"
        elif tag == "tr":
            self._end_cell()
            self.rows.append([])
            self._in_row = True
        elif tag in ("td", "th") and self._in_row:
            self._end_cell()
            self._leave_blank()
            self._given = given = dict(attrs)
            self._across, self._span = _count(given.get("colspan")), _count(given.get("rowspan"))
            self._cell = []
        elif tag in ("br", "p", "div") and self._cell:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLANK and tag != "head":
            self._skipped = max(0, self._skipped - 1)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr" and self._in_row:
            self._end_cell()
            self._leave_blank()
            self._in_row = False
        elif tag == "table":
            self._end_cell()
            self._down.clear()
            self.rows.append([])

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._skipped:
            self._cell.append(data)

    def _leave_blank(self) -> None:
        row = self.rows[-1]
        while self._down.get(len(row), 0) > 0:
            self._down[len(row)] -= 1
            row.append("")

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        row = self.rows[-1]
        for place in range(self._across):
            if self._span > 1:
                self._down[len(row)] = self._span - 1
            text = " ".join("".join(self._cell).split()) if not place else ""
            row.append(text if place or self.looks_only else exact(text, self._given))
        self._cell = None


def _count(text: str | None) -> int:
    return min(int(text), MOST_SPAN) if text and text.isdecimal() and text.isascii() and int(text) > 0 else 1


def exact(text: str, given: Mapping[str, str | None]) -> str:
    """The value behind the look of a cell, where both are one number and the look only rounds it; else the text.

    `given`: the attributes of the cell. A look in thousands (12 for 12,345.67) becomes 12.34567: its heading says the unit.
    Dates and per cents are what they look like.
    """
    match, value = _LOOK.fullmatch(" ".join(text.split())), _value(given)
    if match is None or value is None:
        return text
    shown = Decimal(match[1].replace(",", ""))
    step = Decimal(1).scaleb(-len(match[1].partition(".")[2]))
    for scale in _SCALES:
        size = abs(value) / scale
        if shown in (size.quantize(step, ROUND_HALF_UP), size.quantize(step, ROUND_HALF_EVEN)):
            found = size.quantize(_PLACES, ROUND_HALF_UP).normalize()
            return text if found == shown else f"{'-' if value < 0 else ''}{found:f}"
    return text


def _value(given: Mapping[str, str | None]) -> Decimal | None:
    said = given.get("x:num") or given.get("sdval")
    if not said and (sheets := given.get("data-sheets-value")):
        try:
            held = json.loads(sheets, parse_float=Decimal, parse_int=Decimal)
        except ValueError:
            return None
        said = str(held.get("3")) if isinstance(held, dict) and held.get("1") == 3 else None
    try:
        value = Decimal(said) if said else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and abs(value) < Decimal(10) ** 15 else None
