"""Stored lines that a block does not mention, phase by phase: kept unless a person says that they go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from display.words import counted, listed
from posts.frozen.queries import Frozen
from posts.importing.comparison.rules import Outcome
from posts.importing.questions.rules import Question
from posts.models import CostLine

KEEP, REMOVE = "keep", "remove"
_NAMED = 12


@dataclass(frozen=True)
class Missing:
    """The lines of one phase that a block does not mention, though it mentions others of it."""

    phase: int
    name: str
    lines: Sequence[CostLine]
    answer: str

    @property
    def question(self) -> Question:
        """Whether they stay."""
        names = [line.title for line in self.lines[:_NAMED]]
        more = [f"{len(self.lines) - _NAMED} more"] if len(self.lines) > _NAMED else []
        verb = "is" if len(self.lines) == 1 else "are"
        words = f"{counted(len(self.lines), 'stored line')} of {self.name} {verb} not in this block: {listed([*names, *more])}."
        what = "it" if len(self.lines) == 1 else "them"
        return Question(f"missing-{self.phase}", words, ((KEEP, f"Keep {what}"), (REMOVE, f"Remove {what}")))

    @property
    def goes(self) -> bool:
        return self.answer == REMOVE


def missing_of(lines: Iterable[CostLine], outcomes: Iterable[Outcome], answers: Mapping[str, str]) -> list[Missing]:
    """Of each phase that the block mentions stored lines of, those that it does not."""
    mentioned = {outcome.line.pk for outcome in outcomes if outcome.line}
    by_phase: dict[int, list[CostLine]] = {}
    for line in lines:
        by_phase.setdefault(line.phase.number, []).append(line)
    found = []
    for number, of_phase in sorted(by_phase.items()):
        left = [line for line in of_phase if line.pk not in mentioned]
        if left and len(left) < len(of_phase):
            phase = of_phase[0].phase
            found.append(Missing(number, phase.name, left, answers.get(f"missing-{number}", KEEP)))
    return found


def not_removed(lines: Iterable[CostLine], frozen: Mapping[int, Sequence[Frozen]]) -> list[str]:
    """A sentence for each line that cannot go, because a request keeps its figures."""
    return [
        f"“{line.title}” cannot be removed: it is in the drawdown {frozen[line.pk][0].title} ({frozen[line.pk][0].state}). "
        "Keep these lines, or remove the others by hand."
        for line in lines
        if line.pk in frozen
    ]
