"""A pasted block beside the stored lines: what would become of each row, and making it so, all or nothing.

The page and `manage.py import_lines` both stand on this. What a row of text says is read in `posts.importing.rules`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEntry, User
from costing.frozen import digest
from costing.intake import Basis
from costing.measure import in_year, stored
from costing.typed import NotUnderstood
from display import formats
from display.words import listed
from phases.models import Programme
from posts.entry.rows.forms import Frame
from posts.frozen.queries import Frozen, frozen_in
from posts.importing import rules as spreadsheet
from posts.importing.block import rules as blocks
from posts.importing.block.rules import Block, Reading, Role
from posts.importing.columns.rules import PAID_BY, PHASE, labels
from posts.importing.comparison.rules import CHANGED, NEW, REFUSED, SAME, Against, Comparison, Outcome
from posts.importing.effect.rules import PhaseEffect, effect_of, not_mentioned
from posts.importing.file.rules import Source, pasted
from posts.importing.matching.rules import spelling
from posts.importing.missing.rules import Missing, missing_of, not_removed
from posts.importing.phases.rules import no_such_phase
from posts.importing.questions.rules import Question
from posts.importing.remembered.actions import remember
from posts.importing.remembered.queries import remembered
from posts.importing.remembered.rules import Chosen, beyond_headings, from_json, shape_of, taken_over
from posts.importing.units.rules import WORDS, Scale, scale_against
from posts.lines import queries
from posts.lines.actions import LineChange, change_lines
from posts.lines.cells.rules import cell_named
from posts.lines.places.rules import STEP
from posts.lines.reading.rules import LONGEST, text_of
from posts.models import CostLine, ImportedFile, RememberedHeadings
from posts.paying.queries import sources_of

__all__ = ["CHANGED", "NEW", "REFUSED", "SAME", "Choices", "Outcome", "Preview", "apply", "look", "usual_reason"]


@dataclass(frozen=True)
class Choices:
    """What a person pasted and chose. `columns` and `units` None, a unit of 0: as the block's own headings say.

    `answers` by the key of their question; `left_out`: columns to leave out; `said`: of the file. `source`: the file that the
    text is of, None where it was pasted. `cells`: typed in place of cells, by row from 1 and column from 0. `leave_out_again`:
    columns left out before for the same headings may be left out again without being named. `hidden`: rows and columns that
    the workbook hides, from 1.
    """

    text: str
    columns: tuple[str, ...] | None = None
    units: tuple[int, ...] | None = None
    phase: int | None = None
    reason: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    source: Source | None = None
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    leave_out_again: bool = True
    hidden: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


@dataclass
class Preview:
    """The whole block beside the stored lines. `errors`: field of the page, message."""

    programme: Programme
    block: Block
    outcomes: list[Outcome]
    known: dict[int, CostLine]
    phases: dict[int, str]
    answers: Mapping[str, str]
    source: Source
    units: Sequence[int] | None = None
    remembered: RememberedHeadings | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)
    needs_phase: bool = False
    needs_reason: bool = False
    effect: list[PhaseEffect] = field(default_factory=list)
    not_mentioned: dict[str, int] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    frozen: dict[int, list[Frozen]] = field(default_factory=dict)

    def count(self, status: str) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def unanswered(self) -> list[Question]:
        """The questions that nobody has answered."""
        return [question for question in self.block.questions if not question.answer(self.answers)]

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """What is read otherwise than the headings say, because somebody chose so now or before."""
        return beyond_headings(self.block, self.units)

    @property
    def chosen_before(self) -> tuple[Chosen, ...]:
        """What is remembered for these headings."""
        return from_json(self.remembered.chosen) if self.remembered else ()

    @property
    def as_before(self) -> str:
        """What is read as somebody chose before for the same headings: a sentence; "" where nothing is."""
        before, kept = self.remembered, sorted(set(self.chosen_before) & set(self.chosen))
        if not before or not kept:
            return ""
        known = labels(self.programme.years)
        how = listed([each.said(before.headings[each.place], known) for each in kept])
        day = formats.long_date(timezone.localtime(before.at).date())
        return f"{how}: as {before.by.name} chose on {day} for these headings."

    @property
    def refused(self) -> bool:
        """Whether anything at all keeps the block from being applied."""
        rows = any(row.errors for row in self.block.rows if row.role is not Role.LINE)
        stopped = self.errors or self.block.errors or rows or self.block.totals_differ or self.unanswered
        return bool(stopped or self.count(REFUSED))

    @property
    def changes(self) -> list[LineChange]:
        return [
            LineChange(
                outcome.line.pk if outcome.line else None,
                outcome.line.version if outcome.line else None,
                outcome.state,
                outcome.amounts,
            )
            for outcome in self.outcomes
            if outcome.status in (NEW, CHANGED)
        ] + [LineChange(line.pk, line.version, None) for line in self.removed]

    @property
    def removed(self) -> list[CostLine]:
        """The stored lines that go, because somebody said so of those that the block does not mention."""
        return [line for missing in self.missing if missing.goes for line in missing.lines]

    @property
    def seen(self) -> str:
        """What every row meant, for finding out later that somebody else was faster."""
        return ",".join([*(outcome.seen for outcome in self.outcomes), *(f"-{line.pk}:{line.version}" for line in self.removed)])


def look(programme: Programme, choices: Choices, *, by: User, at: datetime) -> Preview:
    """Compare the block with the stored lines. Raises Unreadable for no block.

    Two queries, one more where lines change, and one where the block says who pays.
    """
    phases = list(programme.phases.order_by("number"))
    known = queries.lines_at_once(programme)
    frame = _frame(programme, [(phase.number, phase.name) for phase in phases], known.values())
    only = phases[0].number if len(phases) == 1 else None
    reading = Reading(
        choices.columns, choices.units, choices.phase or only, choices.answers, choices.left_out, choices.cells, *choices.hidden
    )
    block = _read(choices.text, frame, reading)
    found = remembered(shape_of(block.headings)) if block.header_found else None
    if found and choices.columns is None:
        reading = _as_before(reading, block, found, programme, choices.leave_out_again)
        block = _read(choices.text, frame, reading)
    block.said[:0] = choices.said
    names = {phase.pk: phase.name for phase in phases}
    source = choices.source or pasted(choices.text)
    preview = Preview(programme, block, [], known, names, choices.answers, source, reading.units, found)
    reason = " ".join(choices.reason.split())
    entry = Frame(programme.years, Basis(programme.basis))
    if not block.errors:
        numbers = {phase.number: phase.pk for phase in phases}
        sources = sources_of(programme) if PAID_BY in block.columns else {}
        against = Against(list(known.values()), numbers, names, entry, reason, by.pk, at, choices.answers, sources)
        comparison = Comparison(block, against, STEP)
        preview.outcomes = comparison.outcomes()
        preview.needs_reason = comparison.needs_reason
        if message := _reason_error(reason, preview.needs_reason):
            preview.errors.append(("reason", message))
        _add_effect(preview, names)
    _ask_for_lines_and_phases(preview, frame, choices)
    return preview


def _frame(programme: Programme, phases: Sequence[tuple[int, str]], lines: Iterable[CostLine]) -> blocks.Frame:
    stored: dict[tuple[int, str, str], dict[str, Decimal]] = {}
    teams: dict[str, str] = {}
    for line in lines:
        team = line.team.name if line.team else ""
        if team:
            teams.setdefault(spelling(team), team)
        pounds = {_name(each.financial_year): each.amount for each in line.amounts.all() if each.amount is not None}
        if line.annual_cost is not None:
            pounds["annual_cost"] = line.annual_cost
        stored[line.phase.number, spelling(team), spelling(line.title)] = pounds
    return blocks.Frame(programme.years, tuple(phases), stored, teams)


def _as_before(reading: Reading, block: Block, found: RememberedHeadings, programme: Programme, leave_out: bool) -> Reading:
    """The reading with what was chosen for these headings before."""
    same_years = found.years == [year.starts_in for year in programme.years]
    columns, units = taken_over(from_json(found.chosen), block.columns, same_years=same_years, may_leave_out=leave_out)
    return replace(reading, columns=columns, units=units if any(units) else None)


def _name(year: int | None) -> str:
    return cell_named(year)


def _read(text: str, frame: blocks.Frame, reading: Reading) -> Block:
    """The block; read again in another unit where its figures are a thousand times, or a thousandth of, what is stored."""
    block = spreadsheet.read_block(text, frame, reading)
    if block.errors or (reading.units and any(reading.units)):
        return block
    scale = _scale(block, frame)
    units = _rescaled(block, scale) if scale else None
    if scale is None or units is None:
        return block
    as_stored = WORDS[next(units[block.columns.index(name)] for name in scale.columns)]
    question = None
    if scale.agree < scale.compared or (
        scale.factor < 1 and any(block.units_said[block.columns.index(n)] for n in scale.columns)
    ):
        times = "1,000 times" if scale.factor > 1 else "a thousandth of"
        words = (
            f"{scale.agree} of {scale.compared} figures are {times} what is stored under the same heading. "
            f"Read these columns in {as_stored}?"
        )
        said = WORDS[block.unit_of(scale.columns[0])]
        question = Question("scale", words, (("stored", f"Yes, in {as_stored}"), ("said", f"No, in {said}")))
        if question.answer(reading.answers) == "said":
            block.questions.insert(0, question)
            return block
    block = spreadsheet.read_block(text, frame, replace(reading, units=units))
    if question:
        block.questions.insert(0, question)
    else:
        times = "1,000 times" if scale.factor > 1 else "a thousandth of"
        block.said.insert(
            0, f"The amounts are read in {as_stored}: read as the headings say, every figure would be {times} the stored one."
        )
    return block


def _scale(block: Block, frame: blocks.Frame) -> Scale | None:
    by_title: dict[tuple[int, str], list[Mapping[str, Decimal]]] = {}
    for (phase, _, title), pounds in frame.stored.items():
        by_title.setdefault((phase, title), []).append(pounds)
    read, stored = [], {}
    for row in block.lines:
        title = spelling(row.values.get("title", ""))
        alike = by_title.get((row.phase or 0, title), [])
        found = (
            alike[0]
            if row.team is None and len(alike) == 1
            else frame.stored.get((row.phase or 0, spelling(row.team or ""), title))
        )
        if found is None:
            continue
        for name, figure in row.figures.items():
            if figure is not None and name in found:
                read.append((str(row.number), name, figure))
                stored[str(row.number), name] = found[name]
    units = {name: unit for name, unit in zip(block.columns, block.units, strict=True) if name}
    return scale_against(read, stored, units)


def _rescaled(block: Block, scale: Scale) -> tuple[int, ...] | None:
    units = list(block.units)
    for name in scale.columns:
        place = block.columns.index(name)
        unit = units[place] / scale.factor
        if unit != int(unit) or int(unit) not in WORDS:
            return None
        units[place] = int(unit)
    return tuple(units)


def _add_effect(preview: Preview, names: Mapping[int, str]) -> None:
    measures = [*map(in_year, preview.programme.years), stored(None)]
    lines = list(preview.known.values())
    preview.missing = missing_of(lines, preview.outcomes, preview.answers)
    gone = {line.pk for line in preview.removed}
    preview.effect = effect_of(lines, preview.outcomes, gone, list(names.items()), measures)
    preview.not_mentioned = not_mentioned([line for line in lines if line.pk not in gone], preview.outcomes)
    changed = [outcome.line.pk for outcome in preview.outcomes if outcome.line and outcome.status == CHANGED]
    for frozen in frozen_in([*changed, *gone]):
        preview.frozen.setdefault(frozen.line_id, []).append(frozen)
    for missing in preview.missing:
        if missing.goes:
            preview.errors += [(f"answer-{missing.question.key}", said) for said in not_removed(missing.lines, preview.frozen)]


def _ask_for_lines_and_phases(preview: Preview, frame: blocks.Frame, choices: Choices) -> None:
    block = preview.block
    if not block.lines:
        preview.errors.append(("text", "No line was found in this text: paste the rows of posts and other costs."))
    lacking = [row for row in block.lines if row.phase is None and PHASE not in row.errors]
    preview.needs_phase = len(frame.phases) > 1 and (bool(lacking) or choices.phase is not None)
    if lacking and frame.phases:
        preview.errors.append(("phase", "Choose the phase for rows without one."))
    elif lacking:
        preview.errors.append(("text", no_such_phase("", frame)))


MANY = 500
"""What the database checks last of so many lines is checked by a statement of its own: the time of a COMMIT is bounded."""


@transaction.atomic
def apply(preview: Preview, *, by: User, at: datetime) -> AuditEntry | None:
    """Store what the preview says, all or nothing, and what it was read from. Raises StaleLines when somebody wrote since."""
    if preview.refused:
        raise ValueError("A block with errors is not applied.")
    source = preview.source
    sha256 = digest(source.content)
    entry = change_lines(
        programme=preview.programme,
        line_changes=preview.changes,
        by=by,
        at=at,
        what="lines_imported" if source.name else "lines_pasted",
        known=preview.known,
        **_said_of(preview),
        file_sha256=sha256,
    )
    if entry:
        ImportedFile.objects.create(
            programme=preview.programme,
            entry=entry,
            name=source.name,
            sheet=source.sheet,
            media_type=source.media_type,
            size=len(source.content),
            sha256=sha256,
            content=source.content,
        )
        if preview.block.header_found and preview.chosen != preview.chosen_before:
            headings, years = preview.block.headings, preview.programme.years
            remember(headings=headings, chosen=preview.chosen, years=years, by=by, at=at)
    if len(preview.changes) >= MANY:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return entry


def _said_of(preview: Preview) -> dict[str, Any]:
    """What the audit entry says of an import beside its lines."""
    headings = preview.block.headings
    corrected = [
        {
            "in_row": each.row,
            "column": headings[each.place] or f"Column {each.place + 1}",
            "in_the_file": each.before,
            "read_as": each.after,
        }
        for each in preview.block.corrected
    ]
    return ({"file": preview.source.name} if preview.source.name else {}) | ({"corrected": corrected} if corrected else {})


def _reason_error(reason: str, needed: bool) -> str:
    if needed and not reason:
        return "Give a reason for the typed figures: say where they come from."
    try:
        text_of(reason, "reason")
    except NotUnderstood as error:
        return str(error)
    return ""


def usual_reason(by: User, at: datetime, source: str = "") -> str:
    """What is said of pasted figures unless the person says better."""
    return f"As {f'imported from {source}' if source else 'pasted'} on {formats.long_date(at.date())} by {by.name}"[
        : LONGEST["reason"]
    ]
