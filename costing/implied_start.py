"""The start that a part-year figure implies: which days would have given it."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake, share_of_year
from costing.money import Unit, in_unit


@dataclass(frozen=True, slots=True)
class ImpliedStart:
    """Each day from `earliest` to `latest` gives the figure; `months` are the firsts of a month among them."""

    earliest: date
    latest: date
    months: tuple[date, ...]


def implied_start(
    annual_cost: Decimal, part_year: Decimal, year: FinancialYear, basis: Basis, unit: Unit = Unit.THOUSANDS
) -> ImpliedStart | None:
    """The starts in the year, staying to its end, whose cost shows as `part_year` does in this unit; None if none.

    `earliest` 1 April means that day or any before. Both amounts are pounds; one stated in £'000 is thousands x 1,000.
    """
    if not annual_cost or not part_year or (annual_cost < 0) != (part_year < 0):
        return None
    annual, wanted = Fraction(abs(annual_cost)), Decimal(in_unit(abs(part_year), unit))

    def fall(day: int) -> Decimal:
        start = year.first_day + timedelta(days=day)
        return -Decimal(in_unit(annual * share_of_year(Intake(None, start, None), year, basis), unit))

    days, step = range(year.days), Decimal(1).scaleb(-unit.places)
    first = bisect_left(days, -wanted, key=fall)
    after = bisect_left(days, step - wanted, key=fall)
    if first == after:
        return None
    earliest, latest = (year.first_day + timedelta(days=day) for day in (first, after - 1))
    firsts = (year.first_day_of(period) for period in range(1, 13))
    return ImpliedStart(earliest, latest, tuple(day for day in firsts if earliest <= day <= latest))
