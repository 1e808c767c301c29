"""The page of inputs of a programme: its rows with what stands in them, its totals, and what a person posted.

The same code serves a whole page sent without JavaScript, one row saved by itself, and figures asked for while typing.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from accounts.models import User
from costing.intake import Basis
from costing.measure import in_year, stored
from costing.size import total_fte
from costing.totals import total
from display import formats
from phases.models import Phase, Programme
from posts.comments.marks.queries import notes_counted
from posts.entry.columns.rules import Column
from posts.entry.narrowing.rules import Narrowing
from posts.entry.rows.forms import (
    Before,
    Conflict,
    EntryRow,
    Frame,
    blank_row,
    calculated_cells,
    entry_row,
    new_row,
    read_row,
    shown_cells,
    typed_cells,
)
from posts.frozen.queries import frozen_in
from posts.lines import queries
from posts.lines.actions import LineChange, next_position, with_room
from posts.lines.cells.rules import FULL_YEAR, field_name, is_figure, year_field
from posts.lines.places.rules import STEP
from posts.lines.queries import Outline
from posts.lines.rules import LineState, amounts_of, state_of
from posts.models import CostLine

EVERYTHING = Narrowing()
PAGE_SIZE = 100
NO_TEAM = "No team"
ALL_AT_ONCE = 200  # up to so many lines a programme is one page; beyond it, a page is a part of one phase


KEYS = (
    ("Arrows, Tab, Enter", "move between cells"),
    ("Home, End", "the first and last cell of the row; with Ctrl, of the table"),
    ("Ctrl and an arrow", "the edge of what is filled in"),
    ("F2, or a second click", "edit what a cell holds; typing replaces it"),
    ("Escape", "give back what the cell held"),
    ("Shift and an arrow or click", "choose several cells"),
    ("Ctrl+C, Ctrl+V", "copy and paste cells, here or from a spreadsheet"),
    ("Ctrl+D, Delete", "fill down, clear"),
    ("Shift+F2", "open the line beside its row: one-off or fixed term, intakes, typed figures; Escape goes back to the cell"),
    ("Shift+F4", "the history of the cell: who changed it, when, from what to what"),
    ("Ctrl+Z, Ctrl+Y", "undo and redo your changes of this visit"),
    ("Alt+Enter", "insert a row above"),
    ("Alt and up or down", "move the row; with Shift and down, duplicate it"),
)


@dataclass
class PhaseEntry:
    """One phase on the page: its rows here, its blank row, and its totals over all its lines, shown or not."""

    phase: Phase
    rows: list[EntryRow]
    blank: EntryRow
    totals: dict[str, str]
    # New rows beside the empty one: begun above a line, or made for a block that was pasted.
    added: list[EntryRow] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"phase-{self.phase.pk}"

    @property
    def label(self) -> str:
        """What its totals are called."""
        return f"Total {self.phase.name}"

    @property
    def groups(self) -> list[tuple[str, str, list[EntryRow]]]:
        """Its rows by team, each with the team's heading and an id for it; no heading in a phase without teams."""
        named = any(row.state and row.state.team for row in self.rows)
        found: list[tuple[str, str, list[EntryRow]]] = []
        for row in self.rows:
            team = row.state.team if row.state else ""
            heading = (team or NO_TEAM) if named else ""
            if not found or (row.state and found[-1][0] != heading):
                found.append((heading, f"{self.key}-{len(found) + 1}", []))
            found[-1][2].extend(new for new in self.added if new.before == row.line_id)
            found[-1][2].append(row)
        return found

    @property
    def last(self) -> list[EntryRow]:
        """The rows at its end: new ones, and the empty one."""
        return [*(row for row in self.added if row.before is None), self.blank]


@dataclass
class EntryPage:
    """The whole page. `amounts` of every line are for the totals; `parts` link to the rest of a large programme."""

    programme: Programme
    frame: Frame
    phases: list[PhaseEntry]
    totals: dict[str, str]
    line_count: int
    amounts: dict[int, Outline]
    parts: list[dict[str, object]] = field(default_factory=list)
    changes: list[LineChange] = field(default_factory=list)
    touched: list[EntryRow] = field(default_factory=list)
    narrowing: Narrowing = EVERYTHING
    shown_count: int = 0
    key = "all"
    label = "Total"
    keys = KEYS

    @property
    def column_count(self) -> int:
        return len(self.frame.columns)

    @property
    def read_columns(self) -> list[Column]:
        """The columns of the table for those who read it only."""
        return [column for column in self.frame.columns if column.is_read]

    @property
    def blank_columns(self) -> int:
        """How many cells stand beside a heading."""
        return self.column_count - 1

    @property
    def blank_read(self) -> int:
        return len(self.read_columns) - 1

    @property
    def rows(self) -> list[EntryRow]:
        return [row for phase in self.phases for row in [*phase.rows, *phase.added, phase.blank]]

    def begin_above(self, line_id: int) -> None:
        """Have a new row above a line, in its phase and team; nothing where the page does not show it."""
        for entry in self.phases:
            row = next((row for row in entry.rows if row.line_id == line_id and row.state), None)
            if row and row.state:
                entry.added = [new_row(entry.phase.pk, 1, self.frame, before=line_id, team=row.state.team)]

    @property
    def has_errors(self) -> bool:
        return any(row.errors for row in self.rows)

    @property
    def has_conflicts(self) -> bool:
        return any(row.conflict for row in self.rows)

    @property
    def errors(self) -> list[dict[str, str]]:
        """Every message with the cell it is about, for the error summary; conflicts too."""
        errors = []
        for row in self.rows:
            if row.conflict:
                what = "removed" if row.conflict.removed else "saved"
                errors.append({"text": f"{row.name}: somebody else {what} it first.", "href": f"#{row.prefix}-title"})
            errors += [
                {"text": f"{row.name}, {field_name(name)}: {message}", "href": f"#{row.prefix}-{name}"}
                for name, message in row.errors.items()
            ]
        return errors


def open_page(
    programme: Programme,
    *,
    phase_number: int | None = None,
    page_number: int = 1,
    narrowing: Narrowing = EVERYTHING,
    only: frozenset[int] | None = None,
) -> EntryPage:
    """The page as it is stored now: nine queries, whatever the number of lines. Totals are of all lines, shown or not.

    `only`: the lines to be shown, whatever their number and whatever is asked for; None for those asked for.
    """
    frame = Frame(programme.years, Basis(programme.basis))
    outlines = queries.outlines_of(programme)
    asked: Collection[int] | None = only
    if only is None and narrowing.is_on:
        asked = {line.pk for line in queries.lines_of(programme) if narrowing.holds(line)}
    wanted = outlines if asked is None else [line for line in outlines if line.pk in asked]
    phases = list(programme.phases.order_by("number"))
    shown = phases
    if len(wanted) > ALL_AT_ONCE and phases:
        shown = [phase for phase in phases if phase.number == phase_number] or phases[:1]
    here = {}
    for phase in shown:
        rows = [line.pk for line in wanted if line.phase == phase.pk]
        here[phase.pk] = rows[(page_number - 1) * PAGE_SIZE : page_number * PAGE_SIZE] if len(wanted) > ALL_AT_ONCE else rows
    # Only what is shown is read whole: of 1,600 lines a page shows a hundred.
    whole = {line.pk: _row_of(line, frame) for line in queries.lines_of(programme, [pk for rows in here.values() for pk in rows])}
    entries = [
        PhaseEntry(phase, [whole[pk] for pk in here[phase.pk] if pk in whole], blank_row(phase.pk, frame), {}) for phase in shown
    ]
    _mark(entries)
    amounts = {line.pk: line for line in outlines}
    page = EntryPage(programme, frame, entries, {}, len(outlines), amounts, narrowing=narrowing, shown_count=len(wanted))
    if len(wanted) > ALL_AT_ONCE and not narrowing.is_on:
        page.parts = _parts(phases, outlines, shown[0], page_number)
    set_totals(page)
    return page


def _row_of(line: CostLine, frame: Frame) -> EntryRow:
    return entry_row(line.pk, line.version, state_of(line), list(line.amounts.all()), frame)


def _mark(entries: Sequence[PhaseEntry]) -> None:
    """Say of each line which drawdown keeps it, and how far that is, and how much was said of it (two queries)."""
    rows = {row.line_id: row for entry in entries for row in entry.rows if row.line_id}
    for line_id, notes in notes_counted(rows).items():
        rows[line_id].notes = notes
    for frozen in frozen_in(rows):
        row = rows[frozen.line_id]
        row.drawn = (*row.drawn, f"{frozen.title}: {frozen.state}")


def _parts(phases: Sequence[Phase], lines: Sequence[Outline], shown: Phase, page_number: int) -> list[dict[str, object]]:
    parts = []
    for phase in phases:
        count = sum(line.phase == phase.pk for line in lines)
        pages = max(-(-count // PAGE_SIZE), 1)
        for number in range(1, pages + 1):
            last = min(number * PAGE_SIZE, count)
            label = phase.name if pages == 1 else f"{phase.name}, {(number - 1) * PAGE_SIZE + 1} to {last}"
            current = phase == shown and number == page_number
            parts.append({"url": f"?phase={phase.number}&page={number}", "label": label, "current": current})
    return parts


def set_totals(page: EntryPage) -> None:
    """Add up every line of the programme, by phase and overall (domain, money rule 1: totals add the rounded amounts)."""
    for entry in page.phases:
        entry.totals = _sums([line for line in page.amounts.values() if line.phase == entry.phase.pk], page.frame)
    page.totals = _sums(list(page.amounts.values()), page.frame)


def _sums(lines: Sequence[Outline], frame: Frame) -> dict[str, str]:
    columns = {FULL_YEAR: stored(None)} | {year_field(year): in_year(year) for year in frame.years}
    sums = {name: total(line.amounts[measure] for line in lines if measure in line.amounts) for name, measure in columns.items()}
    return {"fte": formats.fte_total(*total_fte(line.size for line in lines))} | {
        name: formats.NIL if amount is None else formats.whole(amount) for name, amount in sums.items()
    }


def read_page(page: EntryPage, data: Mapping[str, str], *, by: User, at: datetime) -> None:
    """Take what was posted into the page: `page.changes` to be stored, or messages and conflicts in its rows.

    Rows that were not posted, or come back as they were shown, are left alone.
    """
    for entry in page.phases:
        for row in entry.rows:
            if f"{row.prefix}-version" in data:
                _read_stored(page, entry, row, data, by=by, at=at)
        entry.rows += _removed_since(page, entry, data)
        entry.added = _added(page, entry, data)
        for row in [*entry.added, entry.blank]:
            _read_new(page, entry, row, data, by=by, at=at)


def _read_stored(page: EntryPage, entry: PhaseEntry, row: EntryRow, data: Mapping[str, str], *, by: User, at: datetime) -> None:
    typed = typed_cells(data, row.prefix, page.frame)
    if row.several_intakes:
        typed |= {name: row.cells[name] for name in ("start", "end")}
    made_on = _number(data.get(f"{row.prefix}-version"))
    if made_on != row.version:
        typed, clashes = _beside_theirs(row, typed, made_on, page.frame)
        if clashes:
            page.touched.append(row)
            row.conflict = Conflict(tuple(clashes))
            row.cells = typed
            return
    if typed == row.cells:
        if made_on != row.version:
            page.touched.append(row)  # theirs is shown
        return
    page.touched.append(row)
    ground = page.frame.ground(by.pk, at)
    state, row.errors = read_row(typed, Before(row.state, row.cells), ground, phase=entry.phase.pk, position=0)
    row.cells = typed
    if state is not None and state != row.state:
        page.changes.append(LineChange(row.line_id, row.version, state))
        _follow(page, entry, row, state)


def _beside_theirs(
    row: EntryRow, typed: Mapping[str, str], made_on: int, frame: Frame
) -> tuple[dict[str, str], list[tuple[str, str, str, str]]]:
    """What was typed over an earlier version, put into the row as somebody else saved it since, cell by cell.

    The second value are the cells that both changed, each to something else: name, original, theirs, yours. A figure that only
    followed from what was typed is nobody's: it is not among them.
    """
    original = queries.state_at(row.line_id or 0, made_on)
    shown = shown_cells(original, amounts_of(original, frame.years, frame.basis), frame) if original else {}
    mine = {name: text for name, text in typed.items() if text != shown.get(name, "") and text != row.cells[name]}
    clashes = [
        (field_name(name), shown.get(name, ""), row.cells[name], text)
        for name, text in mine.items()
        if row.cells[name] != shown.get(name, "") and not (is_figure(name) and name not in row.stated)
    ]
    return {**row.cells, **mine}, clashes


def _added(page: EntryPage, entry: PhaseEntry, data: Mapping[str, str]) -> list[EntryRow]:
    """The new rows of a phase that were posted beside its empty one."""
    found = []
    for key in data:
        if (match := re.fullmatch(rf"new{entry.phase.pk}x(\d{{1,4}})-title", key)) is None:
            continue
        before = _number(data.get(f"new{entry.phase.pk}x{match[1]}-before")) or None
        above = next((row for row in entry.rows if row.line_id == before and row.state), None) if before else None
        team = above.state.team if above and above.state else ""
        found.append(new_row(entry.phase.pk, int(match[1]), page.frame, before=above.line_id if above else None, team=team))
    return found


def _read_new(page: EntryPage, entry: PhaseEntry, row: EntryRow, data: Mapping[str, str], *, by: User, at: datetime) -> None:
    typed = typed_cells(data, row.prefix, page.frame)
    if typed == row.cells or not any(text.strip() for text in typed.values()):
        return
    page.touched.append(row)
    ground = page.frame.ground(by.pk, at)
    state, row.errors = read_row(typed, Before(None, row.cells), ground, phase=entry.phase.pk, position=0)
    row.cells = typed
    if state is not None:
        _add(page, entry, row, state)
        _follow(page, entry, row, state)


def _add(page: EntryPage, entry: PhaseEntry, row: EntryRow, state: LineState) -> None:
    """Put a new line into the changes: as the last of its phase, or above the line it was begun over, where others make room."""
    group = queries.beside(page.programme, row.before) if row.before else []
    if not group:
        new = [change.state.position for change in page.changes if change.state and change.line_id is None]
        position = max([next_position(page.programme, entry.phase), *(last + STEP for last in new)])
        page.changes.append(LineChange(None, None, replace(state, position=position)))
        return
    *room, added = with_room(state, group, [line.pk for line in group].index(row.before or 0))
    pending = {change.line_id: change for change in page.changes if change.line_id}
    for change in room:
        typed = pending.get(change.line_id or 0)
        if typed is None:
            page.changes.append(change)
        elif typed.state and change.state:
            moved = replace(typed.state, position=change.state.position)
            page.changes[page.changes.index(typed)] = replace(typed, state=moved)
    page.changes.append(added)


def _follow(page: EntryPage, entry: PhaseEntry, row: EntryRow, state: LineState) -> None:
    """Let the row's own figures, and so the totals, follow what was typed."""
    figures, amounts = calculated_cells(state, page.frame)
    row.cells = {**row.cells, **figures}
    key = row.line_id or -len(page.touched)
    page.amounts[key] = Outline(key, entry.phase.pk, state.size, {each.measure: each.amount for each in amounts})


def _removed_since(page: EntryPage, entry: PhaseEntry, data: Mapping[str, str]) -> list[EntryRow]:
    """Rows that were typed into while somebody else removed their line: they come back as rows to be added again."""
    rows = []
    for key in data:
        match = re.fullmatch(r"l(\d{1,18})-version", key)
        if not match or int(match[1]) in page.amounts or data.get(f"l{match[1]}-phase") != str(entry.phase.pk):
            continue
        typed = typed_cells(data, f"l{match[1]}", page.frame)
        original = queries.state_at(int(match[1]), _number(data[key]))
        if original is None:
            continue
        shown = shown_cells(original, amounts_of(original, page.frame.years, page.frame.basis), page.frame)
        if typed == shown:
            continue
        changed = [(field_name(name), shown[name], "", text) for name, text in typed.items() if text != shown[name]]
        row = EntryRow(f"l{match[1]}", typed, conflict=Conflict(tuple(changed), removed=True))
        page.touched.append(row)
        rows.append(row)
    return rows


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else 0
