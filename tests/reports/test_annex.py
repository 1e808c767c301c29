"""The workings as an annex of the paper: every figure's chain, a conforming paper, and a plain paper that stays as it was."""

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pdfplumber
import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.queries import council
from phases.models import Programme
from posts.line_state import Stated
from reports import pdf
from reports.annex import annex_of
from reports.queries import schedule_for, usual_options
from reports.schedule import Schedule
from tests.making import NOON, enter_line, make_auditor, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, changed
from tests.reports.test_decision_pdf import conforms, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make_programme(slug="ofsted-2016")


@pytest.fixture
def phase(programme: Programme) -> Any:
    return make_phase(programme, name="Phase One")


def table(programme: Programme) -> Schedule:
    return schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON)


def test_each_figure_has_its_chain(programme: Programme, phase: Any):
    officer = make_officer(name="Finance officer")
    stated = (Stated(2016, Decimal(61_000), "", "As published", officer.pk, NOON),)
    added(programme, a_state(phase, title="Head <of> service & team", stated=stated), officer)
    added(programme, a_state(phase, annual_cost=Decimal(12_000)), officer)
    paper = pdf.render_with_annex(table(programme), annex_of(table(programme)))
    conforms(paper)
    text = text_of(paper)
    for said in (
        "Workings of each figure",
        "Head <of> service & team",
        "Phase One, Referral and Assessment. Entered by Finance officer on 14 September 2016 at 13:00. Annual cost: £90,000",
        "In post: 1 FTE from 1 August 2016; Lasts: Recurring; Part-year basis: Months",
        "Stated by Finance officer on 14 September 2016 at 13:00. As published. Calculated: £60,000.",
        "The stated figure is £1,000 more than the calculated one.",
        "£12,000 × 8/12, from 1 August 2016, rounded half up to £8,000.",
        "The whole programme £69,000",
    ):
        assert said in text, said


def test_inputs_that_several_people_entered_name_each(programme: Programme, phase: Any):
    state = a_state(phase)
    line = added(programme, state, make_officer(name="First"))
    changed(programme, line, replace(state, annual_cost=Decimal(96_000)), make_officer(name="Second"))
    annex = annex_of(table(programme))
    assert "Annual cost: £96,000 (Second, 14 September 2016 at 13:00)" in annex
    assert "FTE: 1 (First, 14 September 2016 at 13:00)" in annex


def test_only_lines_of_the_table_are_in_the_annex(programme: Programme, phase: Any):
    added(programme, a_state(phase, title="Shown"), make_officer())
    bare = table(programme)
    added(programme, a_state(phase, title="Added later"), make_officer())
    assert "Added later" not in annex_of(bare)


def test_the_annex_takes_the_same_queries_however_many_lines_there_are(programme: Programme, phase: Any):
    def asked() -> int:
        for _ in range(3):
            enter_line(phase)
        schedule = table(programme)
        with CaptureQueriesContext(connection) as queries:
            annex_of(schedule)
        return len(queries)

    assert [asked(), asked()] == [4, 4]


def test_header_cells_of_the_annex_have_their_scope(programme: Programme, phase: Any):
    enter_line(phase)
    with pikepdf.open(io.BytesIO(pdf.render_with_annex(table(programme), annex_of(table(programme))))) as document:
        cells = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"]
    assert len(cells) > 11
    assert all("/Scope" in item.A for item in cells)


def test_the_paper_has_its_workings_only_where_they_are_asked_for(programme: Programme, phase: Any, client: Client):
    enter_line(phase)
    client.force_login(make_auditor())
    address = "/programmes/ofsted-2016/expenditure.pdf"
    plain = client.get(address).content
    asked = client.get(f"{address}?workings=yes")
    assert (asked.status_code, asked["Content-Type"]) == (200, "application/pdf")
    assert "Workings of each figure" not in text_of(plain)
    assert "Workings of each figure" in text_of(asked.content)
    with pdfplumber.open(io.BytesIO(asked.content)) as document:
        assert len(document.pages) > 1
