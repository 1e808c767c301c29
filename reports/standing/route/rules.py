"""Who must approve what a programme plans: its phases in their order, against the council's approval limits. Pure arithmetic."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure
from costing.totals import total
from phases.models import ApprovalLimit, FundingSource
from phases.routing import rules as routing
from phases.routing.rules import Effect, Step
from reports.standing.position.rules import Position


class Route(NamedTuple):
    """The running totals of one measure, were the phases paid for with one kind of money. `instrument` is empty for any money.

    `not_stated` names the phases with lines that state no figure, which the totals leave out.
    """

    measure: Measure
    instrument: str
    steps: tuple[Step, ...]
    not_stated: tuple[str, ...]

    @property
    def money(self) -> str:
        return str(FundingSource.Kind(self.instrument).label) if self.instrument else "Any funding"


def routes(position: Position, limits: Sequence[ApprovalLimit], day: date) -> list[Route]:
    """One for each measure and kind of money that has limits in force that day."""
    found = []
    for measure, columns in _measures(position):
        in_force = [limit for limit in limits if limit.measure == measure.kind and limit.rule.in_force(day)]
        for kind in sorted({limit.instrument for limit in in_force}):
            effects = [Effect(title, kind, day, pounds) for title, pounds in _effects(position, measure, columns)]
            found.append(Route(measure, kind, tuple(routing.steps(effects, measure, limits)), _not_stated(position, columns)))
    return found


def _measures(position: Position) -> Iterator[tuple[Measure, list[int]]]:
    """Each measure with the columns of the position that make it up: the years, then the full year."""
    years = list(range(len(position.years)))
    yield FULL_YEAR, [len(years)]
    for column in years:
        yield position.measures[column], [column]
    yield WHOLE_LIFE, [position.measures.index(WHOLE_LIFE)] if WHOLE_LIFE in position.measures else years


def _effects(position: Position, measure: Measure, columns: Sequence[int]) -> Iterator[tuple[str, Decimal | None]]:
    """What is authorised beside the committee table is approved already; one-off money has no full-year effect."""
    for authorised in position.beside:
        limit = total(authorised.limits.get(position.measures[column]) for column in columns)
        if limit is not None and not (measure == FULL_YEAR and authorised.one_off):
            yield f"{authorised.title}, authorised outside the phases", limit
    for plan in position.phases:
        yield plan.name, total(plan.amounts[column] for column in columns)


def _not_stated(position: Position, columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(plan.name for plan in position.phases if any(plan.not_stated[column] for column in columns))
