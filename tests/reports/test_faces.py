"""CSV, JSON, workbook and PDF say the same in every figure."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pdfplumber
import pytest
from hypothesis import Phase, given, settings
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from costing.bound import Bound
from costing.line_cost import Absence
from costing.money import Rounding, Shown, Unit
from display import formats
from display.formats import CreditStyle
from posts.models import LineExemption
from reports.exempt.rules import public
from reports.table.appendix import rules as pdf
from reports.table.faces import rules as faces
from reports.table.rules import Figure, Row, Schedule, Totals
from reports.table.screen import rules as screen
from reports.table.wording import rules as wording
from tests.reports.schedules import PHASES, many, published, record, schedule, schedules

FIRST = 4  # the row of a sheet of figures under its headings, counted from 0


def read_csv(made: Schedule) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(faces.as_csv(made).removeprefix(formats.BYTE_ORDER_MARK), newline="")))


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


def sheet_rows(made: Schedule, name: str) -> list[list[Any]]:
    """The rows under the headings of a sheet, as another program reads them, from the FTE to the last amount."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(faces.as_xlsx(made))).get_sheet_by_name(name)
    return [row[3 : 4 + len(made.fte_headings) + len(made.columns)] for row in sheet.to_python(skip_empty_area=False)[FIRST:]]


def opened(made: Schedule) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(made)))


def row_of(sheet: Any, title: str) -> tuple[Any, ...]:
    """The cells of the row with this in the column of posts and other costs."""
    found: tuple[Any, ...] = next(row for row in sheet.iter_rows() if row[2].value == title)
    return found


@given(schedules())
@settings(max_examples=60)
def test_a_schedule_is_had_back_from_its_json(made: Schedule) -> None:
    kept = json.loads(json.dumps(faces.as_json(made)))
    again = faces.from_json(kept)
    assert faces.as_json(again) == faces.as_json(made)
    assert (faces.as_csv(again), pdf.page(again)) == (faces.as_csv(made), pdf.page(made))
    assert again.total.line_count == made.total.line_count


def in_json(shown: Shown | None) -> object:
    """A figure to one decimal place is text, as amounts are."""
    return str(shown) if isinstance(shown, Decimal) else shown


@given(schedules())
@settings(max_examples=60)
def test_json_holds_every_amount_of_the_schedule_in_pounds_and_as_shown(made: Schedule) -> None:
    labels = [name for name, _ in made.columns[:-1]]
    for row, read in zip(printed(made), json_rows(made), strict=True):
        assert read["fte"] == (None if row.fte is None else f"{row.fte.normalize():f}")
        assert read.get("posts_or_hours", "") == (row.size if isinstance(row, Row) else "")
        assert read.get("fte_not_stated", False) == (isinstance(row, Totals) and row.fte_gap)
        for label, figure in zip(labels, made.figures(row)[:-1], strict=True):
            assert read["amounts"][label] == (None if figure.pounds is None else str(int(figure.pounds)))
            assert read["shown"][label] == in_json(figure.shown)
        assert read["full_year"] == (None if row.full_year.pounds is None else str(int(row.full_year.pounds)))
        assert read["shown"]["full_year"] == in_json(row.full_year.shown)


@given(schedules())
@settings(max_examples=60)
def test_csv_holds_every_line_in_pounds_and_no_total(made: Schedule) -> None:
    lines = [row for row in json_rows(made) if "title" in row]
    read = read_csv(made)
    assert [row["title"] for row in read] == [line["title"] for line in lines]
    for row, line in zip(read, lines, strict=True):
        gaps = [name for name in line.get("not_stated", []) if {**line["amounts"], "full_year": line["full_year"]}[name] is None]
        assert [name for name in (*line["amounts"], "full_year") if row[name] == "n/s"] == gaps
        amounts = {name: None if text in ("", "n/s") else text for name, text in row.items()}
        assert {name: amounts[name] for name in line["amounts"]} == line["amounts"]
        assert amounts["full_year"] == line["full_year"]
        is_absent = line["fte"] is None and "posts_or_hours" in line
        assert (row["fte"] == "n/s") == is_absent
        fte = row["fte"].removeprefix("n/s")
        assert (Decimal(fte) if fte else None) == (Decimal(line["fte"]) if line["fte"] else None)
        assert row.get("posts_or_hours", "") == line.get("posts_or_hours", "")
        assert (row["recruited"], row["comment"]) == (line["recruited"], line["comment"])
        assert row["paperwork_complete"] == ("Yes" if line["paperwork_complete"] else "No")


def in_a_cell(figure: Figure, amount: Decimal | int | None) -> object:
    """What stands in the workbook: a number, or why there is none."""
    return float(amount) if amount is not None else "-" if figure.absence is Absence.NO_EFFECT else "n/s"


@given(schedules())
@settings(max_examples=60)
def test_the_workbook_holds_every_figure_as_its_heading_and_the_table_say_it(made: Schedule) -> None:
    for row, read in zip(printed(made), sheet_rows(made, "Committee table"), strict=True):
        assert read[0] == (float(row.fte) if row.fte_text not in ("", "n/s") else row.fte_text)
        ftes = [float(each[0] if isinstance(each, tuple) else each) if each is not None else "n/s" for each in row.fte_years]
        wanted = ftes or [0 if isinstance(row, Totals) else ""] * len(made.fte_headings)
        # A total over none that is stated is not stated itself.
        wanted = ["n/s" if text == "n/s" else value for value, text in zip(wanted, made.fte_texts(row), strict=True)]
        assert read[1:] == [*wanted, *(in_a_cell(figure, figure.shown) for figure in made.figures(row))]
    if made.unit is not Unit.POUNDS and made.total.line_count:
        lines = [row for row in printed(made) if isinstance(row, Row)]
        for line, read in zip(lines, sheet_rows(made, "Lines in pounds"), strict=True):
            money = read[1 + len(made.fte_headings) :]
            assert money == [in_a_cell(figure, figure.pounds) for figure in made.figures(line)]


@given(schedules(sizes=("", "", "n/s"), fte_by_year=False))
@settings(max_examples=12, phases=[Phase.generate])
def test_the_paper_prints_every_figure_as_the_schedule_shows_it(made: Schedule) -> None:
    wanted = [
        [
            text
            for text in (
                row.fte_text,
                *(wording.cell(figure, made.credit_style) for figure in made.figures(row)),
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
    return list(_with_words_above(rows))


def _with_words_above(rows: list[list[str]]) -> Iterator[list[str]]:
    """In a narrow column the figure of "at least 90" stands on the next line: the words are put before it again."""
    lines = iter(rows)
    for row in lines:
        wrapped = [place for place, text in enumerate(row) if text in set(Bound)]
        below = next(lines) if wrapped else []
        assert len(below) == len(wrapped)
        yield [f"{text} {below[wrapped.index(place)]}" if place in wrapped else text for place, text in enumerate(row)]


def of_all_sizes() -> Schedule:
    """A post of each kind of size; the FTE of two is not stated."""
    stated = [("3", Decimal(3), ""), ("fewer", Decimal(-1), ""), ("posts", None, "2 posts"), ("unknown", None, "n/s")]
    stated += [("hours", Decimal("0.6"), "22.2 of 37 hours"), ("both", Decimal("2.5"), "3 posts")]
    made = [record(f"Post {name}", line_id=at, fte=fte, size=size) for at, (name, fte, size) in enumerate(stated, start=1)]
    return schedule([*made, record("Training", line_id=9, kind="other", fte=None)])


def test_every_face_says_what_a_post_states_instead_of_its_fte() -> None:
    made = of_all_sizes()
    assert (made.total.fte, made.total.fte_gap, made.total.fte_text) == (Decimal("5.1"), True, "at least 5.1")
    assert [(row["fte"], row["posts_or_hours"]) for row in read_csv(made)] == [
        ("3", ""),
        ("-1", ""),
        ("n/s", "2 posts"),
        ("n/s", "n/s"),
        ("0.6", "22.2 of 37 hours"),
        ("2.5", "3 posts"),
        ("", ""),
    ]
    page = screen.body(made)
    assert '<td class="number">not stated<span class="fte-beside">2 posts</span></td>' in page
    assert '<td class="number">0.6<span class="fte-beside">22.2 of 37 hours</span></td>' in page
    assert '<td class="number">at least 5.1</td>' in page
    paper = pdf.page(made)
    for cell in ("n/s<br/>2 posts", "n/s", "0.6<br/>22.2 of 37 hours", "2.5<br/>3 posts", "at least 5.1"):
        assert f">{cell}</td>" in paper
    sheet = opened(made)["Committee table"]
    assert [cell.value for cell in row_of(sheet, "Post hours")][-1] == "22.2 of 37 hours"
    assert row_of(sheet, "TOTAL RESOURCES REQUESTED")[3].number_format == '"at least "General'


def test_every_face_prints_the_fte_of_each_year() -> None:
    leaving = record("Advisers", line_id=1, fte=Decimal(12), fte_years=(Decimal(12), Decimal(9)))
    unknown = record("Locum", line_id=2, fte=Decimal(1), fte_years=(Decimal(1), None))
    made = schedule([leaving, unknown, record("Training", line_id=3, kind="other", fte=None)], fte_by_year=True)
    assert made.total.fte_years == ((Decimal(13), False), (Decimal(9), True))
    read = read_csv(made)
    assert [(row["fte_2016/17"], row["fte_2017/18"]) for row in read] == [("12", "9"), ("1", "n/s"), ("", "")]
    page, table = screen.body(made), screen.ExpenditureTable(made)
    assert [heading for heading, _, _ in table.headings][1:4] == ["FTE", "FTE 2016/17", "FTE 2017/18"]
    assert '<td class="number">12</td><td class="number">12</td><td class="number">9</td>' in page
    assert '<td class="number">13</td><td class="number">13</td><td class="number">at least 9</td>' in page
    paper = pdf.page(made)
    assert '<td class="n f">1</td><td class="n f">n/s</td>' in paper
    assert '<td class="n f">13</td><td class="n f">at least 9</td>' in paper
    sheet = opened(made)["Committee table"]
    assert [cell.value for cell in row_of(sheet, "Advisers")][3:6] == [12, 12, 9]
    assert row_of(sheet, "TOTAL RESOURCES REQUESTED")[5].value.startswith("=SUM(")


def test_a_table_of_plain_fte_has_no_column_for_other_sizes() -> None:
    assert "posts_or_hours" not in faces.as_csv(schedule(published()))


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


def test_csv_columns_are_fixed_and_excel_is_told_their_encoding() -> None:
    first, second = faces.as_csv(schedule(published())).splitlines()[:2]
    assert first == "\ufeffphase,team,title,kind,fte,2016/17,2017/18,full_year,paperwork_complete,recruited,comment"
    assert second == "PHASE ONE,Children's Social Care,Director ECHS,post,1,83000,200000,200000,Yes,Yes,From Nov 2016"


def test_nil_is_0_no_full_year_effect_is_empty_and_not_stated_is_said_in_csv_and_json() -> None:
    line = record(years=((0, True), (None, False)), full_year=None, full_year_absence=Absence.NO_EFFECT)
    made = schedule([line])
    assert [read_csv(made)[0][name] for name in ("2016/17", "2017/18", "full_year")] == ["0", "n/s", ""]
    read = json_rows(made)[0]
    assert read["amounts"] == {"2016/17": "0", "2017/18": None}
    assert read["not_stated"] == ["2017/18"]
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
    kinds = {
        cell.data_type
        for sheet in opened(made)
        for row in sheet.iter_rows()
        for cell in row
        if hostile.strip() in str(cell.value)
    }
    assert kinds == {"s"}


def test_the_workbook_holds_thousands_and_adds_what_stands_above() -> None:
    sheet = opened(schedule(published()))["Committee table"]
    line, total = row_of(sheet, "Director ECHS"), row_of(sheet, "TOTAL PHASE ONE RESOURCES REQUESTED")
    assert [cell.value for cell in line[:7]] == ["PHASE ONE", "Children's Social Care", "Director ECHS", 1, 83, 200, 200]
    assert line[4].number_format == '#,##0_);(#,##0);"-"_);@_)'
    assert [cell.value for cell in total[3:7]] == [f"=SUM({column}5:{column}17)" for column in "DEFG"]
    assert row_of(sheet, "TOTAL RESOURCES REQUESTED")[4].value == "=SUM(E18,E21,E29)"


def test_the_workbook_rounds_exact_lines_under_the_other_rounding_rule() -> None:
    made = schedule(published(), rounding=Rounding.ROUNDED_SUM, credit_style=CreditStyle.CR, show_team_subtotals=True)
    sheet = opened(made)["Committee table"]
    assert row_of(sheet, "Subtotal Referral and Assessment")[4].value == "=ROUND(SUM('Lines in pounds'!E9)/1000,0)"
    total = row_of(sheet, "TOTAL RESOURCES REQUESTED")
    assert total[4].value == "=ROUND(SUM('Lines in pounds'!E5:E17,'Lines in pounds'!E18:E19,'Lines in pounds'!E20:E26)/1000,0)"
    assert total[4].number_format == '#,##0;"Cr "#,##0;"-"'


def test_a_phase_adds_its_subtotals_and_no_line_twice() -> None:
    sheet = opened(schedule(published(), show_team_subtotals=True))["Committee table"]
    assert row_of(sheet, "Subtotal Children's Social Care")[4].value == "=SUM(E5:E6)"
    assert row_of(sheet, "TOTAL PHASE ONE RESOURCES REQUESTED")[4].value == "=SUM(E7,E10,E12,E17,E22)"


def test_a_total_of_very_many_teams_is_a_formula_that_spreadsheet_programs_take() -> None:
    made = schedule([record(team=f"Team {number:03}", line_id=number) for number in range(450)], show_team_subtotals=True)
    formula = row_of(opened(made)["Committee table"], "TOTAL PHASE ONE RESOURCES REQUESTED")[4].value
    arguments = re.findall(r"SUM\(([^()]+)\)", formula)
    assert [len(argument.split(",")) for argument in arguments] == [200, 200, 50]
    assert len(formula) < 8192


def test_nil_no_full_year_effect_and_not_stated_are_three_things_in_the_workbook() -> None:
    line = record("Agency", years=((0, True), (None, False)), full_year=None, full_year_absence=Absence.NO_EFFECT)
    book = opened(schedule([line]))
    assert [cell.value for cell in row_of(book["Committee table"], "Agency")[4:7]] == [0, "n/s", "-"]
    said = {row[0].value: row[1].value for row in book["Notes"].iter_rows(min_row=4)}
    assert said["n/s"].startswith("not stated")
    assert "no full-year effect" in said["-"]


def not_all_stated() -> Schedule:
    """One line of £60,000 a year, one whose second year and full year are not stated."""
    unknown = record(
        "Agency", line_id=2, years=((5_000, True), (None, False)), full_year=None, full_year_absence=Absence.NOT_STATED
    )
    return schedule([record(), unknown], PHASES[:1])


def test_a_total_over_what_is_not_stated_says_at_least_in_every_face() -> None:
    """Money rule 12: not stated is never printed like nil, is in no total, and a total over it says "at least"."""
    made = not_all_stated()
    assert [wording.cell(figure, CreditStyle.BRACKETS) for figure in made.total.years] == ["65", "at least 90"]
    assert ("n/s", "not stated, and not included in any total") in wording.key(made)
    assert json_rows(made)[-1]["not_stated"] == ["2017/18", "full_year"]
    cells = row_of(opened(made)["Committee table"], "TOTAL RESOURCES REQUESTED")
    assert [cell.number_format.startswith('"at least "') for cell in cells[4:7]] == [False, True, True]
    assert cells[5].value == "=SUM(F7)"
    assert figures_on_paper(made)[1:] == [["1", "5", "n/s", "n/s"], *[["2", "65", "at least 90", "at least 90"]] * 2]
    on_screen = screen.body(made)
    assert '<td class="number">not stated</td>' in on_screen
    words = '<td class="number"><span class="bounded">at least <span class="nowrap">90</span></span></td>'
    assert on_screen.count(words) == 4


def test_a_total_of_which_nothing_is_stated_is_not_stated_itself() -> None:
    made = schedule([record(years=((None, False), (0, True)), full_year=None, full_year_absence=Absence.NO_EFFECT)])
    assert [wording.cell(figure, CreditStyle.BRACKETS) for figure in (*made.total.years, made.total.full_year)] == [
        "n/s",
        "-",
        "-",
    ]


def test_nothing_is_at_least_where_all_is_stated() -> None:
    made = schedule(published())
    assert not wording.says_not_stated(made)
    assert not any("not_stated" in row for row in json_rows(made))


def test_a_total_over_what_part_1_withholds_is_the_number_of_the_paper() -> None:
    """A formula over the cells that are left would come to less as soon as somebody works the sheet out anew."""
    exempt = {(2, "amounts"): LineExemption(line_id=2, field="amounts", paragraph=3)}
    book = opened(public(schedule(published()), exempt))
    sheet = book["Committee table"]
    assert [cell.value for cell in row_of(sheet, "Head of service")[3:7]] == [1, "para 3", "para 3", "para 3"]
    assert [cell.value for cell in row_of(sheet, "TOTAL PHASE ONE RESOURCES REQUESTED")[4:7]] == [731, 1171, 1123]
    assert row_of(sheet, "TOTAL PHASE TWO RESOURCES REQUESTED")[4].value == "=SUM(E19:E20)"
    assert row_of(book["Lines in pounds"], "Head of service")[4].value == "para 3"


def test_the_workbook_marks_exempt_lines_for_who_may_read_them() -> None:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(faces.as_xlsx(schedule(published()), {1: 3}))).get_sheet_by_name(
        "Committee table"
    )
    rows = {row[2]: row[10] for row in sheet.to_python(skip_empty_area=False)[FIRST - 1 :]}
    assert (rows["Post or other cost"], rows["Director ECHS"], rows["DM Post"]) == ("Exempt", "paragraph 3", "No")
    assert rows["TOTAL RESOURCES REQUESTED"] == ""


def test_the_workbook_follows_the_rules_for_accessible_spreadsheets() -> None:
    """A cover, contents and notes first; then one table a sheet, marked as one, each heading its own, nothing merged."""
    book = opened(schedule(published(), show_team_subtotals=True))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Committee table", "Lines in pounds"]
    assert [cell.hyperlink.location for cell in book["Contents"]["A"][3:]] == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert not sheet.merged_cells.ranges
        first = sheet[table.ref.split(":")[0]].row
        headings = [cell.value for cell in sheet[first]]
        assert table.ref == f"A{first}:{get_column_letter(len(headings))}{sheet.max_row}"
        assert [column.name for column in table.tableColumns] == headings
        assert len({heading.casefold() for heading in headings}) == len(headings)
        assert sheet.freeze_panes.endswith(str(first + 1))
        assert sheet["A1"].value


def test_the_workbook_is_set_up_for_print_and_says_what_it_is() -> None:
    book = opened(schedule(published()))
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.oddHeader.right.text, sheet.oddFooter.center.text) == (None, None)
    sheet = book["Committee table"]
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$4:$4", "D5")
    assert (book.properties.title, book.properties.creator) == ("EXPENDITURE AS A RESULT OF OFSTED", "London Borough of Bromley")


def test_the_workbook_says_its_moment_as_utc_in_summer_too() -> None:
    """XlsxWriter 3.3.1 writes any moment it is given as UTC, whatever its zone."""
    made = schedule(published(), as_at=datetime(2016, 9, 2, 10, 5, tzinfo=ZoneInfo("Europe/London")))
    assert opened(made).properties.created == datetime(2016, 9, 2, 9, 5)  # noqa: DTZ001 - as the file holds it


@pytest.mark.parametrize("made", [schedule([]), schedule([], ()), schedule(many(40), show_team_subtotals=True)])
def test_the_same_schedule_gives_the_same_workbook(made: Schedule) -> None:
    assert faces.as_xlsx(made) == faces.as_xlsx(made)
