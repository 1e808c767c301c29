"""A workbook laid out as the printed table becomes the lines of an empty programme, prints the same and comes back the same."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from openpyxl.styles import Font

from accounts.council.queries import council
from improvement_budget import demonstration
from phases.models import Programme
from reports.table.faces.rules import as_csv
from reports.table.queries import schedule_for, usual_options
from reports.table.workbook.rules import as_xlsx
from tests.around import AFTERWARDS
from tests.making import NOON, make_phase, make_programme
from tests.posts.source_table import SOURCE_TABLE
from tests.posts.workbooks import as_ods

pytestmark = pytest.mark.django_db

PHASES = ((1, "Phase One"), (2, "Phase Two"), (3, "Phase Three"))


def as_printed() -> bytes:
    """A title, headings over two rows with the unit below, bands over the whole width, numbers as numbers, totals."""
    made = openpyxl.Workbook()
    sheet = made.active
    for number, text in enumerate(SOURCE_TABLE.splitlines(), start=1):
        cells = text.split("\t")
        sheet.append([_value(cell) for cell in cells])
        if len(cells) == 1:
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=8)
            sheet.cell(number, 1).font = Font(bold=True)
        for column in range(3, 6):
            sheet.cell(number, column).number_format = "#,##0"
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _value(cell: str) -> str | int | None:
    figure = cell.replace(",", "")
    return int(figure) if figure.isdigit() else cell or None


def faces(programme: Programme) -> dict[str, bytes]:
    """The committee table as files, by the ending of their names."""
    schedule = schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON)
    return {"csv": as_csv(schedule).encode(), "xlsx": as_xlsx(schedule)}


def printed(face: bytes) -> list[dict[str, str]]:
    """What a CSV says of each line, but for its number in the store and for why a figure is stated."""
    rows = csv.DictReader(io.StringIO(face.decode("utf-8-sig")))
    return [{name: cell for name, cell in row.items() if name not in ("line", "number", "stated")} for row in rows]


def test_a_workbook_laid_out_as_the_printed_table_becomes_the_same_table_and_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def taken_in(content: bytes, ending: str, *options: str) -> dict[str, Any]:
        file = tmp_path / f"table.{ending}"
        file.write_bytes(content)
        call_command("import_lines", "ours", str(file), *options)
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        return said

    demonstration.load(at=AFTERWARDS)
    ours = make_programme(slug="ours")
    for number, name in PHASES:
        make_phase(ours, number, name=name)
    said = taken_in(as_printed(), "xlsx", "--apply")
    assert (said["new"], said["totals_confirmed"]) == (22, 4)

    ours.refresh_from_db()
    made, published = faces(ours), faces(Programme.objects.get(slug="ofsted-2016"))
    assert printed(made["csv"]) == printed(published["csv"])

    for ending, content in (("csv", made["csv"]), ("xlsx", made["xlsx"]), ("xlsx", saved_again(made["xlsx"]))):
        said = taken_in(content, ending)
        assert (said["same"], said["new"], said["changed"]) == (22, 0, 0), ending
    said = taken_in(as_ods(lines_in_pounds(made["xlsx"])), "ods")
    assert (said["same"], said["new"], said["changed"]) == (22, 0, 0)
    for sheet in ("Committee table", "Lines in pounds"):
        said = taken_in(made["xlsx"], "xlsx", "--sheet", sheet)
        assert (said["same"], said["new"], said["changed"]) == (22, 0, 0), sheet


def saved_again(workbook: bytes) -> bytes:
    """As a spreadsheet program saves it: values beside formulas, another order of styles, each sheet's used range filled up."""
    book = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    for sheet in book:
        sheet.cell(sheet.max_row + 3, sheet.max_column + 1).font = Font(bold=True)
        sheet.tables.clear()
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def lines_in_pounds(workbook: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)["Lines in pounds"]
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
