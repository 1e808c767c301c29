"""The appendix: conforming, readable by machine and by ear, with the room that the agenda pack needs."""

import io
import logging
import zlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pdfplumber
import pikepdf
import pytest

from costing.money import Unit
from display.formats import CreditStyle
from printing import joining
from printing.layout import kit
from printing.reading_aloud import spoken
from reports.table.appendix import rules as pdf
from reports.table.comparison.rules import CellChange, Reissue
from reports.table.faces import rules as faces
from reports.table.rules import Paper, Schedule
from tests.reports.printed import conforms, texts
from tests.reports.reading import elements_of
from tests.reports.schedules import PHASES, many, published, record, schedule

LONG = "Recruitment and retention of social workers, advanced practitioners and deputy team managers across all teams. "

CASES = {
    "the published table": schedule(published()),
    "in pounds with subtotals": schedule(many(60), unit=Unit.POUNDS, show_team_subtotals=True),
    "long texts": schedule(
        [record(LONG * 3, comment=LONG * 4, team=LONG), record("W" * 300, comment="x" * 900, phase=2)], title=LONG * 3
    ),
    "one phase": schedule([line for line in published() if line.phase == 1], PHASES[:1], notes=(), abbreviations=()),
    "phases without lines": schedule([]),
    "nothing at all": schedule([], (), notes=(), abbreviations=(), paper=Paper(), council="", programme=""),
    "credits": schedule([record(years=((-863_000, False), (0, False)))]),
}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Schedule, bytes]:
    made = CASES[request.param]
    return made, pdf.render(made)


@pytest.fixture(scope="module")
def paper() -> bytes:
    return pdf.render(schedule(published()))


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_every_case_conforms_to_pdf_ua_1_and_pdf_a_3a(case: tuple[Schedule, bytes], profile: str) -> None:
    conforms(case[1], profile)


def test_no_stream_ends_in_a_carriage_return_which_some_readers_take_for_its_line_end() -> None:
    papers = [pdf.render(schedule(published(), version=version)) for version in range(1, 13)]
    assert not any(b"\r\nendstream" in paper for paper in papers)


def test_the_paper_and_its_attachment_say_their_moment_in_summer_too() -> None:
    """WeasyPrint 70 writes the moment of an attachment as UTC, whatever its zone."""
    made = schedule(published(), as_at=datetime(2016, 9, 2, 10, 5, tzinfo=ZoneInfo("Europe/London")))
    with pikepdf.open(io.BytesIO(pdf.render(made))) as document:
        (attached,) = document.attachments.values()
        moments = attached.obj.EF.F.Params
        assert {str(moments.CreationDate), str(moments.ModDate)} == {"D:20160902090500Z"}
        assert str(document.docinfo["/CreationDate"]).startswith("D:20160902100500+01")


def test_the_attached_csv_is_the_csv_of_the_schedule(case: tuple[Schedule, bytes]) -> None:
    made, paper = case
    with pikepdf.open(io.BytesIO(paper)) as document:
        assert list(document.attachments) == ["ofsted-2016-expenditure.csv"]
        attached = document.attachments["ofsted-2016-expenditure.csv"]
        assert attached.get_file().read_bytes() == faces.as_csv(made).encode()
        assert attached.relationship == "/Data"
        assert len(document.Root.AF) == 1


def test_the_same_schedule_gives_the_same_bytes(case: tuple[Schedule, bytes]) -> None:
    made, paper = case
    assert pdf.render(made) == paper


def test_every_page_leaves_the_top_right_and_the_bottom_centre_clear(case: tuple[Schedule, bytes]) -> None:
    with pdfplumber.open(io.BytesIO(case[1])) as document:
        for page in document.pages:
            assert (round(page.width), round(page.height)) == (842, 595)
            for word in page.extract_words():
                top_right = word["x1"] > page.width - 220 and word["top"] < 58
                bottom_centre = word["bottom"] > page.height - 46 and word["x1"] > 330 and word["x0"] < 510
                assert not top_right, word["text"]
                assert not bottom_centre, word["text"]
                assert word["x1"] <= page.width - 40, word["text"]


def test_every_page_has_its_number_its_data_and_the_head_of_the_paper(paper: bytes) -> None:
    pages = texts(paper)
    for number, text in enumerate(pages, start=1):
        assert "Appendix 3 | Report no. ED17012 | Executive | 14 September 2016 | Part 1 (public)" in text
        assert f"Page {number} of {len(pages)}" in text
        assert "Figures as at 2 September 2016 at 09:05" in text


def test_the_column_headings_with_their_unit_stand_on_every_page_of_the_table() -> None:
    pages = texts(pdf.render(schedule(many(80))))
    assert len(pages) > 3
    for text in pages[:-1]:
        assert "2016/17 2017/18 Full year Paperwork Recruited" in text
        assert text.count("£'000") >= 3


def test_the_text_reads_back_as_the_source_prints_it(paper: bytes) -> None:
    text = "\n".join(texts(paper))
    for line in (
        "EXPENDITURE AS A RESULT OF OFSTED",
        "Director ECHS 1 83 200 200 Yes Yes From Nov 2016",
        "6 Advanced Practitioner Posts 6 207 310 310 Yes 4 of 6",
        "Strategic and business support 1 32 48 - Yes Yes 18 mth post",
        "Recruitment and retention of social workers from 2017/18 - 300 300 No n/a",
        "TOTAL PHASE ONE RESOURCES REQUESTED 20 731 1,171 1,123",
        "costing a total of £69k is not included",
        "FTE full-time equivalent",
    ):
        assert line in text


def test_totals_print_once_although_the_table_has_many_pages() -> None:
    text = "\n".join(texts(pdf.render(schedule(many(80)))))
    assert text.count("TOTAL PHASE ONE RESOURCES REQUESTED") == 1
    assert text.count("TOTAL RESOURCES REQUESTED") == 1


@pytest.mark.parametrize("count", range(28, 50, 3))
def test_headings_stay_with_their_first_row_and_totals_with_their_last(count: int) -> None:
    lines = [line._replace(team=f"Team {index // 4}") for index, line in enumerate(many(count))]
    for text in texts(pdf.render(schedule(lines, notes=(), abbreviations=()))):
        rows = text.splitlines()
        table = rows[rows.index(next(row for row in rows if row.startswith("Post or other cost"))) + 1 :] if "FTE" in text else []
        table = [row for row in table if not row.startswith(("Page ", "Key", "- nil"))]
        if table:
            assert not table[0].startswith(("TOTAL", "Subtotal")), table[0]
            assert not table[-1].startswith(("Team", "PHASE")), table[-1]


def test_letters_outside_ascii_are_drawn_and_read_back() -> None:
    text = "".join(texts(pdf.render(schedule([record("Café ’quoted’ – £1½ Łódź ŵŷ €")]))))
    assert "Café ’quoted’ – £1½ Łódź ŵŷ €" in text


def test_what_the_fonts_cannot_draw_and_direction_marks_leave_the_paper_conforming() -> None:
    made = schedule([record("\u202eReversed\u202c \x00\x07null 漢字 🙂", comment="a\nb\tc")])
    paper = pdf.render(made)
    conforms(paper, "ua1")
    conforms(paper, "3a")
    assert "Reversed null ?? ?" in "".join(texts(paper))


HOSTILE = '</th><script>alert(1)</script><img src="file:///etc/passwd"><style>*{display:none}</style>{{ title }}{% now %} & " \''


def test_hostile_text_stays_text_everywhere() -> None:
    line = record(HOSTILE, team=HOSTILE, comment=HOSTILE, recruited=HOSTILE)
    made = schedule(
        [line],
        ((1, HOSTILE, HOSTILE),),
        title=HOSTILE,
        total_label=HOSTILE,
        programme=HOSTILE,
        council=HOSTILE,
        notes=(HOSTILE,),
        abbreviations=((HOSTILE, HOSTILE),),
        paper=Paper(HOSTILE, "", "", "", 2),
    )
    html = pdf.page(made)
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("{{ title }}{% now %}") == html.count("&lt;script&gt;")
    conforms(pdf.render(made), "ua1")


def test_the_paper_fetches_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="Nothing is fetched"):
        kit("appendix.css").fetcher.fetch("file:///etc/passwd")
    with pytest.raises(ValueError, match="Nothing is fetched"):
        kit("appendix.css").fetcher.fetch("http://127.0.0.1/")


def test_weasyprint_has_nothing_to_complain_of(caplog: pytest.LogCaptureFixture) -> None:
    kit.cache_clear()
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf.render(schedule(published()))
    assert caplog.messages == []


def test_the_fonts_are_embedded_and_the_title_and_language_are_set(paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper)) as document:
        fonts = [
            item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert {str(font.FontName).split("+")[1] for font in fonts} == {"Source-Sans-Pro", "Source-Sans-Pro-Semi-Bold"}
        assert all("/FontFile2" in font for font in fonts)
        assert str(document.Root.Lang) == "en-GB"
        assert str(document.docinfo["/Title"]) == "EXPENDITURE AS A RESULT OF OFSTED - Appendix 3"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20160902090500")


def tags(paper: bytes, kind: str) -> list[Any]:
    with pikepdf.open(io.BytesIO(paper)) as document:
        return [dict(item) for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == kind]


def test_each_header_cell_has_its_scope_and_its_name_in_the_id_tree(paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper)) as document:
        scopes = {}
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH":
                scopes[str(item.ID)] = (str(item.A.Scope), str(item.P.P.S))
        names = pikepdf.NameTree(document.Root.StructTreeRoot.IDTree)
        assert set(scopes.values()) == {("/Column", "/THead"), ("/Row", "/TBody")}
        assert set(names) == set(scopes)
        cells = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TD"]
        assert all({str(name) for name in cell.A.Headers} <= set(scopes) for cell in cells)
        assert all("/ColSpan" not in cell.A for cell in cells)


def said_in_place(paper: bytes) -> list[tuple[str, str]]:
    """What is heard in the place of what is printed, and the tag that it is in."""
    with pikepdf.open(io.BytesIO(paper)) as document:
        return [(str(item.ActualText), str(item.P.S)) for item in elements_of(document) if "/ActualText" in item]


def test_every_dash_reads_as_nil(paper: bytes) -> None:
    assert [tag for heard, tag in said_in_place(paper) if heard == "nil"] == ["/TD", "/TD"]


def test_years_and_units_are_heard_as_a_person_reads_them_out(paper: bytes) -> None:
    heads = [heard for heard, tag in said_in_place(paper) if tag == "/TH"]
    assert heads[:5] == ["2016 to 2017", "thousand pounds", "2017 to 2018", "thousand pounds", "thousand pounds"]


@pytest.mark.parametrize("style", CreditStyle)
def test_a_credit_is_heard_as_minus_however_it_is_printed(style: CreditStyle) -> None:
    paper = pdf.render(schedule([record(years=((-863_000, False), (0, False)), full_year=None)], credit_style=style))
    assert [heard for heard, tag in said_in_place(paper) if tag == "/TD" and "863" in heard] == ["minus 863"] * 3
    assert "2016 to 2017 thousand pounds: minus 863" in "\n".join(spoken(paper))


def test_a_page_that_begins_within_a_team_says_which_goes_on_and_no_other() -> None:
    many_teams = texts(pdf.render(schedule(many(90))))
    said = [line for page in many_teams for line in page.split("\n") if line.endswith("(continued)")]
    assert said
    assert all(line.startswith("PHASE ") and ", Team " in line for line in said)
    for page in many_teams:
        lines = page.split("\n")
        begins = next(place for place, line in enumerate(lines) if line.startswith("Post or other cost"))
        is_within = not lines[begins + 1].startswith(("PHASE ", "Team "))
        assert any("(continued)" in line for line in lines[:begins]) == is_within
    notes = texts(pdf.render(schedule(published(), notes=tuple(["A note. " * 40] * 30))))
    assert "(continued)" not in notes[-1]


def test_notes_and_keys_are_never_alone_on_a_page_nor_is_the_last_change() -> None:
    phase_one = [line for line in published() if line.phase == 1]
    last = texts(pdf.render(schedule(phase_one, PHASES[:1], abbreviations=())))[-1]
    assert last.index("TOTAL RESOURCES REQUESTED") < last.index("Notes") < last.index("Key to abbreviations")
    changes = tuple(CellChange("Phase One", f"Post {number}", "2016/17", "60", "64") for number in range(19, 26))
    for count in range(16, 24):
        made = Reissue(1, "14 September 2016", "A figure was wrong.", (changes * 4)[:count])
        assert texts(pdf.render(schedule(published()), made))[-1].count("\nPhase One ") != 1


def test_a_table_over_several_pages_is_one_table_with_its_headings_once() -> None:
    paper = pdf.render(schedule(many(90), notes=()))
    assert len(texts(paper)) > 3
    with pikepdf.open(io.BytesIO(paper)) as document:
        tags = [str(element.S) for element in elements_of(document)]
    assert (tags.count("/Table"), tags.count("/THead")) == (1, 1)
    rows = [line for line in spoken(paper) if "thousand pounds: " in line]
    assert len(rows) == 90 + len(PHASES) + 1


def test_running_heads_are_artifacts_and_all_other_text_is_tagged(paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper)) as document:
        for page in document.pages:
            inside: list[str] = []
            kinds = []
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("BDC", "BMC"):
                    inside.append(str(operands[0]))
                elif str(operator) == "EMC":
                    inside.pop()
                elif str(operator) in ("Tj", "TJ"):
                    kinds.append(inside[-1])
            # Head and footers: the head has five parts and their bars between.
            assert kinds.count("/Artifact") >= 3
            assert set(kinds) == {"/Artifact", "/Span"}


def ending_in_a_carriage_return(paper: bytes, kind: str) -> bytes:
    """The same paper with another title of one tag, or room at the end of a page, until such a stream ends so."""
    for length in range(1, 2000):
        with pikepdf.open(io.BytesIO(paper)) as document:
            if kind == "page":
                stream = document.pages[0].Contents
                stream.write(zlib.compress(stream.read_bytes() + b"\t" * length), filter=pikepdf.Name.FlateDecode)
            else:
                document.Root.StructTreeRoot.K[0].T = pikepdf.String("x" * length)
            saved = joining._saved(document)
        if b"\r\nendstream" in saved:
            return saved
    raise AssertionError("No such stream ends in a carriage return.")


@pytest.mark.parametrize("kind", ["page", "tags"])
def test_a_paper_of_which_a_stream_ends_in_a_carriage_return_is_written_otherwise(paper: bytes, kind: str) -> None:
    unclear = ending_in_a_carriage_return(paper, kind)
    clear = joining.with_clear_ends(unclear)
    assert b"\r\nendstream" not in clear
    assert texts(clear) == texts(unclear)
    assert len(clear) < len(unclear) + 200
    conforms(clear, "ua1")
    conforms(clear, "3a")
    assert joining.with_clear_ends(unclear) == clear
