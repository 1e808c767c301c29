"""The tables of a web page as text: what many programs export under the ending .xls. Pure; nothing is fetched."""

import csv
import io
from html.parser import HTMLParser

from posts.importing.text.rules import Unreadable

MOST_SPAN = 60
_BLANK = {"style", "script", "head", "title"}


def as_text(page: str) -> str:
    """The rows of every table of the page, tab-separated. Raises Unreadable where it has none."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    if not any(any(cell for cell in row) for row in reader.rows):
        raise Unreadable("This is a web page without a table: open it in a spreadsheet program and save it as CSV UTF-8.")
    written = io.StringIO()
    writer = csv.writer(written, delimiter="\t", lineterminator="\n")
    writer.writerows(reader.rows)
    return written.getvalue()


class _Reader(HTMLParser):
    """Cells merged sideways are followed by blank ones, cells merged downwards leave blank ones under them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._across = 1
        self._down: dict[int, int] = {}
        self._span = 1
        self._skipped = 0
        self._in_row = False

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
            given = dict(attrs)
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
            row.append(" ".join("".join(self._cell).split()) if not place else "")
        self._cell = None


def _count(text: str | None) -> int:
    return min(int(text), MOST_SPAN) if text and text.isdecimal() and text.isascii() and int(text) > 0 else 1
