"""CSV, JSON, workbook and PDF say the same in every figure."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import openpyxl
import pdfplumber
import pytest
from hypothesis import Phase, given, settings
from python_calamine import CalamineWorkbook

from costing.line_cost import Absence
from costing.money import Rounding, Unit
from display import formats
from display.formats import CreditStyle
from reports.table.appendix import rules as pdf
from reports.table.faces import rules as faces
from reports.table.rules import Row, Schedule, Totals
from tests.reports.schedules import many, published, record, schedule, schedules

HEADINGS = 5  # rows of the workbook above the first phase


def read_csv(made: Schedule) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(faces.as_csv(made), newline="")))


def printed(made: Schedule) -> list[Row | Totals]:
    """Every row of figures in printing order, totals too."""
    rows: list[Row | Totals] = []
    for phase in made.phases:
        for team in phase.teams:
            rows += team.rows
            if team.name and made.show_team_subtotals:
                rows.append(team.subtotal)
        rows.append(phase.total)
    return [*rows, made.total]


def json_rows(made: Schedule) -> list[dict[str, Any]]:
    """The same rows as the JSON holds them."""
    rows: list[dict[str, Any]] = []
    document = json.loads(json.dumps(faces.as_json(made)))
    for phase in document["phases"]:
        for team in phase["teams"]:
            rows += team["lines"]
            if team["name"] and made.show_team_subtotals:
                rows.append(team["subtotal"])
        rows.append(phase["total"])
    return [*rows, document["total"]]


def workbook_rows(made: Schedule) -> list[list[Any]]:
    """The same rows as another program reads them from the workbook: FTE and money."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(faces.as_xlsx(made))).get_sheet_by_index(0)
    end = 2 + len(made.years) + 1
    rows = [row[:end] for row in sheet.to_python(skip_empty_area=False)[HEADINGS:]]
    last = next(index for index, row in enumerate(rows) if row[0] == made.total_label)
    bands = {phase.name for phase in made.phases} | {team.name for phase in made.phases for team in phase.teams} | {""}
    return [row[1:] for row in rows[: last + 1] if row[0] not in bands]


@given(schedules())
@settings(max_examples=60)
def test_a_schedule_is_had_back_from_its_json(made: Schedule) -> None:
    kept = json.loads(json.dumps(faces.as_json(made)))
    again = faces.from_json(kept)
    assert faces.as_json(again) == faces.as_json(made)
    assert (faces.as_csv(again), pdf.page(again)) == (faces.as_csv(made), pdf.page(made))
    assert again.total.line_count == made.total.line_count


@given(schedules())
@settings(max_examples=60)
def test_json_holds_every_amount_of_the_schedule_in_pounds_and_as_shown(made: Schedule) -> None:
    labels = [year.label for year in made.years]
    for row, read in zip(printed(made), json_rows(made), strict=True):
        assert read["fte"] == (None if row.fte is None else f"{row.fte.normalize():f}")
        for label, figure in zip(labels, row.years, strict=True):
            assert read["amounts"][label] == (None if figure.pounds is None else str(int(figure.pounds)))
            assert read["shown"][label] == figure.shown
        assert read["full_year"] == (None if row.full_year.pounds is None else str(int(row.full_year.pounds)))
        assert read["shown"]["full_year"] == row.full_year.shown


@given(schedules())
@settings(max_examples=60)
def test_csv_holds_every_line_in_pounds_and_no_total(made: Schedule) -> None:
    lines = [row for row in json_rows(made) if "title" in row]
    read = read_csv(made)
    assert [row["title"] for row in read] == [line["title"] for line in lines]
    for row, line in zip(read, lines, strict=True):
        assert {year.label: row[year.label] or None for year in made.years} == line["amounts"]
        assert (row["full_year"] or None) == line["full_year"]
        assert (Decimal(row["fte"]) if row["fte"] else None) == (Decimal(line["fte"]) if line["fte"] else None)
        assert (row["recruited"], row["comment"]) == (line["recruited"], line["comment"])
        assert row["paperwork_complete"] == ("Yes" if line["paperwork_complete"] else "No")


@given(schedules())
@settings(max_examples=60)
def test_the_workbook_holds_every_amount_and_every_total_as_a_number(made: Schedule) -> None:
    adds_rounded = made.unit is Unit.THOUSANDS and made.rounding is Rounding.SUM_OF_ROUNDED
    for row, read in zip(printed(made), workbook_rows(made), strict=True):
        assert read[0] == ("" if row.fte is None else float(row.fte))
        for figure, cell in zip((*row.years, row.full_year), read[1:], strict=True):
            if isinstance(row, Row):
                assert cell == ("" if figure.pounds is None else float(figure.pounds))
            else:
                assert cell == (float(figure.shown or 0) * 1000 if adds_rounded else float(figure.pounds or 0))


@given(schedules())
@settings(max_examples=12, phases=[Phase.generate])
def test_the_paper_prints_every_figure_as_the_schedule_shows_it(made: Schedule) -> None:
    wanted = [
        [
            text
            for text in (
                formats.fte(row.fte),
                *(formats.figure(figure.shown, made.credit_style) for figure in (*row.years, row.full_year)),
            )
            if text
        ]
        for row in printed(made)
    ]
    assert figures_on_paper(made) == wanted


def figures_on_paper(made: Schedule) -> list[list[str]]:
    """FTE and money of each row with figures, read back by where they stand: right edges under their headings."""
    rows: list[list[str]] = []
    with pdfplumber.open(io.BytesIO(pdf.render(made))) as paper:
        for page in paper.pages:
            words = page.extract_words(keep_blank_chars=True, x_tolerance=2)
            left = next((word for word in words if word["text"] == "FTE"), None)
            if left is None:
                continue  # a last page with notes alone
            right = next(word for word in words if word["text"].startswith("Paperwork"))
            below = max(word["bottom"] for word in words if word["text"] == "Comment")
            # The notes and the key stand below the table, in columns of their own.
            end = min((word["top"] for word in words if word["text"] in ("Notes", "Key to abbreviations")), default=page.height)
            cells = [word for word in words if left["x0"] - 25 < word["x1"] < right["x0"] and below < word["top"] < end]
            tops: dict[int, list[Any]] = {}
            for cell in cells:
                if cell["x0"] > left["x0"] - 25:
                    tops.setdefault(round(cell["top"]), []).append(cell)
            rows += [[cell["text"] for cell in sorted(tops[top], key=lambda cell: cell["x0"])] for top in sorted(tops)]
    return rows


def test_the_totals_of_the_published_table_are_those_of_the_source() -> None:
    made = faces.as_json(schedule(published()))
    shown = [made["phases"][index]["total"]["shown"] for index in range(3)] + [made["total"]["shown"]]
    assert [list(total.values()) for total in shown] == [
        [731, 1171, 1123],
        [218, 348, 348],
        [141, 795, 795],
        [1090, 2314, 2266],
    ]
    assert made["total"]["fte"] == "34"


def test_csv_columns_are_fixed() -> None:
    first, second = faces.as_csv(schedule(published())).splitlines()[:2]
    assert first == "phase,team,title,kind,fte,2016/17,2017/18,full_year,paperwork_complete,recruited,comment"
    assert second == "PHASE ONE,Children's Social Care,Director ECHS,post,1,83000,200000,200000,Yes,Yes,From Nov 2016"


def test_nil_is_0_and_a_missing_full_year_effect_is_empty_in_csv_and_null_in_json() -> None:
    line = record(years=((0, True), (None, False)), full_year=None, full_year_absence=Absence.NO_EFFECT)
    made = schedule([line])
    assert [read_csv(made)[0][name] for name in ("2016/17", "2017/18", "full_year")] == ["0", "", ""]
    read = json_rows(made)[0]
    assert read["amounts"] == {"2016/17": "0", "2017/18": None}
    assert (read["full_year"], read["absence"]) == (None, "no_effect")


def test_large_amounts_and_parts_of_fte_are_plain_digits() -> None:
    made = schedule([record(years=((1_000_000_000, True), (-863, True)), fte=Decimal("1234.50"))])
    row = read_csv(made)[0]
    assert (row["2016/17"], row["2017/18"], row["fte"]) == ("1000000000", "-863", "1234.5")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_could_be_a_formula_is_quoted_in_csv_and_is_text_in_the_workbook(start: str) -> None:
    hostile = f"{start}1+HYPERLINK(1)"
    made = schedule([record(hostile, team=hostile, comment=hostile, recruited=hostile)])
    row = read_csv(made)[0]
    assert [row[name] for name in ("title", "team", "comment", "recruited")] == [f"'{hostile}"] * 4
    sheet = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(made))).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if hostile.strip() in str(cell.value)}
    assert kinds == {"s"}


def test_the_workbook_shows_thousands_by_format_and_adds_rounded_lines_by_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(schedule(published())))).active
    total = next(row for row in sheet.iter_rows() if row[0].value == "TOTAL PHASE ONE RESOURCES REQUESTED")
    line = next(row for row in sheet.iter_rows() if row[0].value == "Director ECHS")
    assert line[2].value == 83000
    assert line[2].number_format == '#,##0,_);(#,##0,);"-"_)'
    assert total[1].value == f"=SUM(B8:B{total[0].row - 1})"
    assert total[2].value == f"=SUMPRODUCT(ROUND(C8:C{total[0].row - 1},-3))"


def test_the_workbook_adds_exact_lines_under_the_other_rounding_rule() -> None:
    made = schedule(published(), rounding=Rounding.ROUNDED_SUM, credit_style=CreditStyle.CR)
    sheet = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(made))).active
    total = next(row for row in sheet.iter_rows() if row[0].value == "TOTAL RESOURCES REQUESTED")
    assert total[2].value == "=" + "+".join(f"C{row[0].row}" for row in sheet.iter_rows() if _is_phase_total(row[0].value))
    assert total[2].number_format == '#,##0,;"Cr "#,##0,;"-"'


def _is_phase_total(text: object) -> bool:
    return str(text).startswith("TOTAL PHASE")


def test_the_workbook_is_set_up_for_print_and_says_what_it_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(schedule(published()))))
    sheet = book.active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$5:$5", "B6")
    assert (book.properties.title, book.properties.creator) == (
        "EXPENDITURE AS A RESULT OF OFSTED",
        "London Borough of Bromley",
    )
    assert sheet.oddHeader.right.text is None
    assert sheet.oddFooter.center.text is None


@pytest.mark.parametrize("made", [schedule([]), schedule([], ()), schedule(many(40), show_team_subtotals=True)])
def test_the_same_schedule_gives_the_same_workbook(made: Schedule) -> None:
    assert faces.as_xlsx(made) == faces.as_xlsx(made)
