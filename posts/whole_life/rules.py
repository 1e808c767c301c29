"""What a line comes to over its whole life: the sum that somebody stated, else the sum of its years, all of them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from costing.intake import Basis
from costing.measure import WHOLE_LIFE, WHOLE_LIFE_STORED, Measure
from costing.outside import earlier_cost, later_cost, undated_cost
from phases.models import Programme
from posts.lines.rules import LineState, costed, state_of
from posts.models import CostLine, LineAmount


class Outside(NamedTuple):
    """Whole pounds of a line that are in no year of its programme: of years before and after, of none; what is stated."""

    earlier: Decimal
    later: Decimal
    undated: Decimal
    stated: Decimal | None


def outside_of(state: LineState, programme: Programme) -> Outside:
    """What a line costs outside the programme's years, what of it has no date, and the sum stated over its whole life."""
    line = costed(state, Basis(programme.basis))
    has_years = any(item.year and item.amount is not None for item in state.stated)
    return Outside(
        earlier_cost(line, programme.years[0]),
        later_cost(line, programme.years[-1]),
        Decimal(0) if has_years else undated_cost(line, state.term_months) or Decimal(0),
        next((item.amount for item in state.stated if item.year == WHOLE_LIFE_STORED), None),
    )


def whole_life(state: LineState, amounts: Iterable[LineAmount], programme: Programme) -> Decimal | None:
    """What it comes to in all; None where that is not stated and a year is not. `amounts` are those of the line."""
    found = outside_of(state, programme)
    if found.stated is not None:
        return found.stated
    years = [amount.amount for amount in amounts if amount.financial_year]
    known = [amount for amount in years if amount is not None]
    in_all = sum(known, Decimal(0)) + found.earlier + found.later + found.undated
    return in_all if found.undated or len(known) == len(years) else None


def figures_of(line: CostLine, programme: Programme, wanted: Iterable[Measure]) -> dict[Measure, LineAmount]:
    """The amounts of a stored line by measure, among them its whole life where that is wanted or stated. No query.

    Its intakes and amounts are fetched already. What is not stated over its whole life is worked out, and stored nowhere.
    """
    amounts = {amount.measure: amount for amount in line.amounts.all()}
    if WHOLE_LIFE in wanted and WHOLE_LIFE not in amounts:
        in_all = whole_life(state_of(line), amounts.values(), programme)
        absence = "" if in_all is not None else "not_stated"
        amounts[WHOLE_LIFE] = LineAmount(financial_year=WHOLE_LIFE_STORED, amount=in_all, absence=absence, origin="calculated")
    return amounts
