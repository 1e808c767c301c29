"""The committee table as one frozen object: phases, teams, rows, figures, subtotals, totals, notes.

Screen, PDF, XLSX, CSV and JSON print this object and compute nothing. Amounts are whole pounds; `shown` is the same amount in
the schedule's unit, under its rounding rule. Everything here is a NamedTuple: immutable, and quick to build for 5,000 lines.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence
from costing.money import Rounding, Unit, in_unit
from display.formats import CreditStyle


class Figure(NamedTuple):
    """One cell. `pounds` is None where there is no full-year effect or nothing is stated: `absence` says which."""

    pounds: Decimal | None
    shown: int | None
    absence: Absence | None = None
    stated: bool = False


class Row(NamedTuple):
    """One line of the table. `recruited` is the text of its column: Yes, No, 4 of 6, n/a; "" and None where it is exempt.

    `withheld` is empty but in Part 1: the fields without a text that may not be published, each with its paragraph.
    """

    line_id: int
    title: str
    kind: str
    fte: Decimal | None
    years: tuple[Figure, ...]
    full_year: Figure
    paperwork_complete: bool | None
    recruited: str
    comment: str
    withheld: tuple[tuple[str, int], ...] = ()

    def instead_of(self, field: str) -> str:
        """What is printed where a field may not be published: "para 2". Empty where it may."""
        return next((f"para {paragraph}" for name, paragraph in self.withheld if name == field), "")


class Totals(NamedTuple):
    """FTE and money of a team, a phase or the whole table; one figure for each year shown."""

    fte: Decimal
    years: tuple[Figure, ...]
    full_year: Figure
    line_count: int


class TeamGroup(NamedTuple):
    """Rows under one heading; `name` is empty for the lines of a phase that stand under no team."""

    name: str
    rows: tuple[Row, ...]
    subtotal: Totals


class PhaseSection(NamedTuple):
    """One phase with its teams; `total_label` is printed, e.g. TOTAL PHASE ONE RESOURCES REQUESTED."""

    number: int
    name: str
    total_label: str
    teams: tuple[TeamGroup, ...]
    total: Totals


class Paper(NamedTuple):
    """What the appendix prints at the head and foot of every page. Empty texts are not printed; version 0 is not issued."""

    appendix: str = ""
    report_number: str = ""
    committee: str = ""
    meeting_date: str = ""
    part: int = 1
    agenda_item: str = ""
    version: int = 0
    internal: bool = False


class Schedule(NamedTuple):
    """The whole committee table. `notes` are full sentences in printing order, `abbreviations` pairs (short form, meaning)."""

    slug: str
    programme: str
    council: str
    title: str
    years: tuple[FinancialYear, ...]
    unit: Unit
    rounding: Rounding
    basis: Basis
    credit_style: CreditStyle
    show_team_subtotals: bool
    phases: tuple[PhaseSection, ...]
    total_label: str
    total: Totals
    notes: tuple[str, ...]
    abbreviations: tuple[tuple[str, str], ...]
    paper: Paper
    version: int
    as_at: datetime

    def rows(self) -> Iterable[tuple[PhaseSection, TeamGroup, Row]]:
        """Every line in printing order, with the phase and team it stands under."""
        return ((phase, team, row) for phase in self.phases for team in phase.teams for row in team.rows)

    @property
    def unit_label(self) -> str:
        """What a column heading says of its figures: £'000 or £."""
        return "£'000" if self.unit == Unit.THOUSANDS else "£"


class LineRecord(NamedTuple):
    """What the store knows of one line, ready for the table. `years` has a figure for each year shown, in order."""

    phase: int
    team: str
    line_id: int
    title: str
    kind: str
    fte: Decimal | None
    years: tuple[tuple[Decimal | None, bool], ...]
    full_year: Decimal | None
    full_year_absence: Absence | None
    full_year_stated: bool
    paperwork_complete: bool
    recruited: str
    comment: str


NOUGHT = Decimal(0)


class _Figures(dict[tuple[Decimal | None, bool], Figure]):
    """The cell of each (pounds, stated), rounded for the unit once and made once: figures are immutable and recur."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def __missing__(self, amount: tuple[Decimal | None, bool]) -> Figure:
        pounds, stated = amount
        shown = None if pounds is None else in_unit(pounds, self.unit)
        made: Figure = _new(Figure, (pounds, shown, Absence.NOT_STATED if pounds is None else None, stated))
        self[amount] = made
        return made


# A NamedTuple's own constructor takes twice as long, which is felt at 5,000 rows.
_new = tuple.__new__


def _row(record: LineRecord, figures: _Figures) -> Row:
    """A record as a row of the table."""
    _, _, line_id, title, kind, fte, years, pounds, absence, stated, paperwork_complete, recruited, comment = record
    full_year = Figure(None, None, absence, stated) if pounds is None else figures[pounds, stated]
    shown = tuple(map(figures.__getitem__, years))
    return _new(Row, (line_id, title, kind, fte, shown, full_year, paperwork_complete, recruited, comment, ()))


def _totals(parts: Sequence[Row] | Sequence[Totals], line_count: int, year_count: int, unit: Unit, rounding: Rounding) -> Totals:
    """FTE and money of some rows, or of groups of rows, under the rounding rule (domain, money rule 8).

    Groups give the same as the rows in them, because nothing here is rounded twice: a group's pounds are exact, and its shown
    figures are the sum of its rows' unless the exact total is what is rounded.
    """

    def add(figures: Sequence[Figure]) -> Figure:
        present = [pounds for pounds, _, _, _ in figures if pounds is not None]
        if figures and not present:
            return Figure(None, None, Absence.NO_EFFECT)
        exact = sum(present, NOUGHT)
        return Figure(exact, in_unit(exact, unit) if rounded_last else sum([shown for _, shown, _, _ in figures if shown]))

    rounded_last = rounding is Rounding.ROUNDED_SUM
    return Totals(
        sum([part.fte for part in parts if part.fte is not None], NOUGHT),
        tuple(map(add, zip(*[part.years for part in parts], strict=True))) if parts else (add(()),) * year_count,
        add([part.full_year for part in parts]),
        line_count,
    )


def sections(
    phases: Iterable[tuple[int, str, str]],
    records: Iterable[LineRecord],
    year_count: int,
    unit: Unit,
    rounding: Rounding,
) -> tuple[tuple[PhaseSection, ...], Totals]:
    """Phases (number, name, total label) with their teams and rows in the order given, and the total of all.

    Records come sorted by phase, and within it so that the lines of a team stand together. A phase without lines is kept.
    """
    figures = _Figures(unit)
    by_phase = {number: list(lines) for number, lines in groupby(records, key=attrgetter("phase"))}
    built = []
    for number, name, label in phases:
        teams = []
        for team, lines in groupby(by_phase.get(number, []), key=attrgetter("team")):
            rows = tuple([_row(line, figures) for line in lines])
            teams.append(TeamGroup(team, rows, _totals(rows, len(rows), year_count, unit, rounding)))
        subtotals = [team.subtotal for team in teams]
        built.append(
            PhaseSection(
                number,
                name,
                label,
                tuple(teams),
                _totals(subtotals, sum([each.line_count for each in subtotals]), year_count, unit, rounding),
            )
        )
    filled = [phase.total for phase in built if phase.teams]
    return tuple(built), _totals(filled, sum([each.line_count for each in filled]), year_count, unit, rounding)
