"""The columns of the table of inputs, each declared once: form, headings, rows, totals and what is only read follow from here.

A column more is one entry. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from costing.financial_year import FinancialYear
from posts.lines.cells.rules import FULL_YEAR, field_name, year_field

ALWAYS = ("title", "reason")
"""Never left out: what a row is called, and why a figure is typed over."""
NARROWEST, WIDEST = 40, 900
"""Of a column, in pixels of a sixteenth of the text size."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name of its cells, the class that gives it its width and side, and what is special about it.

    `heading` is said where the column's name is too long for its width.
    """

    name: str
    css: str
    heading: str = ""
    is_check: bool = False
    is_text: bool = False
    is_summed: bool = False
    is_read: bool = True  # whether those who only read the table see it

    @property
    def label(self) -> str:
        """What stands at its head."""
        return self.heading or field_name(self.name)


_BEFORE = (
    Column("title", "title", is_text=True),
    Column("team", "team", is_text=True),
    Column("fte", "fte number", is_summed=True),
    Column("annual_cost", "number"),
    Column("start", "date"),
    Column("end", "date"),
)
_AFTER = (
    Column(FULL_YEAR, "number", is_summed=True),
    Column("paperwork", "short", heading="Paper\u00adwork", is_check=True),
    Column("recruited", "recruited"),
    Column("cost_centre", "centre", is_text=True),
    Column("comment", "comment", is_text=True),
    Column("reason", "reason", heading="Reason for typed figures", is_text=True, is_read=False),
)


def columns_of(years: Iterable[FinancialYear]) -> tuple[Column, ...]:
    """The columns of a programme of these years, in their order on screen."""
    return (*_BEFORE, *(Column(year_field(year), "number", is_summed=True) for year in years), *_AFTER)


def widths_css(columns: Iterable[Column], widths: Mapping[str, int]) -> str:
    """A style sheet that gives the columns of the table, in their order on screen, the widths that are set for them."""
    rules = [
        f".sheet .entry tr:not(.phase, .team, .conflict) > :nth-child({place}) {{ flex: none; width: {_rem(width)}; }}"
        for place, column in enumerate(columns, 1)
        if (width := widths.get(column.name))
    ]
    return "\n".join(["@media (min-width: 40.0625em) {", *rules, "}", ""]) if rules else ""


def _rem(pixels: int) -> str:
    return f"{pixels // 16}.{pixels % 16 * 625:04}rem"
