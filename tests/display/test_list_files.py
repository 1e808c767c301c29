"""A list as a workbook: one sheet, marked as a table, which programs and readers of screens find."""

import io
from decimal import Decimal

import openpyxl

from display.lists.columns import FileColumn
from display.lists.files import xlsx

CELLS = [FileColumn("Item", lambda row: row[0]), FileColumn("Amount", lambda row: row[1])]


def test_the_sheet_of_a_list_is_one_table_with_its_headings():
    book = openpyxl.load_workbook(io.BytesIO(xlsx("Excluded items", CELLS, [("=1+1", Decimal(69_000)), ("Other", None)])))
    sheet = book["Excluded items"]
    (table,) = sheet.tables.values()
    assert (table.ref, [column.name for column in table.tableColumns]) == ("A1:B3", ["Item", "Amount"])
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["Item", "Amount"], ["=1+1", 69_000], ["Other", None]]
    assert sheet["A2"].data_type == "s"
    assert book.properties.title == "Excluded items"


def test_an_empty_list_is_a_table_too():
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx("Teams", CELLS, []))).active
    assert [table.ref for table in sheet.tables.values()] == ["A1:B2"]
