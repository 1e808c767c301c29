"""A typed text as paragraphs and lists."""

import pytest

from display.passages import Passage, passages


def test_lines_with_a_dash_or_a_bullet_are_one_list():
    text = "To release £60,000, for:\n- Head of service\n\u2022 Auditor\n\n- Clerk\nNo more."
    assert list(passages(text)) == [
        Passage("To release £60,000, for:"),
        Passage("", ("Head of service", "Auditor", "Clerk")),
        Passage("No more."),
    ]


@pytest.mark.parametrize("text", ["-863", "Agreed - in part", "-", "\u2013"])
def test_a_figure_or_a_dash_alone_begins_no_list(text: str):
    assert list(passages(text)) == [Passage(text)]


def test_no_text_has_no_passage():
    assert list(passages(" \n ")) == []
