import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.financial_year import FIRST, LAST, FinancialYear
from costing.measure import FULL_YEAR, WHOLE_LIFE, Kind, Measure, NotAMeasure, in_year, parse, stored

measures = st.one_of(st.integers(FIRST, LAST).map(in_year), st.sampled_from([FULL_YEAR, WHOLE_LIFE]))


@pytest.mark.parametrize(
    ("measure", "key", "label", "name", "in_words"),
    [
        (in_year(2016), "2016", "2016/17", "2016/17", "in 2016/17"),
        (FULL_YEAR, "full_year", "Full year", "a full year", "in a full year"),
        (WHOLE_LIFE, "whole_life", "Whole life", "its whole life", "over its whole life"),
    ],
)
def test_each_measure_has_a_key_a_label_and_words(measure, key, label, name, in_words):
    assert (measure.key, measure.label, measure.name, measure.in_words) == (key, label, name, in_words)
    assert str(measure) == label
    assert parse(key) == measure


def test_years_come_first_then_the_full_year_then_the_whole_life():
    wanted = [in_year(1999), in_year(2016), in_year(2017), FULL_YEAR, WHOLE_LIFE]
    assert sorted([WHOLE_LIFE, in_year(2017), FULL_YEAR, in_year(1999), in_year(2016)]) == wanted
    assert in_year(2016) < FULL_YEAR <= FULL_YEAR < WHOLE_LIFE > in_year(2099)


def test_a_year_is_given_as_itself_or_by_its_first_half():
    assert in_year(FinancialYear(2016)) == in_year(2016)
    assert in_year(2016).year == FinancialYear(2016)
    assert FULL_YEAR.year is WHOLE_LIFE.year is None


def test_a_column_holds_a_year_or_none_for_the_full_year():
    assert stored(2016) == in_year(2016)
    assert stored(None) is FULL_YEAR
    assert in_year(2016).financial_year == 2016
    assert FULL_YEAR.financial_year is None
    assert WHOLE_LIFE.financial_year == 0
    assert stored(0) is WHOLE_LIFE


@pytest.mark.parametrize(
    "key", ["", "2016/17", "Full year", "in_year", "None", "02016", "-2016", " 2016", "1066", "9999", "２０１６"]
)
def test_nothing_else_is_a_key(key):
    with pytest.raises(NotAMeasure):
        parse(key)


@pytest.mark.parametrize(("kind", "year"), [(Kind.IN_YEAR, None), (Kind.FULL_YEAR, 2016), (Kind.WHOLE_LIFE, 2016)])
def test_only_one_financial_year_names_a_year(kind, year):
    with pytest.raises(NotAMeasure, match="names its year"):
        Measure(kind, year and FinancialYear(year))


@given(measures)
def test_a_key_reads_back(measure):
    assert parse(measure.key) == measure
    assert hash(parse(measure.key)) == hash(measure)
    assert pickle.loads(pickle.dumps(measure)) == measure


@given(measures, measures)
def test_the_order_is_total(one, other):
    assert (one < other) + (other < one) + (one == other) == 1
