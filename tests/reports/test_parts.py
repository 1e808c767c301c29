"""Part 1 and Part 2: what is exempt of a line is in no byte of Part 1, and both parts add up and end their pages alike."""

import io
import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import page as page_validation
import pdfplumber
import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry
from phases.models import Programme
from posts.models import CostLine
from reports import faces, pdf
from reports.actions import exempt_line
from reports.models import IssuedPaper, LineExemption
from reports.parts import exempt_lines, public, public_face, with_reasons
from tests.making import NOON, make_clerk, make_officer
from tests.refusals import check_deferred_rules, refused_by
from tests.reports.papers import dearer, make_programme_to_issue
from tests.reports.schedules import many, schedule

SECRET = "Zyxwoman Redeployment"
REASON = "It would tell who leaves."


def exempting(*lines: int, paragraph: int = 2) -> dict[int, LineExemption]:
    return {line: LineExemption(line_id=line, paragraph=paragraph, reason=REASON) for line in lines}


def searched(paper: bytes) -> bytes:
    """Every object and stream of the PDF, decompressed: pages, metadata, attachments, tags; and the text that is drawn."""
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper)) as document:
        streams = [each.read_bytes() for each in document.objects if isinstance(each, pikepdf.Stream)]
        document.save(plain, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pdfplumber.open(io.BytesIO(paper)) as document:
        drawn = " ".join(re.sub(r"\s+", " ", page.extract_text()) for page in document.pages)
    return b"\n".join([plain.getvalue(), *streams, drawn.encode()])


def said(paper: bytes, words: str) -> bool:
    found = searched(paper)
    return any(words.encode(encoding) in found for encoding in ("utf-8", "utf-16-be"))


def test_an_exempt_line_is_its_paragraph_and_its_figures():
    made = public(schedule(many(3)), exempting(2))
    row = next(row for _, _, row in made.rows() if row.line_id == 2)
    assert (row.title, row.comment, row.recruited, row.paperwork_complete) == ("Exempt information, paragraph 2", "", "", None)
    assert made.total == schedule(many(3)).total
    assert public_face(faces.as_json(schedule(many(3))), exempting(2)) == faces.as_json(made)


def test_each_reason_is_printed_once_and_only_of_lines_that_are_in_the_table():
    notes = with_reasons(schedule(many(3)), exempting(1, 2) | exempting(99, paragraph=3)).notes
    assert [note for note in notes if REASON in note] == [
        f"Exempt information, paragraph 2 of Part 1 of Schedule 12A to the Local Government Act 1972: {REASON}"
    ]


def test_both_parts_end_their_pages_alike_although_names_are_longer_than_paragraphs():
    lines = [line._replace(title=f"{SECRET} {'of a very long name ' * 8}", comment="", recruited="No") for line in many(40)]
    whole = with_reasons(schedule(lines), exempting(*range(1, 41)))
    part_2 = whole._replace(paper=whole.paper._replace(part=2))
    part_1 = public(whole, exempting(*range(1, 41)))
    drawn = [pdf.render(part_1, beside=part_2), pdf.render(part_2)]
    pages = []
    for paper in drawn:
        with pdfplumber.open(io.BytesIO(paper)) as document:
            pages.append([figures_of(page.extract_text()) for page in document.pages])
    assert len(pages[0]) > 2
    assert pages[0] == pages[1]
    assert said(drawn[1], SECRET)
    assert not said(drawn[0], SECRET)
    for profile in ("ua1", "3a"):
        report = page_validation.validate_pdf_bytes(drawn[0], profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def figures_of(text: str) -> list[str]:
    """Every number on a page, its own included, but for that of the paragraph: where a reader finds what, in both parts."""
    return re.findall(r"\d[\d,]*", re.sub(r"paragraph 2|Part [12]", "", text))


@pytest.fixture
def programme(db: None) -> Programme:
    made = make_programme_to_issue()
    CostLine.objects.filter(title="Auditor").update(title=SECRET, comment="Zyxcomment")
    return made


@pytest.fixture
def line(programme: Programme) -> CostLine:
    return CostLine.objects.get(title=SECRET)


def exempt(line: CostLine, paragraph: int | None = 2, **changed: Any) -> LineExemption:
    return exempt_line(line=line, paragraph=paragraph, **({"reason": REASON, "by": make_clerk(), "at": NOON} | changed))


def test_the_newest_decision_on_a_line_counts(line: CostLine):
    exempt(line)
    exempt(line, 3)
    assert {pk: each.paragraph for pk, each in exempt_lines("small").items()} == {line.pk: 3}
    exempt(line, None, reason="The post is filled.")
    assert exempt_lines("small") == {}
    actions = AuditEntry.objects.filter(subject="programme:small").order_by("-number").values_list("action", flat=True)
    assert list(actions[:3]) == ["line_made_public", "line_exempted", "line_exempted"]


def test_only_a_clerk_exempts_a_line(line: CostLine):
    with pytest.raises(PermissionDenied):
        exempt(line, by=make_officer())
    assert not LineExemption.objects.exists()


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("line_exemption_paragraph_is_known", {"paragraph": 8}),
        ("line_exemption_paragraph_is_known", {"paragraph": 0}),
        ("line_exemption_has_its_reason", {"reason": " "}),
    ],
)
def test_the_store_refuses_an_exemption_that_is_not_whole(line: CostLine, rule: str, changed: dict[str, Any]):
    given = {"programme": line.programme, "line_id": line.pk, "paragraph": 2, "reason": REASON, "by": make_clerk(), "at": NOON}
    with refused_by(rule):
        LineExemption.objects.create(**(given | changed))


def test_what_was_decided_about_a_line_stays(line: CostLine):
    exempt(line)
    with refused_by("line_exemption_stays"):
        LineExemption.objects.update(paragraph=3)
    with refused_by("line_exemption_stays"):
        LineExemption.objects.all().delete()
    check_deferred_rules()
    with refused_by("line_exemption_no_truncate"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL improvement_budget.allow_truncate = off; TRUNCATE reports_lineexemption")


@pytest.fixture
def clerk(programme: Programme) -> Client:
    client = Client()
    client.force_login(make_clerk())
    return client


def issued_in_the_browser(client: Client, **typed: Any) -> IssuedPaper:
    given = {"committee": "Executive", "meeting_date": "14 September 2016", "appendix": "Appendix 3", "reason": ""}
    checked = client.post("/programmes/small/papers/issue/", given | typed).text
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', checked)
    sent = {name: value for name, value in found if name != "csrfmiddlewaretoken"} | {"confirm": "yes"}
    assert client.post("/programmes/small/papers/issue/", sent).status_code == 302
    return IssuedPaper.objects.latest("pk")


def test_a_clerk_exempts_a_line_and_issues_both_parts(clerk: Client, programme: Programme, line: CostLine):
    first = issued_in_the_browser(clerk)
    assert said(bytes(first.content), SECRET)
    typed = {"line": line.pk, "paragraph": "2", "reason": REASON}
    assert REASON in clerk.post("/programmes/small/papers/exempt/", typed, follow=True).text
    dearer(programme, NOON + timedelta(hours=1))
    part_1 = issued_in_the_browser(clerk, part="1", reason="A line is exempt.")
    part_2 = issued_in_the_browser(clerk, part="2")
    assert [(each.part, each.version) for each in (part_1, part_2)] == [(1, 2), (2, 1)]

    for words in (SECRET, "Zyxcomment"):
        assert not said(bytes(part_1.content), words), words
        assert words not in part_1.schedule
        assert said(bytes(part_2.content), words), words
    assert said(bytes(part_1.content), "Exempt information, paragraph 2")
    assert said(bytes(part_1.content), REASON)
    faces_of = [json.loads(each.schedule) for each in (part_1, part_2)]
    assert faces_of[0]["total"] == faces_of[1]["total"]
    shown = [line["amounts"]["2016/17"] for team in faces_of[0]["phases"][0]["teams"] for line in team["lines"]]
    assert sum(map(Decimal, shown)) == Decimal(faces_of[0]["total"]["amounts"]["2016/17"])


def test_the_draft_of_a_table_with_an_exempt_line_is_marked_part_2(clerk: Client, line: CostLine):
    def part() -> Any:
        return clerk.get("/programmes/small/expenditure.json").json()["paper"]["part"]

    assert part() == 1
    exempt(line)
    assert part() == 2


def test_the_part_is_asked_for_only_where_a_line_is_exempt(clerk: Client, line: CostLine):
    assert "Part 2: exempt" not in clerk.get("/programmes/small/papers/issue/").text
    exempt(line)
    assert "Part 2: exempt" in clerk.get("/programmes/small/papers/issue/").text


def test_a_line_without_a_reason_is_not_exempt(clerk: Client, line: CostLine):
    page = clerk.post("/programmes/small/papers/exempt/", {"line": line.pk, "paragraph": "3", "reason": ""})
    assert "Enter the public interest." in page.text
    assert not LineExemption.objects.exists()
