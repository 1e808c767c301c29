"""The page on which a pasted block is checked: how it is read, what each row shows, what it does to the plan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from costing.frozen import digest
from display.words import counted, listed
from phases.models import Phase, Programme
from posts.importing.actions import CHANGED, NEW, REFUSED, SAME, Choices, Outcome, Preview
from posts.importing.block.rules import PastedRow, Role, Total
from posts.importing.check.rules import (
    AS_A_LINE,
    OF_ROLES,
    TAGS,
    Asked,
    Cell,
    ShownRow,
    mark,
    not_read,
    notes_of,
    pair,
    pounds_of,
)
from posts.importing.columns.rules import LEFT_OUT, UNDECIDED, is_cost_from, is_money, label_of, labels
from posts.importing.file.rules import Source
from posts.importing.questions.rules import Question
from posts.importing.units.rules import NAMES, WORDS
from posts.lines import queries

MOST_SHOWN = 500  # rows of a preview; all are checked
MOST_MESSAGES = 50


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
        return mark(self.source.name, self.source.sheet, digest(self.source.content)) if self.source else ""

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
        return mark(self.choices.text, *block.columns, *map(str, block.units), phase, repr(answers), corrected)

    @property
    def seen(self) -> str:
        """A mark of which stored lines, at which versions, the rows were compared with."""
        assert self.preview
        return mark(self.preview.seen)

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
        return label_of(name, self.programme.years)

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

    @property
    def offered_of_phases(self) -> list[Asked]:
        """Whether stored lines that the block does not mention stay: they do unless somebody says otherwise."""
        assert self.preview
        return [Asked(missing.question, missing.answer) for missing in self.preview.missing]

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
            notes = [*notes_of(outcome), *row.said, *outcome.said, *self._frozen(outcome)]
            return ShownRow(row, TAGS[outcome.status], cells, notes, elsewhere, outcome.differences, asked)
        if row.role is Role.TOTAL:
            total = next((total for total in self.preview.block.totals if total.row == row.number), None)
            if total is not None:
                return self._total(ShownRow(row, ("Confirmed", "green"), cells, list(row.said), elsewhere, asked=asked), total)
            return ShownRow(row, ("Not compared", "grey"), cells, list(row.said), elsewhere, asked=asked)
        offered = self._offer(row) if row.role is Role.WORKING else None
        notes = [*self._why_not_read(row), *row.said] if offered else list(row.said)
        return ShownRow(row, OF_ROLES.get(row.role, ("Not read", "grey")), cells, notes, elsewhere, asked=asked, offered=offered)

    def _why_not_read(self, row: PastedRow) -> list[str]:
        assert self.preview
        return [f"{each.why[:1].upper()}{each.why[1:]}" for each in self.preview.block.not_read if each.row == row.number]

    def _cell(self, row: PastedRow, place: int, text: str, name: str, error: str) -> Cell:
        before = self._corrected.get((row.number, place))
        differs = name in self._differing.get(row.number, ())
        field = f"cell-{row.number}-{place}" if error or differs or before is not None else ""
        return Cell(text, name, error, f"r{row.number}-c{place}", pounds_of(row, name, text), field, before)

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
        return Asked(Question(f"row-{row.number}", words, (("", "Leave it out"), AS_A_LINE), row.number), "")

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
        columns = self.preview.block.columns if self.preview else []
        beside = {name: self.label(name) for name in columns if is_cost_from(name)}
        return [(LEFT_OUT, "Leave out"), *(labels(self.programme.years) | beside).items()]

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
        found = [*block.said, *(not_read(each) for each in block.not_read if not each.undecided)]
        missing = self.preview.not_mentioned
        if missing:
            number = counted(sum(missing.values()), "stored line")
            by_phase = listed([f"{count} of {name}" for name, count in missing.items()])
            stay = "stays as it is" if sum(missing.values()) == 1 else "stay as they are"
            found.append(f"This block does not mention {number}, which {stay}: {by_phase}.")
        return found

    @property
    def effect(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Each phase: its name, and for FTE and each measure before, after, and whether they differ."""
        assert self.preview
        return [
            (
                each.name or "All phases",
                [pair(*both, first=at == 0) for at, both in enumerate(zip(each.before, each.after, strict=True))],
            )
            for each in self.preview.effect
        ]

    @property
    def effect_heads(self) -> list[str]:
        return ["FTE", *(year.label for year in self.programme.years), "Full year"]

    @property
    def button(self) -> str:
        """What the button that stores says."""
        assert self.preview
        counts = {"add": self.counts[NEW], "change": self.counts[CHANGED], "remove": len(self.preview.removed)}
        acts = [f"{act} {number:,}" for act, number in counts.items() if number]
        said = f"{listed(acts)} line{'' if sum(counts.values()) == 1 else 's'}"
        return said[:1].upper() + said[1:]

    @property
    def done(self) -> str:
        """What was stored, once it is."""
        return (
            re.sub(
                "(add|change|remove)(?= )", lambda act: f"{act[0]}{'d' if act[0][-1] == 'e' else 'ed'}", self.button, flags=re.I
            )
            + "."
        )

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
