"""An empty workbook with the columns that an import reads and lists to choose from, which comes back through the import."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from costing.financial_year import FinancialYear
from posts.importing.columns.rules import (
    EACH,
    END,
    FTE,
    FTE_OF,
    KIND,
    PAPERWORK,
    PART,
    PHASE,
    RECRUITED,
    START,
    TEAM,
    TITLE,
    is_money,
    labels,
)

_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no zone; a moment of its own would be new bytes each time
ROWS = 1_000
"""Rows with lists and formats; further ones are read too."""
LINES, LISTS, NOTES = "Lines", "Lists", "Notes"

_WIDE = {TITLE: 36, TEAM: 28, PHASE: 16, "comment": 40, "reason": 30}
_SAYS = (
    "One row for each post or other cost. Leave columns you do not need empty, or delete them.",
    "Annual cost is for all the FTE of the row. Years are worked out from it and the dates: type one only to state it.",
    "A dash in a year is nil; in Full year it means that there is no full-year effect.",
    "An other cost has no FTE.",
    "Totals may be added: they are compared with the rows, and not taken in.",
    "Import it under Posts and other costs. Nothing is stored until you have checked it there.",
)


def as_template(years: Sequence[FinancialYear], phases: Sequence[str], teams: Sequence[str]) -> bytes:
    """The workbook for a programme of these years, phases and teams. The same ones give the same bytes."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": "Posts and other costs", "created": _MADE})
    lines, lists, notes = (book.add_worksheet(name) for name in (LINES, LISTS, NOTES))
    columns = {name: label for name, label in labels(years).items() if name not in (EACH, PART) and not name.startswith(FTE_OF)}
    formats = {"day": book.add_format({"num_format": "d mmm yyyy"}), "money": book.add_format({"num_format": "#,##0"})}
    formats["fte"] = book.add_format({"num_format": "0.00"})
    checks = _checks(len(phases), len(teams))
    heads = [{"header": f"{label} (£)" if is_money(name) else label} for name, label in columns.items()]
    lines.add_table(0, 0, ROWS, len(columns) - 1, {"name": "Lines", "columns": heads, "style": "Table Style Light 1"})
    for place, name in enumerate(columns):
        look = formats["day"] if name in (START, END) else formats["money"] if is_money(name) else None
        lines.set_column(place, place, _WIDE.get(name, 14), formats["fte"] if name == FTE else look)
        if name in checks:
            lines.data_validation(1, place, ROWS, place, checks[name] | {"ignore_blank": True, "error_type": "warning"})
    lines.freeze_panes(1, list(columns).index(TITLE) + 1)
    for place, (head, names) in enumerate((("Phases", phases), ("Teams", teams))):
        lists.write_string(0, place, head)
        for row, name in enumerate(names, 1):
            lists.write_string(row, place, name)
    lists.set_column(0, 1, 30)
    for row, said in enumerate(_SAYS):
        notes.write_string(row, 0, said)
    notes.set_column(0, 0, 110)
    book.close()
    return file.getvalue()


def _checks(phases: int, teams: int) -> Mapping[str, dict[str, Any]]:
    """What each column is chosen from or must be. Something else is warned of and let through: the import reads more."""
    day = {"validate": "date", "criteria": "between", "minimum": date(1990, 1, 1), "maximum": date(2100, 12, 31)}
    found: dict[str, dict[str, Any]] = {
        KIND: {"validate": "list", "source": ["post", "other cost"]},
        FTE: {"validate": "decimal", "criteria": "between", "minimum": -9_999, "maximum": 9_999},
        START: day | {"error_message": "Type a day, such as 1 April 2016."},
        END: day | {"error_message": "Type the last day, or a term such as 18 months; leave it blank for a post that goes on."},
        PAPERWORK: {"validate": "list", "source": ["Yes", "No"]},
        RECRUITED: {"validate": "list", "source": ["Yes", "No", "n/a"], "error_message": "Or a number such as 4 of 6."},
    }
    for name, column, count in ((PHASE, "A", phases), (TEAM, "B", teams)):
        if count:
            source = f"={LISTS}!${column}$2:${column}${count + 1}"
            found[name] = {
                "validate": "list",
                "source": source,
                "error_message": "This is not in the list. A new team is set up.",
            }
    return found
