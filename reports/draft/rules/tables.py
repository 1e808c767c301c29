"""A table in a draft, cell by cell against the committee table (PC14)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from costing.money import Unit, thousands
from display import formats
from reports.draft.rules.columns import (
    FTE,
    MILLIONS,
    POUNDS,
    THOUSANDS,
    Columns,
    amount_in,
    columns_of,
    heading_of,
    own_unit,
    plain_title,
    step_of,
)
from reports.draft.rules.findings import Finding, Group, Severity
from reports.draft.rules.known import Known, phases_in_words
from reports.draft.rules.matching import Mark, Status, marks_of
from reports.draft.rules.subjects import phases_named
from reports.draft.rules.text import Paragraph, Table
from reports.draft.rules.years import FULL_YEAR, OVER_YEARS
from reports.table.rules import Figure, Row, Schedule, Totals

MOST_MISSING_NAMED = 10
Phases = frozenset[int]


@dataclass(frozen=True)
class CheckedCell:
    """A cell as it stands; `status` None where there is no figure. `over_figures`: the heading of a column of figures."""

    text: str
    status: Status | None = None
    note: str = ""
    over_figures: bool = False


@dataclass(frozen=True)
class CheckedTable:
    """A table with every figure compared. `stated`: the totals it states, as (phases, basis). No `columns`: none of ours."""

    place: str
    rows: tuple[tuple[CheckedCell, ...], ...]
    findings: tuple[Finding, ...]
    stated: frozenset[tuple[Phases, str]]
    columns: Columns
    phase: int = 0
    """The phase it has come to at its end: a table that goes on begins there."""

    @property
    def compared(self) -> bool:
        return bool(self.columns.bases)

    @property
    def headings(self) -> int:
        return self.columns.heads

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
    phases: Phases = frozenset()
    is_total: bool = False
    title: str = ""


NO_COLUMN = "No column names a year of this programme"
_TOTAL = re.compile(r"\b(?:sub-?\s?total|grand\s+total|totals?|overall)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|overall|grand|whole)\b", re.IGNORECASE)


def check_table(table: Table, known: Known, before: CheckedTable | None = None) -> CheckedTable:
    """Each figure under a heading that names a year of ours, a full year or FTE, against the line or total of its row.

    `before` is the table before this one: without headings of its own it may go on with it. A table whose rows are the years and
    whose columns are the phases is compared as well.
    """
    columns = columns_of(table, known, before.columns if before else None)
    if not columns.bases and len(turned := _turned(table).rows) > 1 and _names_phases(turned, known):
        made = check_table(_turned(table), known)
        if made.compared:
            rows = tuple(zip(*made.rows, strict=True))
            return replace(made, rows=rows, columns=replace(made.columns, heads=1))
    if not columns.bases:
        return CheckedTable(table.place, tuple(tuple(map(_not_compared, row)) for row in table.rows), (), frozenset(), columns)
    goes_on = not columns.heads and before is not None
    return _Comparison(table, known, columns, before.phase if goes_on and before else 0).made()


def _turned(table: Table) -> Table:
    return replace(table, rows=tuple(zip(*table.rows, strict=True)), covered=frozenset())


def _names_phases(rows: Sequence[Sequence[str]], known: Known) -> bool:
    """Whether the first cells of these rows name phases."""
    return sum(bool(phases_named(row[0]) & known.every) for row in rows) >= 1


def _not_compared(text: str, why: str = NO_COLUMN) -> CheckedCell:
    is_figure = amount_in(text) is not None and bool(re.search("[0-9]", text))
    return CheckedCell(text, Status.NOT_COMPARED, f"{why}.") if is_figure else CheckedCell(text)


class _Comparison:
    """One table under comparison: the phase it has come to, and what was found so far."""

    def __init__(self, table: Table, known: Known, columns: Columns, phase: int) -> None:
        self.table, self.known, self.columns = table, known, columns
        self.bases, self.phase = dict(columns.bases), phase
        self.findings: list[Finding] = []
        self.stated: set[tuple[Phases, str]] = set()
        self.seen: list[_Target] = []
        self.lines = _lines(known.schedule)

    @cached_property
    def guessed(self) -> Decimal:
        """The unit of columns that name none: thousands where no amount is large and ours are."""
        figures = [amount for row in self.table.rows for place in self.bases if (amount := amount_in(row[place]))]
        small = bool(figures) and max(map(abs, figures)) < 100_000 < (self.known.schedule.total.full_year.pounds or 0)
        return THOUSANDS if small else POUNDS

    @cached_property
    def usual(self) -> Phases:
        """The one phase of which this table is, by what is said over it and by the lines that no other phase has; or none."""
        phases_of: dict[str, set[int]] = {}
        for number, title in self.lines:
            phases_of.setdefault(title, set()).add(number)
        alone = [phases_of.get(plain_title(self._label(row)), set()) for row in self.table.rows[self.columns.heads :]]
        numbers = {number for each in alone if len(each) == 1 for number in each} | phases_named(self.table.about.split("\n")[0])
        return frozenset(numbers) if len(numbers) == 1 else frozenset()

    def made(self) -> CheckedTable:
        rows = [self._headings(row) if at < self.columns.heads else self._row(row) for at, row in enumerate(self.table.rows)]
        if len({target.title for target in self.seen}) >= 3:
            self._say_what_is_missing()
        found, stated = tuple(self.findings), frozenset(self.stated)
        return CheckedTable(self.table.place, tuple(map(tuple, rows)), found, stated, self.columns, self.phase)

    def _headings(self, row: Sequence[str]) -> list[CheckedCell]:
        figures = self.bases.keys() | self.columns.other.keys()
        return [CheckedCell(cell, over_figures=place in figures) for place, cell in enumerate(row)]

    def _row(self, row: Sequence[str]) -> list[CheckedCell]:
        again = {place: basis for place, cell in enumerate(row) if (basis := heading_of(cell, self.known))}
        if len(again) >= 2 and not any(amount_in(row[place]) is not None for place in self.bases):
            self.bases = again  # the headings stand again, on a new page or over other columns
            return self._headings(row)
        label, said = self._label(row), self._phase_said(row)
        figures = {place for place in self.bases if re.search(r"[0-9]|^-$|^[–—]$|^n/?s$|^nil$", row[place], re.IGNORECASE)}
        if said is not None:
            self.phase = said
        if not figures:
            named = phases_named(" ".join(row[: min(self.bases)]))
            if len(named) == 1 and not _TOTAL.search(label):
                (self.phase,) = named
            return [self._beside(cell, place) for place, cell in enumerate(row)]
        target = self._target(label, row)
        if target is None:
            self._find(Severity.WARNING, f"The committee table has no line “{label or 'without a name'}”.", row, label)
        return [
            self._beside(cell, place)
            if place not in figures
            else CheckedCell(cell, Status.NOT_FOUND, "No such line")
            if target is None
            else self._cell(place, target, row)
            for place, cell in enumerate(row)
        ]

    def _label(self, row: Sequence[str]) -> str:
        """The name of a row: in its column, else the first words left of the figures."""
        if row[self.columns.label]:
            return row[self.columns.label]
        left = [cell for place, cell in enumerate(row[: min(self.bases)]) if place != self.columns.phase]
        words = next((cell for cell in left if re.search("[A-Za-z]", cell)), "")
        return words or (row[self.columns.phase] if self.columns.phase is not None else "")

    def _phase_said(self, row: Sequence[str]) -> int | None:
        """The phase that the column of phases names in this row; None where it says nothing new."""
        if self.columns.phase is None:
            return None
        cell = row[self.columns.phase].strip()
        named = phases_named(cell) or phases_named(f"phase {cell}")
        return next(iter(named)) if len(named) == 1 and not _TOTAL.search(cell) else None

    def _beside(self, cell: str, place: int) -> CheckedCell:
        """A cell beside the columns that are compared: a figure in it is compared as in a sentence, or is said not to be."""
        if place in self.columns.other:
            return _not_compared(cell, self.columns.other[place])
        if "£" not in cell or place in self.bases:
            return CheckedCell(cell)
        marks = [mark for mark in marks_of(Paragraph(cell), self.known) if "£" in cell[mark.start : mark.end]]
        if not marks:
            return CheckedCell(cell)
        mark = max(marks, key=_gravity)
        if mark.severity:
            self.findings.append(
                Finding(Group.FIGURES, mark.rule, mark.severity, mark.note, self.table.place, cell, (mark.start, mark.end))
            )
        return CheckedCell(cell, mark.status, mark.note)

    def _target(self, label: str, row: Sequence[str]) -> _Target | None:
        plain, schedule = plain_title(label), self.known.schedule
        if found := self._line(plain, row):
            self.seen.append(found)
            return found
        beside = " ".join(cell for place, cell in enumerate(row[: min(self.bases)]) if place != self.columns.label)
        named = phases_named(label) or (
            phases_named(beside) if _TOTAL.search(label) and self.columns.phase is None else frozenset()
        )
        own = {number for number, name in self.known.phase_names if plain_title(name) and plain_title(name) in plain}
        if named := named or frozenset(own):
            return self._of_phases(named) if named <= self.known.every else None
        if not _TOTAL.search(label) and not _ALL.search(label):
            return self._team(plain)
        if team := self._team(plain):
            return team
        if (part := self._part()) and not _ALL.search(label):
            return self._of_phases(part)
        return _of_totals("the total", schedule, schedule.total, self.known.every)

    def _of_phases(self, phases: Phases) -> _Target | None:
        """The total of these phases, by the sum of theirs."""
        schedule = self.known.schedule
        if phases == self.known.every:
            return _of_totals("the total", schedule, schedule.total, phases)
        chosen = [phase for phase in schedule.phases if phase.number in phases]
        if len(chosen) == 1:
            return _of_totals(phases_in_words(phases), schedule, chosen[0].total, phases)
        figures = {
            basis: _summed([_by_basis(schedule, phase.total)[basis] for phase in chosen])
            for basis in (*self.known.bases, OVER_YEARS)
        }
        fte = sum((phase.total.fte for phase in chosen), Decimal(0))
        return _Target(phases_in_words(phases), fte, figures, phases, is_total=True)

    def _part(self) -> Phases:
        """The one phase of which this table is, if it is of one only and the programme has more."""
        words = " ".join(cell for row in self.table.rows for cell in row[: min(self.bases)])
        named = phases_named(words) | phases_named(self.table.about.split("\n")[0])
        lines = frozenset().union(*(target.phases for target in self.seen))
        if len(lines | named) == 1 and len(self.known.every) > 1:
            return lines | named
        return frozenset({self.phase}) if self.phase and _only_sub(self.table.rows, words) else frozenset()

    def _team(self, plain: str) -> _Target | None:
        words = re.sub(r"^(?:sub ?)?totals? (?:for |of )?|(?: sub)? ?totals?$", "", plain)
        found = [
            (phase, target)
            for (phase, name), target in _teams(self.known.schedule).items()
            if name and (name == words or (name in plain and "total" in plain))
        ]
        in_phase = [target for phase, target in found if phase == self.phase]
        return next(iter(in_phase or [target for _, target in found]), None)

    def _line(self, plain: str, row: Sequence[str]) -> _Target | None:
        """The line of this title in the phase that the table has come to; in any phase where it has come to none."""
        for title in dict.fromkeys(
            (plain, re.sub(r"^(?:[0-9]{1,3}(?: [0-9]{1,3})?|[a-z]|[ivx]+|p[0-9]+(?: [0-9]+)?) ", "", plain))
        ):
            named = phases_named(title)
            inner = re.sub(r"\bphases? \w+\b", "", title).strip() if len(named) == 1 else title
            phase = next(iter(named)) if len(named) == 1 and inner else self.phase
            if (found := self.lines.get((phase, title)) or self.lines.get((phase, inner))) and (phase or not named):
                return found
            if not self.phase:
                alike = [target for (_, each), target in self.lines.items() if each == title]
                alike = [target for target in alike if target.phases == self.usual] or alike
                if alike:
                    return min(alike, key=lambda target: sum(not self._same(place, target, row) for place in self.bases))
        return None

    def _same(self, place: int, target: _Target, row: Sequence[str]) -> bool:
        basis = self.bases[place]
        return _fte_in(row[place]) == target.fte if basis == FTE else self._compared(place, target, row)[1]

    def _cell(self, place: int, target: _Target, row: Sequence[str]) -> CheckedCell:
        text, basis = row[place], self.bases[place]
        if basis == FTE:
            expected = formats.fte(target.fte) or "nothing"
            same = _fte_in(text) == target.fte or (target.fte is None and text in ("-", "–", "—", "0"))
        else:
            figure = target.figures[basis]
            is_unstated = figure.pounds is None and figure.absence is not None
            if re.fullmatch(r"n/?s|not\s+stated|n/?a|nil", text, re.IGNORECASE):
                same = is_unstated if "s" in text.lower() else not figure.pounds
                expected = "n/s" if is_unstated else formats.pounds(figure.pounds)
            elif amount_in(text) is None:
                return CheckedCell(text, Status.NOT_COMPARED, "The cell does not hold one amount.")
            else:
                expected, same = self._compared(place, target, row)
        if same:
            if target.is_total:
                self.stated.add((target.phases, basis))
            return CheckedCell(text, Status.MATCHED, "As in the committee table")
        note = f"{target.name[:1].upper()}{target.name[1:]}, {basis}: the committee table has {expected}, the paper {text}."
        self._find(Severity.ERROR, note, row, text)
        return CheckedCell(text, Status.WRONG, f"Committee table: {expected}")

    def _compared(self, place: int, target: _Target, row: Sequence[str]) -> tuple[str, bool]:
        """The figure of ours as this column would write it, and whether the paper has it, as exact as it is written."""
        text, figure = row[place], target.figures[self.bases[place]]
        amount, own = amount_in(text), own_unit(text)
        unit = POUNDS if own else (self.columns.units.get(place) or (POUNDS if "£" in text else self.guessed))
        if amount is None:
            return formats.pounds(figure.pounds), False
        if unit == THOUSANDS and step_of(text) == 1:
            in_thousands = self.known.schedule.unit is Unit.THOUSANDS
            shown = figure.shown if in_thousands else None if figure.pounds is None else thousands(figure.pounds)
            # Where our own table is in pounds, a total in thousands may be of rounded lines.
            slack = 0 if in_thousands or not target.is_total else 1
            return formats.figure(shown), abs(amount - (shown or 0)) <= slack
        pounds = figure.pounds or Decimal(0)
        exact = step_of(text) * (own or unit)
        if exact <= 1 and unit == POUNDS:
            return formats.pounds(figure.pounds), amount == pounds
        expected = f"£{pounds / MILLIONS:f}m" if unit == MILLIONS and pounds else formats.pounds(figure.pounds)
        return expected, abs(amount * unit - pounds) <= exact / 2

    def _say_what_is_missing(self) -> None:
        of_phase = {target.phases for target in self.seen}
        wanted = [target for target in self.lines.values() if len(of_phase) > 1 or target.phases in of_phase]
        seen = {(target.phases, target.title) for target in self.seen}
        missing = [target.title for target in wanted if target.title and (target.phases, target.title) not in seen]
        missing = list(dict.fromkeys(missing))
        if missing:
            names = "; ".join(missing[:MOST_MISSING_NAMED])
            more = f" and {len(missing) - MOST_MISSING_NAMED} more" if len(missing) > MOST_MISSING_NAMED else ""
            text = f"Lines of the committee table that this table leaves out: {names}{more}."
            self.findings.append(Finding(Group.FIGURES, "PC14", Severity.WARNING, text, self.table.place))

    def _find(self, severity: Severity, text: str, row: Sequence[str], cause: str) -> None:
        cells = [cell for cell in row if cell]
        quoted = " | ".join(cells)
        at = len(" | ".join(cells[: cells.index(cause)])) + (3 if cells.index(cause) else 0) if cause in cells else 0
        marked = (at, at + len(cause)) if cause in cells else (0, 0)
        self.findings.append(Finding(Group.FIGURES, "PC14", severity, text, self.table.place, quoted, marked))


def _gravity(mark: Mark) -> int:
    return [Status.MATCHED, Status.NOT_COMPARED, Status.BY_AMOUNT, Status.NOT_FOUND, Status.WRONG].index(mark.status)


def _only_sub(rows: Sequence[Sequence[str]], words: str) -> bool:
    """Whether sub-totals are told apart from the total, so that one without a name is of the phase above it."""
    return bool(re.search(r"\bsub-?\s?total", words, re.IGNORECASE)) and len(rows) > 1


def _lines(schedule: Schedule) -> dict[tuple[int, str], _Target]:
    made = {}
    for phase, _, row in schedule.rows():
        figures, numbers = _by_basis(schedule, row), frozenset({phase.number})
        made[phase.number, plain_title(row.title)] = _Target(row.title, row.fte, figures, numbers, title=row.title)
    return made


def _teams(schedule: Schedule) -> dict[tuple[int, str], _Target]:
    return {
        (phase.number, plain_title(team.name)): _of_totals(team.name, schedule, team.subtotal, frozenset())
        for phase in schedule.phases
        for team in phase.teams
    }


def _of_totals(name: str, schedule: Schedule, totals: Totals, phases: Phases) -> _Target:
    return _Target(name, totals.fte, _by_basis(schedule, totals), phases, is_total=True)


def _by_basis(schedule: Schedule, row: Row | Totals) -> dict[str, Figure]:
    by_year = {year.label: figure for year, figure in zip(schedule.years, row.years, strict=True)}
    return {**by_year, FULL_YEAR: row.full_year, OVER_YEARS: schedule.over_years(row)}


def _summed(figures: Sequence[Figure]) -> Figure:
    """Figures of several phases as one."""

    def total(amounts: Iterator[Decimal | int | None]) -> Decimal | None:
        known = [Decimal(amount) for amount in amounts if amount is not None]
        return sum(known, Decimal(0)) if known else None

    return figures[0]._replace(pounds=total(each.pounds for each in figures), shown=total(each.shown for each in figures))


def _fte_in(cell: str) -> Decimal | None:
    text = re.sub(r"\s*[FW]TE$", "", cell.replace(",", "").strip(), flags=re.IGNORECASE)
    # Fewer posts are below 0: -40 or (40).
    match = re.fullmatch(r"(?:at least )?(-|\()?([0-9]+(?:\.[0-9]+)?)\)?\s*[*†]?", text, re.IGNORECASE)
    return None if match is None else Decimal(match[2]) * (-1 if match[1] else 1)
