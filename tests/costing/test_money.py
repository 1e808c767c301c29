from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.money import MAXIMUM, NotAnAmount, Unit, in_unit, round_pounds, thousands, whole_in_unit


@pytest.mark.parametrize(
    ("exact", "pounds"),
    [
        (Fraction(17507, 2), 8754),
        (Decimal("0.5"), 1),
        (Decimal("0.49"), 0),
        (Decimal("23212.50"), 23213),
        (Fraction(1, 3), 0),
        (Decimal("-0.5"), -1),
        (Decimal("-0.49"), 0),
        (Decimal("-2.5"), -3),
    ],
)
def test_a_half_pound_goes_away_from_nought(exact, pounds):
    assert round_pounds(exact) == pounds


def test_a_rounded_credit_is_never_minus_nought():
    assert str(round_pounds(Decimal("-0.2"))) == "0"


@pytest.mark.parametrize(("pounds", "shown"), [(23_500, 24), (23_499, 23), (500, 1), (-500, -1), (-499, 0), (0, 0)])
def test_thousands_are_rounded_half_up(pounds, shown):
    assert thousands(Decimal(pounds)) == shown


def test_an_amount_is_shown_in_its_unit():
    assert in_unit(Decimal(83_333), Unit.POUNDS) == 83_333
    assert in_unit(Decimal(83_333), Unit.THOUSANDS) == 83


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_not_finite_is_not_an_amount(text):
    with pytest.raises(NotAnAmount, match="is not an amount of money"):
        round_pounds(Decimal(text))


def test_the_largest_amount_is_held_and_a_larger_one_refused():
    assert round_pounds(MAXIMUM) == MAXIMUM
    assert round_pounds(-MAXIMUM) == -MAXIMUM
    for larger in (MAXIMUM + 1, -MAXIMUM - 1, Decimal(10) ** 18):
        with pytest.raises(NotAnAmount, match="must not be above £999,999,999,999"):
            round_pounds(larger)


@pytest.mark.parametrize("not_money", [0.1, True, "1"])
def test_a_float_is_not_money(not_money):
    with pytest.raises(TypeError, match="Money is a Decimal or a Fraction"):
        round_pounds(not_money)


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_rounding_moves_an_amount_by_half_a_pound_at_most_and_a_credit_mirrors_its_charge(exact):
    rounded = round_pounds(exact)
    assert rounded == rounded.to_integral_value()
    assert abs(Fraction(rounded) - exact) <= Fraction(1, 2)
    assert round_pounds(-exact) == -rounded


@given(
    st.lists(st.none() | st.integers(-10_000_000, 10_000_000) | st.integers(-20, 20).map(lambda each: each * 500)),
    st.sampled_from(Unit),
)
def test_whole_pounds_are_rounded_at_once_as_they_are_one_by_one(pounds: list[int | None], unit: Unit):
    assert whole_in_unit(pounds, unit) == [None if each is None else in_unit(Decimal(each), unit) for each in pounds]
