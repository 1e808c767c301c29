"""The sheets of the workbook that hold figures: the committee table in its unit, and its lines in pounds.

Each is one table of plain rows, without bands, merged cells or gaps: phase and team are columns. A figure stands in the cell as
its heading and the page say it, so whoever reads the values reads the same amounts as who looks at them.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from costing.line_cost import Absence
from costing.money import Rounding, Unit
from display import formats
from posts.importing.workbook.rules.reading import OURS
from reports.table.columns.rules import COMMENT, PAPERWORK, RECRUITED, after_money, money_columns, printed
from reports.table.rules import Figure, PhaseSection, Row, Schedule, Totals, says_sizes
from reports.table.wording import rules as wording
from reports.table.workbook.styles.rules import LONGEST_TEXT, mark_as_table, print_on_a4, set_height, write_text, write_title

TABLE, POUNDS = "Committee table", OURS
_POUNDS_SHEET = f"'{POUNDS}'!"
_HEADING = 3  # the row of the headings, counted from 0
_FIRST = _HEADING + 1
_FTE = 3  # the column of the FTE; money begins in the next one
_MOST_ADDED = 200  # arguments of one SUM: Excel takes 255
_LABELS = ("Phase", "Team", "Post or other cost")
_WIDTHS = (18, 34, 58, 8)  # characters, of the columns before the money
_FURTHER = 13
_AFTER = {PAPERWORK: ("Paperwork complete", 13), RECRUITED: ("Recruited to post", 13), COMMENT: ("Comment", 40)}
_WIDTHS_OF_TEXTS = (*_WIDTHS[:3], 13, 40)


Span = tuple[int, int]
"""From and to, both counted from 0; empty where it ends before it begins."""


class Part(NamedTuple):
    """What a total adds up: these rows of its own sheet, or these of all lines in pounds. None where something is withheld."""

    rows: Span | None
    lines: Span | None


class Look(NamedTuple):
    """The styles by name, and the paragraph of each line of which anything is exempt, where the reader may know it."""

    styles: dict[str, Any]
    exempt: Mapping[int, int]


class Sheet:
    """A sheet with one table, written from top to bottom."""

    def __init__(self, sheet: Any, look: Look, schedule: Schedule, unit: Unit) -> None:
        self.sheet, self.styles, self.exempt, self.schedule, self.unit = sheet, look.styles, look.exempt, schedule, unit
        money = [f"{label} ({unit.sign})" for _, label in money_columns(schedule)]
        self.after = {name: _AFTER[name] for name in after_money(schedule)}
        self.says_sizes = says_sizes(schedule)
        self.says_words = any(figure.word for _, _, row in schedule.rows() for figure in schedule.figures(row))
        self.paid = dict(schedule.who_pays.lines) if schedule.who_pays else {}
        further = ["Posts or hours as stated"] * self.says_sizes + ["At least, about, up to"] * self.says_words
        further += ["Who pays"] if self.paid else []
        further += ["Exempt"] if self.exempt else []
        self.headings = [
            *_LABELS,
            "FTE",
            *schedule.fte_headings,
            *money,
            *(heading for heading, _ in self.after.values()),
            *further,
        ]
        self.first_money = _FTE + 1 + len(schedule.fte_headings)
        self.after_money = self.first_money + len(money)
        self.row, self.lines = _FIRST, 0

    def write_head(self, title: str, sentence: str) -> None:
        """The title, what the table is, and the moment of its figures."""
        write_title(self.sheet, title, self.styles["title"])
        write_text(self.sheet, (1, 0), sentence, self.styles["sentence"])
        write_text(self.sheet, (2, 0), f"{wording.data_line(self.schedule)}.", self.styles["sentence"])

    def write_line(self, labels: tuple[str, str], line: Row) -> None:
        """One line: what it is called, its figures, and the rest. `labels` are its phase and team."""
        row, text, look = self.row, self.sheet.write_string, self.styles  # of ten thousand lines each takes a dozen cells
        names = (*labels, line.title)
        for column, name in enumerate(names):
            text(row, column, name[:LONGEST_TEXT], look["line_text"])
        self._value(_FTE, line.instead_of("fte") or (line.fte_text if line.fte is None else line.fte) or None, "line_fte")
        if self.schedule.fte_by_year:
            for column, (fte, said) in enumerate(zip_longest(line.fte_years, self.schedule.fte_texts(line)), start=_FTE + 1):
                self._value(column, said if fte is None else fte, "line_fte")
        withheld = line.instead_of("amounts")
        for column, figure in enumerate(printed(self.schedule, line), start=self.first_money):
            word = figure.word if self.says_words else None
            self._value(column, withheld or self._amount(figure), f"line_{word.name}" if word else "line_money")
        for column, after in enumerate(self._after(line), start=self.after_money):
            text(row, column, after[:LONGEST_TEXT], look["line_after"])
        set_height(self.sheet, row, zip((*names, line.recruited, line.comment), _WIDTHS_OF_TEXTS, strict=True))
        self.row += 1
        self.lines += 1

    def _after(self, line: Row) -> list[str]:
        """What stands after the money of a line."""
        paperwork = line.instead_of(PAPERWORK) or formats.yes_no(line.paperwork_complete)
        said = {PAPERWORK: paperwork, RECRUITED: line.recruited, COMMENT: line.comment}
        after = [said[name] for name in self.after]
        if self.says_sizes:
            after.append(line.size)
        if self.says_words:
            after.append(wording.words_in_full(self.schedule, line))
        if self.paid:
            after.append(self.paid.get(line.line_id, ""))
        if self.exempt:
            paragraph = self.exempt.get(line.line_id)
            after.append(f"paragraph {paragraph}" if paragraph else "No")
        return after

    def write_total(self, style: str, labels: tuple[str, str, str], totals: Totals, added: Sequence[Part]) -> None:
        """What the lines add up to, as a formula; where some are withheld, as the figure that they come to with these."""
        self._texts(style, labels)
        set_height(self.sheet, self.row, zip(labels, _WIDTHS[:3], strict=True))
        if totals.fte_gap and not totals.fte:
            self._value(_FTE, formats.NOT_STATED, f"{style}_fte")
        else:
            self._total(_FTE, totals.fte, added, f"{style}_fte{'_at_least' if totals.fte_gap else ''}")
        for column, (each, text) in enumerate(zip_longest(totals.fte_years, self.schedule.fte_texts(totals)), start=_FTE + 1):
            if text == formats.NOT_STATED:
                self._value(column, text, f"{style}_fte")
            else:
                fte, at_least = each or (Decimal(0), False)
                self._total(column, fte, added, f"{style}_fte{'_at_least' if at_least else ''}")
        for column, figure in enumerate(printed(self.schedule, totals), start=self.first_money):
            if figure.pounds is not None:
                self._total(column, Decimal(figure.shown or 0), added, f"{style}_{_look(figure)}")
            else:
                self._value(column, _absent(figure), f"{style}_money")
        for column in range(self.after_money, len(self.headings)):
            self.sheet.write_blank(self.row, column, None, self.styles[f"{style}_text"])
        self.row += 1

    def _texts(self, style: str, texts: Sequence[str]) -> None:
        look = self.styles[f"{style}_text"]
        for column, text in enumerate(texts):
            write_text(self.sheet, (self.row, column), text, look)

    def _value(self, column: int, value: str | Decimal | int | None, style: str) -> None:
        if value is None:
            self.sheet.write_blank(self.row, column, None, self.styles[style])
        elif isinstance(value, str):
            write_text(self.sheet, (self.row, column), value, self.styles[style])
        else:
            self.sheet.write_number(self.row, column, value, self.styles[style])

    def _amount(self, figure: Figure) -> str | Decimal | int:
        amount = figure.pounds if self.unit == Unit.POUNDS else figure.shown
        return _absent(figure) if amount is None else amount

    def _total(self, column: int, value: Decimal, added: Sequence[Part], style: str) -> None:
        rounds = column >= self.first_money and self.unit != Unit.POUNDS and self.schedule.rounding == Rounding.ROUNDED_SUM
        spans = [part.lines if rounds else part.rows for part in added]
        known = [span for span in spans if span and span[0] <= span[1]]
        if known and None not in spans:
            formula = _rounded_sum(column, known, self.unit.places) if rounds else _sum(column, known)
            self.sheet.write_formula(self.row, column, f"={formula}", self.styles[style], value)
        else:
            self.sheet.write_number(self.row, column, value, self.styles[style])

    def finish(self, name: str) -> None:
        """Marks the table, freezes its headings and the names of its rows, and sets up widths and print."""
        styles = [
            *["heading"] * _FTE,
            *["heading_number"] * (self.after_money - _FTE),
            *["heading_after"] * (len(self.headings) - self.after_money),
        ]
        headings = [(text, self.styles[style]) for text, style in zip(self.headings, styles, strict=True)]
        mark_as_table(self.sheet, name, (_HEADING, 0), (max(self.row - 1, _FIRST), len(headings) - 1), headings)
        longest = max(len(formats.figure(figure.pounds)) for figure in printed(self.schedule, self.schedule.total))
        money = [*[8] * (self.first_money - _FTE - 1), *[max(11, longest + 3)] * (self.after_money - self.first_money)]
        after = [width for _, width in self.after.values()]
        further = [24] * self.says_sizes + [26] * self.says_words + [40] * bool(self.paid) + [_FURTHER]
        for column, width in enumerate((*_WIDTHS, *money, *after, *further)[: len(headings)]):
            self.sheet.set_column(column, column, width)
        self.sheet.set_row(_HEADING, 33)
        self.sheet.freeze_panes(_FIRST, len(_LABELS))
        head = " | ".join(wording.paper_heading(self.schedule))
        print_on_a4(self.sheet, head, wording.data_line(self.schedule), _HEADING)


def _look(figure: Figure) -> str:
    """The style of an amount: with the word before it, where it has one."""
    return figure.word.name if figure.word else "money"


def _absent(figure: Figure) -> str:
    return formats.NIL if figure.absence == Absence.NO_EFFECT else formats.NOT_STATED


def _sum(column: int, spans: Sequence[Span], sheet: str = "") -> str:
    """The sum of these rows of a column. Text among them counts as nothing, in Excel, LibreOffice and Gnumeric alike."""
    name = xl_col_to_name(column)
    cells = [f"{sheet}{name}{first + 1}" + (f":{name}{last + 1}" if last > first else "") for first, last in spans]
    some = [f"SUM({','.join(cells[start : start + _MOST_ADDED])})" for start in range(0, len(cells), _MOST_ADDED)]
    return some[0] if len(some) == 1 else f"SUM({','.join(some)})"


def _rounded_sum(column: int, spans: Sequence[Span], places: int) -> str:
    """The thousands that these lines come to, by their exact pounds."""
    in_pounds = [(_FIRST + first, _FIRST + last) for first, last in spans]
    return f"ROUND({_sum(column, in_pounds, _POUNDS_SHEET)}/1000,{places})"


def write_table(sheet: Sheet) -> None:
    """The committee table: each line, with the totals of teams, phases and all where the paper prints them."""
    schedule = sheet.schedule
    sheet.write_head(schedule.title, f"One table. {wording.about(schedule)} What its marks say stands under Notes.")
    phases = [_write_phase(sheet, phase) for phase in schedule.phases]
    sheet.write_total("all", ("", "", schedule.total_label), schedule.total, phases)
    sheet.finish("Committee_table")


def _write_phase(sheet: Sheet, phase: PhaseSection) -> Part:
    """Writes a phase, and says where its total stands."""
    parts: list[Part] = []
    start = sheet.lines
    for team in phase.teams:
        row, line = sheet.row, sheet.lines
        for each in team.rows:
            sheet.write_line((phase.name, team.name), each)
        whole = not any(each.withheld for each in team.rows)
        part = Part((row, sheet.row - 1) if whole else None, (line, sheet.lines - 1) if whole else None)
        if team.name and sheet.schedule.show_team_subtotals:
            sheet.write_total("sub", (phase.name, team.name, f"Subtotal {team.name}"), team.subtotal, [part])
            part = part._replace(rows=(sheet.row - 1, sheet.row - 1))
        parts.append(part)
    sheet.write_total("sum", (phase.name, "", phase.total_label), phase.total, _joined(parts))
    known = all(part.lines for part in parts)
    return Part((sheet.row - 1, sheet.row - 1), (start, sheet.lines - 1) if known else None)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """The same with what follows on another as one."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last and last.rows and last.lines and part.rows and part.lines and last.rows[1] + 1 == part.rows[0]:
            joined[-1] = Part((last.rows[0], part.rows[1]), (last.lines[0], part.lines[1]))
        else:
            joined.append(part)
    return joined


def write_pounds(sheet: Sheet) -> None:
    """The same lines in whole pounds, row by row at the same height, without totals."""
    about = "One table: each line of the committee table in whole pounds, without totals."
    sheet.write_head(f"{sheet.schedule.title}: lines in pounds", about)
    for phase, team, line in sheet.schedule.rows():
        sheet.write_line((phase.name, team.name), line)
    if sheet.row == _FIRST:
        write_text(sheet.sheet, (_FIRST, 0), "There are no lines yet.", sheet.styles["line_text"])
    sheet.finish("Lines_in_pounds")
