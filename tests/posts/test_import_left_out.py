"""Columns that hold money and are not read: never without a word."""

import pytest

from tests.posts.test_import_wordings import block

HEADINGS = "Phase|Post|2016/17|{}\n"


@pytest.mark.parametrize("heading", ["Notes £", "Comment (£)", "Remarks £'000"])
def test_amounts_under_a_heading_of_comments_are_money_that_somebody_decides_about(heading: str):
    found = block(HEADINGS.format(heading) + "Phase Three|Reviewer|10000|2500\nPhase Three|Analyst|8000|1,200\n")
    assert found.columns[3] == "?"
    assert f"The column {heading} holds figures (2500, 1,200)" in found.errors[0]


@pytest.mark.parametrize("cells", [("see report", "2500"), ("", ""), ("2500 from the fund", "1,200")])
def test_words_under_it_are_comments(cells: tuple[str, str]):
    found = block(HEADINGS.format("Notes £") + f"Phase Three|Reviewer|10000|{cells[0]}\nPhase Three|Analyst|8000|{cells[1]}\n")
    assert (found.columns[3], found.errors) == ("comment", [])


def test_figures_under_comments_without_a_pound_sign_are_comments():
    found = block(HEADINGS.format("Notes") + "Phase Three|Reviewer|10000|2500\n")
    assert (found.columns[3], found.errors) == ("comment", [])
