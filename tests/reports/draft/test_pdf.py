"""Papers made here, uploaded as PDF: what is printed is read and compared as in a Word document; others are refused in words."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from accounts.council.queries import council
from phases.models import Programme
from posts.models import LineAmount
from printing import tagged_text
from printing.engine import draw
from printing.tagged_text import NotRead
from reports.draft.pdf import rules as ours
from reports.draft.queries import known_of
from reports.draft.rules.matching import Status
from reports.draft.rules.package import Refused
from reports.draft.rules.reading import Unreadable, read_upload
from reports.draft.rules.report import Report, check
from reports.draft.rules.text import Table
from reports.report.paper.queries import report_pdf
from reports.table.appendix import rules as appendix
from reports.table.queries import schedule_for, usual_options
from tests.around import AFTERWARDS, the_demonstration
from tests.making import NOON
from tests.reports.draft.known import the_known
from tests.reports.schedules import many, published, schedule

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with the_demonstration(django_db_blocker, AFTERWARDS):
        yield


@cache
def published_paper() -> bytes:
    return appendix.render(schedule(published()))


@cache
def small() -> bytes:
    return page("<h1>Paper</h1><p>It costs £141k.</p>")


def page(body: str) -> bytes:
    return draw(f'<html lang="en-GB"><head><title>Paper</title></head><body>{body}</body></html>', "report.css")


def changed(change: Callable[[pikepdf.Pdf], object], paper: bytes = b"", **saving: Any) -> bytes:
    """A paper after something was done to it."""
    with pikepdf.open(io.BytesIO(paper or small())) as document:
        change(document)
        written = io.BytesIO()
        document.save(written, **saving)
    return written.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Refused) as error:
        ours.read(content)
    return str(error.value)


def blocks(body: str) -> list[list[object]]:
    return tagged_text.read(page(body)).blocks


def test_the_published_table_is_read_in_the_bounded_process_as_one_table_and_matches():
    draft = read_upload(published_paper())
    (table,) = draft.tables
    assert table.rows[0][:4] == ("Post or other cost", "FTE", "2016/17 £'000", "2017/18 £'000")
    assert table.rows[-1][:5] == ("TOTAL RESOURCES REQUESTED", "34", "1,090", "2,314", "2,266")
    assert draft.left_out == ("Headers and footers are not read.",)
    report = check(draft, the_known())
    assert report.counted.in_words == f"All {report.counted.all} figures were compared."
    assert report.counted.of(Status.MATCHED) == report.counted.all > 80


def test_a_table_over_many_pages_is_one():
    made = schedule([line._replace(title=f"Post {line.line_id} of many") for line in many(230)])
    tables = [block for block in tagged_text.read(appendix.render(made)).blocks if block[0] == "table"]
    (rows,) = (rows for _, rows in tables)
    assert [row[0] for row in rows if "of many" in row[0]] == [f"Post {number} of many" for number in range(1, 231)]  # type: ignore[attr-defined]
    assert sum(row[0] == rows[0][0] for row in rows) == 1  # type: ignore[attr-defined,index]


@pytest.fixture
def programme() -> Programme:
    return Programme.objects.get(slug="ofsted-2016")


def report_on(paper: bytes, programme: Programme) -> Report:
    return check(read_upload(paper), known_of(programme, council(), as_at=NOON))


def drawn(programme: Programme) -> bytes:
    return appendix.render(schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON))


def test_every_figure_of_the_appendix_matches_until_a_line_changes(
    programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    paper = drawn(programme)
    report = report_on(paper, programme)
    assert report.counted.of(Status.MATCHED) == report.counted.all == 103
    assert not report.findings
    amount = LineAmount.objects.get(line__title="Quality Audits", line__programme=programme, financial_year=2016)
    LineAmount.objects.filter(pk=amount.pk).update(amount=Decimal(40_000))
    (tmp_path / "appendix.pdf").write_bytes(paper)
    call_command("check_draft", programme.slug, str(tmp_path / "appendix.pdf"))
    said = json.loads(capsys.readouterr().out)
    assert (said["figures"], said["matched"], said["wrong"]) == (103, 100, 3)
    assert [each["text"] for each in said["findings"] if each["severity"] == "E"] == [
        "Quality Audits, 2016/17: the committee table has 40, the paper 38.",
        "Phase Three, 2016/17: the committee table has 143, the paper 141.",
        "The total, 2016/17: the committee table has 1,092, the paper 1,090.",
    ]


def test_the_report_is_read_with_its_lists_boxes_and_table(programme: Programme):
    report = report_on(report_pdf(programme, NOON), programme)
    counted = report.counted
    assert (counted.of(Status.MATCHED), counted.of(Status.NOT_COMPARED), counted.all) == (57, 1, 58)
    assert [each.number for each in report.draft.paragraphs if each.text.startswith("Recommend to Full Council")] == ["3"]
    assert any(isinstance(each, Table) for each in report.draft.blocks)
    assert "AGREEMENT" in " ".join(each.text for each in report.findings if each.rule == "PC16").upper()


def test_lists_cells_and_hyphens_at_the_ends_of_lines_are_read_as_printed():
    narrow = '<p style="width:5em">A full-year and part-year effect</p>'
    rows = (
        '<td colspan="2">Both</td><td>£1k</td>',
        '<td rowspan="2">Down</td><td><p>One</p><p>Two</p></td><td>£2k</td>',
        "<td>Three</td><td>£3k</td>",
    )
    table = "".join(f"<tr>{row}</tr>" for row in rows)
    entries = "<ol><li>First<ul><li>Inner</li></ul></li><li>Second</li></ol>"
    assert blocks(f"<h1>Paper</h1>{narrow}{entries}<table><caption>Costs</caption>{table}</table>") == [
        ["heading", "", "Paper"],
        ["paragraph", "", "A full-year and part-year effect"],
        ["paragraph", "1.", "First"],
        ["paragraph", "", "Inner"],
        ["paragraph", "2.", "Second"],
        ["paragraph", "", "Costs"],
        ["table", [["Both", None, "£1k"], ["Down", "One\nTwo", "£2k"], ["", "Three", "£3k"]]],
    ]


def test_pictures_are_counted():
    picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E%3C/svg%3E"
    paper = page(f'<h1>Paper</h1><p>It costs £141k.</p><img alt="£9k" src="{picture}"/><p><img alt="£8k" src="{picture}"/></p>')
    assert "2 pictures are not read: figures in them are not compared." in ours.read(paper)["left_out"]  # type: ignore[operator]


def without_tags(document: pikepdf.Pdf) -> None:
    del document.Root.StructTreeRoot


def of_another_program(document: pikepdf.Pdf) -> None:
    document.docinfo["/Producer"] = "Another 1.0"


def without_letters(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].Resources.Font.values():
        del font.ToUnicode


def with_many_pages(document: pikepdf.Pdf) -> None:
    for _ in range(tagged_text.MOST_PAGES):
        document.pages.append(document.pages[0])


def in_a_circle(document: pikepdf.Pdf) -> None:
    inner = document.Root.StructTreeRoot.K[0]
    inner.K = pikepdf.Array([inner])


def with_a_broken_stream(document: pikepdf.Pdf) -> None:
    document.pages[0].Contents.write(b"x\x9c no more", filter=pikepdf.Name.FlateDecode)


LOCK = pikepdf.Encryption(owner="owner", user="user")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: changed(without_tags), "This PDF has no tags"),
        (lambda: changed(of_another_program), "made by another program"),
        (lambda: changed(without_letters), "does not say what its letters are"),
        (lambda: changed(with_many_pages), "has 301 pages: at most 300 are read"),
        (lambda: changed(lambda _: None, encryption=LOCK), "protected by a password"),
        (lambda: changed(in_a_circle), "This PDF is damaged"),
        (lambda: changed(with_a_broken_stream), "This PDF is damaged"),
        (lambda: small()[:-200], "This PDF is damaged"),
        (lambda: small()[: len(small()) // 2], "This PDF is damaged"),
        (lambda: b"%PDF-1.7 nothing", "This PDF is damaged"),
    ],
)
def test_any_other_pdf_is_refused_in_words(made: Callable[[], bytes], message: str):
    assert message in refused(made())


@pytest.mark.parametrize("at", range(0, 100, 5))
def test_a_paper_with_one_byte_changed_is_read_or_refused(at: int):
    content = bytearray(small())
    content[8 + at * (len(content) - 8) // 100] ^= 0xFF
    with suppress(NotRead):
        assert tagged_text.read(bytes(content)).blocks


def test_one_that_unpacks_to_more_than_is_allowed_ends_its_process_only():
    huge = changed(lambda document: document.pages[0].Contents.write(b" " * 900_000_000), compress_streams=True)
    with pytest.raises(Unreadable, match=r"more memory or time|damaged"):
        read_upload(huge)
