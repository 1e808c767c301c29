"""Cells corrected on the page that checks a block, and how its headings are read, remembered for the next block of the kind."""

import json
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.models import AuditEntry, User
from display.formats import long_date
from phases.models import Programme
from posts.importing.block.rules import Correction
from posts.models import CostLine, RememberedHeadings
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.paste_page import fields, onward, send
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

ROWS = "Phase\tPost\tFTE\tAnnual cost\tFrom\n1\tManager\t1\t48,O00\t1 Jan 2017\n1\tClerk\tone\t20,000\t1 Jan 2017\n"
ODD = "Phase\tPost\tFTE\tGross outlay\tGrade\n1\tManager\t1\t48,000\tB3\n"


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture(autouse=True)
def programme() -> Programme:
    made = make_programme(slug="ours")
    make_phase(made, 1)
    return made


def preview(page: Any) -> Any:
    return page.context["page"].preview


def test_a_cell_that_cannot_be_read_has_a_box_with_its_message_and_others_have_none(client: Client):
    page = send(client, "ours", text=ROWS, do="preview")
    assert {name for name in fields(page) if name.startswith("cell-")} == {"cell-2-3", "cell-3-2"}
    html = " ".join(page.content.decode().split())
    assert 'id="r2-c3" name="cell-2-3" value="48,O00"' in html
    assert 'aria-invalid="true" aria-describedby="r2-c3-error"' in html
    assert 'href="#r2-c3"' in html


def test_corrected_cells_are_read_by_the_same_reader_and_say_what_stands_in_the_file(client: Client):
    first = send(client, "ours", text=ROWS, do="preview")
    half = onward(client, "ours", first, **{"cell-2-3": "£48k"})
    assert preview(half).refused
    assert "In the file: 48,O00" in half.content.decode()
    whole = onward(client, "ours", half, **{"cell-3-2": "1.00"})
    assert preview(whole).block.corrected == [Correction(2, 3, "48,O00", "£48k"), Correction(3, 2, "one", "1.00")]
    assert not preview(whole).refused
    onward(client, "ours", whole, "apply")
    assert {(line.title, line.annual_cost, line.fte) for line in CostLine.objects.all()} == {
        ("Manager", 48_000, 1),
        ("Clerk", 20_000, 1),
    }


def test_a_correction_that_is_wrong_has_its_own_message_and_stays(client: Client):
    first = send(client, "ours", text=ROWS, do="preview")
    again = onward(client, "ours", first, **{"cell-2-3": "forty"})
    assert fields(again)["cell-2-3"] == "forty"
    assert "cell-2-3" in fields(onward(client, "ours", again, **{"cell-2-3": "48,O00"})), "as it stood: no correction"


def test_back_keeps_corrections_and_another_block_drops_them(client: Client):
    first = send(client, "ours", text=ROWS, do="preview")
    back = onward(client, "ours", first, "back", **{"cell-2-3": "48000", "cell-3-2": "1"})
    again = onward(client, "ours", back)
    assert not preview(again).refused
    other = onward(client, "ours", back, text=ROWS.replace("one", "two"))
    assert preview(other).block.corrected == []


def test_what_is_stored_is_what_was_shown_after_the_last_correction(client: Client):
    first = send(client, "ours", text=ROWS, do="preview")
    fine = onward(client, "ours", first, **{"cell-2-3": "48000", "cell-3-2": "1"})
    page = onward(client, "ours", fine, "apply", **{"cell-2-3": "480000"})
    assert page.status_code == 409
    assert not CostLine.objects.exists()


def test_the_audit_entry_and_the_page_of_the_import_say_what_was_corrected(client: Client):
    first = send(client, "ours", text=ROWS, do="preview")
    onward(client, "ours", onward(client, "ours", first, **{"cell-2-3": "48000", "cell-3-2": "1"}), "apply")
    entry = AuditEntry.objects.get(action="lines_pasted")
    assert json.loads(entry.content)["details"]["corrected"][0] == {
        "in_row": 2,
        "column": "Annual cost",
        "in_the_file": "48,O00",
        "read_as": "48000",
    }
    page = " ".join(client.get(reverse("line_import", args=["ours", entry.number])).content.decode().split())
    assert "Row 2, Annual cost: <del>48,O00</del>" in page


def test_a_total_that_differs_can_be_corrected_at_its_cell(client: Client):
    text = "Phase\tPost\tFTE\t2016/17\n1\tManager\t1\t10000\n1\tClerk\t1\t5000\nTotal\t\t2\t16000\n"
    first = send(client, "ours", text=text, do="preview")
    assert preview(first).refused
    assert "cell-4-3" in fields(first)
    assert not preview(onward(client, "ours", first, **{"cell-4-3": "15000"})).refused


def test_cells_outside_the_block_are_passed_over(client: Client):
    page = send(client, "ours", text=ROWS, do="preview", **{"cell-99-1": "x", "cell-2-999": "x", "cell-0-0": "x"})
    assert preview(page).block.corrected == []


# Headings that are remembered


def as_annual_cost(client: Client) -> Any:
    first = send(client, "ours", text=ODD, do="preview")
    assert "Gross outlay holds figures" in first.content.decode()
    return onward(client, "ours", first, **{"column-3": "annual_cost", "unit-3": "thousands"})


def test_what_was_chosen_for_headings_is_chosen_again_and_said(client: Client):
    onward(client, "ours", as_annual_cost(client), "apply")
    again = send(client, "ours", text=ODD.replace("Manager", "Clerk"), do="preview")
    assert preview(again).block.columns[3] == "annual_cost"
    assert preview(again).block.units[3] == 1_000
    kept = RememberedHeadings.objects.get()
    said = f"Gross outlay is read as Annual cost in £'000: as Finance officer chose on {long_date(localtime(kept.at).date())} for"
    assert said in unescape(again.content.decode())
    assert AuditEntry.objects.filter(action="headings_remembered").count() == 1
    onward(client, "ours", again, "apply")
    assert AuditEntry.objects.filter(action="headings_remembered").count() == 1, "the same choice is not written twice"


def test_a_column_that_was_not_read_because_it_held_no_money_was_not_chosen(client: Client):
    onward(client, "ours", as_annual_cost(client), "apply")
    assert [each["place"] for each in RememberedHeadings.objects.get().chosen] == [3]
    money = send(client, "ours", text=ODD.replace("B3", "£12,345"), do="preview")
    assert "The column Grade holds figures" in money.content.decode()


def test_a_choice_is_changed_by_choosing_otherwise_and_forgotten_by_a_button(client: Client):
    onward(client, "ours", as_annual_cost(client), "apply")
    again = send(client, "ours", text=ODD.replace("Manager", "Clerk"), do="preview")
    other = onward(client, "ours", again, **{"column-3": "comment", "unit-3": ""})
    assert "for these headings" not in other.content.decode()
    onward(client, "ours", other, "apply")
    assert [each["read_as"] for each in RememberedHeadings.objects.get().chosen] == ["comment"]
    third = send(client, "ours", text=ODD.replace("Manager", "Third"), do="preview")
    assert "Forget this choice" in third.content.decode()
    forgotten = onward(client, "ours", third, "forget")
    assert not RememberedHeadings.objects.exists()
    assert preview(forgotten).block.columns[3] == "?"
    assert AuditEntry.objects.filter(action="headings_forgotten").count() == 1


def test_capitals_and_spaces_make_no_other_shape_and_other_headings_do(client: Client):
    onward(client, "ours", as_annual_cost(client), "apply")
    alike = send(client, "ours", text=ODD.replace("Gross outlay", "GROSS  outlay").replace("Manager", "Clerk"), do="preview")
    assert preview(alike).block.columns[3] == "annual_cost"
    unlike = send(client, "ours", text=ODD.replace("Gross outlay", "Net outlay"), do="preview")
    assert preview(unlike).block.columns[3] == "?"


def test_a_year_that_was_chosen_is_not_taken_over_to_other_years(client: Client):
    first = send(client, "ours", text=ODD, do="preview")
    onward(client, "ours", onward(client, "ours", first, **{"column-3": "y2016"}), "apply")
    assert preview(send(client, "ours", text=ODD, do="preview")).block.columns[3] == "y2016"
    make_phase(make_programme(slug="later", first_year=2017, last_year=2018), 1)
    assert preview(send(client, "later", text=ODD, do="preview")).block.columns[3] == "?"


def test_the_command_reads_as_was_chosen_but_leaves_no_money_out_unnamed(client: Client, tmp_path: Any, capsys: Any):
    first = send(client, "ours", text=ODD, do="preview")
    onward(client, "ours", onward(client, "ours", first, **{"column-3": ""}), "apply")
    assert send(client, "ours", text=ODD.replace("Manager", "Clerk"), do="preview").status_code == 200
    file = tmp_path / "lines.tsv"
    file.write_text(ODD)
    with pytest.raises(SystemExit):
        call_command("import_lines", "ours", str(file))
    assert json.loads(capsys.readouterr().out)["columns_not_read"][0] == {
        "column": "Gross outlay",
        "figures": ["48,000"],
        "why": "is not understood",
        "undecided": True,
    }


def test_the_store_knows_each_shape_by_its_hash(officer: User):
    with refused_by("remembered_shape_is_a_hash"):
        RememberedHeadings.objects.create(shape="x", headings=[], chosen=[], years=[], by=officer, at=NOON)
