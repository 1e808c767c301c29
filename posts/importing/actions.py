"""A pasted block beside the stored lines: what would become of each row, and making it so, all or nothing.

The page and `manage.py import_lines` both stand on this. What a row of text says is read in `posts.importing.rules`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from accounts.models import AuditEntry, User
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence
from costing.money import round_pounds
from costing.typed import NIL, NotUnderstood
from display import formats
from phases.models import Programme
from posts.entry.rows.forms import Frame, cell_of, shown_cells, typed_line
from posts.importing import rules as spreadsheet
from posts.importing.columns import rules as columns
from posts.importing.rules import Block, PastedRow, Role
from posts.lines import queries
from posts.lines.actions import POSITION_STEP, LineChange, change_lines
from posts.lines.cells.rules import FULL_YEAR, field_name, year_field
from posts.lines.reading.rules import CODES, LONGEST, check_full_year, read_line, text_of
from posts.lines.rules import LineState, Stated, amounts_of, state_of
from posts.models import CostLine, LineAmount

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
_YES = {"yes", "y", "true", "complete", "completed", "done", "✓", "✔", "x", "1"}
_NO = {"", "no", "n", "false", "incomplete", "n/a", "na", "0", *NIL}


@dataclass(frozen=True)
class Choices:
    """What a person pasted and chose. `columns` and `thousands` None: as the block's own headings say."""

    text: str
    columns: tuple[str, ...] | None = None
    thousands: bool | None = None
    phase: int | None = None
    reason: str = ""


@dataclass
class Outcome:
    """What becomes of one row: the stored line it means, if any, its new state, and what differs: name, before, after."""

    row: PastedRow
    status: str = REFUSED
    line: CostLine | None = None
    state: LineState | None = None
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """What the row meant when it was looked at: the stored line and its version, or a new one."""
        return f"{self.line.pk}:{self.line.version}" if self.line else "new"


@dataclass
class Preview:
    """The whole block beside the stored lines. `errors`: field of the page, message."""

    programme: Programme
    block: Block
    outcomes: list[Outcome]
    known: dict[int, CostLine]
    phases: dict[int, str]
    errors: list[tuple[str, str]] = field(default_factory=list)
    needs_phase: bool = False
    needs_reason: bool = False

    def count(self, status: str) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def refused(self) -> bool:
        """Whether anything at all keeps the block from being applied."""
        rows = any(row.errors for row in self.block.rows if row.role is not Role.LINE)
        return bool(self.errors or self.block.errors or rows or self.block.totals_differ or self.count(REFUSED))

    @property
    def changes(self) -> list[LineChange]:
        return [
            LineChange(outcome.line.pk if outcome.line else None, outcome.line.version if outcome.line else None, outcome.state)
            for outcome in self.outcomes
            if outcome.status in (NEW, CHANGED)
        ]

    @property
    def seen(self) -> str:
        """What every row meant, for finding out later that somebody else was faster."""
        return ",".join(outcome.seen for outcome in self.outcomes)


def look(programme: Programme, choices: Choices, *, by: User, at: datetime) -> Preview:
    """Compare the block with the stored lines (two queries). Raises Unreadable where there is nothing to compare."""
    phases = list(programme.phases.order_by("number"))
    against = spreadsheet.Frame(programme.years, tuple((phase.number, phase.name) for phase in phases))
    only = phases[0].number if len(phases) == 1 else None
    block = spreadsheet.read_block(
        choices.text, against, columns=choices.columns, thousands=choices.thousands, phase=choices.phase or only
    )
    preview = Preview(programme, block, [], queries.lines_at_once(programme), {phase.pk: phase.name for phase in phases})
    if not block.errors:
        _Comparison(preview, {phase.number: phase.pk for phase in phases}, choices.reason, by.pk, at).run()
    if not block.lines:
        preview.errors.append(("text", "No line was found in this text: paste the rows of posts and other costs."))
    lacking = [row for row in block.lines if row.phase is None and columns.PHASE not in row.errors]
    preview.needs_phase = len(phases) > 1 and (bool(lacking) or choices.phase is not None)
    if lacking and phases:
        preview.errors.append(("phase", "Choose the phase for rows without one."))
    elif lacking:
        preview.errors.append(("text", spreadsheet.no_such_phase("", against)))
    return preview


def apply(preview: Preview, *, by: User, at: datetime) -> AuditEntry | None:
    """Store what the preview says, all or nothing. Raises StaleLines when somebody wrote since."""
    if preview.refused:
        raise ValueError("A block with errors is not applied.")
    return change_lines(
        programme=preview.programme, line_changes=preview.changes, by=by, at=at, what="lines_pasted", known=preview.known
    )


class _Comparison:
    """Finds each row's stored line, and reads the row against it."""

    def __init__(self, preview: Preview, phases: Mapping[int, int], reason: str, by: int, at: datetime) -> None:
        self.preview = preview
        self.programme = preview.programme
        self.phases = phases
        self.reason = " ".join(reason.split())
        self.by, self.at = by, at
        self.frame = Frame(preview.programme.years, Basis(preview.programme.basis))
        self.lines = list(preview.known.values())
        self.by_number = _grouped(self.lines, lambda line: line.establishment_number)
        self.by_key = _grouped(self.lines, lambda line: (line.phase_id, line.team.name if line.team else "", line.title))
        self.by_title = _grouped(self.lines, lambda line: (line.phase_id, line.title))
        self.last = {
            phase: max((li.position for li in self.lines if li.phase_id == phase), default=0) for phase in phases.values()
        }
        self.taken: dict[object, int] = {}

    def run(self) -> None:
        for row in self.preview.block.lines:
            outcome = Outcome(row, errors=dict(row.errors))
            self.preview.outcomes.append(outcome)
            phase = self.phases.get(row.phase or 0)
            if phase is not None:
                self._find(outcome, phase)
                self._read(outcome, phase)
        error = _reason_error(self.reason, self.preview.needs_reason)
        if error:
            self.preview.errors.append(("reason", error))

    def _find(self, outcome: Outcome, phase: int) -> None:
        """The stored line of a row: by establishment number where both have one, else by phase, team and title."""
        row = outcome.row
        title = " ".join(row.values.get("title", "").split())
        number = " ".join(row.values.get("establishment_number", "").split())
        found: Sequence[CostLine] = self.by_number.get(number, []) if number else []
        by_number = bool(found)
        if not by_number:
            if row.team is None:
                candidates = self.by_title.get((phase, title), [])
            else:
                candidates = self.by_key.get((phase, row.team, title), [])
            found = [line for line in candidates if not (number and line.establishment_number)]
        if len(found) > 1:
            what = f"the establishment number {number}" if by_number else "this phase, team and title"
            if not by_number and row.team is None:
                what = "this phase and title: give the team too"
            outcome.errors["establishment_number" if by_number else "title"] = f"{len(found)} stored lines have {what}."
            return
        outcome.line = found[0] if found else None
        key: object = outcome.line.pk if outcome.line else ("number", number) if number else (phase, row.team or "", title)
        if key in self.taken and title:
            outcome.errors.setdefault("title", f"This is the same line as row {self.taken[key]}: it can be listed only once.")
        self.taken.setdefault(key, row.number)

    def _read(self, outcome: Outcome, phase: int) -> None:
        row, line, errors = outcome.row, outcome.line, outcome.errors
        original = state_of(line) if line else None
        stored = {amount.financial_year: amount for amount in line.amounts.all()} if line else {}
        shown = shown_cells(original, list(stored.values()), self.frame) if original else dict.fromkeys(self.frame.fields, "")
        typed = shown | self._typed(row, original, shown, errors)
        position = self.last[phase] + POSITION_STEP
        line_typed = replace(typed_line(typed, original, shown, phase=phase, position=position), figures={})
        line_typed = replace(line_typed, texts={**line_typed.texts, **{n: row.values[n] for n in CODES if n in row.values}})
        state, wrong = read_line(line_typed, original, self.frame.ground(self.by, self.at))
        for place, message in wrong.items():
            errors.setdefault(cell_of(place), message)
        if state is None or errors:
            return
        if original:
            state = _same_term(state, original, row, errors)
            if original.phase != phase:
                state = replace(state, position=position)
        state = replace(state, stated=())
        state = replace(state, stated=self._stated(row, state, original, stored))
        if message := check_full_year(state):
            errors[FULL_YEAR] = message
        if errors:
            return
        outcome.state = state
        outcome.status = SAME if state == original else CHANGED if original else NEW
        if outcome.status == NEW or (original and original.phase != phase):
            self.last[phase] = position
        if original and outcome.status == CHANGED:
            found = _differences(original, state, shown, self.frame, self.preview.phases)
            # The one cell for reasons cannot tell which figure has which: it is named only where the block gives one.
            of_reasons = field_name("reason")
            outcome.differences = [d for d in found if d[0] != of_reasons or "reason" in row.values] or found

    def _typed(
        self, row: PastedRow, original: LineState | None, shown: Mapping[str, str], errors: dict[str, str]
    ) -> dict[str, str]:
        """The row's cells as they would be typed on the page of inputs. Its figures by year are not among them."""
        cells = ("title", "fte", "start", "end", "recruited", "comment")
        typed: dict[str, str] = {name: row.values[name] for name in cells if name in row.values}
        # Figures by year are told apart below: stated, calculated or as they were.
        typed |= {name: "" for name in row.figures if name not in ("fte", "annual_cost")}
        if row.team is not None:
            typed["team"] = row.team
        for name in ("fte", "start", "end"):
            if typed.get(name, "").lower() in NIL:
                typed[name] = ""
        if "annual_cost" in row.values and "annual_cost" not in errors:
            figure = row.figures["annual_cost"]
            stored = original.annual_cost if original else None
            if not self._agrees(figure, stored):
                typed["annual_cost"] = "" if figure is None else f"{figure:f}"
        if "paperwork" in row.values:
            said = row.values["paperwork"].lower()
            if said not in _YES | _NO:
                errors["paperwork"] = "Write Yes or No."
            typed["paperwork"] = "yes" if said in _YES else ""
        _check_kind(row, errors)
        return typed

    def _agrees(self, figure: Decimal | None, amount: Decimal | None) -> bool:
        """Whether a pasted figure is this amount, to the unit it was pasted in."""
        if figure is None or amount is None:
            return figure is amount
        return figure == amount or (self.preview.block.thousands and figure == round_pounds(amount / 1000) * 1000)

    def _is_that(self, name: str, row: PastedRow, amount: LineAmount | None) -> bool:
        absent = amount is None or amount.amount is None
        if name == FULL_YEAR and name in row.nils and absent:
            return amount is not None and amount.absence == Absence.NO_EFFECT
        return self._agrees(row.figures[name], None if amount is None else amount.amount)

    def _stated(
        self,
        row: PastedRow,
        state: LineState,
        original: LineState | None,
        stored: Mapping[int | None, LineAmount],
    ) -> tuple[Stated, ...]:
        """What is stated of the line: figures that say what is stored or calculated stay so, blank ones are calculated."""
        before = {item.year: item for item in original.stated} if original else {}
        calculated = {amount.financial_year: amount for amount in amounts_of(state, self.frame.years, self.frame.basis)}
        given = " ".join(row.values.get("reason", "").split())
        kept = dict(before)
        for year in (*self.frame.years, None):
            name, start = (year_field(year), year.starts_in) if year else (FULL_YEAR, None)
            if name not in row.figures:
                continue
            if original and self._is_that(name, row, stored.get(start)):
                continue
            kept.pop(start, None)
            if row.figures[name] is None or self._is_that(name, row, calculated[start]):
                continue
            amount, absence = row.figures[name], ""
            if year is None and name in row.nils:
                amount, absence = None, Absence.NO_EFFECT.value
            self.preview.needs_reason = self.preview.needs_reason or not given
            kept[start] = Stated(start, amount, absence, given or self.reason, self.by, self.at)
        if given and before and given not in {item.reason for item in before.values()}:
            kept = {
                year: replace(item, reason=given, stated_by=self.by, stated_at=self.at) if item.reason != given else item
                for year, item in kept.items()
            }
        return tuple(sorted(kept.values(), key=lambda item: (item.year is None, item.year or 0)))


def _grouped(lines: Iterable[CostLine], key: Callable[[CostLine], object]) -> dict[object, list[CostLine]]:
    groups: dict[object, list[CostLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return groups


def _reason_error(reason: str, needed: bool) -> str:
    if needed and not reason:
        return "Give a reason for the typed figures: say where they come from."
    try:
        text_of(reason, "reason")
    except NotUnderstood as error:
        return str(error)
    return ""


def _check_kind(row: PastedRow, errors: dict[str, str]) -> None:
    said = re.sub(r"[\s-]+", " ", row.values.get("kind", "").lower())
    if not said:
        return
    if said not in ("post", "other", "other cost"):
        errors["kind"] = "Write post or other."
    elif said == "post" and not row.values.get("fte") and "fte" in row.values:
        errors["fte"] = "Enter the FTE of this post."
    elif said != "post" and row.values.get("fte"):
        errors["fte"] = "An other cost has no FTE: leave this blank, or write post as its kind."


def _same_term(state: LineState, original: LineState, row: PastedRow, errors: dict[str, str]) -> LineState:
    """Dates that say what is stored leave the intakes and the term alone, whatever else the row's From and To cannot show."""
    if len(original.intakes) > 1:
        for name in ("start", "end"):
            if row.values.get(name):
                errors[name] = "This line has several intakes: change its dates on its own page."
        return replace(state, duration=original.duration, term_months=original.term_months)
    stored = original.intakes[0][1:] if original.intakes else (None, None)
    says = state.intakes[0][1:] if state.intakes else (None, None)
    if says != stored or state.fte != original.fte:
        return state
    return replace(state, intakes=original.intakes, duration=original.duration, term_months=original.term_months)


def _differences(
    original: LineState, state: LineState, shown: Mapping[str, str], frame: Frame, phases: Mapping[int, str]
) -> list[tuple[str, str, str]]:
    """Each cell that changes: its name, before, after. Figures that follow from what changed are among them."""
    after = shown_cells(state, amounts_of(state, frame.years, frame.basis), frame)
    found = [(field_name(name), shown[name], after[name]) for name in frame.fields if shown[name] != after[name]]
    found += [
        (columns.LABELS[name], getattr(original, name), getattr(state, name))
        for name in CODES
        if getattr(original, name) != getattr(state, name)
    ]
    if original.phase != state.phase:
        found.append(("Phase", phases[original.phase], phases[state.phase]))
    if not found:  # for example a figure that becomes stated as it was calculated
        found.append(("Stated figures", _stated_words(original), _stated_words(state)))
    words = {"yes": "Yes", "": "No"}
    return [(n, words[b], words[a]) if n == field_name("paperwork") else (n, b, a) for n, b, a in found]


def _stated_words(state: LineState) -> str:
    years = [FinancialYear(item.year).label if item.year else "full year" for item in state.stated]
    return ", ".join(years) or "none"


def usual_reason(by: User, at: datetime, source: str = "") -> str:
    """What is said of pasted figures unless the person says better."""
    return f"As {f'imported from {source}' if source else 'pasted'} on {formats.long_date(at.date())} by {by.name}"[
        : LONGEST["reason"]
    ]
