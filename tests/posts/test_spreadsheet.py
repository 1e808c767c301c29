"""Reading pasted text: nothing here needs a database."""

from decimal import Decimal

import pytest

from costing.financial_year import FinancialYear
from posts.importing.block.rules import Block, Frame, Reading, Role
from posts.importing.columns.rules import EACH, PART, labels
from posts.importing.rules import read_block
from posts.importing.table.rules import MOST_ROWS, cells_of
from posts.importing.text.rules import Unreadable, decode

FRAME = Frame(
    (FinancialYear(2016), FinancialYear(2017)),
    ((1, "Phase One"), (2, "Phase Two"), (3, "Phase Three")),
)
HEADINGS = "Phase\tTeam\tTitle\tFTE\t2016/17\t2017/18\tFull year\n"
LINE = "1\tAdoption\tManager\t1\t83,333\t200,000\t200,000\n"


def read(text: str, columns: tuple[str, ...] | None = None, unit: int = 0) -> Block:
    width = max(len(cells) for cells in cells_of(text)) if unit else 0
    return read_block(text, FRAME, Reading(columns, (unit,) * width if unit else None))


def names(text: str) -> list[str]:
    return read(text).columns


def roles(text: str) -> list[str]:
    return [row.role.value for row in read(text).rows]


# Cells


def test_a_block_from_excel_is_split_at_tabs_and_loses_its_trailing_blank_columns():
    assert cells_of("Post\tFTE\t\t\r\nManager\t1\t\t\r\n") == [["Post", "FTE"], ["Manager", "1"]]


def test_a_quoted_cell_keeps_its_line_break_and_its_quotation_marks():
    assert cells_of('Post\tFTE\r\n"Manager\n""acting"""\t1\r\n')[1] == ['Manager\n"acting"', "1"]


def test_a_cell_that_merely_begins_with_a_quotation_mark_swallows_nothing():
    assert cells_of('Post\tFTE\n"Acting" manager\t1\nClerk\t2\n')[1:] == [['"Acting" manager', "1"], ["Clerk", "2"]]


def test_text_without_tabs_is_split_at_commas():
    assert cells_of('title,fte\r\n"Manager, acting",1\r\n')[1] == ["Manager, acting", "1"]


def test_commas_win_over_a_tab_inside_a_cell_when_they_give_the_headings():
    assert cells_of('title,fte,comment\nManager,1,"a\tb"\n')[1] == ["Manager", "1", "a\tb"]


def test_an_apostrophe_that_our_csv_put_before_a_formula_is_taken_away_again():
    assert cells_of("title,comment\n'=1+1,'tis so\n")[1] == ["=1+1", "'tis so"]


def test_a_byte_order_mark_is_no_part_of_the_first_heading():
    assert names("\ufefftitle,fte\nManager,1\n") == ["title", "fte"]


@pytest.mark.parametrize(
    "content",
    [b"Post\tFTE", "Post\tFTE".encode("utf-8-sig"), "Post\tFTE".encode("utf-16")],
)
def test_a_file_is_decoded_as_it_was_saved(content: bytes):
    assert decode(content).text == "Post\tFTE"


def test_a_file_of_windows_1252_is_decoded_too():
    assert decode("£'000 – Café".encode("cp1252")).text == "£'000 – Café"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The box is empty"),
        (" \t \n\r\n", "The box is empty"),
        ("x" * (2 * 1024 * 1024 + 1), r"This is 2.0 MB of text: at most 2 MB is read"),
        ("Post\tFTE\n" + "a\t1\n" * MOST_ROWS, r"This block has 10,501 rows: at most 10,500 are read"),
        ("\t".join("x" * 70), r"Row 1 has 70 columns: at most 60 are read"),
        ("title\tfte\n" + "x" * 200_000 + "\t1", "One cell holds more than 131,072 characters"),
        ('title,fte\n"Manager,1\n', "A quotation mark in this text is not closed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, message: str):
    with pytest.raises(Unreadable, match=message):
        read(text)


def test_five_thousand_rows_are_not_too_many():
    text = "Post\tFTE\n" + "".join(f"Post {number}\t1\n" for number in range(MOST_ROWS - 1))
    assert len(read(text).lines) == MOST_ROWS - 1


# Columns


def test_every_column_is_known_by_its_own_label():
    made_of = (EACH, PART)  # they make an annual cost only where there is no column of it
    offered = {name: label for name, label in labels(FRAME.years).items() if name not in made_of}
    assert names("\t".join(offered.values()) + "\nx") == list(offered)
    assert names(f"Post\tFTE\t{labels(FRAME.years)[EACH]}\nx") == ["title", "fte", EACH]


def test_the_headings_of_our_own_csv_are_known():
    header = "phase,team,title,kind,fte,2016/17,2017/18,full_year,paperwork_complete,recruited,comment\n"
    expected = ["phase", "team", "title", "kind", "fte", "y2016", "y2017", "full_year", "paperwork", "recruited", "comment"]
    assert names(header + "1,,Manager,post,1,0,0,,No,No,\n") == expected


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("DESCRIPTION", "title"),
        ("P/work Comp", "paperwork"),
        ("Rec. to Post", "recruited"),
        ("Annual cost (£)", "annual_cost"),
        ("Full-year", "full_year"),
        ("2016-17", "y2016"),
        ("2016/2017 £'000", "y2016"),
        ("Start date", "start"),
        ("Est. No.", "establishment_number"),
        ("Shoe size", ""),
        ("<b>Comment</b>", "comment"),
    ],
)
def test_a_heading_is_known_by_its_synonyms(heading: str, name: str):
    text = f"Post\tFTE\t{heading}\nManager\t1\tx\n" if name != "title" else f"{heading}\tFTE\tShoe size\nManager\t1\tx\n"
    assert name in names(text)


def test_headings_over_two_rows_are_read_as_one():
    block = read("\tFTE\t2016/17\tP/work\tRec.\n\t\t£'000\tComp\tto Post\nManager\t1\t83\tYes\tNo\n")
    assert block.columns == ["title", "fte", "y2016", "paperwork", "recruited"]
    assert block.unit_of("y2016") == 1000


def test_without_headings_the_columns_are_those_of_the_committee_table():
    block = read("Manager\t1\t83\t200\t200\tYes\tYes\tFrom Nov 2016\n")
    assert not block.header_found
    assert block.columns == ["title", "fte", "y2016", "y2017", "full_year", "paperwork", "recruited", "comment"]


def test_a_person_may_match_the_columns_again():
    block = read("Post\tFTE\tWhatever\nManager\t1\t83\n", columns=("title", "fte", "y2017"))
    assert block.lines[0].figures["y2017"] == 83


def test_a_year_outside_the_programme_is_an_error_until_it_is_left_out():
    text = "Post\tFTE\t2018/19\nManager\t1\t83\n"
    said = "The column 2018/19 holds figures (83) and is not a year of this programme (2016/17 to 2017/18)"
    assert read(text).errors == [f"{said}: choose what it holds, or leave it out."]
    assert read(text, columns=("title", "fte", "")).errors == []


def test_two_columns_of_one_meaning_are_an_error():
    assert read("Post\tFTE\tComment\tNotes\nx\n").errors == ["Two columns are both read as Comment: leave one of them out."]


def test_a_block_without_titles_is_an_error():
    assert read("FTE\t2016/17\n1\t83\n").errors == ["No column is read as the post or other cost: choose which one holds it."]


# Figures


def test_pounds_stay_pounds_and_thousands_become_pounds():
    assert read(HEADINGS + LINE).lines[0].figures["y2016"] == Decimal(83_333)
    thousands = HEADINGS + "1\tAdoption\tManager\t1\t83.5\t200\t(3)\n"
    assert read(thousands, unit=1000).lines[0].figures["y2016"] == Decimal(83_500)


def test_a_unit_in_any_heading_means_thousands_and_can_be_overruled():
    text = "Costs in £'000\nPost\tFTE\t2016/17\nManager\t1\t83\n"
    assert read(text).lines[0].figures["y2016"] == 83_000
    assert read(text, unit=1).lines[0].figures["y2016"] == 83


def test_a_blank_figure_is_none_and_a_dash_is_nil():
    row = read(HEADINGS + "1\tAdoption\tManager\t1\t\t£ -\t-\n").lines[0]
    assert (row.figures["y2016"], row.figures["y2017"], row.figures["full_year"]) == (None, 0, 0)
    assert row.nils == {"y2017", "full_year"}


@pytest.mark.parametrize(
    "wrong", ["1e9", "NaN", "£1.5x", "12.345", "10,00", "(1)(2)", "1" + "0" * 18, "８３", "8\u202e3", "=1+1"]
)
def test_a_wrong_figure_has_its_message_at_its_cell(wrong: str):
    row = read(HEADINGS + f"1\tAdoption\tManager\t1\t{wrong}\t1\t1\n").lines[0]
    assert set(row.errors) == {"y2016"}


def test_k_in_a_block_of_thousands_is_refused_rather_than_guessed():
    row = read(HEADINGS + "1\tAdoption\tManager\t1\t83k\t1\t1\n", unit=1000).lines[0]
    assert row.errors["y2016"] == "Amounts are in £'000 here: write 83 without k or m, or choose pounds above."


def test_a_credit_is_an_other_cost():
    assert read(HEADINGS + "1\t\tGrant\t\t(863)\t-863\t\n").lines[0].figures["y2016"] == -863
    assert "credit cannot be entered" in read(HEADINGS + "1\t\tGrant\t1\t(863)\t\t\n").lines[0].errors["y2016"]


# Rows


SOURCE_SHAPE = (
    "\tFTE\t2016/17\nPHASE ONE\nAdoption\nManager\t1\t83\nClerk\t1\t20\nTOTAL PHASE ONE\t2\t103\n\nPHASE TWO\nBuyer\t1\t40\n"
)


def test_headings_totals_and_blank_rows_are_told_from_lines():
    expected = ["header", "phase", "team", "line", "line", "total", "phase", "line"]
    assert roles(SOURCE_SHAPE) == expected


def test_a_line_stands_in_the_phase_and_team_of_the_headings_above_it():
    lines = read(SOURCE_SHAPE).lines
    assert [(line.phase, line.team) for line in lines] == [(1, "Adoption"), (1, "Adoption"), (2, "")]


def test_a_block_that_says_nothing_of_teams_leaves_the_team_open():
    assert read("Phase\tPost\tFTE\n1\tManager\t1\n").lines[0].team is None


@pytest.mark.parametrize(("said", "number"), [("2", 2), ("Phase Two", 2), ("two", 2), ("PHASE 2", 2), ("<u>PHASE TWO</u>", 2)])
def test_a_phase_is_known_by_name_or_number(said: str, number: int):
    assert read(f"Phase\tPost\tFTE\n{said}\tManager\t1\n").lines[0].phase == number


def test_an_unknown_phase_is_an_error_that_lists_those_there_are():
    row = read("Phase\tPost\tFTE\nNine\tManager\t1\n").lines[0]
    assert row.errors["phase"].endswith("Its phases: Phase One, Phase Two, Phase Three.")
    assert "phase" in next(row for row in read("Post\tFTE\nPHASE NINE\nx\t1\n").rows if row.role is Role.PHASE).errors


def test_a_post_called_total_something_is_a_line():
    assert roles("Post\tFTE\tRecruited\nTotal Quality Manager\t1\tNo\n") == ["header", "line"]


def test_text_without_lines_under_it_is_a_note():
    assert roles("Post\tFTE\nManager\t1\nSource: the ledger\n") == ["header", "line", "note"]


@pytest.mark.parametrize(
    ("total", "differences"),
    [
        ("TOTAL PHASE ONE RESOURCES\t2\t103", ()),
        ("TOTAL\t2\t103", ()),
        ("Sub-total\t\t103", ()),
        ("TOTAL PHASE ONE\t3\t104", (("fte", "3", "2"), ("y2016", "104", "103"))),
        ("Total Adoption\t2\t103", ()),
        ("TOTAL PHASE TWO\t2\t103", (("fte", "2", "0"), ("y2016", "103", "0"))),
    ],
)
def test_a_total_is_compared_with_its_lines(total: str, differences: tuple[tuple[str, str, str], ...]):
    block = read(f"\tFTE\t2016/17\nPHASE ONE\nAdoption\nManager\t1\t83\nClerk\t1\t20\n{total}\n")
    assert block.totals[0].differences == differences


def test_a_total_over_an_unreadable_line_is_not_blamed_for_it():
    block = read("Post\tFTE\t2016/17\nManager\t1\twrong\nTOTAL\t1\t83\n")
    assert block.totals[0].differences == ()


def test_a_total_in_thousands_is_compared_in_thousands():
    block = read("Post\tFTE\t2016/17 £'000\nManager\t1\t730\nTOTAL\t1\t731\n")
    assert block.totals[0].differences == (("y2016", "731", "730"),)


def test_lines_under_an_unknown_phase_wait_for_it_and_its_total_is_not_compared():
    block = read("\tFTE\t2016/17\nPHASE NINE\nManager\t1\t83\nTOTAL PHASE NINE\t1\t83\n")
    assert block.lines[0].phase == 0
    assert block.totals == []


def test_what_is_no_figure_in_thousands_gets_a_message_in_thousands():
    row = read(HEADINGS + "1\tAdoption\tManager\t1\t6O\t1\t1\n", unit=1000).lines[0]
    assert row.errors["y2016"] == "Write an amount in £'000, such as 83 or 83.5."


def test_a_hundred_thousand_spaces_in_a_cell_cost_no_time():
    """Patterns that try every start would take minutes here."""
    assert roles("phase " * 20_000 + "\tx\nphase a" + " " * 100_000 + "(\tFTE\n")
