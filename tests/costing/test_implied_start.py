from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.implied_start import implied_start
from costing.intake import Basis, Intake, share_of_year
from costing.money import Unit, in_unit

YEAR = FinancialYear(2016)


@pytest.mark.parametrize(
    ("annual", "part_year", "earliest", "latest", "months"),
    [
        (90_000, 60_000, date(2016, 7, 30), date(2016, 8, 3), [date(2016, 8, 1)]),
        (288_000, 158_000, date(2016, 9, 13), date(2016, 9, 14), []),
        (60_000, 60_000, date(2016, 4, 1), date(2016, 4, 4), [date(2016, 4, 1)]),
        (123_000, 10_000, date(2017, 3, 1), date(2017, 3, 3), [date(2017, 3, 1)]),
    ],
)
def test_a_published_figure_implies_a_range_of_starts(annual, part_year, earliest, latest, months):
    implied = implied_start(Decimal(annual), Decimal(part_year), YEAR, Basis.MONTHS)
    assert implied is not None
    assert (implied.earliest, implied.latest, list(implied.months)) == (earliest, latest, months)


@pytest.mark.parametrize(("annual", "part_year"), [(60_000, 61_000), (60_000, 0), (0, 10), (60_000, -5_000)])
def test_a_figure_that_no_start_gives_implies_none(annual, part_year):
    assert implied_start(Decimal(annual), Decimal(part_year), YEAR, Basis.MONTHS) is None


def test_a_credit_implies_its_start_too():
    implied = implied_start(Decimal(-90_000), Decimal(-60_000), YEAR, Basis.MONTHS)
    assert implied == implied_start(Decimal(90_000), Decimal(60_000), YEAR, Basis.MONTHS)


@settings(max_examples=30)
@given(st.integers(1_000, 10**6), st.integers(1_000, 10**6), st.sampled_from(Basis), st.sampled_from(Unit))
def test_exactly_the_days_of_the_range_give_the_figure(annual, part_year, basis, unit):
    wanted = in_unit(Decimal(part_year), unit)
    giving = []
    for number in range(YEAR.days):
        day = YEAR.first_day + timedelta(days=number)
        if in_unit(Fraction(annual) * share_of_year(Intake(None, day, None), YEAR, basis), unit) == wanted:
            giving.append(day)
    implied = implied_start(Decimal(annual), Decimal(part_year), YEAR, basis, unit)
    assert (implied.earliest, implied.latest) == (giving[0], giving[-1]) if implied else not giving
