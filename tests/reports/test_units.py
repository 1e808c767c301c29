"""The unit that is chosen for a paper: its heads, figures, casts and formulas, and that the issued paper keeps it."""

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from accounts.council import queries as council_queries
from costing.money import Rounding, Unit, in_unit, whole_in_unit
from phases.models import Programme
from reports.table.appendix import rules as pdf
from reports.table.faces import rules as faces
from reports.table.queries import schedule_for, usual_options
from reports.table.wording import rules as wording
from tests.making import NOON, enter_line, make_officer, make_phase, make_programme
from tests.posts.lines import signed_in
from tests.reports.checks.case import facts, found_by, line
from tests.reports.schedules import record, schedule


def test_thousands_to_one_decimal_place_round_half_up_away_from_zero() -> None:
    pounds = [83_333, 8_750, 50, 49, 0, -50, -83_349, None]
    shown = [None if each is None else in_unit(Decimal(each), Unit.TENTHS) for each in pounds]
    assert list(map(str, shown)) == ["83.3", "8.8", "0.1", "0.0", "0.0", "-0.1", "-83.3", "None"]
    assert list(whole_in_unit(pounds, Unit.TENTHS)) == shown


@pytest.mark.parametrize(("rounding", "total"), [(Rounding.SUM_OF_ROUNDED, "166.6"), (Rounding.ROUNDED_SUM, "166.7")])
def test_heads_figures_and_totals_are_to_one_decimal_place(rounding: Rounding, total: str) -> None:
    lines = [record(years=((83_333, True), (0, True)), line_id=number) for number in (1, 2)]
    made = schedule(lines, unit=Unit.TENTHS, rounding=rounding)
    assert str(made.total.years[0].shown) == total
    assert ("2016/17", "£'000") in wording.column_headings(made)
    assert "Costs in £'000, one decimal place" in wording.about(made)
    page = pdf.page(made)
    assert ">83.3<" in page
    assert f">{total}<" in page
    face = faces.as_json(made)
    assert face["total"]["shown"]["2016/17"] == total
    assert faces.as_json(faces.from_json(face)) == face
    sheet = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(made)))["Committee table"]
    rows = [row for row in sheet.iter_rows() if row[2].value]
    assert rows[1][4].value == 83.3
    assert rows[1][4].number_format == '#,##0.0_);(#,##0.0);"-"_);@_)'
    assert rows[-1][4].number_format == rows[1][4].number_format
    if rounding is Rounding.ROUNDED_SUM:
        assert rows[-1][4].value.endswith("/1000,1)")


@pytest.mark.parametrize("unit", Unit)
def test_the_columns_of_each_unit_cast(unit: Unit) -> None:
    lines = [line(f"Post {number}", years=((83_349, True), (90_051, True)), full_year=90_051) for number in range(3)]
    assert found_by("PC01", facts(*lines, of_schedule={"unit": unit})) == []


@pytest.fixture
def programme(db: None) -> Programme:
    made = make_programme()
    enter_line(make_phase(made))
    return made


def test_the_paper_of_a_programme_has_its_own_unit_and_total(programme: Programme) -> None:
    client = signed_in(make_officer())
    typed = {"table_unit": "tenths_of_thousands", "table_total": "on"}
    page = client.get(f"/programmes/{programme.slug}/set-up/paper/")
    made_on = re.search(r'name="made_on" value="(\w+)"', page.content.decode())
    assert made_on
    posted = typed | {"made_on": made_on[1]}
    assert client.post(f"/programmes/{programme.slug}/set-up/paper/", posted).status_code == 302
    programme.refresh_from_db()
    council = council_queries.council()
    made = schedule_for(programme, council, usual_options(programme, council), as_at=NOON)
    assert (made.unit, made.further) == (Unit.TENTHS, ("total",))
    page = client.get(f"/programmes/{programme.slug}/expenditure/").content.decode()
    assert '<option value="tenths_of_thousands" selected' in page
    whole = client.get(f"/programmes/{programme.slug}/expenditure/?unit=thousands&total=no").content.decode()
    assert "60.0" in page
    assert "60.0" not in whole


def test_two_programmes_of_the_same_years_each_show_their_own_unit_and_total(programme: Programme) -> None:
    other = make_programme(table_unit="tenths_of_thousands", table_total=True)
    enter_line(make_phase(other))
    client = signed_in(make_officer())
    for each, unit in ((programme, "thousands"), (other, "tenths_of_thousands")):
        page = client.get(f"/programmes/{each.slug}/expenditure/").content.decode()
        assert f'<option value="{unit}" selected' in page
        assert ("60.0" in page) == (each == other)


def test_the_database_knows_the_units(programme: Programme) -> None:
    with pytest.raises(IntegrityError, match="programme_table_unit_is_known"), transaction.atomic():
        Programme.objects.update(table_unit="pence")
