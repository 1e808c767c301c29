"""Tables as papers have them: other first columns, headings on two levels, units, tables that go on, summaries by phase."""

from collections.abc import Sequence

import pytest

from reports.draft.rules.known import known_figures
from reports.draft.rules.matching import Status
from reports.draft.rules.report import Report, check
from reports.draft.rules.text import from_blocks
from tests.reports.draft.known import the_known
from tests.reports.schedules import published, schedule

Rows = Sequence[Sequence[str | None]]
HEADS = ["Post", "FTE", "2016/17 £'000", "2017/18 £'000", "Full year £'000"]
HEAD = ["Head of service", "1", "60", "90", "90"]
AUDITS = ["Quality Audits", "", "38", "150", "150"]
OFFICER = ["Commissioning - Placement Officer", "1", "10", "40", "40"]


def report(*blocks: Rows | str) -> Report:
    made = [["paragraph", "", each] if isinstance(each, str) else ["table", each] for each in blocks]
    return check(from_blocks(made), the_known())


def counts(*blocks: Rows | str) -> tuple[int, int, int, int]:
    """Matched, wrong, not found, not compared."""
    figures = report(*blocks)
    return (
        figures.figures(Status.MATCHED),
        figures.figures(Status.WRONG),
        figures.figures(Status.NOT_FOUND),
        figures.figures(Status.NOT_COMPARED),
    )


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Phase", ["Phase Three", "Phase Three", "Phase Three"]),
        ("Phase", ["Phase Three", "", ""]),
        ("Phase", ["3", "3", "3"]),
        ("Tranche", ["Tranche 3", "Tranche 3", "Tranche 3"]),
        ("", ["Phase III", "Phase III", "Phase III"]),
        ("Ref", ["P3-01", "P3-02", "P3-03"]),
        ("Ref.", ["A1", "A2", "A3"]),
        ("No.", ["1", "2", "3"]),
        ("Item No", ["1.", "2.", "3."]),
        ("", ["1", "2", "3"]),
        ("Team", ["Adoption", "Adoption", "Adoption"]),
    ],
)
def test_the_first_column_need_not_be_that_of_the_names(heading: str, cells: list[str]):
    rows = [[heading, *HEADS], *([cell, *row] for cell, row in zip(cells, (HEAD, AUDITS, OFFICER), strict=True))]
    assert counts(rows) == (11, 0, 0, 0)
    wrong = [[heading, *HEADS], *([cell, *row] for cell, row in zip(cells, (HEAD, AUDITS, [*OFFICER[:4], "41"]), strict=True))]
    assert counts(wrong) == (10, 1, 0, 0)


def test_two_columns_before_the_names_and_a_number_within_the_name():
    rows = [["No.", "Phase", *HEADS], ["1", "Phase Three", *HEAD], ["2", "Phase Three", "2. Quality Audits", *AUDITS[1:]]]
    assert counts(rows) == (7, 0, 0, 0)


def test_rows_that_begin_further_right_or_left_have_their_names_all_the_same():
    band = ["Phase Three", "", "", "", "", ""]
    assert counts([["Phase", *HEADS], band, ["", *HEAD], ["", *AUDITS]]) == (7, 0, 0, 0)
    assert counts([["", *HEADS], ["Head of service", "", *HEAD[1:]], ["", *AUDITS]]) == (7, 0, 0, 0)


@pytest.mark.parametrize(
    "heads",
    [
        [["", "FTE", "Cost £'000", None, None], ["", "", "2016/17", "2017/18", "Full year"]],
        [["Post", "FTE", "2016/17", "2017/18", "Full year"], ["", "", "£'000", "£'000", "£'000"]],
        [["", "", "Cost", None, None], ["", "", "£'000", None, None], ["Post", "FTE", "2016/17", "2017/18", "Full year"]],
        [["Improvement plan", None, None, None, None], ["Post", "FTE", "2016/17 £k", "2017/18 £k", "Full year £k"]],
        [["Post", "FTE", "Year", None, "Effect"], ["", "", "16/17 £000", "17/18 £000", "Full year £000"]],
        [["Post", "Posts (FTE)", "FY2016/17", "FY2017/18", "FYE"], ["", "No.", "£'000", "£'000", "£'000"]],
    ],
)
def test_headings_on_two_levels_are_read_together(heads: Rows):
    assert counts([*heads, HEAD, AUDITS, OFFICER]) == (11, 0, 0, 0)
    assert counts([*heads, [HEAD[0], "9", *HEAD[2:]], AUDITS, OFFICER]) == (10, 1, 0, 0)


def test_a_year_over_several_columns_is_of_the_costs_and_not_of_the_fte():
    heads = [["", "2016/17", None, "2017/18", None], ["Post", "FTE", "£'000", "FTE", "£'000"]]
    assert counts([*heads, ["Head of service", "1", "60", "1", "90"]]) == (2, 0, 0, 2)
    assert counts([*heads, ["Head of service", "1", "61", "1", "90"]]) == (1, 1, 0, 2)


@pytest.mark.parametrize(
    ("unit", "cells"),
    [
        ("£m", ["0.038", "0.150", "0.150"]),
        ("£m", ["0.04", "0.15", "0.15"]),
        ("£ million", ["0.038", "0.15", "0.150"]),
        ("(£)", ["38,000", "£150,000", "£150,000.00"]),
        ("£", ["38 000", "£ 150 000", "150,000*"]),
        ("£k", ["38", "150.0", "150"]),
        ("£'000", ["38", "150", "150 (1)"]),
        ("£000s", ["38", "150", "150†"]),
        ("", ["£38k", "£0.15m", "£150k"]),
        ("", ["£38,000", "£150,000", "£150,000"]),
    ],
)
def test_a_unit_is_that_of_its_column(unit: str, cells: list[str]):
    heads = ["", f"2016/17 {unit}", f"2017/18 {unit}", f"Full year {unit}"]
    assert counts([heads, ["Quality Audits", *cells]]) == (3, 0, 0, 0)
    assert counts([heads, ["Head of service", *cells]])[1] == 3


def test_a_unit_may_stand_in_the_corner_or_beside_the_table_and_differ_between_columns():
    heads = ["", "2016/17", "2017/18", "Full year"]
    row = ["Quality Audits", "0.038", "0.150", "0.150"]
    assert counts([["£m", *heads[1:]], row]) == (3, 0, 0, 0)
    assert counts("All figures are in £m.", [heads, row]) == (3, 0, 0, 0)
    assert counts([heads, row], "Note: figures are in £ millions") == (3, 0, 0, 0)
    mixed = ["", "2016/17 (£)", "2017/18 £'000", "Full year £m"]
    assert counts([mixed, ["Quality Audits", "38,000", "150", "0.15"]]) == (3, 0, 0, 0)


def test_a_table_that_goes_on_without_headings_is_compared_under_those_before():
    first = [HEADS, HEAD, AUDITS]
    for between in ((), ("(continued)",), ("Table 1 continued overleaf",)):
        assert counts(first, *between, [[*OFFICER[:2], "11", *OFFICER[3:]]] * 1) == (10, 1, 0, 0)
    band = ["Phase Three", None, None, None, None]
    one = [HEADS, ["Phase One", "", "", "", ""], ["DM Post", "1", "34", "52", "52"]]
    assert counts(one, [HEAD, band, OFFICER, ["TOTAL PHASE THREE", "7", "141", "795", "796"]]) == (15, 1, 0, 0)


def test_a_table_of_something_else_is_not_read_as_one_that_goes_on():
    other = [["Judgement", "Good", "Fair", "Poor", "All"], ["Homes", "26", "25", "24", "75"]]
    assert counts([HEADS, HEAD], other) == (4, 0, 0, 4)
    assert report([HEADS, HEAD], other).counted.reasons_in_words == ["4 not compared. No column names a year of this programme."]


def test_headings_that_stand_again_within_a_table_are_no_row():
    assert counts([HEADS, HEAD, HEADS, AUDITS]) == (7, 0, 0, 0)
    turned = ["Post", "FTE", "Full year £'000", "2017/18 £'000", "2016/17 £'000"]
    assert counts([HEADS, HEAD, turned, ["Quality Audits", "", "150", "150", "38"]]) == (7, 0, 0, 0)


@pytest.mark.parametrize(
    ("label", "figures", "wrong"),
    [
        ("Phase Three", ["7", "141", "795", "795"], 0),
        ("Phase 3", ["7", "141", "795", "796"], 1),
        ("Phases One and Two", ["27", "949", "1,519", "1,471"], 0),
        ("Total of phases 1-2", ["27", "949", "1,519", "1,471"], 0),
        ("Total", ["34", "1,090", "2,314", "2,266"], 0),
        ("Total", ["27", "949", "1,519", "1,471"], 4),
        ("Grand total", ["34", "1,090", "2,314", "2,266"], 0),
        ("All phases", ["34", "1,090", "2,314", "2,266"], 0),
        ("Phase Three sub-total", ["7", "141", "795", "795"], 0),
        ("TOTAL RESOURCES REQUESTED", ["7", "141", "795", "795"], 4),
    ],
)
def test_a_row_of_totals_is_that_of_the_phases_it_names_else_of_all(label: str, figures: list[str], wrong: int):
    others = [["Phase One", "20", "731", "1,171", "1,123"], ["Phase Two", "7", "218", "348", "348"]]
    assert counts([HEADS, *others, [label, *figures]]) == (12 - wrong, wrong, 0, 0)


def test_the_total_of_a_table_of_one_phase_is_that_of_the_phase():
    rows = [HEADS, ["Phase Three", "", "", "", ""], HEAD, AUDITS]
    assert counts([*rows, ["Total", "7", "141", "795", "795"]]) == (11, 0, 0, 0)
    assert counts([*rows, ["Total", "34", "1,090", "2,314", "2,266"]]) == (7, 4, 0, 0)


def test_a_table_with_the_phases_as_columns_is_compared():
    rows = [
        ["£'000", "Phase One", "Phase Two", "Phase Three", "Total"],
        ["2016/17", "731", "218", "141", "1,090"],
        ["2017/18", "1,171", "348", "795", "2,314"],
        ["Full year", "1,123", "348", "796", "2,266"],
    ]
    assert counts(rows) == (11, 1, 0, 0)


def test_columns_that_are_none_of_ours_are_said_not_to_be_compared():
    rows = [[*HEADS, "2018/19 £'000", "2015/16 actual", "Comment"], [*HEAD, "90", "12", "From January 2017"]]
    found = report(rows)
    assert counts(rows) == (4, 0, 0, 2)
    assert found.counted.in_words == "4 of 6 figures were compared."
    assert set(found.counted.reasons_in_words) == {
        "1 not compared. The committee table has no column “2018/19 £'000”.",
        "1 not compared. The committee table has no column “2015/16 actual”.",
    }


def test_a_figure_in_a_comment_is_compared_as_in_a_sentence():
    rows = [[*HEADS, "Comment"], [*HEAD, "Phase Three costs £142k in 2016/17"]]
    assert counts(rows) == (4, 0, 1, 0)


def test_what_a_cell_says_in_words_is_compared_or_said_not_to_be():
    assert counts([HEADS, [*HEAD[:2], "60", "90", "90 to 95"]]) == (3, 0, 0, 1)
    assert counts([HEADS, ["Strategic and business support", "1", "32", "48", "-"]]) == (4, 0, 0, 0)
    assert counts([HEADS, [*HEAD[:2], "60", "90", "n/s"]]) == (3, 1, 0, 0)


def test_a_front_sheet_row_keeps_its_words_beside_its_figure():
    sheet = [["Cost of Phase Three in 2016/17", "£795k"], ["Cost of Phase Three in a full year", "£795k"]]
    assert counts(sheet) == (1, 1, 0, 0)


def test_a_paper_of_a_council_that_says_tranches_and_pounds_is_checked():
    names = [(1, "Tranche A: stabilise", ""), (2, "Tranche B: improve", ""), (3, "Tranche C: sustain", "")]
    known = known_figures(schedule(published(), phases=names))
    blocks = [
        [
            "paragraph",
            "",
            "Cabinet is asked to agree £141,000 for Tranche 3 in 2016/17. Tranche C: sustain costs £936,000 over two years.",
        ],
        ["table", [["", "2016/17 £", "2017/18 £", "Whole life £"], ["Tranche 1", "731,000", "1,171,000", "1,902,000"]]],
        ["paragraph", "", "Tranche Two costs £731,000 in 2016/17. The whole-life cost is £3,404,000."],
    ]
    found = check(from_blocks(blocks), known)
    assert (found.figures(Status.MATCHED), found.figures(Status.WRONG), found.counted.all) == (6, 1, 7)
