"""Plans of phases and money that is authorised for them, without a store."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from costing.financial_year import FinancialYear
from costing.measure import FULL_YEAR, Measure, in_year
from phases.bodies.rules import DecidingBody, Kind
from phases.ledger.rules import Authorised, Decided
from reports.standing.position.rules import PhasePlan, Position, position

YEARS = (FinancialYear(2016), FinancialYear(2017))
MEASURES = (in_year(2016), in_year(2017), FULL_YEAR)
NOW = datetime(2016, 9, 2, 9, 5, tzinfo=UTC)


def pounds(*amounts: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if amount is None else Decimal(amount) for amount in amounts)


def plan(number: int, *amounts: int | None, **changed: Any) -> PhasePlan:
    """A phase of 3 recurring lines, 7 FTE of which 2.5 are recruited, unless changed."""
    name = {1: "Phase One", 2: "Phase Two", 3: "Phase Three"}[number]
    made = PhasePlan(number, name, Decimal(7), Decimal("2.5"), 3, 3, pounds(*amounts), (0, 0, 0))
    return made._replace(**changed)


def authorised(title: str, phases: set[int], *limits: int | None, **changed: Any) -> Authorised:
    decided = Decided(1, "A decision", DecidingBody(1, "Executive", Kind.EXECUTIVE), date(2016, 7, 20))
    made = Authorised(0, title, decided, "Contingency", one_off=True, phases=frozenset(phases), limits=by_measure(*limits))
    return made._replace(**changed)


def by_measure(*limits: int | None) -> dict[Measure, Decimal]:
    """In 2016/17, in 2017/18 and in a full year."""
    return {measure: Decimal(limit) for measure, limit in zip(MEASURES, limits, strict=True) if limit is not None}


def compared(*records: PhasePlan | Authorised) -> Position:
    return position(
        YEARS,
        [record for record in records if isinstance(record, PhasePlan)],
        [record for record in records if isinstance(record, Authorised)],
    )


ONE, TWO, THREE = (plan(1, 731000, 1171000, 1123000), plan(2, 218000, 348000, 348000), plan(3, 141000, 795000, 795000))

JULY = authorised("July release", {1, 2}, 950000, None, None)
