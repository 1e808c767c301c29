"""A list as a file: what is on screen, all pages of it, as CSV or as a workbook."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone

from display import formats
from display.lists.columns import Fact, FileColumn

_LONGEST_TEXT = 32_767  # of a cell; XlsxWriter leaves a longer one out
_WIDEST = 60


def csv_lines(cells: Sequence[FileColumn], rows: Iterable[Any]) -> Iterator[str]:
    """Headings and rows, a line each. Dates are 2016-09-20, money is digits, no text is a formula; absent is empty."""
    yield formats.BYTE_ORDER_MARK + _line(cell.heading for cell in cells)
    values = [cell.value for cell in cells]
    for row in rows:
        yield _line(_in_a_cell(value(row)) for value in values)


def _line(texts: Iterable[str]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow(list(texts))
    return file.getvalue()


def _in_a_cell(value: Fact) -> str:
    match value:
        case None:
            return ""
        case bool():
            return formats.yes_no(value)
        case datetime():
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case int():
            return str(value)
        case _:
            return formats.inert(value)


def xlsx(name: str, cells: Sequence[FileColumn], rows: Iterable[Any]) -> bytes:
    """One sheet, marked as a table: money is numbers, days are dates, and no text becomes a formula, a link or a number."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": name})
    sheet = book.add_worksheet(name[:31])
    styles: dict[type | str, Any] = {
        kind: book.add_format({"valign": "top", "num_format": pattern} if pattern else {"valign": "top", "text_wrap": True})
        for kind, pattern in {date: "d mmmm yyyy", datetime: "d mmmm yyyy hh:mm", Decimal: "#,##0", int: "0", str: ""}.items()
    }
    styles["part"] = book.add_format({"valign": "top", "num_format": "#,##0.##"})  # of a part of a whole, such as 0.5 FTE
    heading = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    widths = [len(cell.heading) for cell in cells]
    number = 0
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            width = _write(sheet, (number, column), cell.value(row), styles)
            widths[column] = max(widths[column], width)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(_WIDEST, width + 3))
    columns = [{"header": cell.heading, "header_format": heading} for cell in cells]
    sheet.add_table(0, 0, max(number, 1), len(cells) - 1, {"columns": columns, "style": None, "autofilter": False})
    sheet.freeze_panes(1, 1)
    book.close()
    return file.getvalue()


def _write(sheet: Any, place: tuple[int, int], value: Fact, styles: dict[type | str, Any]) -> int:
    """Writes one cell, and says how wide it is in characters."""
    match value:
        case None:
            return 0
        case bool():
            sheet.write_string(*place, formats.yes_no(value), styles[str])
            return 3
        case datetime():
            sheet.write_datetime(*place, timezone.make_naive(value), styles[datetime])
            return 24
        case date():
            sheet.write_datetime(*place, value, styles[date])
            return 18
        case Decimal() | int():
            sheet.write_number(*place, value, styles[type(value) if value == int(value) else "part"])
            return len(f"{value:,}")
        case _:
            sheet.write_string(*place, value[:_LONGEST_TEXT], styles[str])
            return max(map(len, value.splitlines()), default=0)
