from datetime import date
from decimal import Decimal

import pytest

from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake
from costing.line_cost import Absence, Duration, FullYear, Line, NotALine, Workings, full_year_cost, part_year_cost, workings

YEAR, NEXT, AFTER = FinancialYear(2016), FinancialYear(2017), FinancialYear(2018)
AUGUST, NOVEMBER, JANUARY, MARCH = date(2016, 8, 1), date(2016, 11, 1), date(2017, 1, 1), date(2017, 3, 1)
NO_EFFECT = FullYear(None, Absence.NO_EFFECT)
NOT_STATED = FullYear(None, Absence.NOT_STATED)


def line(annual, *intakes, fte=1, duration=Duration.RECURRING, basis=Basis.MONTHS):
    """A line; an intake is (start,), (start, end) or (start, end, fte)."""
    line_fte = None if fte is None else Decimal(fte)
    made = tuple(
        Intake(Decimal(given[2]) if len(given) > 2 else line_fte, given[0], given[1] if len(given) > 1 else None)
        for given in intakes
    )
    return Line(None if annual is None else Decimal(annual), line_fte, made, duration, basis)


EIGHTEEN_MONTHS = line(48_000, (AUGUST, date(2018, 1, 31)), duration=Duration.FIXED_TERM)
THREE_SOCIAL_WORKERS = line(123_000, (JANUARY, None, 1), (MARCH, None, 2), fte=3)
LAPTOPS = line(150_000, (JANUARY,), fte=None, duration=Duration.ONE_OFF)
ONE_OF_THREE_LEAVES = line(123_000, (date(2016, 4, 1), date(2016, 12, 31), 1), (date(2016, 4, 1), None, 2), fte=3)


def test_a_fixed_term_line_has_no_full_year_effect():
    assert full_year_cost(EIGHTEEN_MONTHS) == NO_EFFECT


def test_a_recurring_line_whose_intakes_all_end_has_no_full_year_effect():
    assert full_year_cost(line(48_000, (AUGUST, date(2018, 1, 31)))) == NO_EFFECT


def test_the_full_year_counts_only_the_intakes_without_an_end():
    assert full_year_cost(ONE_OF_THREE_LEAVES) == FullYear(Decimal(82_000), None)


def test_a_full_year_cost_needs_no_start():
    assert full_year_cost(line(90_000, (None,))) == FullYear(Decimal(90_000), None)
    assert full_year_cost(line(300_000, fte=None)) == FullYear(Decimal(300_000), None)


def test_a_recurring_line_without_annual_cost_has_its_full_year_not_stated():
    assert full_year_cost(line(None, (AUGUST,))) == NOT_STATED


def test_a_fixed_term_line_without_annual_cost_still_has_no_effect():
    assert full_year_cost(line(None, (AUGUST,), duration=Duration.FIXED_TERM)) == NO_EFFECT


def test_a_one_off_cost_falls_whole_in_the_year_of_its_date():
    assert [part_year_cost(LAPTOPS, year) for year in (YEAR.previous(), YEAR, NEXT)] == [0, 150_000, 0]
    assert full_year_cost(LAPTOPS) == NO_EFFECT


@pytest.mark.parametrize(
    "lacking",
    [
        line(None, (AUGUST,)),
        line(90_000, (None,)),
        line(90_000),
        line(90_000, (AUGUST,), duration=Duration.FIXED_TERM),
        line(123_000, (JANUARY, None, 1), (None, None, 2), fte=3),
        line(None, (JANUARY,), fte=None, duration=Duration.ONE_OFF),
        line(150_000, (None,), fte=None, duration=Duration.ONE_OFF),
        line(150_000, fte=None, duration=Duration.ONE_OFF),
    ],
)
def test_what_is_not_stated_makes_the_cost_unknown_and_not_nil(lacking):
    assert part_year_cost(lacking, YEAR) is None


def test_a_year_outside_the_term_is_nil_and_not_unknown():
    assert part_year_cost(EIGHTEEN_MONTHS, AFTER) == 0
    assert part_year_cost(EIGHTEEN_MONTHS, YEAR.previous()) == 0
    assert part_year_cost(line(90_000, (AUGUST,), duration=Duration.FIXED_TERM), YEAR.previous()) == 0
    assert part_year_cost(line(90_000, (None, date(2016, 3, 31))), YEAR) == 0


def test_a_line_year_is_rounded_once_over_all_its_intakes():
    three_thirds = line(100, (NOVEMBER, None, 1), (NOVEMBER, None, 1), (NOVEMBER, None, 1), fte=3)
    assert part_year_cost(three_thirds, YEAR) == part_year_cost(line(100, (NOVEMBER,)), YEAR) == 42


def test_a_credit_is_the_mirror_of_its_charge():
    assert part_year_cost(line(-15_006, (date(2016, 9, 1),)), YEAR) == -8_754


def test_part_of_the_fte_in_post_costs_its_part():
    assert part_year_cost(line(123_000, (date(2016, 4, 1), None, 1), fte=3), YEAR) == 41_000


def test_more_in_post_than_the_line_is_refused():
    with pytest.raises(NotALine) as refusal:
        line(123_000, (JANUARY, None, 2), (MARCH, None, "1.5"), fte=3)
    assert str(refusal.value) == "3.5 FTE are in post at once, more than the 3 FTE of the line."
    assert refusal.value.field == "fte"
    with pytest.raises(NotALine, match="6 FTE are in post at once, more than the 4 FTE"):
        line(310_000, (AUGUST, None, 6), fte=4)


def test_one_who_follows_another_is_not_more_than_the_line():
    followed = line(90_000, (AUGUST, date(2016, 12, 31), 1), (JANUARY, None, 1))
    assert part_year_cost(followed, YEAR) == 60_000


def test_the_periods_of_a_cost_without_fte_do_not_overlap():
    with pytest.raises(NotALine, match="must not overlap") as refusal:
        line(12_000, (AUGUST, JANUARY), (JANUARY,), fte=None)
    apart = line(12_000, (AUGUST, date(2016, 12, 31)), (JANUARY,), fte=None)
    assert part_year_cost(apart, YEAR) == 8_000
    assert refusal.value.field == "dates"


def test_a_one_off_cost_has_one_date():
    with pytest.raises(NotALine, match="falls on one date"):
        line(100, (AUGUST, NOVEMBER), (JANUARY,), fte=None, duration=Duration.ONE_OFF)


def test_a_line_has_some_fte_or_none_stated():
    with pytest.raises(NotALine, match="must not be 0"):
        line(100, fte=0)


def test_a_full_year_cost_is_an_amount_or_an_absence():
    for amount, absence in ((None, None), (Decimal(1), Absence.NO_EFFECT)):
        with pytest.raises(NotALine):
            FullYear(amount, absence)


@pytest.mark.parametrize(
    ("costed", "year", "words"),
    [
        (line(90_000, (AUGUST,)), YEAR, "£90,000 × 8/12, from 1 August 2016, rounded half up to £60,000"),
        (line(90_000, (AUGUST,)), NEXT, "£90,000 × 12/12, from 1 August 2016, rounded half up to £90,000"),
        (line(90_000, (AUGUST,)), None, "£90,000 a year, open-ended"),
        (
            line(288_000, (date(2016, 9, 13),), fte=6),
            YEAR,
            "£288,000 × (6 months and 18/30 of September)/12, from 13 September 2016, rounded half up to £158,400",
        ),
        (
            line(288_000, (date(2016, 9, 13),), fte=6, basis=Basis.DAYS),
            YEAR,
            "£288,000 × 200/365 days, from 13 September 2016, rounded half up to £157,808",
        ),
        (
            line(12_000, (date(2016, 8, 17), date(2016, 10, 10))),
            YEAR,
            "£12,000 × (1 month, 15/31 of August and 10/31 of October)/12, "
            "from 17 August 2016 to 10 October 2016, rounded half up to £1,806",
        ),
        (
            line(12_000, (date(2016, 8, 10), date(2016, 8, 20))),
            YEAR,
            "£12,000 × (11/31 of August)/12, from 10 August 2016 to 20 August 2016, rounded half up to £355",
        ),
        (
            THREE_SOCIAL_WORKERS,
            YEAR,
            "£123,000 × 1/3 × 3/12 (1 of 3 FTE from 1 January 2017) "
            "+ £123,000 × 2/3 × 1/12 (2 of 3 FTE from 1 March 2017), rounded half up to £17,083",
        ),
        (
            EIGHTEEN_MONTHS,
            NEXT,
            "£48,000 × 10/12, from 1 August 2016 to 31 January 2018, rounded half up to £40,000",
        ),
        (EIGHTEEN_MONTHS, AFTER, "Nil: not in post in 2018/19 (from 1 August 2016 to 31 January 2018)."),
        (EIGHTEEN_MONTHS, None, "No full-year effect: fixed term, from 1 August 2016 to 31 January 2018."),
        (
            line(48_000, (AUGUST, date(2018, 1, 31))),
            None,
            "No full-year effect: every part of it ends (from 1 August 2016 to 31 January 2018).",
        ),
        (ONE_OF_THREE_LEAVES, None, "£123,000 × 2/3, 2 of 3 FTE open-ended, rounded half up to £82,000"),
        (line(300_000, (date(2017, 4, 1),), fte=None), YEAR, "Nil: nothing falls in 2016/17 (from 1 April 2017)."),
        (LAPTOPS, YEAR, "£150,000 once, on 1 January 2017, all of it in 2016/17"),
        (LAPTOPS, NEXT, "Nil: the one-off cost of £150,000 falls in 2016/17, on 1 January 2017."),
        (LAPTOPS, None, "No full-year effect: the cost is one-off."),
        (line(-12_000, (AUGUST,)), YEAR, "-£12,000 × 8/12, from 1 August 2016, rounded half up to -£8,000"),
        (line(None, (AUGUST,)), YEAR, "Cannot be calculated: the annual cost is not stated."),
        (line(None, (AUGUST,)), None, "Not stated: no annual cost is recorded."),
        (line(90_000, (None,)), YEAR, "Cannot be calculated: the start is not stated."),
        (
            line(90_000, (AUGUST,), duration=Duration.FIXED_TERM),
            YEAR,
            "Cannot be calculated: the end of the fixed term is not stated.",
        ),
        (
            line(None, (AUGUST,), duration=Duration.ONE_OFF),
            YEAR,
            "Cannot be calculated: the amount is not stated.",
        ),
        (line(1, (None,), duration=Duration.ONE_OFF), YEAR, "Cannot be calculated: the date is not stated."),
    ],
)
def test_workings_say_in_words_how_the_figure_came_about(costed, year, words):
    assert str(workings(costed, year)) == words


def test_what_stands_instead_of_an_amount_is_told_apart_from_how_it_came_about():
    assert workings(LAPTOPS, None) == Workings("the cost is one-off.", "No full-year effect")
    assert workings(LAPTOPS, YEAR).instead == ""
