"""The page of inputs of a programme: its rows with what stands in them, and its totals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count

from costing.intake import Basis
from costing.measure import in_year, stored
from display import formats
from phases.models import Phase, Programme
from posts.comments.marks.queries import notes_counted
from posts.entry.columns.queries import AS_USUAL, ColumnsSet
from posts.entry.columns.rules import Column
from posts.entry.narrowing.queries import Narrowed
from posts.entry.rows.forms import EntryRow, Frame, blank_row, entry_row, new_row
from posts.entry.since.queries import changes_since, removed_since
from posts.entry.totals.queries import sums_of
from posts.entry.totals.rules import Sums, together
from posts.frozen.queries import frozen_in
from posts.lines import queries
from posts.lines.actions import LineChange
from posts.lines.cells.rules import FULL_YEAR, field_name, year_field
from posts.lines.rules import state_of
from posts.models import CostLine

EVERYTHING = Narrowed()
PAGE_SIZE = 100
NO_TEAM = "No team"
ALL_AT_ONCE = 200  # up to so many lines a programme is one page; beyond it, a page is a part of one phase


class Part(NamedTuple):
    """The part of a large programme that is asked for: a phase by its number, and how manieth hundred lines of it."""

    phase: int | None = None
    page: int = 1


FIRST = Part()
# The parts of the page's script, asked for at once rather than one after the other.
MODULES = tuple(
    f"improvement_budget/sheet/{name}.js"
    for name in ("cells", "clipboard", "folding", "menus", "moving", "panel", "presence", "saving", "undoing", "widths")
)
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
    ("Alt+Shift and left or right", "make the column narrower or wider"),
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
    # In an order of the person's own, not that of the paper: teams are mixed.
    is_sorted: bool = False

    @property
    def key(self) -> str:
        return f"phase-{self.phase.pk}"

    @property
    def label(self) -> str:
        """What its totals are called."""
        return f"Total {self.phase.name}"

    @property
    def groups(self) -> list[tuple[str, str, list[EntryRow]]]:
        """Its rows by team, each with the team's heading and an id for it; no heading in a phase without teams or sorted."""
        named = not self.is_sorted and any(row.state and row.state.team for row in self.rows)
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
    """The whole page. `sums` of every phase are for the totals; `parts` link to the rest of a large programme."""

    programme: Programme
    frame: Frame
    phases: list[PhaseEntry]
    totals: dict[str, str]
    sums: dict[int, Sums]
    parts: list[dict[str, object]] = field(default_factory=list)
    changes: list[LineChange] = field(default_factory=list)
    touched: list[EntryRow] = field(default_factory=list)
    narrowing: Narrowed = EVERYTHING
    # What lines that are there no more were called, where it is asked what changed since.
    removed: list[str] = field(default_factory=list)
    shown_count: int = 0
    columns: ColumnsSet = AS_USUAL
    # Where the next new line of a phase is put, of the phases that one was typed into.
    places: dict[int, int] = field(default_factory=dict)
    key = "all"
    label = "Total"
    keys = KEYS
    modules = MODULES

    @property
    def line_count(self) -> int:
        """How many lines the programme has, shown or not."""
        return sum(sums.lines for sums in self.sums.values())

    @property
    def column_count(self) -> int:
        return len(self.frame.shown)

    @property
    def read_columns(self) -> list[Column]:
        """The columns of the table for those who read it only."""
        return [column for column in self.frame.shown if column.is_read]

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
                {
                    "text": f"{row.name}, {field_name(name)}: {message}",
                    "href": f"#{row.prefix}-{'title' if name in self.frame.hidden else name}",
                }
                for name, message in row.errors.items()
            ]
        return errors


def open_page(
    programme: Programme, part: Part = FIRST, narrowing: Narrowed = EVERYTHING, *, columns: ColumnsSet = AS_USUAL
) -> EntryPage:
    """The page as it is stored now: a constant number of queries, and no more lines read than are shown. Totals are of all."""
    phases = list(programme.phases.order_by("number"))
    sums = sums_of(programme)
    wanted = narrowing.of(queries.lines_of(programme))
    counts = {pk: of.lines for pk, of in sums.items()}
    if narrowing.asked.is_on:
        asked = narrowing.of(CostLine.objects.filter(programme=programme)).order_by()
        counts = dict(asked.values_list("phase_id").annotate(Count("pk")))
    shown, in_parts = phases, sum(counts.values()) > ALL_AT_ONCE
    if in_parts and phases:
        shown = [phase for phase in phases if phase.number == part.phase] or phases[:1]
        wanted = wanted.filter(phase=shown[0])[(part.page - 1) * PAGE_SIZE : part.page * PAGE_SIZE]
    page = _page_of(programme, shown, wanted, sums, columns)
    page.narrowing, page.shown_count = narrowing, sum(counts.values())
    for entry in page.phases:
        entry.is_sorted = bool(narrowing.asked.order)
    _say_why(page)
    if in_parts:
        page.parts = _parts(phases, counts, Part(shown[0].number, part.page))
    return page


def open_rows(programme: Programme, only: Collection[int], *, columns: ColumnsSet = AS_USUAL) -> EntryPage:
    """The page with these lines alone, wherever they stand; each phase has its empty row."""
    lines = queries.lines_of(programme, only) if only else ()
    return _page_of(programme, list(programme.phases.order_by("number")), lines, sums_of(programme), columns)


def _page_of(
    programme: Programme, phases: Sequence[Phase], lines: Iterable[CostLine], sums: dict[int, Sums], columns: ColumnsSet
) -> EntryPage:
    frame = Frame(programme.years, Basis(programme.basis), columns.hidden)
    rows: dict[int, list[EntryRow]] = {phase.pk: [] for phase in phases}
    for line in lines:
        rows[line.phase_id].append(entry_row(line.pk, line.version, state_of(line), list(line.amounts.all()), frame))
    entries = [PhaseEntry(phase, rows[phase.pk], blank_row(phase.pk, frame), {}) for phase in phases]
    _mark(entries)
    page = EntryPage(programme, frame, entries, {}, sums, columns=columns)
    set_totals(page)
    return page


def _mark(entries: Sequence[PhaseEntry]) -> None:
    """Say of each line which drawdown keeps it, and how far that is, and how much was said of it (two queries)."""
    rows = {row.line_id: row for entry in entries for row in entry.rows if row.line_id}
    for line_id, notes in notes_counted(rows).items():
        rows[line_id].notes = notes
    for frozen in frozen_in(rows):
        row = rows[frozen.line_id]
        row.drawn = (*row.drawn, f"{frozen.title}: {frozen.state}")


def _say_why(page: EntryPage) -> None:
    """Say of each row what it is shown for: who changed it since, what is found of it."""
    rows = {row.line_id: row for row in page.rows if row.line_id}
    for found in page.narrowing.found:
        if found.line_id in rows:
            rows[found.line_id].found.append(found.text)
    if page.narrowing.moment:
        page.removed = removed_since(page.programme, page.narrowing.moment)
        for line_id, change in changes_since(rows, page.narrowing.moment).items():
            rows[line_id].changed = change


def _parts(phases: Sequence[Phase], counts: Mapping[int, int], shown: Part) -> list[dict[str, object]]:
    parts = []
    for phase in phases:
        count = counts.get(phase.pk, 0)
        pages = max(-(-count // PAGE_SIZE), 1)
        for number in range(1, pages + 1):
            last = min(number * PAGE_SIZE, count)
            label = phase.name if pages == 1 else f"{phase.name}, {(number - 1) * PAGE_SIZE + 1} to {last}"
            parts.append({"phase": phase.number, "page": number, "label": label, "current": shown == (phase.number, number)})
    return parts


def set_totals(page: EntryPage) -> None:
    """Add up every line of the programme, by phase and overall (domain, money rule 1: totals add the rounded amounts)."""
    for entry in page.phases:
        entry.totals = _totals(page.sums.get(entry.phase.pk, Sums()), page.frame)
    page.totals = _totals(together(page.sums.values()), page.frame)


def _totals(sums: Sums, frame: Frame) -> dict[str, str]:
    columns = {FULL_YEAR: stored(None)} | {year_field(year): in_year(year) for year in frame.years}
    found = {name: sums.of(measure) for name, measure in columns.items()}
    return {"fte": formats.fte_total(*sums.fte)} | {
        name: formats.NIL if amount is None else formats.whole(amount) for name, amount in found.items()
    }
