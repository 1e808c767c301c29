"""What is heard in the place of what is printed."""

import pytest

from printing import speech


@pytest.mark.parametrize(
    ("printed", "heard"),
    [
        ("-", "nil"),
        ("n/s", "not stated"),
        ("(863)", "minus 863"),
        ("(£1,863.50)", "minus £1,863.50"),
        ("-863", "minus 863"),
        ("Cr 863", "minus 863"),
        ("863", "863"),
        ("(a note)", "(a note)"),
        ("£'000 in 2016/17", "thousand pounds in 2016 to 2017"),
    ],
)
def test_a_cell_is_heard_as_a_person_reads_it_out(printed: str, heard: str):
    assert speech.cell(printed) == heard


@pytest.mark.parametrize(
    ("printed", "heard"),
    [
        ("1999/00", "1999 to 2000"),
        ("From 2016/17 on", "From 2016 to 2017 on"),
        ("2016/19", "2016/19"),
        ("CYP/2016/17a", "CYP/2016/17a"),
    ],
)
def test_only_years_that_follow_each_other_are_a_financial_year(printed: str, heard: str):
    assert speech.words(printed) == heard
