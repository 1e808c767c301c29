"""Workbooks: the sheet of lines as text, with what is hidden, merged or not saved in it. Nothing here needs a database."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from costing.financial_year import FinancialYear
from posts.importing.block.rules import Block, Frame, Reading
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


def test_whether_hidden_rows_and_columns_are_read_is_asked():
    def fill(made: openpyxl.Workbook) -> None:
        made.active.row_dimensions[3].hidden = True
        made.active.column_dimensions["E"].hidden = True

    found = read_file(workbook(fill))
    assert (found.hidden_rows, found.hidden_columns) == ((3,), (5,))

    def read(**answers: str) -> Block:
        of = {name.replace("_", "-"): answer for name, answer in answers.items()}
        return read_block(found.text, FRAME, Reading(answers=of, hidden_rows=(3,), hidden_columns=(5,)))

    asked = read()
    assert [question.text for question in asked.questions[:2]] == [
        "Row 3 is hidden in the workbook. Read what is hidden?",
        "Column 5 is hidden in the workbook. Read what is hidden?",
    ]
    assert [row.figures["annual_cost"] for row in asked.lines] == [48_000, 24_001]
    assert "Hidden in the workbook" in asked.lines[1].said
    left = read(hidden_rows="leave", hidden_columns="leave")
    assert [(row.number, row.figures.get("annual_cost")) for row in left.lines] == [(2, None)]
    assert [each.what for each in left.not_read[:2]] == ["Row 3, hidden in the workbook", "Column 5, hidden in the workbook"]


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
    assert read_file(content).hidden_rows == (5,)


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


def made_by_xlsxwriter(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    """A workbook of the other writer, with one line."""
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True, **options})
    sheet = made.add_worksheet("Lines")
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ["Phase Three", "Alpha Team", "Reviewer", 1, 48_000])
    sheet.write_datetime(1, 5, datetime(2017, 1, 1), made.add_format({"num_format": "mmm-yy"}))  # noqa: DTZ001
    sheet.write(1, 6, 12_000)
    fill(made, sheet)
    made.close()
    return content.getvalue()


def changed(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same package with its parts changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(written, "w") as other:
        for name in package.namelist():
            other.writestr(name, change(name, package.read(name)))
    return written.getvalue()


def strict(name: str, part: bytes) -> bytes:
    """A part as the strict kind of the format has it, with its date written as a date."""
    transitional, purl = b"http://schemas.openxmlformats.org", b"http://purl.oclc.org/ooxml"
    part = part.replace(transitional + b"/spreadsheetml/2006/main", purl + b"/spreadsheetml/main")
    part = part.replace(transitional + b"/officeDocument/2006/relationships", purl + b"/officeDocument/relationships")
    if name == "xl/workbook.xml":
        part = part.replace(b"<workbook ", b'<workbook conformance="strict" ', 1)
    if name == "xl/worksheets/sheet1.xml":
        part = re.sub(rb'<c r="F2" s="1"><v>[^<]*</v>', b'<c r="F2" s="1" t="d"><v>2017-01-01</v>', part)
        assert b't="d"' in part
    return part


@pytest.mark.parametrize("date_1904", [False, True])
def test_both_writers_and_the_strict_kind_of_the_format_are_read_alike(date_1904: bool):
    plain = made_by_xlsxwriter(lambda _, __: None, date_1904=date_1904)
    expected = ["Phase Three", "Alpha Team", "Reviewer", "1", "48000", "2017-01-01", "12000"]
    assert rows_of(plain)[1] == expected
    assert rows_of(changed(plain, strict))[1] == expected


def test_an_error_of_a_formula_is_named_and_never_a_blank_cell():
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula("G2", "=1/0", None, "#DIV/0!")
        sheet.write_row(2, 0, ["Phase Three", "Alpha Team", "Analyst", 1])
        sheet.write_formula("E3", "=Gone!A1", None, "#REF!")

    first, second = block_of(made_by_xlsxwriter(fill)).lines
    assert "#DIV/0!" in first.errors["y2016"]
    assert "#REF!" in second.errors["annual_cost"]


@pytest.mark.parametrize(
    "error",
    [
        'office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>',
        'table:formula="of:=1/0" office:value-type="string" office:string-value=""><text:p>#DIV/0!</text:p>',
        'table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p>',
    ],
)
def test_an_error_in_an_opendocument_is_named_too(error: str):
    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    table = (
        f'<table:table table:name="L"><table:table-row>{cell("Post")}{cell("2016/17")}</table:table-row>'
        f"<table:table-row>{cell('Reviewer')}<table:table-cell {error}</table:table-cell></table:table-row></table:table>"
    )
    names = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
    content = changed(
        opendocument(table),
        lambda name, part: part.replace(b"<office:document-content ", f"<office:document-content {names}".encode()),
    )
    assert rows_of(content)[1] == ["Reviewer", "#DIV/0!"]


def test_columns_and_rows_of_no_width_or_height_are_hidden_too():
    content = made_by_xlsxwriter(lambda _, sheet: (sheet.set_column("D:D", 0), sheet.set_row(1, 0)))
    found = read_file(content)
    assert (found.hidden_rows, found.hidden_columns) == ((2,), (4,))


def test_a_link_to_another_workbook_is_neither_followed_nor_a_value():
    row = block_of(workbook(lambda made: made.active.__setitem__("G3", "=[1]Sheet1!A1"))).lines[1]
    assert row.errors["y2016"].startswith("This is a formula, not its value")


def test_a_fraction_is_no_value_of_a_formula_for_xlsxwriter_and_is_still_read_as_a_number():
    content = made_by_xlsxwriter(lambda _, sheet: sheet.write_formula("G2", "=E2/3", None, Fraction(16_000)))
    assert rows_of(content)[1][6] == "16000"


def test_a_dash_of_any_kind_parts_the_years_of_a_heading():
    def fill(made: openpyxl.Workbook) -> None:
        made.active["G1"] = "2016\u201117"

    assert block_of(workbook(fill)).columns[6] == "y2016"


@pytest.mark.parametrize("kept", [30, 400, 4_000])
def test_a_truncated_workbook_says_so(kept: int):
    with pytest.raises(Unreadable, match="damaged"):
        read_file(workbook(lambda _: None)[:kept])
