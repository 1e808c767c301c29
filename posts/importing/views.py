"""The pages of pasting: what was sent, how it is read, and what each row of the block shows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.models import User
from accounts.permissions.rules import Permission, SignedIn, permission_required
from costing.frozen import digest
from phases.models import Phase, Programme
from phases.programmes.queries import programme_for
from posts.importing import actions
from posts.importing import rules as spreadsheet
from posts.importing.actions import CHANGED, NEW, REFUSED, SAME, Choices, Outcome, Preview
from posts.importing.columns.rules import labels
from posts.importing.rules import PastedRow, Role
from posts.importing.text.rules import MOST_BYTES, Unreadable, decode
from posts.lines import queries
from posts.lines.actions import StaleLines

MOST_SHOWN = 500  # rows of a preview; all are checked
MOST_MESSAGES = 50
TAGS = {NEW: ("New", "blue"), CHANGED: ("Changed", "purple"), SAME: ("Same", "grey"), REFUSED: ("Not taken", "red")}
OVERTAKEN = "Somebody else changed lines of this programme since you looked. Nothing was stored: check the block again."
READ_ANEW = "You changed how the block is read. Nothing was stored: check it once more."


@dataclass(frozen=True)
class Cell:
    """One cell as it was pasted: how its column is read, and what is wrong with it."""

    text: str
    name: str
    error: str
    identity: str


@dataclass(frozen=True)
class ShownRow:
    """One row of the preview. `notes`: sentences under its tag; `errors`: those that belong to no cell of it."""

    row: PastedRow
    tag: tuple[str, str]
    cells: list[Cell]
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    differences: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def identity(self) -> str:
        return f"r{self.row.number}"


@dataclass
class PastePage:
    """Step 1 while `preview` is None, else step 2. `said` is a message about the whole."""

    programme: Programme
    choices: Choices
    step: str
    preview: Preview | None = None
    problem: tuple[str, str] | None = None
    said: str = ""
    phases: Sequence[Phase] = ()

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        if self.said:
            return 409
        return 422 if self.problem or (self.preview and self.preview.refused) else 200

    @property
    def read_as(self) -> str:
        """A mark of how the block is read: what is stored is never read otherwise than it was shown."""
        assert self.preview
        block = self.preview.block
        return _mark(self.choices.text, *block.columns, str(block.thousands), str(self.choices.phase))

    @property
    def seen(self) -> str:
        """A mark of which stored lines, at which versions, the rows were compared with."""
        assert self.preview
        return _mark(self.preview.seen)

    @property
    def errors(self) -> list[dict[str, str]]:
        """Every message with its place, for the error summary; the last says how many more there are."""
        if self.problem:
            return [{"text": self.problem[1], "href": f"#{self.problem[0]}"}]
        if not self.preview:
            return []
        found = [{"text": message, "href": "#column-0"} for message in self.preview.block.errors]
        found += [{"text": message, "href": f"#{name}"} for name, message in self.preview.errors]
        for shown in self.all_rows:
            place = f"Row {shown.row.number}"
            found += [
                {"text": f"{place}, {self.label(cell.name)}: {cell.error}", "href": f"#{cell.identity}"}
                for cell in shown.cells
                if cell.error
            ]
            found += [{"text": f"{place}: {message}", "href": f"#{shown.identity}"} for message in shown.errors]
        if len(found) > MOST_MESSAGES:
            more = len(found) - MOST_MESSAGES
            found = [*found[:MOST_MESSAGES], {"text": f"{more:,} more: correct these first, then check again.", "href": ""}]
        return found

    def error_of(self, name: str) -> str:
        """The message about a field of the page."""
        if self.problem and self.problem[0] == name:
            return self.problem[1]
        return next((message for field_, message in self.preview.errors if field_ == name), "") if self.preview else ""

    @property
    def text_error(self) -> str:
        return self.error_of("text")

    @property
    def file_error(self) -> str:
        return self.error_of("file")

    @property
    def reason_error(self) -> str:
        return self.error_of("reason")

    @property
    def phase_error(self) -> str:
        return self.error_of("phase")

    def label(self, name: str) -> str:
        return labels(self.programme.years).get(name, name)

    @cached_property
    def all_rows(self) -> list[ShownRow]:
        """Every row but those of headings."""
        if not self.preview:
            return []
        outcomes = {outcome.row.number: outcome for outcome in self.preview.outcomes}
        return [self._shown(row, outcomes.get(row.number)) for row in self.preview.block.rows if row.role is not Role.HEADER]

    @cached_property
    def rows(self) -> list[ShownRow]:
        """The rows that are shown: of a very large block those with errors, then as many others as fit, in their order."""
        if len(self.all_rows) <= MOST_SHOWN:
            return self.all_rows
        wrong = [shown.row.number for shown in self.all_rows if shown.errors or any(cell.error for cell in shown.cells)]
        fine = [shown.row.number for shown in self.all_rows if shown.row.number not in set(wrong)]
        chosen = set([*wrong, *fine][:MOST_SHOWN])
        return [shown for shown in self.all_rows if shown.row.number in chosen]

    def _shown(self, row: PastedRow, outcome: Outcome | None) -> ShownRow:
        assert self.preview
        errors = outcome.errors if outcome else row.errors
        columns = self.preview.block.columns
        placed = {name for name in columns if name}
        cells = [
            Cell(text, name, errors.get(name, "") if name else "", f"r{row.number}-c{place}")
            for place, (text, name) in enumerate(zip(row.cells, columns, strict=True))
        ]
        elsewhere = [f"{self.label(name)}: {message}" for name, message in errors.items() if name not in placed]
        if outcome:
            return ShownRow(row, TAGS[outcome.status], cells, _notes(outcome), elsewhere, outcome.differences)
        tag = _of_heading(row)
        notes: list[str] = []
        if row.role is Role.TOTAL:
            total = next((total for total in self.preview.block.totals if total.row == row.number), None)
            if total is None:
                return ShownRow(row, ("Not compared", "grey"), cells, notes, elsewhere)
            elsewhere += [f"{self.label(n)} says {says}, the lines add up to {adds}." for n, says, adds in total.differences]
            tag = ("Differs", "red") if total.differences else ("Confirmed", "green")
            notes = [] if total.differences else ["The lines add up to it"]
        return ShownRow(row, tag, cells, notes, elsewhere)

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """Each column: its place, its heading in the block, how it is read."""
        assert self.preview
        block = self.preview.block
        return [(str(i), h, name) for i, (h, name) in enumerate(zip(block.headings, block.columns, strict=True))]

    @property
    def number_columns(self) -> set[str]:
        """The columns whose cells are figures."""
        return {"fte", "annual_cost", "full_year", *(f"y{year.starts_in}" for year in self.programme.years)}

    @property
    def column_choices(self) -> list[tuple[str, str]]:
        return [("", "Leave out"), *labels(self.programme.years).items()]

    @property
    def counts(self) -> dict[str, int]:
        assert self.preview
        return {status: self.preview.count(status) for status in (NEW, CHANGED, SAME, REFUSED)}

    @property
    def button(self) -> str:
        """What the button that stores says."""
        new, changed = self.counts[NEW], self.counts[CHANGED]
        if new and changed:
            return f"Add {new:,} and change {changed:,} lines"
        return f"{'Add' if new else 'Change'} {new or changed:,} line{'' if new + changed == 1 else 's'}"

    @property
    def done(self) -> str:
        """What was stored, once it is."""
        return self.button.replace("Add ", "Added ").replace("Change ", "Changed ").replace(" and change ", " and changed ") + "."

    @cached_property
    def new_teams(self) -> list[str]:
        """Teams that are set up along with the lines."""
        if not self.preview:
            return []
        known = {team.name for team in queries.teams_of(self.programme)}
        named = [outcome.state.team for outcome in self.preview.outcomes if outcome.state and outcome.state.team]
        return [name for name in dict.fromkeys(named) if name not in known]

    @property
    def totals_confirmed(self) -> int:
        assert self.preview
        return len(self.preview.block.totals) - len(self.preview.block.totals_differ)


def _mark(*parts: str) -> str:
    return digest("\x1f".join(parts).encode("utf-8", "surrogatepass"))[:24]


def _notes(outcome: Outcome) -> list[str]:
    if outcome.errors or outcome.state:
        return []
    return ["Its phase is not known"] if outcome.row.phase == spreadsheet.UNKNOWN_PHASE else ["Choose its phase above"]


def _of_heading(row: PastedRow) -> tuple[str, str]:
    return {Role.PHASE: ("Phase", "grey"), Role.TEAM: ("Team", "grey")}.get(row.role, ("Not read", "grey"))


def open_page(
    programme: Programme, data: Mapping[str, str], files: Mapping[str, UploadedFile], *, by: User, at: datetime
) -> PastePage:
    """The page for what was sent; everything typed stays in it."""
    text = data.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    step = data.get("do", "")
    page = PastePage(
        programme, _choices(data, text, actions.usual_reason(by, at)), step, phases=list(programme.phases.order_by("number"))
    )
    place = "text"
    try:
        if upload := files.get("file"):
            place = "file"
            page.choices = Choices(_text_of(upload), reason=page.choices.reason)
            place = "text"
        if step in ("preview", "apply"):
            page.preview = actions.look(programme, page.choices, by=by, at=at)
    except Unreadable as error:
        page.problem = (place, str(error))
    return page


def stands(page: PastePage, data: Mapping[str, str]) -> bool:
    """Whether the block may be stored now: asked for, without error, and just as it was shown. Else `page.said` says why not."""
    if page.step != "apply" or not page.preview or page.preview.refused:
        return False
    if data.get("read_as") != page.read_as:
        page.said = READ_ANEW
    elif data.get("seen") != page.seen:
        page.said = OVERTAKEN
    return not page.said and bool(page.preview.changes)


def _choices(data: Mapping[str, str], text: str, usual: str) -> Choices:
    columns: list[str] = []
    while (name := data.get(f"column-{len(columns)}")) is not None and len(columns) < spreadsheet.MOST_COLUMNS:
        columns.append(name)
    phase = data.get("phase", "")
    return Choices(
        text,
        columns=tuple(columns) or None,
        thousands={"pounds": False, "thousands": True}.get(data.get("unit", "")),
        phase=int(phase) if re.fullmatch(r"[0-9]{1,2}", phase) else None,
        reason=data.get("reason", usual),
    )


def _text_of(upload: UploadedFile) -> str:
    if (upload.size or 0) > MOST_BYTES:
        raise Unreadable(f"This file is {(upload.size or 0) / 1024 / 1024:.1f} MB: at most 2 MB is read at a time.")
    return decode(upload.read()).replace("\r\n", "\n").replace("\r", "\n")


@permission_required(Permission.EDIT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: SignedIn, slug: str) -> HttpResponse:
    """Step 1 takes a block; step 2 shows what would become of each row; then it is stored, all or nothing."""
    programme, at = programme_for(request.user, slug), clock.localtime()
    page = open_page(programme, request.POST, request.FILES, by=request.user, at=at)
    if page.preview and stands(page, request.POST):
        try:
            actions.apply(page.preview, by=request.user, at=at)
        except StaleLines:
            programme = programme_for(request.user, slug)
            page = open_page(programme, request.POST, {}, by=request.user, at=at)
            page.said = OVERTAKEN
        else:
            messages.success(request, f"{page.done} Undo is above the table.")
            return redirect("lines", slug=slug)
    context = {"programme": programme, "page": page, "has_errors": bool(page.errors)}
    return render(request, "posts/importing/paste.html", context, status=page.status)
