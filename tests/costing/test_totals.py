from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from costing.money import Rounding, Unit, thousands
from costing.totals import exact_total, footnote_needed, shown_total, total

AMOUNTS = st.lists(st.none() | st.integers(-(10**7), 10**7).map(Decimal), max_size=30)


def pounds(*amounts):
    return [None if amount is None else Decimal(amount) for amount in amounts]


def test_a_total_is_of_what_is_present():
    assert total(pounds(1, None, 2)) == 3


def test_a_total_of_absences_is_absent_and_a_total_of_nothing_is_nil():
    assert total([None, None]) is None
    assert total([]) == 0
    assert exact_total([None]) is None
    assert exact_total([]) == 0
    for rounding in Rounding:
        assert shown_total([None], Unit.THOUSANDS, rounding) is None
        assert shown_total([], Unit.THOUSANDS, rounding) == 0


def test_a_total_of_exact_amounts_is_rounded_once():
    assert exact_total([Fraction(128_000, 3)] * 3) == 128_000


def test_the_two_roundings_of_a_total_can_differ_and_then_need_a_footnote():
    three = pounds(42_667, 42_667, 42_667)
    assert shown_total(three, Unit.THOUSANDS, Rounding.SUM_OF_ROUNDED) == 129
    assert shown_total(three, Unit.THOUSANDS, Rounding.ROUNDED_SUM) == 128
    assert footnote_needed(three, Unit.THOUSANDS)
    assert footnote_needed(three, Unit.THOUSANDS, Rounding.ROUNDED_SUM)
    assert not footnote_needed(three, Unit.THOUSANDS, Rounding.SUM_OF_ROUNDED)
    assert not footnote_needed(three, Unit.POUNDS)
    assert not footnote_needed(pounds(83_000, 60_000), Unit.THOUSANDS)


def test_amounts_may_come_from_a_generator():
    assert footnote_needed((amount for amount in pounds(500, 500)), Unit.THOUSANDS)
    assert not footnote_needed((amount for amount in pounds(83_000, 60_000)), Unit.THOUSANDS)
    assert shown_total((amount for amount in pounds(500, 500)), Unit.THOUSANDS, Rounding.SUM_OF_ROUNDED) == 2


@given(AMOUNTS, AMOUNTS)
def test_a_total_equals_the_sum_of_its_parts(some, others):
    together = total([*some, *others])
    if together is not None:
        assert together == (total(some) or 0) + (total(others) or 0)
        for unit in Unit:
            parts = [shown_total(part, unit, Rounding.SUM_OF_ROUNDED) or 0 for part in (some, others)]
            assert shown_total([*some, *others], unit, Rounding.SUM_OF_ROUNDED) == sum(parts)


@given(AMOUNTS)
def test_the_rounded_exact_total_is_the_total_rounded(amounts):
    exact = total(amounts)
    assert shown_total(amounts, Unit.POUNDS, Rounding.ROUNDED_SUM) == exact
    if exact is not None:
        assert shown_total(amounts, Unit.THOUSANDS, Rounding.ROUNDED_SUM) == thousands(exact)
