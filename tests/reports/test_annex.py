"""The internal version of a paper: the reasons, every figure's chain, and a plain paper that stays as it was."""

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pdfplumber
import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.council.queries import council
from phases.models import Programme
from posts.lines.rules import Stated
from posts.models import LineAmount
from reports.checks.actions import review_finding
from reports.checks.queries import findings_of
from reports.models import FindingReview
from reports.papers.annex.queries import annex_of_findings, workings_annex
from reports.table.appendix import rules as pdf
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule
from tests.making import NOON, enter_line, make_auditor, make_clerk, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, changed
from tests.reports.papers import dearer, issued, make_programme_to_issue
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
    paper = pdf.render_internal(table(programme), workings_annex(table(programme)))
    conforms(paper)
    text = text_of(paper)
    for said in (
        "Workings of each figure",
        "Head <of> service & team",
        "Phase One, Referral and Assessment. Entered by Finance officer on 14 September 2016 at 13:00. Annual cost: £90,000",
        "In post: 1 FTE from 1 August 2016; Lasts: Recurring; Part-year basis: Months",
        "Typed by Finance officer on 14 September 2016 at 13:00. As published. Calculated: £60,000.",
        "The typed figure is £1,000 more than the calculated one.",
        "£12,000 × 8/12, from 1 August 2016, rounded half up to £8,000.",
        "The whole programme £69,000",
    ):
        assert said in text, said


def test_inputs_that_several_people_entered_name_each(programme: Programme, phase: Any):
    state = a_state(phase)
    line = added(programme, state, make_officer(name="First"))
    changed(programme, line, replace(state, annual_cost=Decimal(96_000)), make_officer(name="Second"))
    annex = " ".join(workings_annex(table(programme)).split())
    assert "Annual cost: £96,000 (Second, 14 September 2016 at 13:00)" in annex
    assert "FTE: 1 (First, 14 September 2016 at 13:00)" in annex


def test_only_lines_of_the_table_are_in_the_annex(programme: Programme, phase: Any):
    added(programme, a_state(phase, title="Shown"), make_officer())
    bare = table(programme)
    added(programme, a_state(phase, title="Added later"), make_officer())
    assert "Added later" not in workings_annex(bare)


def test_the_annex_takes_the_same_queries_however_many_lines_there_are(programme: Programme, phase: Any):
    def asked() -> int:
        for _ in range(3):
            enter_line(phase)
        schedule = table(programme)
        with CaptureQueriesContext(connection) as queries:
            workings_annex(schedule)
        return len(queries)

    assert [asked(), asked()] == [5, 5]


def test_header_cells_of_the_annex_have_their_scope(programme: Programme, phase: Any):
    enter_line(phase)
    with pikepdf.open(io.BytesIO(pdf.render_internal(table(programme), workings_annex(table(programme))))) as document:
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


@pytest.fixture
def contradicted() -> Programme:
    """Its auditor is stated to cost £10,000 in 2016/17; a clerk said why, and dismissed a warning."""
    made = make_programme_to_issue()
    stated = {"origin": "stated", "reason": "As published", "stated_by": make_officer(), "stated_at": NOON}
    LineAmount.objects.filter(line__title="Auditor", financial_year=2016).update(amount=Decimal(10_000), **stated)
    Programme.objects.update(version=99)
    clerk = make_clerk(name="Committee clerk", job_title="Democratic services officer")
    for each in findings_of(made, council(), as_at=NOON):
        if each.rule in ("PC03", "PC19"):
            given = {"reason": f"Reason for {each.rule}.", "by": clerk, "at": NOON}
            review_finding(programme=made, fingerprint=each.fingerprint, **given)
    made.refresh_from_db()
    return made


def test_the_internal_version_prints_each_reason_with_who_gave_it_and_when(contradicted: Programme, client: Client):
    client.force_login(make_auditor())
    paper = client.get("/programmes/small/expenditure.pdf?internal=yes")
    assert 'filename="small-expenditure.internal.pdf"' in paper["Content-Disposition"]
    conforms(paper.content)
    text = text_of(paper.content)
    assert "Overridden Rule Finding Reason Given by PC03 Auditor, Phase One: £10,000 is stated in 2016/17" in text
    assert "Reason for PC03." in text
    assert "Committee clerk, Democratic services officer, 14 September 2016" in text
    assert "Dismissed Rule Finding Reason Given by PC19" in text
    assert "Reason for PC19." in text
    assert "Neither corrected nor reviewed Rule Finding Weight" in text
    assert "Workings of each figure" not in text
    both = text_of(client.get("/programmes/small/expenditure.pdf?internal=yes&workings=yes").content)
    assert both.index("Findings and reasons") < both.index("Workings of each figure")


def test_every_page_of_an_internal_version_says_so_and_none_of_another(contradicted: Programme, client: Client):
    client.force_login(make_auditor())
    address = "/programmes/small/expenditure.pdf"
    for asked, is_internal in (("", False), ("?internal=yes", True), ("?workings=yes", True), ("?internal=no", False)):
        with pdfplumber.open(io.BytesIO(client.get(f"{address}{asked}").content)) as document:
            for page in document.pages:
                text = page.extract_text()
                assert ("Internal - not for publication" in text) == is_internal
                assert ("Part 1 (public)" in text) != is_internal


def test_the_internal_version_of_an_issued_paper_says_what_was_known_when_it_was_issued(contradicted: Programme, client: Client):
    first = issued(contradicted)
    dearer(contradicted)
    second = issued(contradicted, at=NOON + timedelta(hours=1), reason="The grade was wrong.")
    FindingReview.objects.create(
        programme=contradicted,
        rule="PC25",
        severity="W",
        fingerprint="0" * 32,
        text="The front sheet.",
        kind="dismissed",
        reason="Afterwards.",
        by=make_clerk(),
        at=NOON,
    )
    client.force_login(make_auditor())
    papers = [client.get(f"/programmes/small/papers/{paper.pk}/internal.pdf") for paper in (first, second)]
    texts = [text_of(paper.content) for paper in papers]
    for paper, text in zip(papers, texts, strict=True):
        conforms(paper.content)
        assert "Internal - not for publication" in text
        assert "Reason for PC03." in text
        assert "Afterwards." not in text
    assert "Head of service 1 60 90 90" in texts[0]
    assert "Changes since" not in texts[0]
    assert "Head of service 1 64 96 96" in texts[1]
    assert "Changes since version 1, issued on 14 September 2016 The grade was wrong." in texts[1]
    page = " ".join(client.get(f"/programmes/small/papers/{first.pk}/").text.split())
    assert f"/papers/{first.pk}/internal.pdf" in page
    said = "</strong> by Committee clerk, Democratic services officer, 14 September 2016 at 13:00: Reason for PC03."
    assert said in page


def test_a_paper_of_which_nothing_is_found_says_so():
    assert "The paper check finds nothing." in annex_of_findings([])
