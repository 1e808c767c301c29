"""Reading a block copied from a spreadsheet: text to cells, cells to columns, rows to lines, headings and totals. Pure.

Nothing is looked up and nothing is stored here; `posts.importing.actions` compares what was read with the stored lines.
Figures come out in whole pounds, whether they stood in pounds or in thousands.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from costing.financial_year import FinancialYear
from costing.typed import NIL, NotUnderstood, parse_amount, parse_fte
from posts.importing.columns.rules import (
    ANNUAL,
    COMMENT,
    FTE,
    FULL_YEAR,
    KIND,
    PAPERWORK,
    PHASE,
    RECRUITED,
    START,
    TAGS,
    TEAM,
    THOUSANDS,
    TITLE,
    UNIT,
    column_named,
    labels,
)
from posts.importing.text.rules import MOST_BYTES, Unreadable, too_large

MOST_ROWS = 5_000
MOST_COLUMNS = 60

UNKNOWN_PHASE = 0
"""The phase of lines under a heading that names a phase the programme has not."""

_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_PHASE_HEADING = re.compile(rf"phase\s+(?:\d+|{'|'.join(_NUMBERS)})\b", re.IGNORECASE)
_FORMULA_GUARD = re.compile(r"\A'(?=[=+\-@\t\r])")


class Role(StrEnum):
    """What a row of the block is."""

    HEADER = "header"
    PHASE = "phase"
    TEAM = "team"
    LINE = "line"
    TOTAL = "total"
    NOTE = "note"


@dataclass
class PastedRow:
    """One row: its number in the block, its cells as they stood, and what was read from them.

    `values` holds the text of each matched cell, `figures` its FTE and its money in pounds: None where the cell is blank, 0 where
    it is a dash, which `nils` names. `team` None means that the block says nothing of teams; `phase` None that no phase is known.
    """

    number: int
    cells: list[str]
    role: Role = Role.LINE
    values: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Decimal | None] = field(default_factory=dict)
    nils: frozenset[str] = frozenset()
    phase: int | None = None
    team: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What messages call the row."""
        return " ".join((self.values.get(TITLE) or next(filter(None, self.cells), "")).split())[:60]


@dataclass(frozen=True)
class Total:
    """A total row compared with the lines it stands for. `differences`: column, what it says, what the lines add up to."""

    row: int
    label: str
    differences: tuple[tuple[str, str, str], ...]


@dataclass
class Block:
    """The whole of what was pasted, read. `columns` names each column, "" for one that is left out."""

    rows: list[PastedRow]
    columns: list[str]
    headings: list[str]
    thousands: bool
    header_found: bool
    totals: list[Total] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[PastedRow]:
        return [row for row in self.rows if row.role is Role.LINE]

    @property
    def totals_differ(self) -> list[Total]:
        return [total for total in self.totals if total.differences]

    def label(self, name: str, years: Sequence[FinancialYear]) -> str:
        return labels(years).get(name, name)


@dataclass(frozen=True)
class Frame:
    """What a block is read against: the years of the programme, and its phases as (number, name)."""

    years: tuple[FinancialYear, ...]
    phases: tuple[tuple[int, str], ...]


def cells_of(text: str) -> list[list[str]]:
    """The rows and cells of the text, blank rows as empty lists, trailing blank cells left out. Raises Unreadable."""
    if (size := len(text.encode("utf-8", "surrogatepass"))) > MOST_BYTES:
        raise Unreadable(too_large(size))
    if "\t" not in text:
        return _split(text, ",")
    rows = _split(text, "\t")
    if _header_at(rows) is None and (with_commas := _try_commas(text)):
        return with_commas
    return rows


def _try_commas(text: str) -> list[list[str]] | None:
    try:
        rows = _split(text, ",")
    except Unreadable:
        return None
    return rows if _header_at(rows) is not None else None


def _split(text: str, delimiter: str) -> list[list[str]]:
    try:
        rows = _rows(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "field limit" in str(error):  # read from: the csv module, which tells it apart in words only
            raise Unreadable("One cell holds more than 131,072 characters: no cell of a line needs so many.") from None
        if delimiter == ",":
            raise Unreadable("A quotation mark in this text is not closed, so its cells cannot be told apart.") from None
        # Excel puts a cell that merely begins with a quotation mark on the clipboard as it is: then no mark quotes anything.
        plain = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE)
        try:
            rows = _rows(plain)
        except csv.Error:
            raise Unreadable("One cell holds more than 131,072 characters: no cell of a line needs so many.") from None
    return rows


def _rows(reader: object) -> list[list[str]]:
    rows: list[list[str]] = []
    filled = 0
    for cells in reader:  # type: ignore[attr-defined]
        kept = [_FORMULA_GUARD.sub("", cell.strip()) for cell in cells]
        while kept and not kept[-1]:
            kept.pop()
        filled += bool(kept)
        if len(kept) > MOST_COLUMNS:
            raise Unreadable(f"Row {len(rows) + 1} has {len(kept):,} columns: at most {MOST_COLUMNS} are read.")
        rows.append(kept)
    if filled > MOST_ROWS:
        raise Unreadable(f"This block has {filled:,} rows: at most {MOST_ROWS:,} are read at a time.")
    if not filled:
        raise Unreadable("The box is empty: paste the rows to be read.")
    return rows


def _header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """The row of headings: among the first twenty, the first where two or more, and half of its cells, name columns."""
    for index, cells in enumerate(rows[:20]):
        names = {name for cell in cells if (name := column_named(cell))}
        if len(names) >= 2 and 2 * len(names) >= sum(1 for cell in cells if cell):
            return index
    return None


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str] | None:
    """The headings of two rows as one, where the second only goes on with the first or gives units; else None."""
    if not any(below):
        return None
    width = max(len(above), len(below))
    first = [*above, *[""] * (width - len(above))]
    joined = []
    for head, more in zip(first, [*below, *[""] * (width - len(below))], strict=True):
        whole = f"{head} {more}".strip()
        if more and not (UNIT.fullmatch(TAGS.sub("", more).strip()) or column_named(whole)):
            return None
        joined.append(whole)
    return joined


def read_block(
    text: str, frame: Frame, *, columns: Sequence[str] | None = None, thousands: bool | None = None, phase: int | None = None
) -> Block:
    """Read the text. `columns` and `thousands` overrule what its headings say; `phase` is for lines that name none.

    Raises Unreadable where there is nothing to read, or too much.
    """
    table = cells_of(text)
    width = max(len(cells) for cells in table)
    at = _header_at(table)
    headings, last = ([], -1) if at is None else (table[at], at)
    while at is not None and last + 1 < len(table) and (more := _joined(headings, table[last + 1])):
        headings, last = more, last + 1
    headings = [*headings, *[""] * (width - len(headings))]
    problems: list[str] = []
    if columns is not None and len(columns) == width:
        matched = [name if name in labels(frame.years) else "" for name in columns]
    elif at is None:
        matched = _usual_order(width, frame)
    else:
        matched = _matched(headings, frame, problems)
    says = any(THOUSANDS.search(f" {TAGS.sub('', cell)}") for cells in table[: last + 1] for cell in cells)
    block = Block([], matched, headings, says if thousands is None else thousands, at is not None, errors=problems)
    _refuse_unclear(block, frame)
    for index, cells in enumerate(table):
        if cells:
            row = PastedRow(index + 1, [*cells, *[""] * (width - len(cells))])
            row.role = Role.HEADER if index <= last else _role(row.cells, block, frame)
            block.rows.append(row)
    _read_rows(block, frame, phase)
    _compare_totals(block, frame)
    return block


def _usual_order(width: int, frame: Frame) -> list[str]:
    """The columns of a block without headings: those of the committee table, or of the .csv where there are as many."""
    money = [*(f"y{year.starts_in}" for year in frame.years), FULL_YEAR]
    table = [TITLE, FTE, *money, PAPERWORK, RECRUITED, COMMENT]
    file = [PHASE, TEAM, TITLE, KIND, FTE, *money, PAPERWORK, RECRUITED, COMMENT]
    usual = file if width == len(file) else table
    return [*usual, *[""] * width][:width]


def _matched(headings: Sequence[str], frame: Frame, problems: list[str]) -> list[str]:
    known = labels(frame.years)
    matched = []
    for heading in headings:
        name = column_named(heading)
        if name and name not in known:
            of = f"{frame.years[0]} to {frame.years[-1]}"
            problems.append(f"The column {heading} is not a year of this programme ({of}): leave it out.")
        matched.append(name if name in known else "")
    if TITLE not in matched:
        # The committee table has no heading over its titles.
        for index, heading in enumerate(headings):
            if not heading and not matched[index]:
                matched[index] = TITLE
                break
    return matched


def _refuse_unclear(block: Block, frame: Frame) -> None:
    for name in dict.fromkeys(name for name in block.columns if name and block.columns.count(name) > 1):
        block.errors.append(f"Two columns are both read as {block.label(name, frame.years)}: leave one of them out.")
    if TITLE not in block.columns:
        block.errors.append("No column is read as the post or other cost: choose which one holds it.")


def phase_named(text: str, phases: Sequence[tuple[int, str]]) -> int | None:
    """The number of the phase that a cell or heading means: by its name, its number, or as PHASE ONE."""
    plain = " ".join(TAGS.sub("", text).casefold().split())
    for number, name in phases:
        if plain == name.casefold():
            return number
    found = re.fullmatch(r"(?:phase\s+)?([a-z]+|\d{1,2})(?:\s*[:(–-].*)?", plain)
    if not found:
        return None
    number = int(found[1]) if found[1].isdigit() else _NUMBERS.index(found[1]) + 1 if found[1] in _NUMBERS else 0
    return number if number in dict(phases) else None


def _role(cells: Sequence[str], block: Block, frame: Frame) -> Role:
    filled = [index for index, cell in enumerate(cells) if cell]
    first = " ".join(TAGS.sub("", cells[filled[0]]).split())
    if len(filled) == 1:
        column = block.columns[filled[0]]
        if _PHASE_HEADING.match(first) or phase_named(first, frame.phases):
            return Role.PHASE
        if column in (TITLE, "") and TEAM not in block.columns:
            return Role.TEAM if len(first) <= 120 and not re.match(r"notes?\b", first, re.IGNORECASE) else Role.NOTE
        return Role.LINE
    said = {name for name, cell in zip(block.columns, cells, strict=True) if cell}
    if re.match(r"(?:sub[- ]?total|grand total|total)\b", first, re.IGNORECASE) and not said & {PAPERWORK, RECRUITED, START}:
        return Role.TOTAL
    if all(not cell or UNIT.fullmatch(TAGS.sub("", cell).strip()) for cell in cells) or cells == block.headings:
        return Role.HEADER
    return Role.LINE


def _read_rows(block: Block, frame: Frame, chosen: int | None) -> None:
    """Give each line its values, figures, phase and team: those of its own cells, else of the headings above it."""
    says_teams = TEAM in block.columns or any(row.role is Role.TEAM for row in block.rows)
    phase, team, heading = chosen, "", None
    for row in block.rows:
        text = " ".join(TAGS.sub("", row.name).split())
        if row.role in (Role.PHASE, Role.TEAM) and heading is not None and heading.role is Role.TEAM:
            heading.role = Role.NOTE  # text alone, and no line under it
        if row.role is Role.PHASE:
            phase, team, heading = phase_named(text, frame.phases), "", row
            if phase is None:
                row.errors[PHASE] = no_such_phase(text, frame)
                phase = UNKNOWN_PHASE
        elif row.role is Role.TEAM:
            team, heading = text, row
        elif row.role is Role.LINE:
            heading = None
            _read_line(row, block)
            row.phase, row.team = phase, team if says_teams else None
            if TEAM in block.columns:
                row.team = " ".join(row.values.get(TEAM, "").split())
            if said := row.values.get(PHASE):
                row.phase = phase_named(said, frame.phases)
                if row.phase is None:
                    row.errors[PHASE] = no_such_phase(said, frame)
        elif row.role is Role.TOTAL:
            row.phase, row.team = phase, team
            _read_line(row, block)
    if heading is not None and heading.role is Role.TEAM:
        heading.role = Role.NOTE


def no_such_phase(text: str, frame: Frame) -> str:
    """The message about a phase that the programme has not."""
    if not frame.phases:
        return "This programme has no phases yet: set up the first one, then paste again."
    return f"There is no phase “{text[:60]}” in this programme. Its phases: {', '.join(name for _, name in frame.phases)}."


def _read_line(row: PastedRow, block: Block) -> None:
    row.values = {name: cell for name, cell in zip(block.columns, row.cells, strict=True) if name}
    if row.values.get(FTE, "").lower() in NIL:
        row.values[FTE] = ""
    money = [name for name in row.values if name in (ANNUAL, FULL_YEAR) or re.fullmatch(r"y\d{4}", name)]
    credits = row.role is Role.TOTAL or not row.values.get(FTE)
    nils = set()
    try:
        row.figures[FTE] = parse_fte(row.values.get(FTE, ""))
    except NotUnderstood as error:
        row.errors[FTE] = str(error)
    for name in money:
        bare = re.sub(r"[\s£]", "", row.values[name]).lower()
        if bare in NIL:
            nils.add(name)
            row.figures[name] = Decimal(0)
            continue
        try:
            row.figures[name] = _pounds(row.values[name], block.thousands, credits)
        except NotUnderstood as error:
            row.errors[name] = str(error)
    row.nils = frozenset(nils)


def _pounds(text: str, thousands: bool, credits: bool) -> Decimal | None:
    if not thousands or not re.search(r"\d", text):
        return parse_amount(text, credits=credits)
    if not re.fullmatch(r"[\d\s£.,()km\N{MINUS SIGN}-]+|cr.*|.*cr\.?", text, re.IGNORECASE):
        raise NotUnderstood("Write an amount in £'000, such as 83 or 83.5.")
    if re.search(r"\d\s?[km]\b", text, re.IGNORECASE):
        figure = re.sub("[^0-9.,]", "", text)[:20]
        raise NotUnderstood(f"Amounts are in £'000 here: write {figure} without k or m, or choose pounds above.")
    return parse_amount(re.sub(r"(\d[\d,.]*)", r"\1k", text, count=1), credits=credits)


@dataclass
class _Sum:
    """What some lines add up to by column, and the columns in which one of them cannot be read."""

    amounts: dict[str, Decimal] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)

    def add(self, line: PastedRow) -> None:
        self.unreadable |= line.errors.keys()
        for name, figure in line.figures.items():
            if figure is not None:
                self.amounts[name] = self.amounts.get(name, Decimal(0)) + figure


def _compare_totals(block: Block, frame: Frame) -> None:
    # Running sums: a block of a thousand totals is still read in one pass.
    sums: dict[tuple[object, ...], _Sum] = {}
    for row in block.rows:
        if row.role is Role.LINE:
            for scope in (("all",), ("since",), ("phase", row.phase), ("team", row.phase, row.team)):
                sums.setdefault(scope, _Sum()).add(row)
        elif row.role is Role.TOTAL and not (("phase", UNKNOWN_PHASE) in sums and _PHASE_HEADING.search(row.name)):
            found = [_differences(row, sums.get(scope, _Sum()), block) for scope in _scopes(row, frame)]
            block.totals.append(Total(row.number, row.name, min(found, key=len)))
            sums.pop(("since",), None)


def _scopes(row: PastedRow, frame: Frame) -> list[tuple[object, ...]]:
    """The lines a total may be of: those of the phase or team it names, else all, its phase's, or those since the last total."""
    text = " ".join(TAGS.sub("", row.name).casefold().split())
    if named := _PHASE_HEADING.search(text):
        return [("phase", phase_named(named[0], frame.phases))]
    if row.team and row.team.casefold() in text:
        return [("team", row.phase, row.team)]
    if text.startswith("grand"):
        return [("all",)]
    by_name: list[tuple[object, ...]] = [("phase", number) for number, name in frame.phases if name.casefold() in text]
    return [*by_name, ("all",), ("phase", row.phase), ("since",)]


def _differences(row: PastedRow, lines: _Sum, block: Block) -> tuple[tuple[str, str, str], ...]:
    found = []
    for name in block.columns:
        says = row.figures.get(name)
        adds = lines.amounts.get(name, Decimal(0))
        if says is not None and says != adds and name not in lines.unreadable:
            scale = 1000 if block.thousands and name != FTE else 1
            found.append((name, _shown(says / scale), _shown(adds / scale)))
    return tuple(found)


def _shown(number: Decimal) -> str:
    text = f"{number:,.3f}"
    return text.rstrip("0").rstrip(".")
