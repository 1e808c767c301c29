"""How the cells and pages of the workbook look."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from costing.bound import Bound
from display.formats import CreditStyle

_NAVY, _BAND, _SUM = "#1D3557", "#D3DAE4", "#E6EAF0"
LONGEST_TEXT = 32_767  # of a cell; XlsxWriter leaves a longer one out
_LONGEST_HEADER = 200
_LINE = 15  # points


def styles(book: Any, credits: CreditStyle, places: int = 0) -> dict[str, Any]:
    """Every style by name. Of each row, line to all: _text, _after (beside a number), _fte, _money, and one a word."""
    font: dict[str, Any] = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
    rows: dict[str, dict[str, Any]] = {
        "line": {},
        "sub": {"bold": True},
        "sum": {"bold": True, "bg_color": _SUM},
        "all": {"bold": True, "bg_color": _BAND},
    }
    heading = {**font, "bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY, "text_wrap": True, "valign": "bottom"}
    made = {
        "title": {**font, "bold": True, "font_size": 16},
        "sentence": font,
        "wrapped": {**font, "text_wrap": True},
        "link": {**font, "font_color": "#0000EE", "underline": 1},
        "heading": heading,
        "heading_after": {**heading, "align": "left", "indent": 1},
        "heading_number": {**heading, "align": "right"},
    }
    for name, look in rows.items():
        number = {**font, **look, "align": "right"}
        made |= {
            f"{name}_after": {**font, **look, "text_wrap": True, "align": "left", "indent": 1},
            f"{name}_text": {**font, **look, "text_wrap": True},
            f"{name}_fte": number,
            f"{name}_fte_at_least": {**number, "num_format": '"at least "General'},
            f"{name}_money": {**number, "num_format": _number_format(credits, places=places)},
            **{f"{name}_{word.name}": {**number, "num_format": _number_format(credits, f"{word} ", places)} for word in Bound},
        }
    return {name: book.add_format(style) for name, style in made.items()}


def _number_format(credits: CreditStyle, before: str = "", places: int = 0) -> str:
    """Numbers to so many decimal places; credits in the council's style; nil as "-", or 0 where words stand before it."""
    words, nil = (f'"{before}"', "0") if before else ("", '"-"')
    number = "#,##0.0" if places else "#,##0"
    if credits == CreditStyle.BRACKETS:
        return f"{words}{number}_);{words}({number});{words}{nil}_);@_)"
    sign = "-" if credits == CreditStyle.MINUS else '"Cr "'
    return f"{words}{number};{words}{sign}{number};{words}{nil}"


def write_title(sheet: Any, title: str, style: Any) -> None:
    """The title, alone in the first row."""
    write_text(sheet, (0, 0), title, style)
    sheet.set_row(0, 24)


def write_text(sheet: Any, place: tuple[int, int], text: str, style: Any) -> None:
    """A text stays text, whatever it begins with."""
    row, column = place
    sheet.write_string(row, column, text[:LONGEST_TEXT], style)


def mark_as_table(
    sheet: Any, name: str, corner: tuple[int, int], end: tuple[int, int], headings: Sequence[tuple[str, Any]]
) -> None:
    """What stands from corner to end is one table; its headings, each with its style, are its first row.

    Both places are (row, column), counted from 0.
    """
    columns = [{"header": heading, "header_format": style} for heading, style in headings]
    sheet.add_table(*corner, *end, {"name": name, "columns": columns, "style": None, "autofilter": False})


def set_height(sheet: Any, row: int, texts: Iterable[tuple[str, int]]) -> None:
    """As high as the longest text needs in its column, of so many characters: not every program works it out by itself."""
    if long := [ceil(len(text) / width) for text, width in texts if len(text) > width]:
        sheet.set_row(row, _LINE * max(long))


def print_on_a4(sheet: Any, head: str, foot: str, heading_row: int | None = None) -> None:
    """Landscape, any headings on each page, and the top right and the bottom centre left to the agenda pack."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)  # not money: inches
    if heading_row is not None:
        sheet.repeat_rows(heading_row)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L&9{_printed(head)}")
    sheet.set_footer(f"&L&9Page &P of &N&R&9{_printed(foot)}")


def _printed(text: str) -> str:
    # An ampersand starts a code in headers and footers.
    return text[:_LONGEST_HEADER].replace("&", "&&")
