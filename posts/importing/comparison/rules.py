"""The rows of a block beside the stored lines: which line each means, its new state, and what differs.

Everything is at hand: nothing is looked up here.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from costing.financial_year import day_in_words
from costing.line_cost import Absence
from costing.measure import WHOLE_LIFE_STORED, stored
from costing.money import round_pounds
from costing.size import PostSize
from costing.size import shown as size_shown
from costing.typed import NotUnderstood, parse_done
from display.words import listed
from posts.entry.rows.forms import Frame, cell_of, shown_cells, typed_line
from posts.importing.alike.rules import Alike, question_of
from posts.importing.block.rules import Block, PastedRow
from posts.importing.columns.rules import COST_FROM, FTE_OF, LABELS, PAID_BY, SHARE, TEAM, TITLE, cost_from
from posts.importing.funding.rules import WhoPays, WrongCell
from posts.importing.matching.rules import spelling
from posts.importing.shapes.rules import Shapes, shape_of
from posts.importing.yearly.rules import DIFFERS, by_year, differs, intakes_of
from posts.lines.cells.rules import FULL_YEAR, WHOLE_LIFE, cell_named, field_name
from posts.lines.changes.rules import TypedChange
from posts.lines.payers.rules import TypedPayer
from posts.lines.reading.rules import CODES, TypedLine, TypedPeriod, check_full_year, read_line
from posts.lines.rules import LineState, Stated, amounts_of, state_of
from posts.models import CostLine, LineAmount

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"


@dataclass
class Outcome:
    """What becomes of one row: the stored line it means, if any, its new state, and what differs: name, before, after.

    `figures`: of a new line, its amounts as they will be stored. `said`: sentences about how it stands to the stored line.
    """

    row: PastedRow
    status: str = REFUSED
    line: CostLine | None = None
    state: LineState | None = None
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    amounts: list[LineAmount] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """What the row meant when it was looked at: the stored line and its version, or a new one."""
        return f"{self.line.pk}:{self.line.version}" if self.line else "new"


@dataclass(frozen=True)
class Against:
    """What rows are compared with: the stored lines, the phases by number, who compares, when, and the reason they give.

    `sources`: the funding sources of the programme by number, where the block says who pays.
    """

    lines: Sequence[CostLine]
    phases: Mapping[int, int]
    phase_names: Mapping[int, str]
    frame: Frame
    reason: str
    by: int
    at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[int, str] = field(default_factory=dict)


class Comparison:
    """Finds each row's stored line, and reads the row against it."""

    def __init__(self, block: Block, against: Against, step: int) -> None:
        self.block, self.against, self.step = block, against, step
        self.frame, self.lines = against.frame, against.lines
        self.by_number = _grouped(self.lines, lambda line: line.establishment_number)
        self.by_key = _grouped(self.lines, lambda line: (line.phase_id, _team(line), spelling(line.title)))
        self.by_title = _grouped(self.lines, lambda line: (line.phase_id, spelling(line.title)))
        last = {
            phase: max((li.position for li in self.lines if li.phase_id == phase), default=0) for phase in against.phases.values()
        }
        self.last = last
        self.taken: dict[object, int] = {}
        self.who_pays = WhoPays(against.sources, against.answers)
        self.paying = block.columns.index(PAID_BY) if PAID_BY in block.columns else None
        self.shapes = Shapes()
        self.needs_reason = False

    def outcomes(self) -> list[Outcome]:
        """What becomes of each line of the block, in its order."""
        found = [(Outcome(row, errors=dict(row.errors)), self.against.phases.get(row.phase or 0)) for row in self.block.lines]
        for outcome, phase in found:
            if phase is not None:
                self._find(outcome, phase)
        alike = Alike(self.lines, {outcome.line.pk for outcome, _ in found if outcome.line})
        for outcome, phase in found:
            if phase is not None:
                if alike.left and not outcome.line and not outcome.errors:
                    self._ask(outcome, alike.of(outcome.row, phase), phase)
                self._read(outcome, phase)
        self.block.questions += self.who_pays.asked.values()
        return [outcome for outcome, _ in found]

    def _ask(self, outcome: Outcome, candidates: Sequence[CostLine], phase: int) -> None:
        """Ask whether a row without a line is one that the block does not mention, and take the answer."""
        if not candidates:
            return
        question = question_of(outcome.row, candidates, self.against.phase_names[phase])
        self.block.questions.append(question)
        answer = question.answer(self.against.answers)
        outcome.line = next((line for line in candidates if str(line.pk) == answer), None)
        if outcome.line:
            if outcome.line.pk in self.taken:
                outcome.errors[TITLE] = f"This is the same line as row {self.taken[outcome.line.pk]}: choose another answer."
            self.taken.setdefault(outcome.line.pk, outcome.row.number)

    def _find(self, outcome: Outcome, phase: int) -> None:
        """The stored line of a row: by establishment number where both have one, else by phase, team and title."""
        row = outcome.row
        title = " ".join(row.values.get(TITLE, "").split())
        number = " ".join(row.values.get("establishment_number", "").split())
        found: Sequence[CostLine] = self.by_number.get(number, []) if number else []
        by_number = bool(found)
        if not by_number:
            if row.team is None:
                candidates = self.by_title.get((phase, spelling(title)), [])
            else:
                candidates = self.by_key.get((phase, spelling(row.team), spelling(title)), [])
            found = [line for line in candidates if not (number and line.establishment_number)]
            found = [line for line in found if line.title == title] or found
        if len(found) > 1:
            what = f"the establishment number {number}" if by_number else "this phase, team and title"
            if not by_number and row.team is None:
                what = "this phase and title: give the team too"
            outcome.errors["establishment_number" if by_number else TITLE] = f"{len(found)} stored lines have {what}."
            return
        outcome.line = found[0] if found else None
        if outcome.line and not by_number and outcome.line.title != title:
            outcome.said.append(f"Spelt “{outcome.line.title}” in the store, which stays")
            row.values[TITLE] = outcome.line.title
        key: object = (
            outcome.line.pk if outcome.line else ("number", number) if number else (phase, row.team or "", spelling(title))
        )
        if key in self.taken and title:
            outcome.errors.setdefault(TITLE, f"This is the same line as row {self.taken[key]}: it can be listed only once.")
        self.taken.setdefault(key, row.number)

    def _read(self, outcome: Outcome, phase: int) -> None:
        shape = None if outcome.line or outcome.errors or self.paying is not None else shape_of(outcome.row)
        if shape is not None and (state := self.shapes.line(outcome.row, shape, phase, self.last[phase] + self.step)):
            outcome.amounts = amounts_of(state, self.frame.years, self.frame.basis)
            outcome.state, outcome.status = state, NEW
            self.last[phase] = state.position
            return
        self._read_cells(outcome, phase)
        if shape is not None and outcome.state:
            self.shapes.keep(shape, outcome.state)

    def _read_cells(self, outcome: Outcome, phase: int) -> None:
        row, line, errors = outcome.row, outcome.line, outcome.errors
        original = state_of(line) if line else None
        stored = {amount.financial_year: amount for amount in line.amounts.all()} if line else {}
        shown = shown_cells(original, list(stored.values()), self.frame) if original else dict.fromkeys(self.frame.fields, "")
        typed = shown | self._typed(outcome, original, errors)
        position = self.last[phase] + self.step
        given = by_year(row.figures, self.frame.years, FTE_OF)
        if given and not original and not row.intakes and not (row.values.get("start") or row.values.get("end")):
            row.intakes = tuple(intakes_of(given)) if len(set(given.values())) > 1 else ()
        line_typed = self._typed_line(typed_line(typed, original, shown, phase=phase, position=position), row, original)
        line_typed = replace(line_typed, payers=self._payers(outcome, original))
        state, wrong = read_line(line_typed, original, self.frame.ground(self.against.by, self.against.at))
        how_much = SHARE if row.values.get(SHARE) else PAID_BY
        for place, message in wrong.items():
            errors.setdefault(how_much if place.field.startswith("payer_") else cell_of(place), message)
        if state is None or errors:
            return
        if original:
            if not row.intakes:
                state = _same_term(state, original, row, errors)
            if original.phase != phase:
                state = replace(state, position=position)
        dated = given and (original or any(start for _, start, _ in state.intakes))
        if dated and (year := differs(given, state.fte, state.intakes)):
            errors[f"{FTE_OF}{year.starts_in}"] = DIFFERS
            return
        if state.stated:
            state = replace(state, stated=())
        calculated = amounts_of(state, self.frame.years, self.frame.basis)
        kept = self._stated(row, calculated, original, stored)
        if kept:
            state = replace(state, stated=kept)
        if message := check_full_year(state):
            errors[FULL_YEAR] = message
        if errors:
            return
        if state != original:
            outcome.amounts = amounts_of(state, self.frame.years, self.frame.basis) if kept else calculated
        self._settle(outcome, state, original, shown)
        if outcome.status == NEW or (original and original.phase != phase):
            self.last[phase] = position

    def _payers(self, outcome: Outcome, original: LineState | None) -> Mapping[int, TypedPayer] | None:
        """Who pays as the row says it; None where it says nothing of it."""
        if self.paying is None:
            return None
        try:
            return self.who_pays.typed(outcome.row, outcome.row.cells[self.paying], original)
        except WrongCell as error:
            outcome.errors.setdefault(error.column, str(error))
            return None

    def _settle(self, outcome: Outcome, state: LineState, original: LineState | None, shown: Mapping[str, str]) -> None:
        outcome.state = state
        outcome.status = SAME if state == original else CHANGED if original else NEW
        if original and outcome.status == CHANGED:
            found = differences(original, state, shown, self.against)
            if original.paid_by != state.paid_by:
                of_figures = ("Stated figures", _stated_words(original), _stated_words(state))
                before, after = (self.who_pays.words(each) or "nobody named" for each in (original, state))
                found = [*(each for each in found if each != of_figures), (LABELS[PAID_BY], before, after)]
            # The one cell for reasons cannot tell which figure has which: it is named only where the block gives one.
            of_reasons = field_name("reason")
            outcome.differences = [d for d in found if d[0] != of_reasons or "reason" in outcome.row.values] or found

    def _typed_line(self, typed: TypedLine, row: PastedRow, original: LineState | None) -> TypedLine:
        texts = {
            **typed.texts,
            **{name: row.values[name] for name in CODES if row.values.get(name) or (name in row.values and not original)},
        }
        if term := row.values.get("term_months"):
            texts["term_months"] = term
        periods = typed.periods
        if row.intakes:
            periods = {number: TypedPeriod(*intake) for number, intake in enumerate(row.intakes)}
        return replace(typed, figures={}, texts=texts, periods=periods, changes=_changes(row, original) or typed.changes)

    def _typed(self, outcome: Outcome, original: LineState | None, errors: dict[str, str]) -> dict[str, str]:
        """The row's cells as they would be typed on the page of inputs; its figures by year are not among them.

        A blank cell over a stored line says nothing.
        """
        row = outcome.row
        cells = ("title", "fte", "start", "end", "recruited", "comment")
        typed = {name: row.values[name] for name in cells if row.values.get(name) or (name in row.values and not original)}
        if original and original.size and typed.get("fte") and not row.values.get("posts_or_hours"):
            # A plain FTE says nothing against the posts or hours that it was stated with.
            fte = row.figures.get("fte")
            if fte == original.fte and typed["fte"] in ("n/s", size_shown(PostSize(fte))):
                typed["fte"] = size_shown(original.size)
        # Figures by year are told apart below: stated, calculated or as they were.
        typed |= {
            name: "" for name in row.figures if name not in ("fte", "annual_cost") and not name.startswith((FTE_OF, COST_FROM))
        }
        if row.team or (row.team is not None and not original):
            typed[TEAM] = row.team
        if row.values.get("term_months"):
            typed["end"] = ""
        if "annual_cost" in row.values and "annual_cost" not in errors:
            figure = row.figures["annual_cost"]
            stored = original.annual_cost if original else None
            if figure is not None and not self._agrees("annual_cost", row, stored):
                typed["annual_cost"] = f"{figure:f}"
        if row.values.get("paperwork") or ("paperwork" in row.values and not original):
            try:
                typed["paperwork"] = "yes" if parse_done(row.values["paperwork"]) else ""
            except NotUnderstood as error:
                errors["paperwork"] = str(error)
        _check_kind(row, errors)
        if original:
            _say_blank(outcome, original)
        return typed

    def _agrees(self, name: str, row: PastedRow, amount: Decimal | None) -> bool:
        """Whether a pasted figure is this amount, to the last digit it was pasted with."""
        figure = row.figures[name]
        if figure is None or amount is None:
            return figure is amount
        step = row.precision.get(name, Decimal(1))
        return figure == amount or figure == round_pounds(round_pounds(amount / step) * step)

    def _is_that(self, name: str, row: PastedRow, amount: LineAmount | None) -> bool:
        if row.bounds.get(name, "") != (amount.bound if amount else ""):
            return False
        absent = amount is None or amount.amount is None
        if name == FULL_YEAR and name in row.nils and absent:
            return amount is not None and amount.absence == Absence.NO_EFFECT
        return self._agrees(name, row, None if amount is None else amount.amount)

    def _adds_up(self, row: PastedRow, calculated: Mapping[int | None, LineAmount], stated: Mapping[int | None, Stated]) -> bool:
        """Whether the whole-life sum of a row is what its years come to: then nothing is stated with it."""
        years = [stated.get(year.starts_in, calculated[year.starts_in]).amount for year in self.frame.years]
        known = [amount for amount in years if amount is not None]
        return len(known) == len(years) and self._agrees(WHOLE_LIFE, row, sum(known, Decimal(0)))

    def _stated(
        self,
        row: PastedRow,
        worked_out: Iterable[LineAmount],
        original: LineState | None,
        stored: Mapping[int | None, LineAmount],
    ) -> tuple[Stated, ...]:
        """What is stated of the line: figures that say what is stored or calculated stay so, as do those under blank cells."""
        before = {item.year: item for item in original.stated} if original else {}
        calculated = {amount.financial_year: amount for amount in worked_out}
        given = " ".join(row.values.get("reason", "").split())
        by, at = self.against.by, self.against.at
        kept = dict(before)
        for start in (*(year.starts_in for year in self.frame.years), None, WHOLE_LIFE_STORED):
            name = cell_named(start)
            if row.figures.get(name) is None or (original and self._is_that(name, row, stored.get(start))):
                continue
            kept.pop(start, None)
            if self._is_that(name, row, calculated.get(start)) or (name == WHOLE_LIFE and self._adds_up(row, calculated, kept)):
                continue
            amount, absence = row.figures[name], ""
            if start is None and name in row.nils:
                amount, absence = None, Absence.NO_EFFECT.value
            self.needs_reason = self.needs_reason or not given
            kept[start] = Stated(start, amount, absence, given or self.against.reason, by, at, row.bounds.get(name, ""))
        if given and before and given not in {item.reason for item in before.values()}:
            kept = {
                year: replace(item, reason=given, stated_by=by, stated_at=at) if item.reason != given else item
                for year, item in kept.items()
            }
        return tuple(sorted(kept.values(), key=lambda item: (item.year is None, item.year or 0)))


def _changes(row: PastedRow, original: LineState | None) -> Mapping[int, TypedChange]:
    """The annual costs that the row gives from a day on, beside those stored of other days; empty where it gives none."""
    given = {cost_from(name): figure for name, figure in row.figures.items() if figure is not None and cost_from(name)}
    if not given:
        return {}
    kept = [each for each in (original.cost_changes if original else ()) if each.intake or each.starts not in given]
    changes = [TypedChange(each.starts.isoformat(), f"{each.annual_cost:f}", str(each.intake or "")) for each in kept]
    changes += [TypedChange(day.isoformat(), f"{figure:f}", "") for day, figure in given.items() if day]
    return dict(enumerate(changes))


def _team(line: CostLine) -> str:
    return spelling(line.team.name) if line.team else ""


def _grouped(lines: Iterable[CostLine], key: Callable[[CostLine], object]) -> dict[object, list[CostLine]]:
    groups: dict[object, list[CostLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return groups


def _say_blank(outcome: Outcome, original: LineState) -> None:
    """Name the stored figures that stand under blank cells of the row."""
    stated = {cell_named(item.year) for item in original.stated if item.amount is not None}
    stated |= {"annual_cost"} if original.annual_cost is not None else set()
    row = outcome.row
    blank = [name for name in row.values if name in stated and row.figures.get(name) is None and name not in row.errors]
    if blank:
        names = listed([field_name(name) for name in blank])
        outcome.said.append(f"Blank cells change nothing: {names} {'stays' if len(blank) == 1 else 'stay'} as typed")


def _check_kind(row: PastedRow, errors: dict[str, str]) -> None:
    said = re.sub(r"[\s-]+", " ", row.values.get("kind", "").lower())
    if not said:
        return
    if said not in ("post", "other", "other cost"):
        errors["kind"] = "Write post or other."
    elif said == "post" and not row.values.get("fte") and "fte" in row.values:
        errors.setdefault("fte", "Enter the FTE of this post, or n/s where it is not stated.")
    elif said != "post" and row.values.get("fte") not in (None, "", "n/s"):
        errors.setdefault("fte", "An other cost has no FTE: leave this blank, or write post as its kind.")


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


def differences(original: LineState, state: LineState, shown: Mapping[str, str], against: Against) -> list[tuple[str, str, str]]:
    """Each cell that changes: its name, before, after. Figures that follow from what changed are among them."""
    frame = against.frame
    after = shown_cells(state, amounts_of(state, frame.years, frame.basis), frame)
    found = [(field_name(name), shown[name], after[name]) for name in (*frame.fields, WHOLE_LIFE) if shown[name] != after[name]]
    found += [
        (LABELS[name], getattr(original, name), getattr(state, name))
        for name in CODES
        if name not in frame.fields and getattr(original, name) != getattr(state, name)
    ]
    if original.phase != state.phase:
        found.append(("Phase", against.phase_names[original.phase], against.phase_names[state.phase]))
    if original.cost_changes != state.cost_changes:
        found.append(("Changes of the annual cost", _changes_in_words(original), _changes_in_words(state)))
    if original.intakes != state.intakes and not found:
        found.append(("Dates", f"{len(original.intakes)} intakes", f"{len(state.intakes)} intakes"))
    if not found:  # for example a figure that becomes stated as it was calculated
        found.append(("Stated figures", _stated_words(original), _stated_words(state)))
    words = {"yes": "Yes", "": "No"}
    return [(n, words[b], words[a]) if n == field_name("paperwork") else (n, b, a) for n, b, a in found]


def _changes_in_words(state: LineState) -> str:
    return listed([f"{each.annual_cost:,} from {day_in_words(each.starts)}" for each in state.cost_changes]) or "none"


def _stated_words(state: LineState) -> str:
    years = [stored(item.year).label for item in state.stated]
    return ", ".join(years) or "none"
