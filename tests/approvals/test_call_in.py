"""Working days and the call-in window: the vectors of the specification, and properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.decisions.call_in.rules import is_working_day, window, working_day_after


@pytest.mark.parametrize(
    ("published", "closes", "effective"),
    [
        (date(2025, 3, 6), date(2025, 3, 13), date(2025, 3, 14)),
        (date(2022, 1, 11), date(2022, 1, 18), date(2022, 1, 19)),
        (date(2016, 8, 24), date(2016, 9, 1), date(2016, 9, 2)),
        (date(2016, 12, 21), date(2016, 12, 30), date(2017, 1, 3)),
    ],
)
def test_a_decision_takes_effect_the_working_day_after_the_window_closes(published: date, closes: date, effective: date):
    found = window(published, 5)
    assert (found.closes, found.effective) == (closes, effective)


def test_the_august_bank_holiday_of_england_is_no_working_day():
    assert not is_working_day(date(2016, 8, 29))


def test_a_bank_holiday_of_scotland_alone_is_a_working_day():
    assert is_working_day(date(2017, 1, 3))


def test_at_least_one_day_is_counted():
    with pytest.raises(ValueError, match="at least one"):
        working_day_after(date(2016, 9, 1), 0)


@given(st.dates(date(2010, 1, 1), date(2030, 12, 31)), st.integers(1, 20))
def test_between_publication_and_close_lie_exactly_the_days_of_the_setting(published: date, days: int):
    found = window(published, days)
    between = [published + timedelta(days=n) for n in range(1, (found.closes - published).days + 1)]
    assert sum(map(is_working_day, between)) == days
    assert is_working_day(found.closes)
    assert is_working_day(found.effective)
