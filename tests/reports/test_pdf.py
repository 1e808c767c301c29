"""The appendix: conforming, readable by machine and by ear, with the room that the agenda pack needs."""

import io
import logging
import os
import re
import signal
import sys
import time
import zlib
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import page as page_validation
import pdfplumber
import pikepdf
import pytest

from costing.money import Unit
from printing import engine, joining, pool
from printing.layout import kit
from reports.table.appendix import rules as pdf
from reports.table.faces import rules as faces
from reports.table.rules import Paper, Schedule
from tests.house.running_site import next_line
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


def conforms(paper: bytes, profile: str) -> None:
    report = page_validation.validate_pdf_bytes(paper, profile=profile)
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


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


def texts(paper: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(paper)) as document:
        return [page.extract_text() for page in document.pages]


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


def test_every_dash_reads_as_nil(paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper)) as document:
        nil = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/ActualText" in item]
        assert [str(item.ActualText) for item in nil] == ["nil", "nil"]
        assert {str(item.P.S) for item in nil} == {"/TD"}


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


@pytest.fixture(scope="module")
def long_paper() -> bytes:
    return pdf.render(schedule(many(300)))


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_long_paper_drawn_in_two_parts_conforms_too(long_paper: bytes, profile: str) -> None:
    conforms(long_paper, profile)


def test_a_long_paper_counts_its_pages_through_and_begins_each_phase_on_a_page(long_paper: bytes) -> None:
    pages = texts(long_paper)
    assert len(pages) > 12
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
    whole = "\n".join(pages)
    assert [whole.count(line) for line in ("TOTAL PHASE TWO", "TOTAL RESOURCES REQUESTED", "Key to abbreviations")] == [1, 1, 1]
    for phase in ("PHASE ONE", "PHASE TWO", "PHASE THREE"):
        assert next(page for page in pages if f"\n{phase}\n" in page).index(f"\n{phase}\n") < 500


def test_a_long_paper_has_one_tree_of_tags_with_every_page_and_header_in_it(long_paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(long_paper)) as document:
        tree = document.Root.StructTreeRoot
        pages = {page.objgen for page in document.pages}
        assert len(tree.K) == 1
        assert {element.Pg.objgen for element in tree.K[0].K} == pages
        assert all(tree.K[0] == element.P for element in tree.K[0].K)
        assert list(tree.ParentTree.Nums)[::2] == [page.StructParents for page in document.pages] == list(range(len(pages)))
        headers = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"]
        names = list(pikepdf.NameTree(tree.IDTree))
        assert len(set(names)) == len(names) == len(headers)
        assert names == sorted(names)


def beside() -> int:
    """The process beside this one that draws: a new one, as the next paper gets it, where a test before killed it."""
    with suppress(BrokenProcessPool):
        return pool._beside(os.getpid()).submit(os.getpid).result()
    pdf.render(schedule(many(300)))
    return pool._beside(os.getpid()).submit(os.getpid).result()


def test_a_long_paper_is_the_same_when_the_process_beside_was_killed(long_paper: bytes) -> None:
    before = beside()
    os.kill(before, signal.SIGKILL)
    assert pdf.render(schedule(many(300))) == long_paper
    assert pdf.render(schedule(many(300))) == long_paper
    assert beside() != before


def test_a_long_paper_is_the_same_when_the_process_beside_is_killed_while_it_draws(
    long_paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, own = beside(), engine.mend

    def killing(*given: Any) -> None:
        with suppress(ProcessLookupError):
            os.kill(other, signal.SIGKILL)
        own(*given)

    monkeypatch.setattr(engine, "mend", killing)
    assert pdf.render(schedule(many(300))) == long_paper


def test_a_fork_of_a_process_that_drew_has_a_process_beside_of_its_own(long_paper: bytes) -> None:
    before = beside()
    if (fork := os.fork()) == 0:
        own = pdf.render(schedule(many(300))) == long_paper and beside() != before
        pool._beside(os.getpid()).shutdown()
        os._exit(0 if own else 1)
    assert os.waitpid(fork, 0)[1] == 0
    assert pdf.render(schedule(many(300))) == long_paper
    assert beside() == before


DRAWS = """
import os, sys
from printing import pool
from printing.engine import Page, drawn
if __name__ == "__main__":
    page = Page("<html lang='en'><head><title>A</title></head><body><p>A</p></body></html>", "appendix.css")
    pool.both_at_once(drawn, page, page)
    print(*pool._beside(os.getpid())._processes, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_nothing_is_left_behind_however_the_process_ends_that_drew(end: int | None, tmp_path: Path) -> None:
    program = tmp_path / "draws.py"
    program.write_text(DRAWS)
    files = tmp_path / "files"
    files.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "TMPDIR": str(files)}
    with Popen([sys.executable, str(program)], env=environment, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        other = int(next_line(process))
        assert list(files.glob("printing-*/weasyprint-*"))
        if end:
            process.send_signal(end)
        process.stdin.close()
    until = time.monotonic() + 20
    while Path(f"/proc/{other}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{other}").exists()
    # What a killed process leaves of its own nobody else takes along.
    assert not list(files.glob("printing-*"))


def test_a_long_paper_of_one_phase_is_cut_between_two_teams() -> None:
    made = schedule([line._replace(phase=1) for line in many(200)], PHASES[:1])
    pages = texts(pdf.render(made))
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    whole = "\n".join(pages)
    assert [whole.count(line) for line in ("PHASE ONE\n", "TOTAL PHASE ONE", "TOTAL RESOURCES")] == [1, 1, 1]
    assert [len(re.findall(rf"\nTeam {number}\n", whole)) for number in range(1, 20)] == [1] * 19


def test_a_team_too_large_for_one_part_is_cut_between_two_lines() -> None:
    made = schedule([line._replace(phase=1, team="") for line in many(220)], PHASES[:1])
    paper = pdf.render(made)
    conforms(paper, "ua1")
    whole = "\n".join(texts(paper))
    assert [whole.count(line) for line in ("PHASE ONE\n", "TOTAL PHASE ONE", "TOTAL RESOURCES")] == [1, 1, 1]
    assert whole.count("Director ECHS") == 10


@pytest.fixture(scope="module")
def paper_of_many_parts() -> tuple[bytes, list[tuple[int, int]]]:
    """As a paper of thousands of lines is made, of fewer: in six parts; and what was said of its progress."""
    said: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_AT_MOST", 40)
        return pdf.render(schedule(many(220)), step=lambda done, of: said.append((done, of))), said


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_paper_of_many_parts_conforms_too(paper_of_many_parts: tuple[bytes, Any], profile: str) -> None:
    conforms(paper_of_many_parts[0], profile)


def test_a_paper_of_many_parts_counts_its_pages_through_and_names_every_header_once(
    paper_of_many_parts: tuple[bytes, Any],
) -> None:
    paper, said = paper_of_many_parts
    pages = texts(paper)
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
    with pikepdf.open(io.BytesIO(paper)) as document:
        items = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
        headers = sorted(str(item.ID) for item in items if item.get("/S") == "/TH")
        assert headers == list(pikepdf.NameTree(document.Root.StructTreeRoot.IDTree)) == sorted(set(headers))
        fonts = [str(item.FontName) for item in items if item.get("/Type") == "/FontDescriptor"]
        assert len(fonts) == len(set(fonts)) == 12
    assert said == [(0, 6), (2, 6), (4, 6), (6, 6)]


def test_every_line_is_once_in_a_paper_of_many_parts_and_in_its_order(paper_of_many_parts: tuple[bytes, Any]) -> None:
    whole = "\n".join(texts(paper_of_many_parts[0]))
    teams = [int(number) for number in re.findall(r"\nTeam (\d+)\n", whole)]
    assert teams == sorted(teams)
    assert set(teams) == set(range(1, 21))
    assert [whole.count(line) for line in ("TOTAL PHASE TWO", "TOTAL RESOURCES REQUESTED", "Key to abbreviations")] == [1, 1, 1]


def test_a_paper_of_many_parts_is_not_joined_where_the_process_that_joins_is_killed() -> None:
    with pytest.raises(BrokenProcessPool):
        pool.apart(signal.raise_signal, signal.SIGKILL)


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
