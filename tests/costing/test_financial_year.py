from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.financial_year import FinancialYear, NotAFinancialYear


def test_a_financial_year_runs_from_april_to_march():
    year = FinancialYear(2016)
    assert year.first_day == date(2016, 4, 1)
    assert year.last_day == date(2017, 3, 31)
    assert year.next_first_day == date(2017, 4, 1)


def test_a_year_with_a_29_february_has_366_days():
    assert FinancialYear(2019).days == 366
    assert FinancialYear(2020).days == 365
    assert FinancialYear(2099).days == 365


@pytest.mark.parametrize(("starts_in", "label"), [(2016, "2016/17"), (1999, "1999/00"), (2008, "2008/09")])
def test_a_year_is_printed_with_its_two_halves(starts_in, label):
    assert FinancialYear(starts_in).label == str(FinancialYear(starts_in)) == label
    assert FinancialYear.parse(label) == FinancialYear(starts_in)


@pytest.mark.parametrize("label", ["2016/17", "2016-17", "2016–17", "2016/2017", " 2016/17 "])
def test_other_ways_of_writing_a_year_are_read(label):
    assert FinancialYear.parse(label) == FinancialYear(2016)


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("2016/18", "A financial year is one year long, such as 2016/17."),
        ("2016/2018", "A financial year is one year long, such as 2016/17."),
        ("2016", "Write a financial year like this: 2016/17."),
        ("", "Write a financial year like this: 2016/17."),
        ("16/17", "Write a financial year like this: 2016/17."),
        ("٢٠١٦/١٧", "Write a financial year like this: 2016/17."),
        ("1066/67", "A financial year must start between 1989 and 2100."),
    ],
)
def test_what_is_not_a_financial_year_is_refused(label, message):
    with pytest.raises(NotAFinancialYear) as refusal:
        FinancialYear.parse(label)
    assert str(refusal.value) == message


def test_the_year_changes_between_31_march_and_1_april():
    assert FinancialYear.containing(date(2017, 3, 31)) == FinancialYear(2016)
    assert FinancialYear.containing(date(2017, 4, 1)) == FinancialYear(2017)


def test_periods_count_from_april():
    year = FinancialYear(2016)
    assert [year.period(date(2016, 4, 1)), year.period(date(2016, 12, 31)), year.period(date(2017, 3, 31))] == [
        1,
        9,
        12,
    ]
    assert [year.first_day_of(period) for period in (1, 9, 10, 12)] == [
        date(2016, 4, 1),
        date(2016, 12, 1),
        date(2017, 1, 1),
        date(2017, 3, 1),
    ]


def test_a_day_of_another_year_has_no_period():
    with pytest.raises(NotAFinancialYear, match="1 April 2017 is not in 2016/17"):
        FinancialYear(2016).period(date(2017, 4, 1))


@pytest.mark.parametrize("period", [0, 13])
def test_there_are_twelve_periods(period):
    with pytest.raises(NotAFinancialYear, match="from 1"):
        FinancialYear(2016).first_day_of(period)


def test_years_follow_and_sort():
    year = FinancialYear(2016)
    assert year.next().previous() == year < year.next()
    assert FinancialYear.between(year, FinancialYear(2018)) == (year, FinancialYear(2017), FinancialYear(2018))
    assert FinancialYear.between(year, year.previous()) == ()


@given(st.dates(date(1990, 4, 1), date(2100, 12, 31)))
def test_every_day_is_in_exactly_one_year_and_its_period(day):
    year = FinancialYear.containing(day)
    assert day in year
    assert day not in year.previous()
    assert (day + timedelta(days=year.days)) not in year
    assert year.first_day_of(year.period(day)).month == day.month
