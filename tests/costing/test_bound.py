"""Words before a figure: read as people write them, and what they make of a total."""

import pytest

from costing.bound import Bound, of_sum, split


@pytest.mark.parametrize(
    ("typed", "word", "figure"),
    [
        ("more than £400,000", Bound.AT_LEAST, "£400,000"),
        ("At least 400k", Bound.AT_LEAST, "400k"),
        ("over £3m", Bound.AT_LEAST, "£3m"),
        ("in excess of 12,000", Bound.AT_LEAST, "12,000"),
        (">£5,000", Bound.AT_LEAST, "£5,000"),
        ("£400k+", Bound.AT_LEAST, "£400k"),
        ("5,000 or more", Bound.AT_LEAST, "5,000"),
        ("around £210,000", Bound.ABOUT, "£210,000"),
        ("c. £210k", Bound.ABOUT, "£210k"),
        ("c£210k", Bound.ABOUT, "£210k"),
        ("approx. 5", Bound.ABOUT, "5"),
        ("~5", Bound.ABOUT, "5"),
        ("210,000 (est.)", Bound.ABOUT, "210,000"),
        ("up to £950,000", Bound.UP_TO, "£950,000"),
        ("no more than 7", Bound.UP_TO, "7"),
        ("not exceeding £1m", Bound.UP_TO, "£1m"),
        ("max 5,000", Bound.UP_TO, "5,000"),
    ],
)
def test_a_word_is_told_from_its_figure(typed: str, word: Bound, figure: str) -> None:
    assert split(typed) == (word, figure)


@pytest.mark.parametrize(
    "typed", ["83,000", "£83k", "cr 500", "(500)", "-", "nil", "not stated", "overtime", "about", "", "some"]
)
def test_what_has_no_word_before_a_figure_stays_as_it_is(typed: str) -> None:
    assert split(typed) == (None, typed)


def test_a_total_keeps_one_word_and_of_several_is_about_so_much() -> None:
    assert of_sum([]) is of_sum([None, None]) is None
    assert of_sum([None, Bound.AT_LEAST]) is Bound.AT_LEAST
    assert of_sum([Bound.UP_TO, Bound.UP_TO]) is Bound.UP_TO
    assert of_sum([Bound.UP_TO, None, Bound.AT_LEAST]) is Bound.ABOUT
