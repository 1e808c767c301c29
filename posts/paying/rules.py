"""Who pays for a stored line, by measure: what each source pays of each of its figures adds up to that figure, to the pound."""

from collections.abc import Iterable

from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.measure import WHOLE_LIFE_STORED
from costing.outside import earlier_costs, later_costs, undated_cost
from costing.paying import Paid, PaidLine, added, paid_in_the_end, paid_in_year, paid_over
from phases.models import Programme
from posts.lines.rules import LineState, costed
from posts.models import LineAmount


def paid_line(state: LineState, amounts: Iterable[LineAmount], programme: Programme) -> PaidLine:
    """Who pays for a line of these amounts. No query."""
    line, payers = costed(state, Basis(programme.basis)), state.paid_by
    stored = {each.financial_year: each.amount for each in amounts if each.amount is not None}
    full, whole = stored.pop(None, None), stored.pop(WHOLE_LIFE_STORED, None)
    costs = [(FinancialYear(year), amount) for year, amount in stored.items() if year]
    costs += [*earlier_costs(line, programme.years[0]), *later_costs(line, programme.years[-1])]
    years: dict[int, list[Paid]] = {}
    for year, amount in costs:
        years.setdefault(year.starts_in, []).append(paid_in_year(amount, line, year, payers))
    has_years = any(item.year and item.amount is not None for item in state.stated)
    undated = None if has_years else undated_cost(line, state.term_months)
    return PaidLine(
        {year: added(paid) for year, paid in sorted(years.items())},
        None if full is None else paid_in_the_end(full, payers),
        None if undated is None else paid_in_the_end(undated, payers),
        None if whole is None else paid_over(whole, programme.years, payers),
    )
