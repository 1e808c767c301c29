"""Costs outside the years of a programme, against a second calculation that walks through the days one by one."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake
from costing.line_cost import Duration, Line
from costing.outside import earlier_cost, later_cost, undated_cost

FIRST, LAST = FinancialYear(2016), FinancialYear(2017)
DAYS = st.dates(date(2013, 1, 1), date(2021, 12, 31))


def day_by_day(line: Line) -> dict[int, Decimal]:
    """Whole pounds by the year in which each financial year starts: each day in post bears its part of its month's twelfth."""
    exact: dict[int, Fraction] = defaultdict(Fraction)
    for intake in line.intakes:
        assert intake.start
        day, end = intake.start, intake.end or date(2022, 3, 31)
        while day <= end:
            after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
            month = (after - day.replace(day=1)).days
            part = Fraction(intake.fte) / Fraction(line.fte) if line.fte and intake.fte else Fraction(1)
            exact[day.year - (day.month < 4)] += Fraction(line.annual_cost or 0) * part / 12 / month
            day += timedelta(days=1)
    return {
        year: (Decimal(cost.numerator) / cost.denominator).quantize(Decimal(1), ROUND_HALF_UP) for year, cost in exact.items()
    }


def line(*intakes: Intake, duration: Duration = Duration.RECURRING, annual: int | None = 48_000) -> Line:
    return Line(None if annual is None else Decimal(annual), Decimal(2), intakes, duration, Basis.MONTHS)


@given(DAYS, DAYS, st.integers(0, 90_000).map(lambda twelfth: twelfth * 12))
@settings(max_examples=60, deadline=None)
def test_what_a_term_costs_before_and_after_is_what_its_days_come_to(one: date, other: date, annual: int) -> None:
    start, end = min(one, other), max(one, other)
    made = line(Intake(Decimal(2), start, end), duration=Duration.FIXED_TERM, annual=annual)
    by_year = day_by_day(made)
    assert earlier_cost(made, FIRST) == sum(cost for year, cost in by_year.items() if year < 2016)
    assert later_cost(made, LAST) == sum(cost for year, cost in by_year.items() if year > 2017)


def test_a_part_that_goes_on_without_an_end_is_not_counted_after_the_last_year() -> None:
    goes_on = Intake(Decimal(1), date(2015, 4, 1), None)
    made = line(goes_on, Intake(Decimal(1), date(2017, 4, 1), date(2019, 3, 31)))
    assert (earlier_cost(made, FIRST), later_cost(made, LAST)) == (24_000, 24_000)
    assert later_cost(line(goes_on), LAST) == 0


def test_a_one_off_cost_falls_in_the_year_of_its_date_whichever_that_is() -> None:
    def costs(day: date) -> tuple[Decimal, Decimal]:
        made = line(Intake(None, day, None), duration=Duration.ONE_OFF)
        return earlier_cost(made, FIRST), later_cost(made, LAST)

    assert costs(date(2016, 3, 31)) == (48_000, 0)
    assert costs(date(2016, 4, 1)) == costs(date(2018, 3, 31)) == (0, 0)
    assert costs(date(2018, 4, 1)) == (0, 48_000)


def test_an_amount_without_a_date_is_known_for_a_one_off_and_for_a_term_of_months() -> None:
    assert undated_cost(line(duration=Duration.ONE_OFF), None) == 48_000
    assert undated_cost(line(duration=Duration.FIXED_TERM), 7) == 28_000
    assert undated_cost(line(duration=Duration.FIXED_TERM), None) is None
    assert undated_cost(line(), 18) is None
    assert undated_cost(line(duration=Duration.ONE_OFF, annual=None), None) is None
    assert undated_cost(line(Intake(None, date(2016, 8, 1), None), duration=Duration.ONE_OFF), None) is None
