"""One change of several lines at once: what it would make of each, before anything is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from accounts.models import User
from costing.intake import Basis
from costing.paying import Payer
from phases.models import Phase, Programme
from posts.entry.rows.forms import Before, Frame, read_row, shown_cells
from posts.frozen.queries import frozen_in
from posts.lines.actions import LineChange
from posts.lines.cells.rules import field_name
from posts.lines.payers.rules import TypedPayer, read_payers
from posts.lines.places.rules import STEP
from posts.lines.rules import LineState, amounts_of, state_of
from posts.models import CostLine
from posts.paying.queries import paid_in_words, sources_of

ACTS = {"start": "From", "end": "To", "team": "Team", "phase": "Phase", "source": "Who pays", "remove": "Remove them"}
"""What may be changed of several lines: a cell of theirs, the phase, who pays, or that they are there."""


@dataclass
class Planned:
    """What becomes of one line: each cell that changes with its old and new text, or why it cannot."""

    line: CostLine
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    error: str = ""
    drawn: tuple[str, ...] = ()
    removed: bool = False


@dataclass
class SeveralChange:
    """The ticked lines and the one change that is asked for. `line_changes` are ready to be stored where nothing is wrong.

    `text` of who pays is the number of a funding source, "" for none named; `pays` how much it pays, "" for all.
    """

    programme: Programme
    lines: Sequence[CostLine]
    phases: Sequence[Phase]
    act: str = ""
    text: str = ""
    phase: str = ""
    pays: str = ""
    error: str = ""
    sources: Mapping[int, str] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)
    line_changes: list[LineChange] = field(default_factory=list)

    @property
    def acts(self) -> list[tuple[str, str]]:
        return list(ACTS.items())

    @property
    def is_sound(self) -> bool:
        return bool(self.line_changes) and not self.error and not any(each.error for each in self.planned)

    @property
    def drawn(self) -> list[Planned]:
        return [each for each in self.planned if each.drawn]

    def plan(self, *, by: User, at: datetime) -> None:
        """Work out what the change makes of each line (one query)."""
        frame = Frame(self.programme.years, Basis(self.programme.basis))
        to = next((phase for phase in self.phases if str(phase.pk) == self.phase), None)
        payers, wrong = self._payers()
        self.error = self._wrong(to) or wrong
        if self.error:
            return
        drawn: dict[int, tuple[str, ...]] = {}
        for found in frozen_in([line.pk for line in self.lines]):
            drawn[found.line_id] = (*drawn.get(found.line_id, ()), f"{found.title}: {found.state}")
        for place, line in enumerate(self.lines, 1):
            before = state_of(line)
            planned = Planned(line, drawn=drawn.get(line.pk, ()), removed=self.act == "remove")
            self.planned.append(planned)
            if self.act == "remove":
                self.line_changes.append(LineChange(line.pk, line.version, None))
            elif to is not None and self.act == "phase":
                planned.changes = [("Phase", line.phase.name, to.name)] if to.pk != before.phase else []
                if planned.changes:
                    position = max(_last(to), before.position) + STEP * place
                    self.line_changes.append(LineChange(line.pk, line.version, replace(before, phase=to.pk, position=position)))
            elif self.act == "source":
                self._paid(planned, before, payers)
            else:
                self._typed(planned, before, frame, by=by, at=at)

    def _wrong(self, to: Phase | None) -> str:
        if self.act not in ACTS:
            return "Choose what to change."
        return "Choose a phase of this programme." if self.act == "phase" and to is None else ""

    def _payers(self) -> tuple[tuple[Payer, ...], str]:
        """Who pays for each of the lines, and what is wrong with it."""
        if self.act != "source" or not (self.text or self.pays):
            return (), ""
        if self.text not in map(str, self.sources):
            return (), "Choose a funding source of this programme."
        payers, errors = read_payers({0: TypedPayer(self.text, self.pays or "100%", "", "")}, credits=False)
        return payers, " ".join(errors.values())

    def _paid(self, planned: Planned, before: LineState, payers: tuple[Payer, ...]) -> None:
        if before.paid_by != payers:
            state = replace(before, paid_by=payers)
            planned.changes = [(ACTS["source"], paid_in_words(before, self.sources), paid_in_words(state, self.sources))]
            self.line_changes.append(LineChange(planned.line.pk, planned.line.version, state))

    def _typed(self, planned: Planned, before: LineState, frame: Frame, *, by: User, at: datetime) -> None:
        """The change as if it were typed into the line's own row."""
        if self.act != "team" and len(before.intakes) > 1:
            planned.error = f"It has {len(before.intakes)} intakes: change their dates on its own page."
            return
        line = planned.line
        shown = shown_cells(before, list(line.amounts.all()), frame)
        typed = {**shown, self.act: self.text}
        state, errors = read_row(typed, Before(before, shown), frame.ground(by.pk, at), phase=before.phase, position=0)
        planned.error = " ".join(errors.values())
        if state is None or state == before:
            return
        after = shown_cells(state, amounts_of(state, frame.years, frame.basis), frame)
        planned.changes = [(field_name(name), shown[name], after[name]) for name in frame.fields if shown[name] != after[name]]
        self.line_changes.append(LineChange(line.pk, line.version, state))


def _last(phase: Phase) -> int:
    last = phase.lines.order_by("-position").values_list("position", flat=True).first()
    return last or 0


def asked(programme: Programme, lines: Sequence[CostLine], data: Mapping[str, str]) -> SeveralChange:
    """The change as it was posted, or as the address begins it."""
    act = data.get("act", "")
    text = data.get(f"to-{act}", "") if act in ACTS else ""
    phases = list(programme.phases.order_by("number"))
    phase, pays = data.get("to-phase", ""), data.get("to-pays", "").strip()
    return SeveralChange(
        programme, lines, phases, act if act in ACTS else "", text.strip(), phase, pays, sources=sources_of(programme)
    )
