"""Working days and the call-in window: the vectors of the specification, and properties."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

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


def test_the_bank_holidays_passed_over_are_kept_with_the_window():
    assert window(date(2016, 12, 21), 5).holidays == (date(2016, 12, 26), date(2016, 12, 27), date(2017, 1, 2))
    assert (window(date(2016, 8, 24), 5).days, window(date(2025, 3, 6), 5).holidays) == (5, ())


def test_no_thread_meets_a_year_without_its_bank_holidays():
    """`holidays` 0.109 fills a year at its first use, and marks it as filled before it is.

    Threads of a fresh process that ask at once for years nobody asked for before must all be told of Christmas.
    """
    script = """
import sys, threading
sys.setswitchinterval(1e-6)
from datetime import date
from approvals.decisions.call_in.rules import is_working_day
gate, wrong = threading.Barrier(4), []
def ask(year):
    gate.wait()
    for year in range(year, year + 20):
        if is_working_day(date(year, 12, 25)):
            wrong.append(year)
threads = [threading.Thread(target=ask, args=[2020]) for _ in range(4)]
[each.start() for each in threads]; [each.join() for each in threads]
assert not wrong, wrong
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).resolve().parents[2])


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
