"""Clear days, and whether notice of a key decision suffices on a day."""

from datetime import date
from decimal import Decimal

import pytest

from approvals.decisions.key_notice.rules import (
    ALL,
    OverThreshold,
    Route,
    Thresholds,
    Unnoticed,
    earliest,
    unnoticed,
    wards_in,
    why_key,
)
from approvals.decisions.key_notice.wording.rules import unnoticed_in_words, why_key_in_words


@pytest.mark.parametrize(
    ("route", "notice", "first"),
    [
        (Route.TWENTY_EIGHT_DAYS, date(2016, 9, 1), date(2016, 9, 30)),
        (Route.TWENTY_EIGHT_DAYS, date(2016, 2, 1), date(2016, 3, 1)),  # a leap year has the 29th of February
        (Route.TWENTY_EIGHT_DAYS, date(2017, 2, 1), date(2017, 3, 2)),
        (Route.GENERAL_EXCEPTION, date(2016, 12, 22), date(2016, 12, 28)),  # over a weekend and two bank holidays
    ],
)
def test_a_clear_day_lies_wholly_between_the_two_whatever_day_it_is(route: Route, notice: date, first: date):
    assert earliest(route, notice) == first


@pytest.mark.parametrize(
    ("route", "first"),
    [
        (Route.TWENTY_EIGHT_DAYS, date(2016, 9, 30)),
        (Route.GENERAL_EXCEPTION, date(2016, 9, 7)),
        (Route.SPECIAL_URGENCY, date(2016, 9, 1)),
    ],
)
def test_the_first_day_of_each_route_has_its_clear_days_and_the_day_before_has_not(route: Route, first: date):
    notice = date(2016, 9, 1)
    assert earliest(route, notice) == first
    assert unnoticed(route, notice, first) is None
    assert unnoticed(route, notice, date.fromordinal(first.toordinal() - 1)) == Unnoticed(route, notice, first)


def said(route: str, notice: date | None, decision: date) -> str:
    why = unnoticed(route, notice, decision)
    assert why
    return unnoticed_in_words(why)


def test_the_reason_says_from_when_it_can_be_decided():
    assert said("reg_10", date(2016, 9, 1), date(2016, 9, 2)) == (
        "5 clear days from the notice of 1 September 2016 have not passed: this key decision can be made from 7 September 2016."
    )
    assert "cannot be made before it" in said("reg_11", date(2016, 9, 2), date(2016, 9, 1))


@pytest.mark.parametrize(("route", "notice"), [("", None), ("", date(2016, 9, 1)), ("28_days", None)])
def test_without_a_route_and_its_date_no_key_decision_is_made(route: str, notice: date | None):
    assert said(route, notice, date(2017, 9, 1)) == "Key decisions need a notice route on file."


@pytest.mark.parametrize(
    ("typed", "wards"),
    [("", 0), ("Clock House", 1), ("Clock House, Penge and Cator", 3), ("One\nTwo", 2), ("All", ALL), ("Borough-wide", ALL)],
)
def test_wards_are_counted_as_they_are_typed(typed: str, wards: int):
    assert wards_in(typed) == wards


def test_a_decision_is_key_from_the_councils_thresholds_on():
    half = Thresholds(500_000, 2)
    assert why_key(half, ("2016/17", Decimal(499_999)), "One") is None
    assert why_key(half, ("a full year", Decimal(500_000)), "One") == OverThreshold(500_000, ("a full year", Decimal(500_000)))
    assert why_key_in_words(OverThreshold(500_000, ("a full year", Decimal(500_000)))) == (
        "It releases £500,000 in a full year: your council counts a decision as key from £500,000 in a year."
    )
    some, every = why_key(half, None, "One, Two"), why_key(half, None, "All")
    assert some
    assert every
    assert why_key_in_words(some) == "It affects 2 wards: your council counts a decision as key from 2 wards."
    assert why_key_in_words(every) == "It affects all wards: your council counts a decision as key from 2 wards."
    assert why_key(Thresholds(None, None), ("2016/17", Decimal(10**9)), "All") is None
