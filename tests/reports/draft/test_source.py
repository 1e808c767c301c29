"""The published paper of September 2016: its findings, no fewer and none invented, pasted and as a Word document."""

import pytest

from reports.draft.rules.known import known_figures
from reports.draft.rules.matching import Status
from reports.draft.rules.reading import read_pasted, read_upload
from reports.draft.rules.report import Report, check
from reports.draft.rules.text import Draft
from tests.reports.draft import paper
from tests.reports.draft.documents import document, paragraph, table
from tests.reports.draft.known import checked, said, the_known
from tests.reports.schedules import record, schedule


def as_document() -> bytes:
    """The paper as Word saves it, its numbers typed."""
    before = "".join(map(paragraph, paper.PARAGRAPHS))
    return document(before + table(paper.ROWS) + "".join(map(paragraph, paper.AFTER_THE_TABLE)))


@pytest.fixture(scope="module", params=["pasted", "uploaded"])
def draft(request: pytest.FixtureRequest) -> Draft:
    return read_pasted(paper.as_text()) if request.param == "pasted" else read_upload(as_document())


@pytest.fixture
def report(draft: Draft) -> Report:
    return check(draft, the_known())


def test_what_the_source_gets_wrong_is_found(report: Report):
    assert [(each.rule, each.severity.value, each.place, each.quoted[1]) for each in report.findings] == [
        ("PC14", "W", "paragraph 6.12", "£1.7m"),
        ("PC14", "I", "paragraph 2.2 iii", "£949k"),
        ("PC21", "E", "paragraph 6.10", ""),
        ("PC21", "I", "paragraph 8.1", "para 3.7.2"),
        ("PC16", "E", "paragraph 2.2 iv", "in consultation with"),
        ("PC26", "I", "paragraph 2.1", "PDS"),
    ]


def test_the_figure_for_2017_18_is_the_one_that_is_never_stated(report: Report):
    assert "Phases One and Two, 2017/18, is £1,519k, which the paper never states." in said(report, "PC14")[1][2]


def test_both_paragraphs_6_10_are_quoted(report: Report):
    ((_, _, text), _) = said(report, "PC21")
    assert "“The Eclipse Business lead post can ...”" in text
    assert "“In comparing Bromley costs against its ...”" in text


def test_every_figure_but_one_is_in_the_table(report: Report):
    assert {status: report.figures(status) for status in Status} == {
        Status.MATCHED: 18 + 102,
        Status.BY_AMOUNT: 0,
        Status.NOT_FOUND: 1,
        Status.WRONG: 0,
        Status.NOT_COMPARED: 0,
    }


def test_the_pieces_of_a_paragraph_are_its_text(report: Report):
    for each in report.shown:
        if pieces := getattr(each, "pieces", None):
            assert "".join(piece.text for piece in pieces) == each.paragraph.text  # type: ignore[union-attr]


def test_a_figure_mistyped_in_a_paragraph_is_found():
    report = checked(paper.as_text().replace("£1,123k", "£1,132k"))
    assert ("E", "£1,132k") in {each[:2] for each in said(report, "PC14")}


def test_a_clean_paper_has_no_findings():
    lines = [record("Social workers"), record("Team manager", line_id=2)]
    known = known_figures(schedule(lines, phases=[(1, "PHASE ONE", "TOTAL PHASE ONE")]))
    text = (
        "1. REASON FOR REPORT\n1.1 The programme costs £120k in 2016/17, £180k in 2017/18 and £180k in a full year, for 2 FTE.\n"
        "2. RECOMMENDATIONS\n2.1 Agree £120k in 2016/17 as in paragraph 1.1 and Appendix 3, on Wednesday 14 September 2016."
    )
    assert said(check(read_pasted(text), known)) == []
