"""Papers as they are read aloud: every paper the product makes keeps what its tags promise, and the text is in order."""

from typing import Any

import pytest

from accounts.council.queries import council
from costing.money import Unit
from improvement_budget import demonstration
from phases.models import Programme
from printing.reading_aloud import spoken
from reports.exempt.rules import public, with_reasons
from reports.papers.annex.queries import findings_annex, workings_annex
from reports.papers.decision_record import queries as decision
from reports.progress.chart.rules import ON_PAPER, use_chart
from reports.progress.paper import rules as progress_paper
from reports.report.paper.queries import report_pdf
from reports.table.appendix import rules as pdf
from reports.table.comparison.rules import CellChange, Reissue
from reports.table.faces import rules as faces
from reports.table.queries import schedule_for, usual_options
from tests.approvals.case import KEY, Case
from tests.around import AFTERWARDS
from tests.making import NOON, enter_line, make_clerk
from tests.reports.packs import made
from tests.reports.packs import papers as appendices
from tests.reports.papers import issued, make_programme_to_issue
from tests.reports.reading import reads_well
from tests.reports.schedules import many, published, schedule
from tests.reports.test_decision_pdf import EXEMPT, record_of
from tests.reports.test_decision_pdf import case as deciding  # a fixture
from tests.reports.test_parts import exempting
from tests.reports.test_progress import case as reporting  # a fixture
from tests.reports.test_progress import report

__all__ = ["deciding", "reporting"]

CHANGES = Reissue(
    1, "14 September 2016", "A figure was wrong.", (CellChange("Phase One", "Head of service", "2016/17", "60", "64"),)
)
EXEMPT_LINES = exempting(1) | exempting(14, 15, field="amounts")

PAPERS = {
    "the published table": lambda: pdf.render(schedule(published())),
    "several pages": lambda: pdf.render(schedule(many(90), unit=Unit.POUNDS, show_team_subtotals=True)),
    "drawn in parts": lambda: pdf.render(schedule(many(230))),
    "nothing in it": lambda: pdf.render(schedule([], (), notes=(), abbreviations=())),
    "Part 1": lambda: pdf.render(public(with_reasons(schedule(published()), EXEMPT_LINES), EXEMPT_LINES)),
    "a reissue": lambda: pdf.render(schedule(published()), CHANGES),
    "a reissue without a change": lambda: pdf.render(schedule(published()), CHANGES._replace(changes=())),
}


@pytest.mark.parametrize("name", PAPERS)
def test_an_appendix_reads_well(name: str):
    reads_well(PAPERS[name]())


@pytest.fixture
def programme(db: None) -> Programme:
    made = make_programme_to_issue()
    for _ in range(6):
        enter_line(made.phases.get())
    made.refresh_from_db()
    return made


def test_an_internal_version_reads_well(programme: Programme):
    table = schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON)
    paper = pdf.render_internal(table, findings_annex(table) + workings_annex(table), CHANGES)
    reads_well(paper)
    assert "Heading 2: Findings and reasons" in spoken(paper)


@pytest.mark.parametrize("values", [{}, EXEMPT])
@pytest.mark.parametrize("public", [True, False])
@pytest.mark.django_db
def test_a_decision_record_reads_well(deciding: Case, values: dict[str, Any], public: bool):
    reads_well(decision.render(record_of(deciding, deciding.published(case=values or KEY)), public=public))


@pytest.mark.django_db
def test_a_report_on_progress_reads_well_and_its_chart_is_told_in_words(reporting: Case):
    reporting.signed(reporting.line())
    reporting.submitted(reporting.costing(70_000))
    paper = progress_paper.render(report(reporting), council())
    reads_well(paper)
    name = reporting.authorisation.title
    told = f"Picture: {name}, 2016/17: £60,000 of £950,000 drawn, £70,000 pending, £890,000 headroom."
    assert [line for line in spoken(paper) if line.startswith("Picture")] == [told]


@pytest.mark.django_db
def test_a_release_of_which_no_money_is_recorded_has_no_chart(reporting: Case):
    assert use_chart((), ON_PAPER) is None
    assert use_chart(report(reporting).limits, ON_PAPER) is not None


def test_a_report_with_its_front_sheet_reads_well(db: None):
    demonstration.load(at=AFTERWARDS)
    reads_well(report_pdf(Programme.objects.get(slug="ofsted-2016"), NOON))


def test_a_pack_reads_well_paper_after_paper(programme: Programme):
    appendices(programme, pdf.render(schedule(published())), pdf.render(schedule(many(60))))
    pack = bytes(made(programme).content)
    reads_well(pack, papers=3)
    titles = [line for line in spoken(pack) if line.startswith("Heading 1")]
    assert titles[1:] == ["Heading 1: EXPENDITURE AS A RESULT OF OFSTED"] * 2


def test_the_published_table_is_read_in_its_order_each_figure_after_its_heading():
    lines = spoken(pdf.render(schedule(published())))
    assert lines[:10] == [
        "Heading 1: EXPENDITURE AS A RESULT OF OFSTED",
        "London Borough of Bromley, Response to the Ofsted inspection of 2016. "
        "Costs in thousand pounds; part years by calendar months; "
        "totals add the rounded lines.",
        "Table of 8 columns and 35 rows",
        "Post or other cost. FTE. 2016 to 2017 thousand pounds. 2017 to 2018 thousand pounds. "
        "Full year thousand pounds. Paperwork complete. Recruited to post. Comment",
        "PHASE ONE",
        "Children's Social Care",
        "Director ECHS. FTE: 1. 2016 to 2017 thousand pounds: 83. 2017 to 2018 thousand pounds: 200. "
        "Full year thousand pounds: 200. Paperwork complete: Yes. "
        "Recruited to post: Yes. Comment: From Nov 2016",
        "Head of service. FTE: 1. 2016 to 2017 thousand pounds: 60. 2017 to 2018 thousand pounds: 90. "
        "Full year thousand pounds: 90. Paperwork complete: Yes. "
        "Recruited to post: Yes",
        "Safeguarding and Care Planning",
        "DM Post. FTE: 1. 2016 to 2017 thousand pounds: 34. 2017 to 2018 thousand pounds: 52. "
        "Full year thousand pounds: 52. Paperwork complete: Yes. "
        "Recruited to post: Yes",
    ]
    assert (
        "Strategic and business support. FTE: 1. 2016 to 2017 thousand pounds: 32. 2017 to 2018 thousand pounds: 48. "
        "Full year thousand pounds: nil. "
        "Paperwork complete: Yes. Recruited to post: Yes. Comment: 18 mth post"
    ) in lines
    assert lines[-6:] == [
        "Heading 2: Key to abbreviations",
        "List of 4",
        "• FTE full-time equivalent",
        "• DM Deputy Manager",
        "• ECHS Education, Care and Health Services",
        "• - nil, or no amount in that column",
    ]


def test_every_line_of_a_long_paper_is_read_once_and_its_margins_are_not():
    made = schedule([line._replace(title=f"Post {line.line_id} of many") for line in many(230)])
    lines = spoken(pdf.render(made))
    read = [line.split(".")[0] for line in lines if " of many" in line]
    assert read == [f"Post {number} of many" for number in range(1, 231)]
    assert not any("Page 1 of" in line or "Figures as at" in line for line in lines)


def test_what_has_no_tags_is_not_read():
    assert spoken(b"%PDF-1.7 nothing") == []


def test_the_page_reads_the_very_file_that_was_issued(programme: Programme, client: Any):
    table = schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON)
    paper = issued(programme, content=pdf.render(table), schedule=faces.as_json(table))
    client.force_login(make_clerk())
    page = client.get(f"/programmes/small/papers/{paper.pk}/aloud/").text
    assert "<li>Heading 1: EXPENDITURE</li>" in page
    assert "<li>Auditor. FTE: 1. 2016 to 2017 thousand pounds: 60." in page
    assert f"/programmes/small/papers/{paper.pk}/aloud/" in client.get(f"/programmes/small/papers/{paper.pk}/").text
