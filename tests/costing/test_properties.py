"""What holds for every line, on lines that Hypothesis makes up."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake, days_in_year, months_in_year, share_of_year, term_in_months
from costing.line_cost import Duration, Line, exact_part_year_cost, full_year_cost, part_year_cost, workings
from costing.totals import exact_total, total
from tests.costing import day_by_day

DAYS = st.dates(date(2014, 1, 1), date(2021, 12, 31))
YEARS = st.integers(2014, 2021).map(FinancialYear)
BASES = st.sampled_from(Basis)
FTES = st.integers(1, 600).map(lambda hundredths: Decimal(hundredths) / 100)
ANNUAL_COSTS = st.integers(-50_000, 500_000).map(Decimal)
ALL_YEARS = FinancialYear.between(FinancialYear(2013), FinancialYear(2021))


@st.composite
def intakes(draw, *, ended=None):
    start = draw(DAYS)
    has_end = draw(st.booleans()) if ended is None else ended
    end = draw(st.dates(start, date(2021, 12, 31))) if has_end else None
    return Intake(draw(FTES), start, end)


@st.composite
def lines(draw):
    """A line of one to four intakes, or an other cost of one; its FTE at least the sum of its intakes."""
    basis, annual = draw(BASES), draw(ANNUAL_COSTS)
    if draw(st.integers(0, 4)) == 0:
        whole = draw(intakes())
        return Line(annual, None, (Intake(None, whole.start, whole.end),), Duration.RECURRING, basis)
    members = tuple(draw(st.lists(intakes(), min_size=1, max_size=4)))
    spare = draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(3)]))
    fte = sum((intake.fte for intake in members), Decimal(0)) + spare
    return Line(annual, fte, members, Duration.RECURRING, basis)


@given(intakes(ended=True))
def test_months_by_year_sum_to_the_term_exactly(intake):
    assert sum(months_in_year(intake, year) for year in ALL_YEARS) == term_in_months(intake)


@given(intakes(ended=True))
def test_days_by_year_sum_to_the_days_in_post(intake):
    assert sum(days_in_year(intake, year) for year in ALL_YEARS) == (intake.end - intake.start).days + 1


@given(intakes(), YEARS, BASES)
def test_a_share_is_between_none_and_all_of_the_year(intake, year, basis):
    assert 0 <= share_of_year(intake, year, basis) <= 1


@given(lines(), st.data())
def test_splitting_an_intake_at_any_date_changes_no_cost(line, data):
    intake = line.intakes[0]
    last = data.draw(st.dates(intake.start, intake.end or date(2022, 12, 31)))
    assume(last != intake.end)
    halves = (Intake(intake.fte, intake.start, last), Intake(intake.fte, last + timedelta(days=1), intake.end))
    split = Line(line.annual_cost, line.fte, halves + line.intakes[1:], line.duration, line.basis)
    assert full_year_cost(split) == full_year_cost(line)
    for year in ALL_YEARS:
        assert part_year_cost(split, year) == part_year_cost(line, year)
        alone = [
            part_year_cost(Line(line.annual_cost, line.fte, (part,), line.duration, line.basis), year) for part in split.intakes
        ]
        # Each part rounded by itself is out by half a pound at most, and so is the whole.
        assert abs(total(alone) - part_year_cost(line, year)) <= Fraction(len(alone) + 1, 2)


@given(st.lists(lines(), max_size=6), YEARS)
def test_the_total_of_lines_differs_from_the_exact_one_by_their_rounding_at_most(members, year):
    rounded = total(part_year_cost(line, year) for line in members)
    exact = exact_total(exact_part_year_cost(line, year) for line in members)
    assert abs(rounded - exact) <= Fraction(len(members) + 1, 2)


@given(lines(), YEARS)
def test_a_whole_year_in_post_costs_the_full_year(line, year):
    from_before = tuple(Intake(intake.fte, date(2013, 4, 1), None) for intake in line.intakes)
    steady = Line(line.annual_cost, line.fte, from_before, line.duration, line.basis)
    assert part_year_cost(steady, year) == full_year_cost(steady).amount


@pytest.mark.parametrize("basis", Basis)
@settings(max_examples=60)
@given(lines(), YEARS)
def test_a_day_by_day_calculation_agrees(basis, line, year):
    line = Line(line.annual_cost, line.fte, line.intakes, line.duration, basis)
    assert exact_part_year_cost(line, year) == day_by_day.exact_cost(line, year)
    assert part_year_cost(line, year) == day_by_day.cost(line, year)


@given(lines(), YEARS)
def test_workings_end_with_the_cost_they_explain(line, year):
    cost = part_year_cost(line, year)
    words = str(workings(line, year))
    in_post = any(days_in_year(intake, year) for intake in line.intakes)
    shown = f"-£{-cost:,}" if cost < 0 else f"£{cost:,}"
    assert words.endswith(f"rounded half up to {shown}") if in_post else words.startswith("Nil: ")
