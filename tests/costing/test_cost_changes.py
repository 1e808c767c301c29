"""An annual cost that changes from a day on (money rule 17): exact, rounded once, and as the slow second calculation has it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.intake import Basis, CostFrom, Intake, most_in_post
from costing.line_cost import Duration, Line, NotALine, full_year_cost, part_year_cost, workings
from costing.outside import later_cost
from tests.costing import day_by_day

THIS, NEXT = FinancialYear(2016), FinancialYear(2017)
APRIL = date(2017, 4, 1)


def line(annual: int, *intakes: Intake, fte: int = 1, costs: tuple[CostFrom, ...] = ()) -> Line:
    return Line(Decimal(annual), Decimal(fte), intakes, Duration.RECURRING, Basis.MONTHS, costs)


def since(day: date, *costs: CostFrom, fte: int = 1, end: date | None = None) -> Intake:
    return Intake(Decimal(fte), day, end, costs)


def test_agency_until_april_then_permanent():
    post = line(96_000, since(date(2016, 10, 1)), costs=(CostFrom(APRIL, Decimal(60_000)),))
    assert (part_year_cost(post, THIS), part_year_cost(post, NEXT), full_year_cost(post).amount) == (48_000, 60_000, 60_000)


def test_a_pay_award_in_the_middle_of_a_year_is_rounded_once_with_the_rest():
    post = line(40_001, since(date(2016, 4, 1)), costs=(CostFrom(date(2016, 9, 1), Decimal(40_802)),))
    # 40,001 x 5/12 + 40,802 x 7/12 = 40,468.25
    assert part_year_cost(post, THIS) == 40_468
    said = str(workings(post, THIS))
    assert said == (
        "£40,001 × 5/12 (from 1 April 2016 to 31 August 2016) + £40,802 × 7/12 (from 1 September 2016), "
        "rounded half up to £40,468"
    )
    assert (
        str(workings(post, None)) == "£40,802 (from 1 September 2016) a year, as it costs in the end, rounded half up to £40,802"
    )


def test_one_intake_may_cost_otherwise_and_then_as_the_line_does():
    agency = since(date(2016, 4, 1), CostFrom(date(2016, 4, 1), Decimal(90_000)))
    posts = line(150_000, agency, since(date(2016, 4, 1), fte=2), fte=3, costs=(CostFrom(APRIL, Decimal(153_000)),))
    assert part_year_cost(posts, THIS) == 90_000 + 100_000
    assert part_year_cost(posts, NEXT) == full_year_cost(posts).amount == 153_000


def test_on_one_day_the_cost_of_the_intake_comes_before_that_of_the_line():
    own = since(date(2016, 4, 1), CostFrom(APRIL, Decimal(10_000)))
    posts = line(20_000, own, since(date(2016, 4, 1)), fte=2, costs=(CostFrom(APRIL, Decimal(30_000)),))
    assert part_year_cost(posts, NEXT) == 10_000 + 15_000


def test_what_ends_later_costs_what_it_costs_then():
    ends = since(date(2016, 4, 1), CostFrom(date(2018, 4, 1), Decimal(24_000)), end=date(2018, 9, 30))
    assert later_cost(Line(Decimal(12_000), Decimal(1), (ends,), Duration.FIXED_TERM, Basis.MONTHS), NEXT) == 12_000


@pytest.mark.parametrize("duration", [Duration.ONE_OFF, Duration.RECURRING])
def test_a_cost_that_changes_begins_with_one(duration: Duration):
    annual = Decimal(1) if duration is Duration.ONE_OFF else None
    with pytest.raises(NotALine, match="needs one to begin with") as refusal:
        Line(annual, None, (Intake(None, APRIL, None),), duration, Basis.MONTHS, (CostFrom(APRIL, Decimal(2)),))
    assert refusal.value.field == "cost"


days = st.dates(date(2015, 10, 1), date(2018, 12, 31))
costs = st.lists(st.tuples(days, st.integers(0, 200_000)), max_size=3, unique_by=lambda change: change[0]).map(
    lambda changes: tuple(CostFrom(day, Decimal(annual)) for day, annual in sorted(changes))
)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    intakes = []
    for _ in range(draw(st.integers(1, 3))):
        start, end = draw(days), draw(st.none() | days)
        first, last = (min(start, end), max(start, end)) if end else (start, None)
        intakes.append(Intake(Decimal(draw(st.integers(1, 400))) / 100, first, last, draw(costs)))
    basis = draw(st.sampled_from(Basis))
    annual = Decimal(draw(st.integers(1, 300_000)))
    return Line(annual, most_in_post(intakes), tuple(intakes), Duration.RECURRING, basis, draw(costs))


@given(lines(), st.sampled_from([FinancialYear(year) for year in (2015, 2016, 2017, 2018)]))
def test_a_second_calculation_day_by_day_agrees(made: Line, year: FinancialYear):
    assert part_year_cost(made, year) == day_by_day.cost(made, year)


@given(lines())
def test_the_full_year_is_that_of_a_year_long_after(made: Line):
    lasts = any(intake.open_ended for intake in made.intakes)
    assert (full_year_cost(made).amount or 0) == (day_by_day.cost(made, FinancialYear(2025)) if lasts else 0)
