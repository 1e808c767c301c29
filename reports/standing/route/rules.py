"""Who must approve what a programme plans: its phases in their order, against the council's approval limits. Pure arithmetic."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from costing.totals import total
from phases.models import ApprovalLimit, FundingSource
from phases.routing import rules as routing
from phases.routing.rules import Effect, Measured, Step
from reports.standing.position.rules import Position


class Route(NamedTuple):
    """The running totals of one measure, were the phases paid for with one kind of money. `instrument` is empty for any money.

    `not_stated` names the phases with lines that state no figure, which the totals leave out.
    """

    measured: Measured
    instrument: str
    steps: tuple[Step, ...]
    not_stated: tuple[str, ...]

    @property
    def money(self) -> str:
        return str(FundingSource.Kind(self.instrument).label) if self.instrument else "Any money"


def routes(position: Position, limits: Sequence[ApprovalLimit], day: date) -> list[Route]:
    """One for each measure and kind of money that has limits in force that day."""
    found = []
    for measured, columns in _measures(position):
        in_force = [limit for limit in limits if limit.measure == measured.measure and limit.rule.in_force(day)]
        for kind in sorted({limit.instrument for limit in in_force}):
            effects = [Effect(title, kind, day, pounds) for title, pounds in _effects(position, measured, columns)]
            found.append(Route(measured, kind, tuple(routing.steps(effects, measured, limits)), _not_stated(position, columns)))
    return found


def _measures(position: Position) -> Iterator[tuple[Measured, list[int]]]:
    """Each measure with the columns of the position that make it up: the years, then the full year."""
    years = list(range(len(position.years)))
    yield routing.FULL_YEAR, [len(years)]
    for column, year in enumerate(position.years):
        yield routing.in_year(year.starts_in), [column]
    yield routing.WHOLE_LIFE, years


def _effects(position: Position, measured: Measured, columns: Sequence[int]) -> Iterator[tuple[str, Decimal | None]]:
    """What is authorised beside the committee table is approved already; one-off money has no full-year effect."""
    for authorised in position.beside:
        limit = total(authorised.limits[column] for column in columns)
        if limit is not None and not (measured == routing.FULL_YEAR and authorised.one_off):
            yield f"{authorised.title}, authorised beside the phases", limit
    for plan in position.phases:
        yield plan.name, total(plan.amounts[column] for column in columns)


def _not_stated(position: Position, columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(plan.name for plan in position.phases if any(plan.not_stated[column] for column in columns))
