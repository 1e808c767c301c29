"""The workbook to fill in: its columns are those that are read, its lists those of the programme, and it comes back."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from costing.financial_year import FinancialYear
from posts.importing.columns.rules import EACH, FTE_OF, PART, Hint, column_named, hint_of, labels
from posts.importing.template.rules import LINES, as_template
from posts.models import CostLine
from tests.making import make_officer, make_phase, make_programme
from tests.posts.paste_page import onward
from tests.posts.test_imports_kept import check

YEARS = (FinancialYear(2016), FinancialYear(2017))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_every_heading_is_read_as_the_column_it_stands_for():
    heads = [cell.value for cell in next(opened(as_template(YEARS, ["Phase One"], []))[LINES].iter_rows(max_row=1))]
    columns = [name for name in labels(YEARS) if name not in (EACH, PART) and not name.startswith(FTE_OF)]
    read = {name: column_named(head) or hint_of(head) for name, head in zip(columns, heads, strict=True)}
    of_posts = {"headcount": Hint.POSTS, "hours": Hint.HOURS}
    assert read == {name: name for name in columns} | {name: hint for name, hint in of_posts.items() if read[name] == hint}


def test_phases_and_teams_are_chosen_from_lists_and_dates_are_checked():
    sheet = opened(as_template(YEARS, ["Phase One", "Phase Two"], ["Adoption"]))[LINES]
    rules = {next(iter(rule.sqref.ranges)).coord[:1]: rule for rule in sheet.data_validations.dataValidation}
    assert (rules["A"].type, rules["A"].formula1) == ("list", "Lists!$A$2:$A$3")
    assert (rules["B"].type, rules["B"].formula1) == ("list", "Lists!$B$2:$B$2")
    assert {"date", "decimal"} <= {rule.type for rule in rules.values()}
    assert {rule.errorStyle for rule in rules.values()} == {"warning"}, "the import reads more than the lists hold"


def test_the_same_programme_gives_the_same_bytes():
    assert as_template(YEARS, ["Phase One"], ["Adoption"]) == as_template(YEARS, ["Phase One"], ["Adoption"])


@pytest.mark.django_db
def test_filled_in_it_comes_back_through_the_import():
    programme = make_programme(slug="ours")
    make_phase(programme, 1, name="Phase One")
    client = Client()
    client.force_login(make_officer())
    answer = client.get(reverse("line_template", args=["ours"]))
    assert answer["Content-Disposition"] == 'attachment; filename="ours-template.xlsx"'
    book = opened(answer.content)
    places = {column_named(cell.value): cell.column for cell in book[LINES][1]}
    given = {"phase": "Phase One", "team": "Adoption", "title": "Manager", "kind": "post", "fte": 1}
    given |= {"annual_cost": 200_000, "start": date(2016, 11, 1), "paperwork": "Yes", "recruited": "No"}
    for name, value in given.items():
        book[LINES].cell(2, places[name], value)
    written = io.BytesIO()
    book.save(written)
    page = check(client, "filled.xlsx", written.getvalue())
    assert page.status_code == 200, page.context["page"].errors
    onward(client, "ours", page, "apply")
    line = CostLine.objects.get()
    assert [int(each.amount or 0) for each in line.amounts.all()] == [83_333, 200_000, 200_000]
    assert line.paperwork_complete
