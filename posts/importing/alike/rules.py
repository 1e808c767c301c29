"""Rows without a stored line, beside stored lines that a block does not mention: the same ones, renamed or moved?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher

from posts.importing.block.rules import PastedRow
from posts.importing.matching.rules import spelling
from posts.importing.questions.rules import Question
from posts.models import CostLine

MOST_OFFERED = 3
_LIKE = 7  # tenths of two titles that agree
_MOST_COMPARED = 40  # lines of one team: more of them are no question that a person could answer
AS_NEW = ("new", "A new line")


class Alike:
    """The stored lines that a block does not mention, where the block mentions most of the others.

    A block that adds a post to a plan names few of its lines, and is asked nothing.
    """

    def __init__(self, lines: Sequence[CostLine], mentioned: Collection[int]) -> None:
        whole = 2 * len(mentioned) >= len(lines)
        by_phase: dict[int, list[CostLine]] = {}
        for line in lines:
            by_phase.setdefault(line.phase_id, []).append(line)
        full = {phase for phase, found in by_phase.items() if whole or 2 * sum(li.pk in mentioned for li in found) >= len(found)}
        self.left = [line for line in lines if line.pk not in mentioned and line.phase_id in full] if mentioned else []
        self.by_title: dict[str, list[CostLine]] = {}
        self.by_team: dict[tuple[int, str], list[CostLine]] = {}
        for line in self.left:
            self.by_title.setdefault(spelling(line.title), []).append(line)
            self.by_team.setdefault((line.phase_id, _team(line)), []).append(line)

    def of(self, row: PastedRow, phase: int) -> list[CostLine]:
        """The lines that a row may be: of its title elsewhere, else beside it with a title or figures like its own."""
        title = spelling(row.values.get("title", ""))
        moved = self.by_title.get(title, [])
        if moved or not title:
            return moved[:MOST_OFFERED]
        beside = self.by_team.get((phase, spelling(row.team)), []) if row.team is not None else []
        if row.team is None:
            beside = [line for line in self.left if line.phase_id == phase]
        if len(beside) > _MOST_COMPARED:
            return []
        return [line for line in beside if _alike(title, spelling(line.title)) or _same_figures(row, line)][:MOST_OFFERED]


def _team(line: CostLine) -> str:
    return spelling(line.team.name) if line.team else ""


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() * 10 >= _LIKE


def _same_figures(row: PastedRow, line: CostLine) -> bool:
    """Whether the row gives two or more figures that the line has, and none that it has not; nil says nothing."""
    stored: Mapping[str, Decimal | None] = {
        **{f"y{each.financial_year}" if each.financial_year else "full_year": each.amount for each in line.amounts.all()},
        "annual_cost": line.annual_cost,
    }
    given = {name: figure for name, figure in row.figures.items() if figure and name != "fte" and stored.get(name) is not None}
    return len(given) > 1 and all(figure == stored[name] for name, figure in given.items())


def question_of(row: PastedRow, candidates: Iterable[CostLine], phase: str) -> Question:
    """Whether a row is one of these lines, each offered by its number."""
    title = " ".join(row.values.get("title", "").split())[:60]
    options = [(str(line.pk), _offer(line, row, phase)) for line in candidates]
    words = f"“{title}” is not stored here, and a line like it is not in this block: is it the same line?"
    return Question(f"row-{row.number}-line", words, (*options, AS_NEW), row.number)


def _offer(line: CostLine, row: PastedRow, phase: str) -> str:
    renamed = spelling(line.title) != spelling(row.values.get("title", ""))
    moved = line.phase.name != phase or (row.team is not None and _team(line) != spelling(row.team))
    what = "renamed and moved" if renamed and moved else "renamed" if renamed else "moved"
    where = ", ".join(filter(None, [line.phase.name, line.team.name if line.team else ""]))
    return f"The same line, {what}: {line.title} of {where}"
