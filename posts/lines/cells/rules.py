"""What the cells of a line are called: in forms and files, and in messages. Pure."""

import re

from costing.financial_year import FinancialYear
from costing.measure import WHOLE_LIFE_STORED

FULL_YEAR = "full_year"
WHOLE_LIFE = "whole_life"
NAMES = {
    "title": "Post or other cost",
    "team": "Team",
    "fte": "FTE",
    "annual_cost": "Annual cost",
    "start": "From",
    "end": "To",
    FULL_YEAR: "Full year",
    WHOLE_LIFE: "Whole life",
    "paperwork": "Paperwork complete",
    "recruited": "Recruited",
    "cost_centre": "Cost centre",
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
    """The year of a figure's cell, None the full year, 0 the whole life."""
    if name == WHOLE_LIFE:
        return WHOLE_LIFE_STORED
    return None if name == FULL_YEAR else int(name[1:])


def cell_named(year: int | None) -> str:
    """The name of the cell of a figure; what `year_of` reads."""
    if year == WHOLE_LIFE_STORED:
        return WHOLE_LIFE
    return FULL_YEAR if year is None else f"y{year}"


def figure_in_words(year: int | None) -> str:
    """A figure as in a sentence: 2016/17, the full year, the whole life."""
    return {None: "the full year", WHOLE_LIFE_STORED: "the whole life"}.get(year) or FinancialYear(year or 0).label


def is_figure(name: str) -> bool:
    """Whether a cell holds an amount of a year, of the full year or of the whole life."""
    return name in (FULL_YEAR, WHOLE_LIFE) or re.fullmatch(r"y\d{4}", name) is not None
