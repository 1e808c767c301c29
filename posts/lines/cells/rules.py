"""What the cells of a line are called: in forms and files, and in messages. Pure."""

import re

from costing.financial_year import FinancialYear

FULL_YEAR = "full_year"
NAMES = {
    "title": "Post or other cost",
    "team": "Team",
    "fte": "FTE",
    "annual_cost": "Annual cost",
    "start": "From",
    "end": "To",
    FULL_YEAR: "Full year",
    "paperwork": "Paperwork complete",
    "recruited": "Recruited",
    "comment": "Comment",
    "reason": "Reason",
}


def year_field(year: FinancialYear) -> str:
    """The name of a year's cell: y2016."""
    return f"y{year.starts_in}"


def field_name(name: str) -> str:
    """What a cell is called in messages: a year's label, or its column's heading."""
    return NAMES.get(name) or FinancialYear(int(name[1:])).label


def year_of(name: str) -> int | None:
    """The year of a figure's cell, None the full year."""
    return None if name == FULL_YEAR else int(name[1:])


def is_figure(name: str) -> bool:
    """Whether a cell holds an amount of a year or of the full year."""
    return name == FULL_YEAR or re.fullmatch(r"y\d{4}", name) is not None
