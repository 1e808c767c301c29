"""The committee schedule as a workbook: numbers as numbers in pounds, £'000 by number format, formulas in every total."""

import io
from decimal import Decimal
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from costing.money import Rounding, Unit
from display import formats
from display.formats import CreditStyle
from reports.table.rules import Figure, PhaseSection, Row, Schedule, Totals
from reports.table.wording import rules as wording

_NAVY, _BAND, _SUM, _SHADE = "#1D3557", "#D3DAE4", "#E6EAF0", "#F4F5F7"
_HEADING_ROW = 4
_LONGEST_TEXT = 32_767  # of a cell; XlsxWriter leaves a longer one out
_LONGEST_HEADER = 200
_ROWS_OF_ONE_PAGE = 60


def as_xlsx(schedule: Schedule) -> bytes:
    """The workbook. Every total is a formula under the schedule's rounding rule, and carries its value for other readers.

    An amount of nil is 0, shown "-"; where there is no amount the cell is empty, as in the CSV. The same schedule gives the same
    bytes.
    """
    file = io.BytesIO()
    # Nothing that a user typed becomes a formula, a link or a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties(
        {
            "title": schedule.title[:255],
            "subject": schedule.programme[:255],
            "author": schedule.council[:255],
            "comments": wording.data_line(schedule),
            "created": schedule.as_at.replace(tzinfo=None),
        }
    )
    _Sheet(book, schedule).write()
    book.close()
    return file.getvalue()


class _Sheet:
    """The one sheet of the workbook, written from top to bottom. Rows and columns count from 0, in formulas from 1."""

    def __init__(self, book: Any, schedule: Schedule) -> None:
        self.schedule = schedule
        self.sheet = book.add_worksheet("Expenditure")
        self.after_money = 2 + len(schedule.years) + 1
        self.last_column = self.after_money + 2
        self.row = _HEADING_ROW + 1
        self.styles = _styles(book, schedule)

    def write(self) -> None:
        self._head()
        totals = [self._phase(phase) for phase in self.schedule.phases]
        self._total("all", self.schedule.total_label, self.schedule.total, [(row, row) for row in totals])
        self._foot()
        self._set_up()

    def _text(self, row: int, column: int, text: str, style: str) -> None:
        self.sheet.write_string(row, column, text[:_LONGEST_TEXT], self.styles[style])

    def _head(self) -> None:
        self._text(0, 0, self.schedule.title, "title")
        self._text(1, 0, wording.about(self.schedule), "plain")
        self._text(2, 0, f"{wording.data_line(self.schedule)}.", "plain")
        for column, (heading, unit) in enumerate(wording.column_headings(self.schedule)):
            style = "heading_number" if unit or heading == "FTE" else "heading_text" if column else "heading"
            self._text(_HEADING_ROW, column, f"{heading}\n{unit}" if unit else heading, style)

    def _phase(self, phase: PhaseSection) -> int:
        """Writes a phase and returns the row of its total."""
        self._band("band", phase.name)
        parts: list[tuple[int, int]] = []
        for team in phase.teams:
            if team.name:
                self._band("team", team.name)
            first = self.row
            for index, line in enumerate(team.rows):
                self._line(line, "shade" if index % 2 else "line")
            if team.name and self.schedule.show_team_subtotals:
                self._total("sub", f"Subtotal {team.name}", team.subtotal, [(first, self.row - 1)])
                parts.append((self.row - 1, self.row - 1))
            elif parts and not self.schedule.show_team_subtotals:
                parts[-1] = (parts[-1][0], self.row - 1)  # one range for the whole phase: team headings hold no number
            else:
                parts.append((first, self.row - 1))
        self._total("sum", phase.total_label, phase.total, parts)
        self.row += 1
        return self.row - 2

    def _band(self, style: str, name: str) -> None:
        self._text(self.row, 0, name, style)
        for column in range(1, self.last_column + 1):
            self.sheet.write_blank(self.row, column, None, self.styles[style])
        self.row += 1

    def _line(self, line: Row, style: str) -> None:
        self._text(self.row, 0, line.title, f"{style}_text")
        if line.fte is None:
            self.sheet.write_blank(self.row, 1, None, self.styles[f"{style}_fte"])
        else:
            self.sheet.write_number(self.row, 1, line.fte, self.styles[f"{style}_fte"])
        for column, figure in enumerate((*line.years, line.full_year), start=2):
            self._figure(column, figure, style)
        for column, text in enumerate(
            (formats.yes_no(line.paperwork_complete), line.recruited, line.comment), start=self.after_money
        ):
            self._text(self.row, column, text, f"{style}_text")
        self.row += 1

    def _figure(self, column: int, figure: Figure, style: str) -> None:
        if figure.pounds is None:
            # Empty, because no amount is not zero; and text there would break the formulas.
            self.sheet.write_blank(self.row, column, None, self.styles[f"{style}_money"])
        else:
            nil = "nil" if figure.shown == 0 else "money"
            self.sheet.write_number(self.row, column, figure.pounds, self.styles[f"{style}_{nil}"])

    def _total(self, style: str, label: str, totals: Totals, parts: list[tuple[int, int]]) -> None:
        self._text(self.row, 0, label, style)
        self._formula(1, totals.fte, parts, f"{style}_fte", rounded=False)
        for column, figure in enumerate((*totals.years, totals.full_year), start=2):
            nil = "nil" if not figure.shown else "money"
            self._formula(column, self._value(figure), parts, f"{style}_{nil}", rounded=self._adds_rounded)
        for column in range(self.after_money, self.last_column + 1):
            self.sheet.write_blank(self.row, column, None, self.styles[style])
        self.row += 1

    def _value(self, figure: Figure) -> Decimal:
        """What the formula of a total comes to: thousands of pounds where rounded lines are added, else the exact sum."""
        return Decimal(figure.shown or 0) * 1000 if self._adds_rounded else figure.pounds or Decimal(0)

    @property
    def _adds_rounded(self) -> bool:
        return self.schedule.unit == Unit.THOUSANDS and self.schedule.rounding == Rounding.SUM_OF_ROUNDED

    def _formula(self, column: int, value: Decimal, parts: list[tuple[int, int]], style: str, *, rounded: bool) -> None:
        name = xl_col_to_name(column)
        added = "+".join(_adding(name, first + 1, last + 1, rounded=rounded) for first, last in parts)
        if added:
            self.sheet.write_formula(self.row, column, f"={added}", self.styles[style], value)
        else:
            self.sheet.write_number(self.row, column, value, self.styles[style])

    def _foot(self) -> None:
        key = [f"{short}: {meaning}" for short, meaning in wording.key(self.schedule)]
        for title, lines in (("Notes", list(self.schedule.notes)), ("Key to abbreviations", key)):
            self.row += 1
            if lines:
                self._text(self.row, 0, title, "subheading")
                self.row += 1
            for line in lines:
                self.sheet.merge_range(self.row, 0, self.row, self.last_column, "", self.styles["note"])
                self._text(self.row, 0, line, "note")
                self.sheet.set_row(self.row, 15 * max(1, ceil(len(line) / 150)))
                self.row += 1

    def _set_up(self) -> None:
        """Widths, frozen headings, and a print set-up that leaves the top right and the bottom centre to the agenda pack."""
        sheet = self.sheet
        figures = [figure for total in self._totals() for figure in (*total.years, total.full_year)]
        longest = max(len(formats.figure(figure.shown, self.schedule.credit_style)) for figure in figures)
        widths = [54, 8, *[max(11, longest + 4)] * (len(self.schedule.years) + 1), 12, 13, 36]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 24)
        sheet.set_row(_HEADING_ROW, 33)
        sheet.hide_gridlines(2)
        sheet.freeze_panes(_HEADING_ROW + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)  # not money: inches
        sheet.repeat_rows(_HEADING_ROW)
        sheet.fit_to_pages(1, 1 if self.row <= _ROWS_OF_ONE_PAGE else 0)
        sheet.print_area(0, 0, self.row, self.last_column)
        sheet.set_header(f"&L&9{_printed(' | '.join(wording.paper_heading(self.schedule)))}")
        sheet.set_footer(f"&L&9Page &P of &N&R&9{_printed(wording.data_line(self.schedule))}")

    def _totals(self) -> list[Totals]:
        return [self.schedule.total, *(phase.total for phase in self.schedule.phases)]


def _adding(column: str, first: int, last: int, *, rounded: bool) -> str:
    """One part of a total: a cell that is itself a total, or the lines of a range, each rounded to thousands or as they are."""
    if first == last and not rounded:
        return f"{column}{first}"
    cells = f"{column}{first}:{column}{last}"
    return f"SUMPRODUCT(ROUND({cells},-3))" if rounded else f"SUM({cells})"


def _printed(text: str) -> str:
    # An ampersand starts a code in headers and footers.
    return text[:_LONGEST_HEADER].replace("&", "&&")


def _number_format(schedule: Schedule) -> str:
    """Pounds, or thousands by a trailing comma; credits in the council's style; nil as "-"."""
    digits = "#,##0," if schedule.unit == Unit.THOUSANDS else "#,##0"
    if schedule.credit_style == CreditStyle.BRACKETS:
        return f'{digits}_);({digits});"-"_)'
    sign = "-" if schedule.credit_style == CreditStyle.MINUS else '"Cr "'
    return f'{digits};{sign}{digits};"-"'


def _styles(book: Any, schedule: Schedule) -> dict[str, Any]:
    """Every style of the sheet by name: a kind of row, and with _text, _fte, _money or _nil its cells."""
    font: dict[str, Any] = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
    money = _number_format(schedule)
    # An amount that rounds to nil shows "-" too, as in the table.
    nil = '"-"_);"-"_);"-"_)' if schedule.credit_style == CreditStyle.BRACKETS else '"-";"-";"-"'
    fills: dict[str, dict[str, Any]] = {
        "line": {},
        "shade": {"bg_color": _SHADE},
        "sub": {"bold": True, "text_wrap": True},
        "sum": {"bold": True, "bg_color": _SUM, "text_wrap": True},
        "all": {"bold": True, "bg_color": _BAND, "text_wrap": True},
    }
    heading = {**font, "bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY, "text_wrap": True, "valign": "bottom"}
    styles = {
        "title": {**font, "bold": True, "font_size": 16},
        "plain": font,
        "subheading": {**font, "bold": True},
        "note": {**font, "text_wrap": True},
        "heading": heading,
        "heading_text": {**heading, "align": "left", "indent": 1},
        "heading_number": {**heading, "align": "right"},
        "band": {**font, "bold": True, "bg_color": _BAND},
        "team": {**font, "bold": True},
    }
    for name, fill in fills.items():
        styles[name] = {**font, "text_wrap": True, **fill}
        styles[f"{name}_text"] = {**styles[name], "align": "left", "indent": 1}
        styles[f"{name}_fte"] = {**font, **fill, "align": "right"}
        styles[f"{name}_money"] = {**font, **fill, "align": "right", "num_format": money}
        styles[f"{name}_nil"] = {**font, **fill, "align": "right", "num_format": nil}
    return {name: book.add_format(style) for name, style in styles.items()}
