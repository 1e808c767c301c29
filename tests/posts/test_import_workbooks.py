"""Workbooks: the sheet of lines as text, with what is hidden, merged or not saved in it. Nothing here needs a database."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from costing.financial_year import FinancialYear
from posts.importing.block.rules import Block, Frame
from posts.importing.file.rules import read_file
from posts.importing.rules import read_block
from posts.importing.text.rules import Unreadable
from posts.importing.workbook.rules import reading, sheets

HEADINGS = ["Phase", "Team", "Post", "FTE", "Annual cost", "From", "2016/17"]
FRAME = Frame((FinancialYear(2016), FinancialYear(2017)), ((3, "Phase Three"),))


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """An .xlsx whose first sheet has the headings and two lines, and whatever else `fill` makes of it."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Lines"
    sheet.append(HEADINGS)
    sheet.append(["Phase Three", "Alpha Team", "Reviewer", 1, 48_000, date(2017, 1, 1), 12_000])
    sheet.append(["Phase Three", None, "Analyst", 0.5, 24_000.5, datetime(2017, 1, 1), 6_000])  # noqa: DTZ001 - a workbook knows no zone
    fill(made)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def opendocument(table: str, before: str = "") -> bytes:
    """An .ods of this one table, as the format has it."""
    spaces = ("office", "table", "text")
    names = " ".join(f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in spaces)
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        "</manifest:manifest>"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        written.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        written.writestr("META-INF/manifest.xml", manifest)
        written.writestr("content.xml", f"{before}<office:document-content {names}>{body}</office:document-content>")
    return content.getvalue()


def rows_of(content: bytes, sheet: str = "") -> list[list[str]]:
    return [line.split("\t") for line in read_file(content, sheet).text.splitlines()]


def block_of(content: bytes) -> Block:
    return read_block(read_file(content).text, FRAME)


def test_a_workbook_is_read_by_its_values_with_dates_in_full_and_numbers_without_a_tail():
    rows = rows_of(workbook(lambda _: None))
    assert rows[0] == HEADINGS
    assert rows[1] == ["Phase Three", "Alpha Team", "Reviewer", "1", "48000", "2017-01-01", "12000"]
    assert rows[2] == ["Phase Three", "", "Analyst", "0.5", "24000.5", "2017-01-01", "6000"]


def test_dates_counted_from_1904_are_the_same_days():
    def fill(made: openpyxl.Workbook) -> None:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    assert rows_of(workbook(fill))[1][5] == "2017-01-01"


def test_hidden_rows_and_columns_are_read_and_said():
    def fill(made: openpyxl.Workbook) -> None:
        made.active.row_dimensions[3].hidden = True
        made.active.column_dimensions["E"].hidden = True

    assert read_file(workbook(fill)).said == (
        "Row 3 is hidden in the workbook, and read here.",
        "Column 5 is hidden in the workbook, and read here.",
    )


def test_cells_merged_downwards_are_read_in_each_of_their_rows():
    content = workbook(lambda made: made.active.merge_cells("B2:B3"))
    assert [line.team for line in block_of(content).lines] == ["Alpha Team", "Alpha Team"]
    assert "merged downwards" in read_file(content).said[0]
    assert block_of(content).questions == []


def test_headings_merged_over_two_rows_are_read_once():
    def fill(made: openpyxl.Workbook) -> None:
        sheet = made.create_sheet("Two levels")
        sheet.append(["Phase", "Post", "Cost", None])
        sheet.append([None, None, "2016/17", "2017/18"])
        sheet.append(["Phase Three", "Reviewer", 10, 40])
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:B2")
        sheet.merge_cells("C1:D1")

    read = read_block(read_file(workbook(fill), "two levels").text, FRAME)
    assert read.columns == ["phase", "title", "y2016", "y2017"]
    assert read.lines[0].figures["y2017"] == Decimal(40)


def test_a_formula_whose_value_was_not_saved_is_refused_and_never_blank():
    def fill(made: openpyxl.Workbook) -> None:
        made.active["G3"] = "=G2/2"

    row = block_of(workbook(fill)).lines[1]
    assert row.errors["y2016"] == "This is a formula, not its value: copy the cells themselves, or save their values."


def test_a_cover_and_hidden_sheets_are_named_and_not_read():
    def fill(made: openpyxl.Workbook) -> None:
        made.create_sheet("Cover", 0).append(["Establishment list"])
        made.create_sheet("Old").sheet_state = "hidden"

    content = workbook(fill)
    assert rows_of(content)[0] == HEADINGS
    assert read_file(content).said == ("The sheet Lines is read. Not read: Cover and Old.",)


def test_where_several_sheets_hold_lines_one_is_named():
    content = workbook(lambda made: made.copy_worksheet(made.active))
    with pytest.raises(
        Unreadable, match=r"Several sheets of this workbook hold lines: Lines and Lines Copy\. Name the sheet to be read\."
    ):
        read_file(content)
    assert rows_of(content, "lines copy")[1][2] == "Reviewer"
    with pytest.raises(Unreadable, match=r"no visible sheet Costs\. Its sheets: Lines and Lines Copy\."):
        read_file(content, "Costs")


def test_an_opendocument_is_read_with_its_hidden_rows_merged_cells_and_repeated_rows():
    def row(*cells: str, **given: str) -> str:
        said = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in given.items())
        return f"<table:table-row{said}>{''.join(cells)}</table:table-row>"

    def cell(text: str, given: str = "") -> str:
        return f'<table:table-cell office:value-type="string"{given}><text:p>{text}</text:p></table:table-cell>'

    merged = cell("Alpha Team", ' table:number-rows-spanned="2"')
    table = (
        '<table:table table:name="Lines">'
        + row(cell("Phase"), cell("Team"), cell("Post"))
        + row("<table:table-cell/>", number_rows_repeated="2")
        + row(cell("Phase Three"), merged, cell("Reviewer"))
        + row(cell("Phase Three"), "<table:covered-table-cell/>", cell("Analyst"), visibility="collapse")
        + "</table:table>"
    )
    content = opendocument(table)
    assert [(line.number, line.team) for line in block_of(content).lines] == [(4, "Alpha Team"), (5, "Alpha Team")]
    assert read_file(content).said[0] == "Row 5 is hidden in the workbook, and read here."


def test_a_declared_entity_is_refused():
    content = opendocument('<table:table table:name="Lines"/>', '<!DOCTYPE x [<!ENTITY y "z">]>')
    with pytest.raises(Unreadable, match="This workbook is damaged or not complete"):
        read_file(content)


def test_a_workbook_that_is_cut_short_is_refused():
    whole = workbook(lambda _: None)
    with pytest.raises(Unreadable, match="This is a damaged workbook"):
        read_file(whole[: len(whole) // 2])


def test_an_empty_workbook_says_that_it_is_empty():
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    with pytest.raises(Unreadable, match="This workbook is empty"):
        read_file(content.getvalue())


def test_a_workbook_above_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch):
    content = workbook(lambda _: None)
    for name in ("MOST_ROWS", "MOST_COLUMNS", "MOST_PARTS", "MOST_UNPACKED"):
        with monkeypatch.context() as lowered:
            lowered.setattr(sheets, name, 1)
            with pytest.raises(sheets.Refused, match="larger than any list of posts"):
                sheets.read(content)


def test_a_process_that_takes_too_long_is_ended_and_the_file_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MOST_SECONDS", 0)
    with pytest.raises(Unreadable, match="takes more memory or time to read"):
        read_file(workbook(lambda _: None))
