"""Text to rows of cells: tabs, commas, semicolons or bars, quoted cells, a line that names the separator. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from posts.importing.columns.rules import is_heading
from posts.importing.matching.rules import mended
from posts.importing.text.rules import MOST_BYTES, Unreadable, too_large

MOST_ROWS = 10_500
"""Filled ones: ten thousand lines, with their headings and totals."""
MOST_COLUMNS = 60
MOST_CHARACTERS = 131_072  # of a cell

_FORMULA_GUARD = re.compile(r"\A'(?=[=+\-@\t\r])")
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?[ \t,;]*(?:\n|\Z)", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')
_BEFORE_QUOTE = re.compile(r' +(?=")')
_UNCLOSED = "A quotation mark in this text is not closed, so its cells cannot be told apart."


@dataclass
class Table:
    """The rows and cells of a text: blank rows are empty lists, trailing blank cells are left out.

    `commas`: decimal commas are to be expected. `said`: sentences on what was put right.
    """

    rows: list[list[str]]
    commas: bool = False
    said: list[str] = field(default_factory=list)


def table_of(text: str) -> Table:
    """The rows of the text. Raises Unreadable for none, or too many."""
    if (size := len(text.encode("utf-8", "surrogatepass"))) > MOST_BYTES:
        raise Unreadable(too_large(size))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if match := _SEPARATOR_LINE.match(text):
        rows = [[match[0].strip()], *_split(text[match.end() :], match[1])]
        return _mended(Table(rows, match[1] == ";"))
    found: dict[str, list[list[str]]] = {}
    refused: Unreadable | None = None
    for separator in ("\t", ",", ";", "|"):
        if separator not in text:
            continue
        try:
            rows = _split(text, separator)
        except Unreadable as error:
            refused = refused or error
            continue
        if header_at(rows) is not None:
            return _mended(Table(rows, separator == ";"))
        found[separator] = rows
    if "\t" in found or not found:
        if refused and not found:
            raise refused
        return _mended(Table(found.get("\t") or _split(text, ",")))
    separator = max(found, key=lambda each: sum(len(cells) > 1 for cells in found[each]))
    return _mended(Table(found[separator], separator == ";"))


def cells_of(text: str) -> list[list[str]]:
    """The rows and cells of the text. Raises Unreadable."""
    return table_of(text).rows


def _mended(table: Table) -> Table:
    by_fault: dict[tuple[str, str], list[int]] = {}
    for number, cells in enumerate(table.rows, 1):
        for place, cell in enumerate(cells):
            if not cell.isascii():
                cells[place], faults = mended(cell)
                for fault in faults:
                    by_fault.setdefault(fault, []).append(number)
    for (damaged, right), numbers in by_fault.items():
        where = ", ".join(map(str, dict.fromkeys(numbers[:12]))) + (" and more" if len(numbers) > 12 else "")
        table.said.append(f"A damaged character, {damaged}, is read as {right} (row {where}). Check it.")
    return table


def header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """The row of headings: among the first thirty, the first where two or more, and half of its cells, name columns."""
    for index, cells in enumerate(rows[:30]):
        filled = [cell for cell in cells if cell]
        named = sum(is_heading(cell) for cell in filled)
        if len(filled) >= 2 and named >= 2 and 2 * named >= len(filled):
            return index
    return None


def _split(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    filled = 0
    for raw in _records(text, separator):
        cells = [_FORMULA_GUARD.sub("", cell.strip()) for cell in raw]
        while cells and not cells[-1]:
            cells.pop()
        filled += bool(cells)
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(f"Row {len(rows) + 1} has {len(cells):,} columns: at most {MOST_COLUMNS} are read.")
        if filled > MOST_ROWS:
            raise Unreadable(f"This block has {_filled(text):,} rows: at most {MOST_ROWS:,} are read at a time.")
        rows.append(cells)
    if not filled:
        raise Unreadable("The box is empty: paste the rows to be read.")
    return rows


def _filled(text: str) -> int:
    return sum(1 for line in text.split("\n") if line.strip())


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """Each record. A cell is quoted only where its closing mark ends the cell: other marks are part of what it says."""
    until = re.compile(rf"[^\n{re.escape(separator)}]*")
    at, end, cells = 0, len(text), []
    while at < end:
        if separator != "\t" and text[at] == " " and (blank := _BEFORE_QUOTE.match(text, at)):
            at = blank.end()
        match = _QUOTED.match(text, at) if text[at] == '"' else None
        if match and separator == "\t" and "\t" in match[1]:
            # No cell of a spreadsheet's clipboard holds a tab: a mark by itself is a ditto, or inches, and begins no cell.
            match = None
        # Excel leaves blanks between the closing mark and the end of the cell only in hand-made files.
        closed = match is not None and (match.end() == end or text[match.end()] in (separator, "\n"))
        if match and closed:
            cell, at = match[1].replace('""', '"'), match.end()
        else:
            if text[at] == '"' and match is None and separator != "\t":
                raise Unreadable(_UNCLOSED)
            found = until.match(text, at)
            cell, at = (found[0], found.end()) if found else ("", at)
        if len(cell) > MOST_CHARACTERS:
            raise Unreadable("One cell holds more than 131,072 characters: no cell of a line needs so many.")
        cells.append(cell)
        if at >= end or text[at] == "\n":
            yield cells
            cells, at = [], at + 1
        else:
            at += 1
            if at >= end:
                cells.append("")
                yield cells
                cells = []
    if cells:
        yield cells
