"""The report as a Word document and as a PDF: read back, conforming, and nothing in it that our own check does not know."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import pdfplumber
import pikepdf
import pytest
from django.db import transaction
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn

from accounts.council.logo.rules import drawn_again
from accounts.council.queries import council
from improvement_budget import demonstration
from phases.models import Programme
from printing.look import Look
from printing.reading_aloud import spoken
from reports.draft.queries import known_of
from reports.draft.rules.known import Known
from reports.draft.rules.matching import Status
from reports.draft.rules.reading import read_upload
from reports.draft.rules.report import Report, check
from reports.figures.rules import plain
from reports.models import ReportParagraph
from reports.report.document import rules as report_docx
from reports.report.paper import queries as report_paper
from reports.report.queries import CommitteeReport, drafts_of, report_of
from tests.accounts.test_logo import png
from tests.making import NOON, make_body
from tests.reports.printed import conforms, texts
from tests.reports.report_case import make_report, read

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def demonstrated(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[CommitteeReport, Known]]:
    """The report of the demonstration: read once, and nothing of the case stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        demonstration.load(at=NOW)
        programme = Programme.objects.get(slug="ofsted-2016")
        yield report_of(programme, council(), as_at=NOW), known_of(programme, council(), as_at=NOW)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def document(demonstrated: tuple[CommitteeReport, Known]) -> bytes:
    return report_docx.render(demonstrated[0])


@pytest.fixture(scope="module")
def checked(document: bytes, demonstrated: tuple[CommitteeReport, Known]) -> Report:
    """What our own check of a draft says of it."""
    return check(read_upload(document), demonstrated[1])


@pytest.fixture(scope="module")
def paper(demonstrated: tuple[CommitteeReport, Known]) -> bytes:
    return report_paper.render(demonstrated[0])


def test_our_own_check_knows_every_figure_of_the_word_document(checked: Report):
    assert checked.figures(Status.NOT_FOUND) == 0
    assert checked.figures(Status.WRONG) == 0
    assert checked.figures(Status.MATCHED) > 50


def test_what_our_own_check_finds_in_it_is_what_the_source_itself_left_open(checked: Report):
    """Agreement became consultation, and its table is not explained: nothing of ours is found fault with."""
    assert {finding.group.value for finding in checked.findings} <= {
        "Agreement or consultation",
        "Abbreviations",
        "Figures the paper should state",
    }


def test_the_document_is_in_word_s_own_styles(document: bytes):
    read_back = docx.Document(io.BytesIO(document))
    styles = {paragraph.style.name for paragraph in read_back.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "List Number", "Caption"} <= styles
    assert {table.style.name for table in read_back.tables} == {"Table Grid"}
    assert [each.text for each in read_back.paragraphs if each.style.name == "Heading 1"] == [
        "Reason for report",
        "Recommendations",
        "Corporate policy",
        "Financial",
        "Staff",
        "Legal",
        "Customer impact",
        "Ward councillor views",
        "Financial implications",
        "Documents",
    ]


def test_the_document_is_a4_and_the_words_have_more_room_than_the_figures(document: bytes):
    read_back = docx.Document(io.BytesIO(document))
    assert [(round(each.page_width.mm), round(each.page_height.mm)) for each in read_back.sections] == [(210, 297)]
    (summary,) = read_back.tables
    phase, *figures = (cell.width for cell in summary.rows[1].cells)
    assert [column.width for column in summary.columns] == [phase, *figures]
    assert phase > 2.9 * max(figures)


def test_every_table_has_a_header_row_and_the_document_its_language(document: bytes):
    read_back = docx.Document(io.BytesIO(document))
    for table in read_back.tables:
        properties = table.rows[0]._tr.trPr
        assert properties is not None
        assert properties.find(qn("w:tblHeader")) is not None
    (language,) = read_back.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")
    assert language.get(qn("w:val")) == "en-GB"
    assert read_back.core_properties.title == "Ofsted inspection of children's services"
    assert read_back.core_properties.created == NOW.replace(tzinfo=read_back.core_properties.created.tzinfo)


def test_the_document_says_its_moment_as_utc_in_summer_too(demonstrated: tuple[CommitteeReport, Known]):
    """python-docx 1.2.0 writes any moment it is given as UTC, whatever its zone."""
    summer = datetime(2016, 9, 2, 10, 5, tzinfo=ZoneInfo("Europe/London"))
    about = docx.Document(io.BytesIO(report_docx.render(replace(demonstrated[0], as_at=summer)))).core_properties
    assert {each and each.replace(tzinfo=None) for each in (about.created, about.modified)} == {datetime(2016, 9, 2, 9, 5)}  # noqa: DTZ001


def test_each_list_counts_from_one(document: bytes):
    read_back = docx.Document(io.BytesIO(document))
    lists = [each._p.pPr.numPr.numId.val for each in read_back.paragraphs if each.style.name == "List Number"]
    assert len(set(lists)) == 3  # two bodies, and the finance section
    numbering = read_back.part.numbering_part.element
    for number in set(lists):
        assert numbering.num_having_numId(number).lvlOverride_lst[0].startOverride.val == 1


def test_the_document_says_what_the_screen_says(document: bytes, demonstrated: tuple[CommitteeReport, Known]):
    read_back = docx.Document(io.BytesIO(document))
    said = [paragraph.text for paragraph in read_back.paragraphs]
    for text in demonstrated[0].finance:
        assert text.plain in said
    assert "Estimated cost: £2.3m in a full year" in said
    assert "Non-urgent, executive, key" in said
    assert said[said.index("Report no.") + 1] == "Not stated"
    assert "Notice of the key decision" not in said  # it may be empty, and is


def test_each_page_of_the_document_says_whose_it_is_its_number_and_its_date(document: bytes):
    (section,) = docx.Document(io.BytesIO(document)).sections
    assert section.header.paragraphs[0].text.startswith("London Borough of Bromley | ")
    foot = section.footer.paragraphs[0]
    assert [field.get(qn("w:instr")) for field in foot._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert foot.style.name == "Normal"
    assert [stop.alignment for stop in foot.paragraph_format.tab_stops] == [WD_TAB_ALIGNMENT.RIGHT]
    assert foot.text.endswith("\tFigures as at 22 November 2026 at 09:00")


def test_the_document_has_the_colour_and_the_logo_and_no_rule_under_its_title(demonstrated: tuple[CommitteeReport, Known]):
    look = Look("#1d3557", drawn_again(png((1200, 60))), "Logo of the council")
    read_back = docx.Document(io.BytesIO(report_docx.render(demonstrated[0], look)))
    assert str(read_back.styles["Title"].font.color.rgb) == "1D3557"
    assert not read_back.styles["Title"].element.xpath("w:pPr/w:pBdr")
    (picture,) = read_back.inline_shapes
    assert picture._inline.docPr.get("descr") == "Logo of the council"
    assert picture.width.mm <= 60
    pale = docx.Document(io.BytesIO(report_docx.render(demonstrated[0], Look("#ffdd00"))))
    assert str(pale.styles["Title"].font.color.rgb) != "FFDD00"


def writer() -> bool:
    """Whether LibreOffice is here with its part for documents."""
    program = shutil.which("soffice")
    return bool(program) and Path(program).resolve().with_name("libswlo.so").exists()


@pytest.mark.skipif(not writer(), reason="LibreOffice Writer is not installed: it is asked to make a PDF of the document")
def test_libreoffice_makes_a_pdf_ua_1_of_the_document(document: bytes, tmp_path: Path):
    (tmp_path / "report.docx").write_bytes(document)
    kind = 'pdf:writer_pdf_Export:{"PDFUACompliance":{"type":"boolean","value":"true"}}'
    options = ["--headless", f"-env:UserInstallation=file://{tmp_path}/home", "--convert-to", kind, "--outdir", str(tmp_path)]
    subprocess.run(["soffice", *options, str(tmp_path / "report.docx")], check=True, capture_output=True, timeout=180)
    paper = (tmp_path / "report.pdf").read_bytes()
    conforms(paper, "ua1")
    assert "Page 1 of " in texts(paper)[0]


def test_the_same_report_gives_the_same_bytes(document: bytes, paper: bytes, demonstrated: tuple[CommitteeReport, Known]):
    assert report_docx.render(demonstrated[0]) == document
    assert report_paper.render(demonstrated[0]) == paper
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        assert {part.date_time for part in parts.infolist()} == {report_docx.EARLIEST}


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_the_pdf_conforms(profile: str, paper: bytes):
    conforms(paper, profile)


def test_the_pdf_leaves_the_room_of_the_stamps_clear(paper: bytes):
    with pdfplumber.open(io.BytesIO(paper)) as document:
        assert len(document.pages) > 1
        for page in document.pages:
            assert (round(page.width), round(page.height)) == (595, 842)
            for word in page.extract_words():
                assert not (word["x1"] > page.width - 160 and word["top"] < 55), word
                assert not (word["bottom"] > page.height - 46 and word["x1"] > 200 and word["x0"] < 395), word


def test_the_pdf_holds_the_front_sheet_and_the_finance_section(paper: bytes):
    with pdfplumber.open(io.BytesIO(paper)) as document:
        text = " ".join(" ".join((page.extract_text() or "").split()) for page in document.pages)
    for said in (
        "Executive, Wednesday 14 September 2016",
        "Executive is asked to:",
        "Supplementary estimate",
        "TOTAL PHASE ONE RESOURCES REQUESTED 20 731 1,171 1,123",
    ):
        assert said in text
    assert "{" not in text


def test_a_paragraph_that_a_page_break_cuts_in_two_is_read_as_one(paper: bytes):
    said = "Phases One and Two cost £949k in 2016 to 2017, which leaves £1k."
    last = texts(paper)[1].split("\nPage 2 of ")[0]
    assert last.endswith("Phases One and Two cost £949k in")  # else the page breaks elsewhere, and this shows nothing
    assert [said in line for line in spoken(paper)].count(True) == 1


def test_the_pdf_has_its_title_language_and_header_scopes(paper: bytes):
    with pikepdf.open(io.BytesIO(paper)) as document:
        scopes = {
            (str(item.A.Scope), str(item.P.P.S))
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"
        }
        assert scopes == {("/Column", "/THead"), ("/Row", "/TBody")}
        assert str(document.Root.Lang) == "en-GB"
        assert str(document.docinfo["/Title"]) == "Ofsted inspection of children's services"


HOSTILE = '</td><script>alert(1)</script><img src="file:///etc/passwd"/> {{ title }} & \u202e\''


@pytest.mark.django_db
def test_hostile_text_stays_text():
    programme = make_report()
    ReportParagraph.objects.filter(programme=programme).update(text=HOSTILE)
    report = read(programme)
    html = report_paper.page(report)
    assert "<script" not in html
    assert "<img" not in html
    conforms(report_paper.render(report), "ua1")
    assert plain(HOSTILE) in "\n".join(each.text for each in docx.Document(io.BytesIO(report_docx.render(report))).paragraphs)


@pytest.mark.django_db
def test_a_report_that_nobody_began_has_its_papers_too():
    from tests.making import make_programme

    programme = make_programme()
    paper = report_paper.report_pdf(programme, NOON)
    conforms(paper, "ua1")
    assert report_docx.render(read(programme))
    assert drafts_of(read(programme)) == {"recommendations": [], "finance": []}


@pytest.mark.django_db
@pytest.mark.parametrize("committee", ["Partnership Board", "Appendix Working Group"])
def test_the_head_names_the_committee_whatever_it_is_called(committee: str):
    programme = make_report()
    Programme.objects.filter(pk=programme.pk).update(committee=make_body(committee))
    head = report_paper.page(read(programme)).partition('<div class="head">')[2].partition("</div>")[0]
    assert committee in head
    assert "Appendix 3" not in head
    assert head.count("Part 1") == 1
