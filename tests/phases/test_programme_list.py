"""The list of programmes: what finds them, and what their lines come to."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.lists import csv_of, rows_of, xlsx_of
from tests.making import NOON, enter_line, make_amount, make_auditor, make_line, make_officer, make_phase, make_programme

pytestmark = pytest.mark.django_db

PROGRAMMES = "/programmes/"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make_auditor())
    return client


def test_the_totals_of_a_programme_are_those_of_its_lines_by_year(reader: Client):
    programme = make_programme(name="Ofsted", slug="ofsted")
    phases = make_phase(programme), make_phase(programme, 2)
    for phase, pounds in zip(phases, (60_000, -10_000), strict=True):
        line = make_line(phase, fte=Decimal(2), recruited_fte=Decimal(0))
        make_amount(line, amount=Decimal(pounds))
        make_amount(line, financial_year=None, amount=None, absence="no_effect")
        make_amount(line, financial_year=2017, amount=None, absence="not_stated")
    make_programme(name="Empty")
    (empty, full) = rows_of(reader.get(PROGRAMMES).text)
    assert empty[2:] == ["0", "0", ""]
    assert full[2:] == ["2", "2 lines of Ofsted", "2016/17: £50,000 2017/18: £0 Full year: £0 2 amounts not stated"]
    headings, _, line = xlsx_of(reader, PROGRAMMES)
    assert dict(zip(headings[2:], line[2:], strict=True)) == {
        "Phases": 2,
        "Posts and other costs": 2,
        "Planned, 2016/17": 50_000,
        "Planned, 2017/18": 0,
        "Planned, Full year": 0,
        "Amounts not stated": 2,
    }


def test_its_files_have_a_column_for_every_year_of_the_programmes_shown(reader: Client):
    early, late = make_programme(name="Early", first_year=2012, last_year=2012), make_programme(name="Late")
    enter_line(make_phase(late), intakes=((Decimal(1), date(2016, 4, 1), None),))
    make_phase(early)
    headings, *lines = csv_of(reader, PROGRAMMES, columns="planned")
    assert headings[1:-1] == ["Planned, 2012/13", "Planned, 2016/17", "Planned, 2017/18", "Planned, Full year"]
    assert lines == [["Early", "", "", "", "", "0"], ["Late", "", "90000", "90000", "90000", "0"]]


def test_a_sum_over_the_whole_life_and_a_year_outside_are_told_apart(reader: Client):
    line = make_line(make_phase(make_programme()))
    for year, pounds in ((0, 90_000), (2015, 5000), (2016, 7000)):
        make_amount(line, financial_year=year, amount=Decimal(pounds), **_stated())
    assert rows_of(reader.get(PROGRAMMES).text)[0][-1] == "2015/16: £5,000 2016/17: £7,000 Whole life where stated: £90,000"
    headings, values = csv_of(reader, PROGRAMMES, columns="planned")
    assert headings[1] == "Planned, 2015/16"
    assert dict(zip(headings, values, strict=True))["Planned, Whole life where stated"] == "90000"
    shown = rows_of(reader.get("/lines/", {"columns": "costs"}).text)[0][1]
    assert shown == "2015/16: £5,000 2016/17: £7,000 Whole life: £90,000"
    assert csv_of(reader, "/lines/", columns="costs")[0][1:] == ["2015/16", "2016/17", "Whole life"]


def _stated() -> dict[str, Any]:
    return {"origin": "stated", "reason": "As published", "stated_by": make_officer(), "stated_at": NOON}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"words": "services children"}, ["Children's services"]),
        ({"words": "PREVENT"}, ["Early help"]),
        ({"year": "2018/19"}, ["Early help"]),
        ({"year": "2017/18"}, ["Children's services", "Early help"]),
        ({"year": "2030/31"}, []),
        ({}, ["Children's services", "Early help"]),
    ],
)
def test_programmes_are_found_by_name_address_and_year(reader: Client, asked: dict[str, str], names: list[str]):
    make_programme(name="Children's services", slug="ofsted-2016")
    make_programme(name="Early help", slug="prevention-grant", first_year=2017, last_year=2018)
    assert [row[0] for row in rows_of(reader.get(PROGRAMMES, asked).text)] == names


def test_a_year_that_is_none_gets_its_message_and_stays(reader: Client):
    make_programme()
    page = reader.get(PROGRAMMES, {"year": "2016/19"}).text
    assert "There is a problem" in page
    assert 'value="2016/19"' in page
    assert rows_of(page) == []


def test_the_fields_that_are_kept_laid_out_show_what_each_asked(reader: Client):
    make_programme(name="One")
    pages = [reader.get(PROGRAMMES, {"words": words}).text for words in ("first", "<b>", "", "first")]
    assert [f'value="{words}"' in page for words, page in zip(("first", "&lt;b&gt;", "zz", "first"), pages, strict=True)] == [
        *(True, True, False, True)
    ]
    assert "first" not in pages[1] + pages[2]
