"""What a person posted of the table of inputs, taken into its page.

The same code serves a whole page sent without JavaScript, one row saved by itself, and figures asked for while typing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from costing.measure import Measure
from posts.entry.rows.forms import (
    Before,
    Conflict,
    EntryRow,
    Frame,
    calculated_cells,
    new_row,
    read_row,
    shown_cells,
    typed_cells,
)
from posts.entry.table.forms import EntryPage, PhaseEntry
from posts.entry.totals.rules import Sums
from posts.lines import queries
from posts.lines.actions import LineChange, next_position, with_room
from posts.lines.cells.rules import field_name, is_figure
from posts.lines.places.rules import STEP
from posts.lines.rules import LineState, amounts_of
from posts.models import LineAmount


def lines_posted(data: Mapping[str, str]) -> set[int]:
    """The numbers of the stored lines whose rows were posted, and of those above which a new row was begun."""
    typed = {int(match[1]) for key in data if (match := re.fullmatch(r"l(\d{1,18})-version", key))}
    return typed | {_number(data[key]) for key in data if re.fullmatch(r"new\d{1,18}x\d{1,4}-before", key)}


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
    typed = typed_cells(data, row.prefix, page.frame, row.cells)
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
    typed = typed_cells(data, row.prefix, page.frame, row.cells)
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
        if entry.phase.pk not in page.places:
            page.places[entry.phase.pk] = next_position(page.programme, entry.phase)
        page.changes.append(LineChange(None, None, replace(state, position=page.places[entry.phase.pk])))
        page.places[entry.phase.pk] += STEP
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
    sums = page.sums.setdefault(entry.phase.pk, Sums())
    if row.state is not None:
        sums.count(row.state.size, _by_measure(row.amounts), -1)
    sums.count(state.size, _by_measure(amounts))


def _by_measure(amounts: Iterable[LineAmount]) -> dict[Measure, Decimal | None]:
    return {amount.measure: amount.amount for amount in amounts}


def _removed_since(page: EntryPage, entry: PhaseEntry, data: Mapping[str, str]) -> list[EntryRow]:
    """Rows that were typed into while somebody else removed their line: they come back as rows to be added again."""
    rows, here = [], {row.line_id for each in page.phases for row in each.rows}
    for key in data:
        match = re.fullmatch(r"l(\d{1,18})-version", key)
        if not match or int(match[1]) in here or data.get(f"l{match[1]}-phase") != str(entry.phase.pk):
            continue
        original = queries.state_at(int(match[1]), _number(data[key]))
        if original is None:
            continue
        shown = shown_cells(original, amounts_of(original, page.frame.years, page.frame.basis), page.frame)
        typed = typed_cells(data, f"l{match[1]}", page.frame, shown)
        if typed == shown:
            continue
        changed = [(field_name(name), shown[name], "", text) for name, text in typed.items() if text != shown[name]]
        row = EntryRow(f"l{match[1]}", typed, conflict=Conflict(tuple(changed), removed=True))
        page.touched.append(row)
        rows.append(row)
    return rows


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else 0
