"""The columns of a paper: which a programme's papers have, on screen, in the PDF and in the workbook; data files hold all."""

import io
import json
import re
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.council.queries import council
from costing.money import Unit
from phases.models import Programme
from reports.table.appendix import rules as appendix
from reports.table.faces import rules as faces
from reports.table.past.queries import schedule_at
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule
from reports.table.screen.rules import ExpenditureTable, body
from tests.making import NOON, enter_line, make_officer, make_phase, make_programme
from tests.reports import schedules

ALL = ["full_year", "paperwork_complete", "recruited"]


def made(**values: object) -> Schedule:
    programme = make_programme(slug="ours", **values)
    enter_line(make_phase(programme), title="Manager")
    return schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON)


def published_without(*without: str) -> Schedule:
    return schedules.schedule(schedules.published(), without=without)


def headings(schedule: Schedule) -> dict[str, list[str]]:
    """What stands over the columns of each face that prints."""
    page = re.findall(r'<th class="[^"]*" scope="col">([^<]*)</th>', appendix.page(schedule))
    sheet = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(schedule)))["Committee table"]
    return {
        "screen": [heading for heading, *_ in ExpenditureTable(schedule).headings],
        "pdf": [" ".join(text.replace("\N{NO-BREAK SPACE}", " ").split("\n")[0].split()) for text in page],
        "xlsx": [re.sub(r" \(.*\)", "", str(cell.value)) for cell in sheet[4]][2:],
    }


@pytest.mark.parametrize("without", [[], ["full_year"], ["paperwork_complete", "recruited"], ALL])
def test_every_face_that_prints_does_without_what_the_paper_leaves_out(without: list[str]):
    schedule = published_without(*without)
    years = ["2016/17", "2017/18"]
    last = {"full_year": "Full year", "paperwork_complete": "Paperwork complete", "recruited": "Recruited to post"}
    wanted = ["Post or other cost", "FTE", *years, *(text for name, text in last.items() if name not in without), "Comment"]
    assert headings(schedule) == {"screen": wanted, "pdf": wanted, "xlsx": wanted}
    for html in (str(body(schedule)), appendix.page(schedule)):
        rows = [len(re.findall(r"<t[hd][ >]", row)) for row in re.findall(r"<tr class=.*?</tr>", html, re.DOTALL)]
        assert set(rows) == {len(wanted)}, "every row has a cell for each column"


@pytest.mark.django_db
def test_data_files_hold_every_column_and_the_json_gives_the_table_back():
    schedule = made(table_without=ALL, table_fte=True)
    assert ",full_year,paperwork_complete,recruited,comment" in faces.as_csv(schedule)
    face = json.loads(json.dumps(faces.as_json(schedule)))
    assert face["phases"][0]["teams"][0]["lines"][0]["full_year"] == "90000"
    assert appendix.page(faces.from_json(face)) == appendix.page(schedule)


@pytest.mark.django_db
def test_the_fte_of_each_year_is_a_column_of_the_papers_of_a_programme_also_as_they_were():
    schedule = made(table_fte=True)
    assert all("FTE 2016/17" in each for each in headings(schedule).values())
    past = schedule_at(Programme.objects.get(), council(), timezone.now())
    assert past.fte_by_year
    assert [row.fte_years for _, _, row in past.rows()] == [(Decimal(1), Decimal(1))]


@pytest.mark.django_db
def test_a_reader_leaves_columns_out_and_sees_those_that_the_paper_leaves_out(client: Client):
    made(table_without=["recruited"])
    client.force_login(make_officer())
    address = "/programmes/ours/expenditure/"
    assert "Recruited to post</th>" not in re.sub(r"\s+<", "<", client.get(address).content.decode())
    shown = client.get(address, {"columns": "chosen"}).content.decode()
    assert "Recruited to post" in re.findall(r"<thead>.*</thead>", shown, re.DOTALL)[0]
    chosen = client.get(f"{address[:-1]}.xlsx", {"columns": "chosen", "without": ["full_year"]})
    sheet = openpyxl.load_workbook(io.BytesIO(chosen.content))["Committee table"]
    assert "Full year (£'000)" not in [cell.value for cell in sheet[4]]
    assert client.get(f"{address[:-1]}.csv", {"without": ["comment"]}).status_code == 400


@pytest.mark.django_db
def test_the_choice_is_made_with_the_details_of_the_paper(client: Client):
    made()
    client.force_login(make_officer())
    address = "/programmes/ours/set-up/paper/"
    typed = {
        "made_on": client.get(address).context["form"].made_on,
        "table_unit": Unit.TENTHS.value,
        "table_fte": "on",
        "table_without": ["recruited"],
    }
    assert client.post(address, typed).status_code == 302
    programme = Programme.objects.get()
    assert (programme.table_fte, programme.table_without) == (True, ["recruited"])
    assert "Recruited to post" in client.get("/programmes/ours/set-up/").content.decode()


@pytest.mark.django_db
def test_the_store_knows_which_columns_can_be_left_out():
    programme = make_programme()
    with pytest.raises(IntegrityError, match="programme_table_does_without_known_columns"), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(table_without=["fte"])
