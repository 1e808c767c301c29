"""What a block of rows is once it is read: its rows, columns, units, totals, and what it leaves open. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from costing.financial_year import FinancialYear
from posts.importing.columns.rules import TITLE, label_of
from posts.importing.questions.rules import Question

UNKNOWN_PHASE = 0
"""The phase of lines under a heading that names a phase the programme has not."""


class Role(StrEnum):
    """What a row of the block is."""

    HEADER = "header"
    PHASE = "phase"
    TEAM = "team"
    LINE = "line"
    TOTAL = "total"
    NOTE = "note"
    WORKING = "working"
    MERGED = "merged"


@dataclass
class PastedRow:
    """One row: its number in the block, its cells as they stood, and what was read from them.

    `values` holds the text of each matched cell as the reader of lines takes it, `figures` its FTE and its money in pounds: None
    where the cell is blank, 0 where it is a dash, which `nils` names. `precision`: pounds to which a figure is given. `team` None
    means that the block says nothing of teams; `phase` None that no phase is known. `intakes`: of a row that others were added
    to, (FTE, first day, last day) each. `said`: sentences about how the row is read. `heads`: a total
    that stands over its lines, as the heading of a phase or team.
    """

    number: int
    cells: list[str]
    role: Role = Role.LINE
    values: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Decimal | None] = field(default_factory=dict)
    precision: dict[str, Decimal] = field(default_factory=dict)
    nils: frozenset[str] = frozenset()
    bounds: dict[str, str] = field(default_factory=dict)
    phase: int | None = None
    team: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    intakes: tuple[tuple[str, str, str], ...] = ()
    said: list[str] = field(default_factory=list)
    heads: bool = False

    @property
    def name(self) -> str:
        """What messages call the row."""
        return " ".join((self.values.get(TITLE) or next(filter(None, self.cells), "")).split())[:60]


@dataclass(frozen=True)
class Total:
    """A total row compared with the lines it stands for. `differences`: column, what it says, what the lines add up to.

    `rounded`: those that lie within the rounding of the lines, which do not stop a block.
    """

    row: int
    label: str
    differences: tuple[tuple[str, str, str], ...]
    rounded: tuple[tuple[str, str, str], ...] = ()
    unsaved: bool = False


@dataclass(frozen=True)
class Column:
    """One column: its heading, what it is read as, the pounds its figures are multiplied by, and whether the heading said so."""

    heading: str
    name: str
    unit: int = 1
    unit_said: bool = False


@dataclass(frozen=True)
class NotRead:
    """A column or a row of which nothing is stored, and why. `undecided`: it stops the block. `headings`: of the columns."""

    what: str
    why: str
    row: int | None = None
    undecided: bool = False
    figures: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Correction:
    """A cell that a person corrected on the page: its row from 1, its column from 0, what stands in the file, what is read."""

    row: int
    place: int
    before: str
    after: str


@dataclass
class Block:
    """The whole of what was pasted, read. `columns` names each column, "" for one that is left out, "?" for one undecided.

    `by_headings`: columns and units as the headings alone say them. `left_out_by_choice`: places of columns with figures that a
    person left out. `corrected`: cells that are read otherwise than they stand in the file.
    """

    rows: list[PastedRow]
    columns: list[str]
    headings: list[str]
    units: list[int]
    units_said: list[bool]
    header_found: bool
    totals: list[Total] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    by_headings: tuple[tuple[str, ...], tuple[int, ...]] = ((), ())
    left_out_by_choice: set[int] = field(default_factory=set)
    corrected: list[Correction] = field(default_factory=list)

    @property
    def lines(self) -> list[PastedRow]:
        return [row for row in self.rows if row.role is Role.LINE]

    @property
    def totals_differ(self) -> list[Total]:
        return [total for total in self.totals if total.differences]

    def label(self, name: str, years: Sequence[FinancialYear]) -> str:
        return label_of(name, years)

    def unit_of(self, name: str) -> int:
        """The pounds that one in the column of this name is."""
        return self.units[self.columns.index(name)] if name in self.columns else 1

    def texts(self, row: PastedRow, *names: str) -> list[str]:
        """The row's cells in these columns that are not blank."""
        return [cell for name, cell in zip(self.columns, row.cells, strict=True) if cell and name in names]


@dataclass(frozen=True)
class Frame:
    """What a block is read against: the years of the programme, its phases as (number, name), and its lines and teams.

    `stored`: the pounds of each stored line by phase number, team and title as `spelling` leaves them, and its columns. `teams`:
    by their spelling.
    """

    years: tuple[FinancialYear, ...]
    phases: tuple[tuple[int, str], ...]
    stored: Mapping[tuple[int, str, str], Mapping[str, Decimal]] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """How a person wants a block read. `columns` and `units` None, and a unit of 0: as its own headings say.

    `phase` is for lines that name none; `answers` by the key of their question; `left_out`: headings of columns to leave out;
    `cells`: what is read in place of cells, by row from 1 and column from 0. Hidden: rows and columns of a workbook, from 1.
    """

    columns: tuple[str, ...] | None = None
    units: tuple[int, ...] | None = None
    phase: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
