"""A table in a draft, cell by cell against the committee table (PC14)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costing.money import Unit, thousands
from costing.typed import NotUnderstood, parse_amount
from display import formats
from reports.draft.rules.figures import FULL_YEAR, NUMBER_WORDS
from reports.draft.rules.findings import Finding, Group, Severity
from reports.draft.rules.known import OVER_YEARS, Known, phases_in_words
from reports.draft.rules.matching import Status
from reports.draft.rules.text import Table
from reports.table.rules import Figure, Row, Schedule, Totals

FTE = "FTE"
MOST_MISSING_NAMED = 10


@dataclass(frozen=True)
class CheckedCell:
    """A cell as it stands; `status` None where nothing is compared. `over_figures`: the heading of a column that is."""

    text: str
    status: Status | None = None
    note: str = ""
    over_figures: bool = False


@dataclass(frozen=True)
class CheckedTable:
    """A table with every figure compared. `stated`: the totals it states, as (phases, basis). No `headings`: none of ours."""

    place: str
    rows: tuple[tuple[CheckedCell, ...], ...]
    findings: tuple[Finding, ...]
    stated: frozenset[tuple[frozenset[int], str]]
    headings: int = 0

    @property
    def compared(self) -> bool:
        return bool(self.headings)

    @property
    def title(self) -> str:
        """What it is called over the table."""
        return f"{self.place[:1].upper()}{self.place[1:]}"

    @property
    def head(self) -> tuple[tuple[CheckedCell, ...], ...]:
        return self.rows[: self.headings]

    @property
    def body(self) -> tuple[tuple[CheckedCell, ...], ...]:
        return self.rows[self.headings :]


@dataclass(frozen=True)
class _Target:
    """What a row of the draft's table is in ours."""

    name: str
    fte: Decimal | None
    figures: dict[str, Figure]
    phases: frozenset[int] = frozenset()
    is_total: bool = False
    title: str = ""


_YEAR = re.compile(r"20[0-9]{2}\s?[/–-]\s?(?:20)?([0-9]{2})")
_TOTALS = re.compile(
    r"total(?:s|\s+cost)?|whole[- ]life(?:\s+(?:cost|total|sum))?|total\s+over\s+(?:all\s+)?years", re.IGNORECASE
)
_THOUSANDS = re.compile(r"£\s?['’‘]?000s?|£\s?k\b|thousand", re.IGNORECASE)
_PHASE = re.compile(rf"\bphase\s+([0-9]{{1,2}}|{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)


def check_table(table: Table, known: Known) -> CheckedTable:
    """Each figure under a heading that names a year of ours, a full year or FTE, against the line or total of its row."""
    columns, header = _columns(table, known)
    if len(set(columns.values())) < 2:
        return CheckedTable(table.place, tuple(tuple(map(CheckedCell, row)) for row in table.rows), (), frozenset())
    return _Comparison(table, known, columns, header).made()


def _columns(table: Table, known: Known) -> tuple[dict[int, str], int]:
    """What each column of figures holds, by its heading, and the last row of headings."""
    columns: dict[int, str] = {}
    header = -1
    for at, row in enumerate(table.rows[:6]):
        named = {place: basis for place, cell in enumerate(row) if (basis := _heading(cell, known))}
        if len(named) >= 2 or (named and columns):
            columns |= {place: basis for place, basis in named.items() if place not in columns}
            header = at
    if len({basis for basis in columns.values() if basis in known.bases and basis != FULL_YEAR}) < 2:
        # Of a single year a total is none over years.
        columns = {place: basis for place, basis in columns.items() if basis != OVER_YEARS}
    while 0 <= header < len(table.rows) - 1 and any(_THOUSANDS.search(cell) for cell in table.rows[header + 1]):
        header += 1
    return columns, header


def _heading(cell: str, known: Known) -> str:
    text = re.sub(r"<[^>]*>", "", cell).strip()
    if match := _YEAR.search(text):
        label = f"{text[match.start() : match.start() + 4]}/{match[1]}"
        return label if label in known.bases else ""
    if re.search(r"\bfull[- ]year\b", text, re.IGNORECASE):
        return FULL_YEAR
    if _TOTALS.fullmatch(text):
        return OVER_YEARS
    return FTE if re.fullmatch(r"FTEs?|no\.? of FTE|posts \(FTE\)", text, re.IGNORECASE) else ""


class _Comparison:
    """One table under comparison: the phase it has come to, and what was found so far."""

    def __init__(self, table: Table, known: Known, columns: dict[int, str], header: int) -> None:
        self.table, self.known, self.columns, self.header = table, known, columns, header
        above = [cell for row in table.rows[: header + 1] for cell in row]
        self.thousands = any(_THOUSANDS.search(cell) for cell in above) or self._looks_like_thousands()
        self.phase = 0
        self.findings: list[Finding] = []
        self.stated: set[tuple[frozenset[int], str]] = set()
        self.seen: set[str] = set()
        self.lines = _lines(known.schedule)

    def _looks_like_thousands(self) -> bool:
        figures = [amount for row in self.table.rows for place in self.columns if (amount := _amount(row[place]))]
        return bool(figures) and max(figures) < 100_000 < (self.known.schedule.total.full_year.pounds or 0)

    def made(self) -> CheckedTable:
        rows = [self._headings(row) if at <= self.header else self._row(row) for at, row in enumerate(self.table.rows)]
        if len(self.seen) >= 3:
            self._say_what_is_missing()
        return CheckedTable(
            self.table.place, tuple(map(tuple, rows)), tuple(self.findings), frozenset(self.stated), self.header + 1
        )

    def _headings(self, row: Sequence[str]) -> list[CheckedCell]:
        return [CheckedCell(cell, over_figures=place in self.columns) for place, cell in enumerate(row)]

    def _row(self, row: Sequence[str]) -> list[CheckedCell]:
        label = next((cell for cell in row[: min(self.columns)] if cell), "")
        figures = {place: row[place] for place in self.columns if re.search("[0-9]|^[-–—]$", row[place])}
        if not figures:
            if match := _PHASE.search(label):
                self.phase = _number(match[1])
            return list(map(CheckedCell, row))
        target = self._target(label)
        if target is None:
            self._find(Severity.WARNING, f"The committee table has no line “{label or 'without a name'}”.", row, label)
            return [
                CheckedCell(cell, Status.NOT_FOUND, "No such line") if place in figures else CheckedCell(cell)
                for place, cell in enumerate(row)
            ]
        return [self._cell(cell, place, target, row) if place in figures else CheckedCell(cell) for place, cell in enumerate(row)]

    def _target(self, label: str) -> _Target | None:
        plain = _words_of(label)
        schedule = self.known.schedule
        if re.match(r"(?:sub-?\s?|grand\s+)?total\b", plain):
            if match := _PHASE.search(label):
                number = _number(match[1])
                phase = next((phase for phase in schedule.phases if phase.number == number), None)
                return phase and _of_totals(phases_in_words({number}), schedule, phase.total, frozenset({number}))
            for (_, name), target in _teams(schedule).items():
                if name and name in plain:
                    return target
            return _of_totals("the total", schedule, schedule.total, frozenset(phase.number for phase in schedule.phases))
        found = self.lines.get((self.phase, plain)) or next(
            (target for (_, title), target in self.lines.items() if title == plain and not self.phase), None
        )
        if found:
            self.seen.add(found.title)
        return found

    def _cell(self, text: str, place: int, target: _Target, row: Sequence[str]) -> CheckedCell:
        basis = self.columns[place]
        if basis == FTE:
            expected = formats.fte(target.fte) or "nothing"
            same = _amount_of_fte(text) == target.fte
        else:
            expected, same = self._compared(text, target, basis)
        if same:
            if target.is_total:
                self.stated.add((target.phases, basis))
            return CheckedCell(text, Status.MATCHED, "As in the committee table")
        note = f"{target.name[:1].upper()}{target.name[1:]}, {basis}: the committee table has {expected}, the paper {text}."
        self._find(Severity.ERROR, note, row, text)
        return CheckedCell(text, Status.WRONG, f"Committee table: {expected}")

    def _compared(self, text: str, target: _Target, basis: str) -> tuple[str, bool]:
        figure = target.figures[basis]
        amount = _amount(text)
        if amount is None:
            return formats.pounds(figure.pounds), False
        if not self.thousands:
            return formats.pounds(figure.pounds), amount == (figure.pounds or 0)
        in_thousands = self.known.schedule.unit is Unit.THOUSANDS
        shown = figure.shown if in_thousands else None if figure.pounds is None else thousands(figure.pounds)
        # Where our own table is in pounds, a total in thousands may be of rounded lines.
        slack = 0 if in_thousands or not target.is_total else 1
        return formats.figure(shown), abs(amount - (shown or 0)) <= slack

    def _say_what_is_missing(self) -> None:
        missing = [target.title for target in self.lines.values() if target.title not in self.seen]
        missing = [title for title in dict.fromkeys(missing) if title]
        if missing:
            names = "; ".join(missing[:MOST_MISSING_NAMED])
            more = f" and {len(missing) - MOST_MISSING_NAMED} more" if len(missing) > MOST_MISSING_NAMED else ""
            text = f"Lines of the committee table that this table leaves out: {names}{more}."
            self.findings.append(Finding(Group.FIGURES, "PC14", Severity.WARNING, text, self.table.place))

    def _find(self, severity: Severity, text: str, row: Sequence[str], cause: str) -> None:
        quoted = " | ".join(cell for cell in row if cell)
        cells = quoted.split(" | ")
        at = len(" | ".join(cells[: cells.index(cause)])) + (3 if cells.index(cause) else 0) if cause in cells else 0
        marked = (at, at + len(cause)) if cause in cells else (0, 0)
        self.findings.append(Finding(Group.FIGURES, "PC14", severity, text, self.table.place, quoted, marked))


def _lines(schedule: Schedule) -> dict[tuple[int, str], _Target]:
    made = {}
    for phase, _, row in schedule.rows():
        figures = _by_basis(schedule, row)
        made[phase.number, _words_of(row.title)] = _Target(row.title, row.fte, figures, title=row.title)
    return made


def _teams(schedule: Schedule) -> dict[tuple[int, str], _Target]:
    return {
        (phase.number, _words_of(team.name)): _of_totals(team.name, schedule, team.subtotal, frozenset())
        for phase in schedule.phases
        for team in phase.teams
    }


def _of_totals(name: str, schedule: Schedule, totals: Totals, phases: frozenset[int]) -> _Target:
    return _Target(name, totals.fte, _by_basis(schedule, totals), phases, is_total=True)


def _by_basis(schedule: Schedule, row: Row | Totals) -> dict[str, Figure]:
    by_year = {year.label: figure for year, figure in zip(schedule.years, row.years, strict=True)}
    return {**by_year, FULL_YEAR: row.full_year, OVER_YEARS: schedule.over_years(row)}


def _words_of(title: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9/&]+", " ", title.casefold()).split())


def _number(word: str) -> int:
    return NUMBER_WORDS.get(word.lower()) or int(word)


def _amount(cell: str) -> Decimal | None:
    try:
        return parse_amount(cell, credits=True)
    except NotUnderstood:
        return None


def _amount_of_fte(cell: str) -> Decimal | None:
    text = cell.replace(",", "").replace("\N{MINUS SIGN}", "-").strip()
    # Fewer posts are below 0: -40 or (40).
    match = re.fullmatch(r"(?:at least )?(-|\()?([0-9]+(?:\.[0-9]+)?)\)?", text, re.IGNORECASE)
    return None if match is None else Decimal(match[2]) * (-1 if match[1] else 1)
