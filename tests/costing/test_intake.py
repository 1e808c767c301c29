from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from costing.financial_year import FinancialYear
from costing.intake import (
    Basis,
    Intake,
    NotAnIntake,
    StartNotStated,
    days_in_year,
    end_of_term,
    months_in_year,
    months_on,
    most_in_post,
    share_of_year,
    term_in_months,
)

YEAR = FinancialYear(2016)
ONE = Decimal(1)


def intake(start, end=None, fte=ONE):
    return Intake(fte, start, end)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2016, 4, 1), None, 12),
        (date(2010, 1, 1), None, 12),
        (date(2016, 8, 1), None, 8),
        (date(2016, 9, 13), None, 6 + Fraction(18, 30)),
        (date(2017, 3, 31), None, Fraction(1, 31)),
        (date(2017, 4, 1), None, 0),
        (date(2016, 8, 1), date(2016, 8, 31), 1),
        (date(2016, 8, 10), date(2016, 8, 20), Fraction(11, 31)),
        (date(2016, 8, 10), date(2016, 8, 10), Fraction(1, 31)),
        (date(2016, 8, 17), date(2016, 10, 10), Fraction(15, 31) + 1 + Fraction(10, 31)),
        (date(2016, 1, 1), date(2016, 4, 15), Fraction(15, 30)),
        (date(2015, 1, 1), date(2016, 3, 31), 0),
    ],
)
def test_months_in_post_count_whole_months_and_parts_of_months(start, end, months):
    assert months_in_year(intake(start, end), YEAR) == months
    assert share_of_year(intake(start, end), YEAR, Basis.MONTHS) == Fraction(months) / 12


def test_the_days_basis_counts_both_the_first_and_the_last_day():
    assert days_in_year(intake(date(2016, 9, 13)), YEAR) == 200
    assert share_of_year(intake(date(2016, 9, 13)), YEAR, Basis.DAYS) == Fraction(200, 365)
    assert days_in_year(intake(date(2016, 9, 13), date(2016, 9, 13)), YEAR) == 1


def test_the_days_basis_of_a_leap_year_has_366_days():
    assert share_of_year(intake(date(2020, 2, 29)), FinancialYear(2019), Basis.DAYS) == Fraction(32, 366)


def test_part_of_a_leap_february_is_out_of_29():
    assert months_in_year(intake(date(2020, 2, 29)), FinancialYear(2019)) == 1 + Fraction(1, 29)


def test_an_end_before_the_start_is_refused():
    with pytest.raises(NotAnIntake) as refusal:
        intake(date(2016, 8, 2), date(2016, 8, 1))
    assert str(refusal.value) == "The end, 1 August 2016, is before the start, 2 August 2016."


def test_an_intake_has_some_fte():
    with pytest.raises(NotAnIntake, match="must not be 0") as refusal:
        intake(None, fte=Decimal(0))
    assert refusal.value.field == "fte"


def test_a_start_that_is_not_stated_has_no_share_unless_the_end_came_before_the_year():
    with pytest.raises(StartNotStated):
        share_of_year(intake(None), YEAR, Basis.MONTHS)
    with pytest.raises(StartNotStated):
        share_of_year(intake(None, date(2016, 4, 1)), YEAR, Basis.DAYS)
    assert share_of_year(intake(None, date(2016, 3, 31)), YEAR, Basis.MONTHS) == 0


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2016, 8, 1), 18, date(2018, 1, 31)),
        (date(2016, 8, 15), 6, date(2017, 2, 14)),
        (date(2016, 8, 31), 6, date(2017, 2, 28)),
        (date(2015, 8, 31), 6, date(2016, 2, 29)),
        (date(2016, 11, 1), 1, date(2016, 11, 30)),
        (date(2016, 11, 1), 2, date(2016, 12, 31)),
        (date(2016, 12, 1), 1, date(2016, 12, 31)),
    ],
)
def test_a_term_of_whole_months_ends_the_day_before_the_same_day(start, months, end):
    assert end_of_term(start, months) == end


def test_a_term_has_a_month_at_least():
    with pytest.raises(NotAnIntake, match="at least one month"):
        end_of_term(date(2016, 8, 1), 0)


def test_eighteen_months_are_a_term_of_18():
    assert term_in_months(intake(date(2016, 8, 1), end_of_term(date(2016, 8, 1), 18))) == 18


def test_an_open_ended_or_undated_intake_has_no_term():
    assert intake(date(2016, 8, 1)).open_ended
    with pytest.raises(NotAnIntake, match="no term"):
        term_in_months(intake(date(2016, 8, 1)))
    with pytest.raises(StartNotStated):
        term_in_months(intake(None, date(2016, 8, 1)))


def test_most_in_post_adds_those_who_overlap_and_not_those_who_follow():
    first = intake(date(2016, 4, 1), date(2016, 8, 31), Decimal(2))
    assert most_in_post([]) == 0
    assert most_in_post([first, intake(date(2016, 9, 1), None, ONE)]) == 2
    assert most_in_post([first, intake(date(2016, 8, 31), None, ONE)]) == 3
    assert most_in_post([intake(None, date(2016, 8, 31)), intake(date(2016, 8, 1))]) == 2
    assert most_in_post([intake(None, date(2016, 8, 31)), intake(date(2016, 9, 1))]) == 1


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2016, 8, 1), 2, date(2016, 10, 1)),
        (date(2016, 8, 1), -8, date(2015, 12, 1)),
        (date(2016, 12, 31), 2, date(2017, 2, 28)),
        (date(2015, 12, 31), 2, date(2016, 2, 29)),
        (date(2016, 8, 15), 0, date(2016, 8, 15)),
        (date(2016, 11, 1), 14, date(2018, 1, 1)),
    ],
)
def test_a_day_moves_by_months_and_stays_within_its_month(day, months, moved):
    assert months_on(day, months) == moved


def test_an_intake_that_moves_stays_as_long():
    eighteen_months = intake(date(2016, 8, 1), date(2018, 1, 31))
    assert eighteen_months.moved(1) == intake(date(2016, 9, 1), date(2018, 2, 28))
    assert eighteen_months.moved(1).moved(-1) == eighteen_months
    assert intake(date(2016, 8, 1)).moved(-1) == intake(date(2016, 7, 1))


def test_a_start_that_is_not_stated_cannot_be_moved():
    with pytest.raises(StartNotStated):
        intake(None).moved(1)
