"""A draft as text: paragraphs and their numbers, sentences, tables among them."""

import pytest

from reports.draft.rules.text import Kind, Paragraph, Table, from_text
from tests.reports.draft import paper


def numbers(text: str) -> list[str]:
    return [paragraph.number for paragraph in from_text(text).paragraphs]


@pytest.mark.parametrize(
    ("line", "number", "text"),
    [
        ("6.4 Officers identified", "6.4", "Officers identified"),
        ("6.4\tOfficers identified", "6.4", "Officers identified"),
        ("- 6.4 Officers identified", "6.4", "Officers identified"),
        ("3.10.2. Ofsted made", "3.10.2", "Ofsted made"),
        ("Para 6.4 Officers", "6.4", "Officers"),
        ("6. FINANCIAL IMPLICATIONS", "6", "FINANCIAL IMPLICATIONS"),
        ("iii. Recommend to Full Council", "iii", "Recommend to Full Council"),
        ("(a) Agree", "a", "Agree"),
        ("2.3 million is needed", "", "2.3 million is needed"),
        ("6 posts are vacant", "", "6 posts are vacant"),
        ("Officers identified 6.4 of it", "", "Officers identified 6.4 of it"),
    ],
)
def test_a_typed_number_is_taken_from_its_paragraph(line: str, number: str, text: str):
    (paragraph,) = from_text(line).paragraphs
    assert (paragraph.number, paragraph.text) == (number, text)


def test_a_paragraph_of_capitals_is_a_heading_and_says_where_one_is():
    heading, paragraph = from_text("RECOMMENDATIONS\nMembers are asked to note it.").paragraphs
    assert heading.kind is Kind.HEADING
    assert paragraph.place == "under RECOMMENDATIONS"


def test_places_follow_the_last_numbered_paragraph():
    places = [each.place for each in from_text("Begins.\n2.2 The Executive:\niii. Recommend it.\nCost: nothing.").paragraphs]
    assert places == ["the beginning", "paragraph 2.2", "paragraph 2.2 iii", "after paragraph 2.2"]


def test_a_wrapped_line_goes_on_with_the_paragraph_above():
    text = "6.1 At the meeting of July the Executive were advised of the inspection report which\nincluded issues.\n6.2 Next."
    assert [each.number for each in from_text(text).paragraphs] == ["6.1", "6.2"]
    assert from_text(text).paragraphs[0].text.endswith("report which included issues.")


def test_sentences_end_at_full_stops_and_not_at_abbreviations():
    paragraph = Paragraph("See para. 6.3 of it. Approx. 300 of £1.4m are new. It rose.")
    assert [paragraph.text[start:end].strip() for start, end in paragraph.sentences] == [
        "See para. 6.3 of it.",
        "Approx. 300 of £1.4m are new.",
        "It rose.",
    ]


def test_pasted_rows_with_tabs_are_one_table_with_its_headings_across():
    draft = from_text(paper.as_text())
    (table,) = draft.tables
    assert len(table.rows) == len(paper.ROWS)
    assert table.rows[2] == ("PHASE ONE", "", "", "", "", "", "", "")
    assert table.place == "the table after paragraph 6.3"
    assert isinstance(draft.blocks[draft.blocks.index(table) + 1], Paragraph)


def test_a_table_without_figures_is_read_as_paragraphs():
    draft = from_text("Ward:\tAll Wards\tyes\nReason:\tSee below\tno")
    assert not any(isinstance(block, Table) for block in draft.blocks)
    assert [each.text for each in draft.paragraphs] == ["Ward:", "All Wards", "yes", "Reason:", "See below", "no"]


def test_the_numbers_of_the_source_are_read():
    found = [number for number in numbers(paper.as_text()) if number.startswith("6.")]
    assert found == ["6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.7", "6.8", "6.9", "6.10", "6.11", "6.12", "6.10"]
