"""The page on which a pasted block is checked: how it is read, what each row shows, what it does to the plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from costing.frozen import digest
from display import formats
from display.words import counted, listed
from phases.models import Phase, Programme
from posts.importing.actions import CHANGED, NEW, REFUSED, SAME, Choices, Outcome, Preview
from posts.importing.block.rules import UNKNOWN_PHASE, NotRead, PastedRow, Role, Total
from posts.importing.columns.rules import LEFT_OUT, UNDECIDED, is_money, labels
from posts.importing.effect.rules import Figure
from posts.importing.file.rules import Source
from posts.importing.questions.rules import Question
from posts.importing.units.rules import NAMES, WORDS
from posts.lines import queries

MOST_SHOWN = 500  # rows of a preview; all are checked
MOST_MESSAGES = 50
TAGS = {NEW: ("New", "blue"), CHANGED: ("Changed", "purple"), SAME: ("Same", "grey"), REFUSED: ("Not taken", "red")}
_OF_ROLES = {
    Role.PHASE: ("Phase", "grey"),
    Role.TEAM: ("Team", "grey"),
    Role.MERGED: ("Joined", "grey"),
    Role.WORKING: ("Not read", "yellow"),
}
_AS_A_LINE = ("line", "Take it in as a line")


@dataclass(frozen=True)
class Cell:
    """One cell as it was pasted: how its column is read, the pounds it comes to where they look otherwise, what is wrong.

    `field` names its input where it can be corrected here, and `before` is what stands in the file where it was.
    """

    text: str
    name: str
    error: str
    identity: str
    pounds: str = ""
    field: str = ""
    before: str | None = None


@dataclass(frozen=True)
class Asked:
    """A question with the answer that was chosen, "" for none."""

    question: Question
    chosen: str

    @property
    def identity(self) -> str:
        return f"answer-{self.question.key}"


@dataclass(frozen=True)
class ShownRow:
    """One row of the preview. `notes`: sentences under its tag; `errors`: those that belong to no cell of it."""

    row: PastedRow
    tag: tuple[str, str]
    cells: list[Cell]
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    offered: Asked | None = None

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
    sheet: str = ""
    typed: str = ""
    source: Source | None = None

    @property
    def source_mark(self) -> str:
        """A mark of what is read: choices made of one block are not taken over to another."""
        return _mark(self.source.name, self.source.sheet, digest(self.source.content)) if self.source else ""

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was chosen in the step of checking, as fields that the first step hands back to it."""
        choices = self.choices
        names = {unit: name for name, unit in NAMES.items()}
        return [
            *((f"column-{place}", name) for place, name in enumerate(choices.columns or ())),
            *((f"unit-{place}", names.get(unit, "")) for place, unit in enumerate(choices.units or ())),
            *((f"answer-{key}", answer) for key, answer in choices.answers.items()),
            *([("phase", str(choices.phase))] if choices.phase is not None else []),
            *((f"cell-{row}-{place}", text) for (row, place), text in choices.cells.items()),
        ]

    @property
    def file(self) -> Source | None:
        """The file that is read, None where text was pasted."""
        return self.source if self.source and self.source.name else None

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
        block, answers = self.preview.block, sorted(self.choices.answers.items())
        phase, corrected = str(self.choices.phase), repr(block.corrected)
        return _mark(self.choices.text, *block.columns, *map(str, block.units), phase, repr(answers), corrected)

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
        for question in self.preview.unanswered:
            place = f"Row {question.row}: " if question.row else ""
            found.append({"text": f"{place}{question.text}", "href": f"#answer-{question.key}"})
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
        wrong = [
            shown.row.number
            for shown in self.all_rows
            if shown.errors or shown.asked or shown.offered or any(cell.field for cell in shown.cells)
        ]
        fine = [shown.row.number for shown in self.all_rows if shown.row.number not in set(wrong)]
        chosen = set([*wrong, *fine][:MOST_SHOWN])
        return [shown for shown in self.all_rows if shown.row.number in chosen]

    @cached_property
    def _asked(self) -> dict[int | None, list[Asked]]:
        assert self.preview
        found: dict[int | None, list[Asked]] = {}
        for question in self.preview.block.questions:
            found.setdefault(question.row, []).append(Asked(question, question.answer(self.choices.answers)))
        return found

    @property
    def asked_of_all(self) -> list[Asked]:
        """The questions about the block as a whole."""
        return self._asked.get(None, [])

    def _shown(self, row: PastedRow, outcome: Outcome | None) -> ShownRow:
        assert self.preview
        errors = outcome.errors if outcome else row.errors
        columns = self.preview.block.columns
        cells = [
            self._cell(row, place, text, name, errors.get(name, "") if name else "")
            for place, (text, name) in enumerate(zip(row.cells, columns, strict=True))
        ]
        placed = {name for name in columns if name}
        elsewhere = [f"{self.label(name)}: {message}" for name, message in errors.items() if name not in placed]
        asked = self._asked.get(row.number, [])
        if outcome:
            notes = [*_notes(outcome), *row.said, *outcome.said, *self._frozen(outcome)]
            return ShownRow(row, TAGS[outcome.status], cells, notes, elsewhere, outcome.differences, asked)
        if row.role is Role.TOTAL:
            total = next((total for total in self.preview.block.totals if total.row == row.number), None)
            if total is not None:
                return self._total(ShownRow(row, ("Confirmed", "green"), cells, list(row.said), elsewhere, asked=asked), total)
            return ShownRow(row, ("Not compared", "grey"), cells, list(row.said), elsewhere, asked=asked)
        offered = self._offer(row) if row.role is Role.WORKING else None
        notes = ["Looks like a working, not a cost", *row.said] if offered else list(row.said)
        return ShownRow(row, _OF_ROLES.get(row.role, ("Not read", "grey")), cells, notes, elsewhere, asked=asked, offered=offered)

    def _cell(self, row: PastedRow, place: int, text: str, name: str, error: str) -> Cell:
        before = self._corrected.get((row.number, place))
        differs = name in self._differing.get(row.number, ())
        field = f"cell-{row.number}-{place}" if error or differs or before is not None else ""
        return Cell(text, name, error, f"r{row.number}-c{place}", _pounds(row, name, text), field, before)

    @cached_property
    def _corrected(self) -> dict[tuple[int, int], str]:
        assert self.preview
        return {(each.row, each.place): each.before for each in self.preview.block.corrected}

    @cached_property
    def _differing(self) -> dict[int, set[str]]:
        """The columns of each total that are not what its lines add up to."""
        assert self.preview
        return {total.row: {name for name, *_ in total.differences} for total in self.preview.block.totals}

    @property
    def corrected_elsewhere(self) -> list[tuple[str, str]]:
        """Cells that were corrected and are not among those shown, as fields."""
        assert self.preview
        shown = {cell.field for row in self.rows for cell in row.cells}
        fields = [(f"cell-{each.row}-{each.place}", each.after) for each in self.preview.block.corrected]
        return [field for field in fields if field[0] not in shown]

    @property
    def remembered(self) -> str:
        """What is read as somebody chose before for the same headings: a sentence; "" where nothing is."""
        assert self.preview
        return self.preview.as_before

    @property
    def shape(self) -> str:
        """What the choices for these headings are known by."""
        assert self.preview
        return self.preview.remembered.shape if self.preview.remembered else ""

    def _offer(self, row: PastedRow) -> Asked:
        words = "Leave it out, or take it in?"
        return Asked(Question(f"row-{row.number}", words, (("", "Leave it out"), _AS_A_LINE), row.number), "")

    def _total(self, shown: ShownRow, total: Total) -> ShownRow:
        said = [f"{self.label(name)} says {says}, the lines add up to {adds}." for name, says, adds in total.differences]
        if total.unsaved:
            said.append("This total is nil, but its lines have money: was its value saved?")
        tag = ("Differs", "red") if total.differences else ("Confirmed", "green")
        notes = [] if total.differences else ["The lines add up to it"]
        notes += [f"{self.label(name)} says {says}, the lines give {adds}: within rounding" for name, says, adds in total.rounded]
        return ShownRow(shown.row, tag, shown.cells, [*shown.notes, *notes], [*shown.errors, *said], asked=shown.asked)

    def _frozen(self, outcome: Outcome) -> list[str]:
        assert self.preview
        frozen = self.preview.frozen.get(outcome.line.pk, []) if outcome.line else []
        return [f"Frozen in the drawdown {each.title} ({each.state}), which keeps {each.sum}" for each in frozen]

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """Each column: its place, its heading in the block, how it is read."""
        assert self.preview
        block = self.preview.block
        return [(str(i), h, name) for i, (h, name) in enumerate(zip(block.headings, block.columns, strict=True))]

    @property
    def units(self) -> list[tuple[str, str, str]]:
        """Of each column its place, the unit its figures are read in ("" for no money), and the unit a person chose."""
        assert self.preview
        block, chosen = self.preview.block, self.choices.units or ()
        names = {unit: name for name, unit in NAMES.items()}
        return [
            (str(place), WORDS[unit] if is_money(name) else "", names.get(chosen[place], "") if place < len(chosen) else "")
            for place, (name, unit) in enumerate(zip(block.columns, block.units, strict=True))
        ]

    @property
    def heads(self) -> list[tuple[str, str, str, str, str]]:
        """The columns with their units: place, heading, how it is read, its unit, the unit that was chosen."""
        return [(*column, *unit[1:]) for column, unit in zip(self.columns, self.units, strict=True)]

    @property
    def number_columns(self) -> set[str]:
        """The columns whose cells are figures."""
        return {"fte", "annual_cost", "full_year", "whole_life", *(f"y{year.starts_in}" for year in self.programme.years)}

    @property
    def column_choices(self) -> list[tuple[str, str]]:
        return [(LEFT_OUT, "Leave out"), *labels(self.programme.years).items()]

    @property
    def unit_choices(self) -> list[tuple[str, str]]:
        return [(name, WORDS[unit]) for name, unit in NAMES.items()]

    @property
    def undecided(self) -> str:
        """What a column is read as that nobody has decided about."""
        return UNDECIDED

    @property
    def counts(self) -> dict[str, int]:
        assert self.preview
        return {status: self.preview.count(status) for status in (NEW, CHANGED, SAME, REFUSED)}

    @property
    def remarks(self) -> list[str]:
        """What must be known of the block as a whole before it is stored."""
        assert self.preview
        block = self.preview.block
        found = [*block.said, *(_not_read(each) for each in block.not_read if not each.undecided)]
        missing = self.preview.not_mentioned
        if missing:
            number = counted(sum(missing.values()), "stored line")
            by_phase = listed([f"{count} of {name}" for name, count in missing.items()])
            found.append(f"This block does not mention {number}, which stay as they are: {by_phase}.")
        return found

    @property
    def effect(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Each phase: its name, and for FTE and each measure before, after, and whether they differ."""
        assert self.preview
        return [
            (
                each.name or "All phases",
                [_pair(*pair, first=at == 0) for at, pair in enumerate(zip(each.before, each.after, strict=True))],
            )
            for each in self.preview.effect
        ]

    @property
    def effect_heads(self) -> list[str]:
        return ["FTE", *(year.label for year in self.programme.years), "Full year"]

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


def _pair(before: Figure, after: Figure, *, first: bool) -> tuple[str, str, bool]:
    return _figure(before, first), _figure(after, first), before != after


def _figure(figure: Figure, is_fte: bool) -> str:
    text = (formats.fte(figure.amount) or "0") if is_fte else formats.pounds(figure.amount)
    return f"at least {text}" if figure.at_least else text


def _not_read(each: NotRead) -> str:
    figures = f" ({', '.join(each.figures[:4])})" if each.figures else ""
    return f"Not read: {each.what}{figures}: {each.why}."


def _pounds(row: PastedRow, name: str, text: str) -> str:
    """The pounds that a cell comes to, where it does not look so."""
    figure = row.figures.get(name)
    if figure is None or not is_money(name) or not text or name in row.nils:
        return ""
    bare = text.replace("£", "").replace(",", "").strip()
    return "" if bare in (f"{figure:f}", f"({-figure:f})") else formats.pounds(figure)


def _mark(*parts: str) -> str:
    return digest("\x1f".join(parts).encode("utf-8", "surrogatepass"))[:24]


def _notes(outcome: Outcome) -> list[str]:
    if outcome.status == NEW:
        stored = [(each.financial_year, each.amount) for each in outcome.amounts]
        shown = [formats.NIL if amount is None else formats.pounds(amount) for _, amount in stored]
        return (
            [f"Will be {' / '.join(shown)}"] if any(amount is not None for _, amount in stored) else ["FTE or amounts not stated"]
        )
    if outcome.errors or outcome.state:
        return []
    return ["Its phase is not known"] if outcome.row.phase == UNKNOWN_PHASE else ["Choose its phase above"]
