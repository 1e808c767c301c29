"""A table in a draft against the committee table, cell by cell."""

from collections.abc import Callable

import pytest

from costing.money import Unit
from reports.draft.rules.known import known_figures
from reports.draft.rules.matching import Status
from reports.draft.rules.tables import CheckedTable, check_table
from reports.draft.rules.text import Table
from tests.reports.draft import paper
from tests.reports.draft.known import the_known
from tests.reports.schedules import published, schedule

Rows = list[list[str]]


def compared(rows: Rows) -> CheckedTable:
    return check_table(Table(tuple(map(tuple, rows)), "the table"), the_known())


def changed(change: Callable[[list[str]], list[str]]) -> CheckedTable:
    return compared([change(list(row)) for row in paper.ROWS])


def cells(table: CheckedTable, status: Status) -> int:
    return sum(cell.status is status for row in table.rows for cell in row)


def test_the_table_as_published_is_that_of_the_programme():
    table = compared(paper.ROWS)
    assert table.compared
    assert table.headings == 2
    assert table.findings == ()
    assert cells(table, Status.MATCHED) == 26 * 4 - 2  # two lines have no FTE
    assert (frozenset({1, 2, 3}), "full year") in table.stated


@pytest.mark.parametrize(
    ("title", "column", "figure", "message"),
    [
        ("Quality Audits", 2, "150", "Quality Audits, 2016/17: the committee table has 38, the paper 150."),
        (
            "Strategic and business support",
            4,
            "48",
            "Strategic and business support, full year: the committee table has -, the paper 48.",
        ),
        ("TOTAL PHASE TWO RESOURCES REQUESTED", 3, "384", "Phase Two, 2017/18: the committee table has 348, the paper 384."),
        ("TOTAL RESOURCES REQUESTED", 1, "33", "The total, FTE: the committee table has 34, the paper 33."),
    ],
)
def test_a_figure_that_differs_is_an_error(title: str, column: int, figure: str, message: str):
    table = changed(lambda row: [*row[:column], figure, *row[column + 1 :]] if row[0] == title else row)
    assert [(each.rule, each.severity, each.text) for each in table.findings] == [("PC14", "E", message)]
    assert table.findings[0].quoted[1] == figure
    assert cells(table, Status.WRONG) == 1


def test_lines_of_one_title_are_told_apart_by_their_phase():
    first = changed(lambda row: [*row[:2], "61", *row[3:]] if row[0] == "Head of service" else row)
    assert len(first.findings) == 2


def test_a_line_that_the_programme_has_not_is_a_warning():
    table = compared([*paper.ROWS, ["Interim manager", "1", "80", "90", "90", "", "", ""]])
    assert [(each.severity, each.text) for each in table.findings] == [
        ("W", "The committee table has no line “Interim manager”.")
    ]


def test_lines_that_are_left_out_are_named():
    table = compared([row for row in paper.ROWS if row[0] not in ("Quality Audits", "Administrator")])
    assert [each.text for each in table.findings] == [
        "Lines of the committee table that this table leaves out: Administrator; Quality Audits."
    ]


def test_a_table_in_pounds_is_compared_in_pounds():
    rows = [
        ["Post", "FTE", "2016/17", "Full year"],
        ["Director ECHS", "1", "83,000", "£200,000"],
        ["DM Post", "1", "£34,000", "52,001"],
    ]
    assert [each.text for each in compared(rows).findings] == [
        "DM Post, full year: the committee table has £52,000, the paper 52,001."
    ]


def test_thousands_are_known_by_their_size_where_no_heading_says_so():
    rows = [["Post", "2016/17", "Full year"], ["Director ECHS", "83", "200"], ["Administrator", "20", "30"]]
    assert compared(rows).findings == ()


def test_where_our_table_is_in_pounds_a_total_of_rounded_lines_may_be_one_off():
    lines = [record._replace(years=((record.years[0][0] + 400, True), record.years[1])) for record in published()]  # type: ignore[operator]
    known = known_figures(schedule(lines, unit=Unit.POUNDS))
    rows = [["£'000", "2016/17", "2017/18"], ["TOTAL PHASE TWO", "218", "348"], ["TOTAL PHASE THREE", "141", "795"]]
    table = check_table(Table(tuple(map(tuple, rows))), known)
    assert [each.text for each in table.findings] == ["Phase Three, 2016/17: the committee table has 144, the paper 141."]


def test_a_table_of_something_else_is_left_alone():
    rows = [["Judgement", "Count", "Share"], ["Good", "26", "25"], ["Inadequate", "25", "24"]]
    table = compared(rows)
    assert (table.compared, table.findings, cells(table, Status.MATCHED)) == (False, (), 0)


def test_every_column_of_figures_has_its_heading_over_them_compared_or_not():
    rows = [["", "FTE", "2016/17 £'000", "Full year £'000", "2018/19"], ["Quality Audits", "", "38", "150", "12"]]
    assert [cell.over_figures for cell in compared(rows).rows[0]] == [False, True, True, True, True]
