"""What a block does to the plan: the totals of each phase before and after, and the stored lines that it does not mention."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costing.line_cost import Absence
from costing.measure import Measure
from costing.size import PostSize, total_fte
from posts.importing.comparison.rules import CHANGED, NEW, Outcome
from posts.models import CostLine, LineAmount


@dataclass(frozen=True)
class Figure:
    """FTE, or the pounds of a measure; `at_least`: a line in it states none."""

    amount: Decimal
    at_least: bool = False


@dataclass(frozen=True)
class PhaseEffect:
    """A phase before and after: FTE first, then each year, then the full year. `name` "" is that of all phases."""

    name: str
    before: tuple[Figure, ...]
    after: tuple[Figure, ...]

    @property
    def differs(self) -> bool:
        return self.before != self.after


def effect_of(
    lines: Iterable[CostLine],
    outcomes: Iterable[Outcome],
    removed: Collection[int],
    phases: Sequence[tuple[int, str]],
    measures: Sequence[Measure],
) -> list[PhaseEffect]:
    """Each phase (number in the store, name) before and after, and all of them last. `removed`: numbers of lines that go."""
    before = [(line.phase_id, line.size, {amount.financial_year: amount for amount in line.amounts.all()}) for line in lines]
    changed = {outcome.line.pk: outcome for outcome in outcomes if outcome.line and outcome.status == CHANGED}
    after = [
        (line.phase_id, line.size, {amount.financial_year: amount for amount in line.amounts.all()})
        for line in lines
        if line.pk not in changed and line.pk not in removed
    ]
    for outcome in outcomes:
        if outcome.state and outcome.status in (NEW, CHANGED):
            amounts = {amount.financial_year: amount for amount in outcome.amounts}
            after.append((outcome.state.phase, outcome.state.size, amounts))
    found = [
        PhaseEffect(name, *(_figures([row for row in rows if row[0] == phase], measures) for rows in (before, after)))
        for phase, name in phases
    ]
    return [*found, PhaseEffect("", _figures(before, measures), _figures(after, measures))]


_Row = tuple[int, PostSize | None, dict[int | None, LineAmount]]


def _figures(rows: Sequence[_Row], measures: Sequence[Measure]) -> tuple[Figure, ...]:
    found = [Figure(*total_fte(size for _, size, _ in rows))]
    for measure in measures:
        year = measure.financial_year
        amounts = [amounts[year] for *_, amounts in rows if year in amounts]
        given = sum((each.amount for each in amounts if each.amount is not None), Decimal(0))
        found.append(Figure(given, any(each.amount is None and each.absence == Absence.NOT_STATED for each in amounts)))
    return tuple(found)


def not_mentioned(lines: Iterable[CostLine], outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many stored lines a block does not mention, by the name of their phase.

    A block with stored lines in it is taken for a table of the whole programme, any other for one of the phases it names.
    """
    mentioned = {outcome.line.pk for outcome in outcomes if outcome.line}
    phases = {outcome.state.phase for outcome in outcomes if outcome.state}
    counts: dict[str, int] = {}
    for line in lines:
        if line.pk not in mentioned and (mentioned or line.phase_id in phases):
            counts[line.phase.name] = counts.get(line.phase.name, 0) + 1
    return counts
