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
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry
from costing.financial_year import FinancialYear
from costing.money import Unit
from phases.models import Programme
from posts.exempt.actions import exempt_line
from posts.exempt.queries import exempt_lines
from posts.exempt.rules import Field
from posts.models import CostLine, LineExemption
from reports.exempt.rules import public, with_reasons, worked_out
from reports.models import IssuedPaper
from reports.table.appendix import rules as pdf
from reports.table.comparison.rules import changes_between
from reports.table.faces import rules as faces
from tests.answers import queries_of
from tests.approvals.case import KEY, make_case
from tests.making import NOON, enter_line, make_clerk, make_officer
from tests.refusals import check_deferred_rules, refused_by
from tests.reports.papers import dearer, make_programme_to_issue
from tests.reports.schedules import many, published, record, schedule

EXEMPT_RECORD = KEY | {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the limit."}
SECRET = "Zyxwoman Redeployment"
REASON = "It would tell who leaves."


def exempting(*lines: int, paragraph: int = 2, field: str = "") -> dict[tuple[int, str], LineExemption]:
    return {(line, field): LineExemption(line_id=line, field=field, paragraph=paragraph, reason=REASON) for line in lines}


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
    assert (row.title, row.comment, row.recruited, row.paperwork_complete) == ("Exempt: paragraph 2", "", "", None)
    assert made.total == schedule(many(3)).total


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("title", ("Exempt: paragraph 3", Decimal(1), "Yes", "From Nov 2016")),
        ("fte", ("Director ECHS", None, "Yes", "From Nov 2016")),
        ("amounts", ("Director ECHS", Decimal(1), "Yes", "From Nov 2016")),
        ("paperwork_complete", ("Director ECHS", Decimal(1), "Yes", "From Nov 2016")),
        ("recruited", ("Director ECHS", Decimal(1), "para 3", "From Nov 2016")),
        ("comment", ("Director ECHS", Decimal(1), "Yes", "para 3")),
    ],
)
def test_one_field_is_withheld_and_the_totals_still_add_it(field: str, shown: tuple[Any, ...]):
    whole = schedule(published())
    made = public(whole, exempting(1, paragraph=3, field=field))
    _, _, row = next(iter(made.rows()))
    assert (row.title, row.fte, row.recruited, row.comment) == shown
    assert (row.paperwork_complete is None) == (field == "paperwork_complete")
    assert (row.full_year.pounds is None) == (field == "amounts")
    assert [figure.pounds is None for figure in row.years] == [field == "amounts"] * 2
    assert made.total == whole.total
    assert [phase.total for phase in made.phases] == [phase.total for phase in whole.phases]
    assert row.instead_of(field) == ("para 3" if field in ("fte", "amounts", "paperwork_complete") else "")
    assert [row for _, _, row in made.rows()][1:] == [row for _, _, row in whole.rows()][1:]


def test_fields_add_to_a_whole_line():
    made = public(schedule(published()), exempting(1) | exempting(1, paragraph=3, field="amounts"))
    _, _, row = next(iter(made.rows()))
    assert (row.title, row.comment, row.full_year.pounds, row.withheld) == ("Exempt: paragraph 2", "", None, (("amounts", 3),))


def test_a_team_of_which_no_line_is_named_is_not_named_either():
    lines = [line for line in published() if line.phase == 1]
    alone = {line.line_id for line in lines if line.team == "Referral and Assessment"}
    made = public(schedule(lines), exempting(*alone))
    assert [team.name for team in made.phases[0].teams] == [
        "Children's Social Care",
        "Safeguarding and Care Planning",
        "Exempt team 1",
        "Care and Resources",
        "Quality Improvement Team",
    ]
    assert public(schedule(lines), exempting(1)).phases[0].teams[0].name == "Children's Social Care"
    assert public(schedule(lines), exempting(*alone, field="amounts")).phases[0].teams[2].name == "Referral and Assessment"


def test_what_is_withheld_alone_under_its_total_can_be_worked_out():
    whole = schedule(published())
    alone = exempting(15, field="amounts")
    assert worked_out(whole, alone) == [("Quality Audit Manager", "Costs", "TOTAL PHASE TWO RESOURCES REQUESTED")]
    assert worked_out(whole, exempting(14, 15, field="amounts")) == []
    assert [each.total for each in worked_out(whole, exempting(1, 15, field="fte"))] == [
        "TOTAL PHASE ONE RESOURCES REQUESTED",
        "TOTAL PHASE TWO RESOURCES REQUESTED",
    ]
    assert worked_out(whole, exempting(15) | exempting(14, field="comment")) == []


def test_where_subtotals_are_printed_the_team_is_what_hides_it():
    both = exempting(1, 3, field="amounts")
    assert worked_out(schedule(published()), both) == []
    found = worked_out(schedule(published(), show_team_subtotals=True), both)
    assert [each.total for each in found] == ["Subtotal Children's Social Care", "Subtotal Safeguarding and Care Planning"]


def test_withheld_fields_are_in_no_byte_of_part_1():
    lines = [record(SECRET, comment="Zyxcomment", recruited="7 of 9", fte=Decimal("1937.13"), years=years) for years in ODD]
    lines = [line._replace(line_id=number, full_year=8_171_000 + number) for number, line in enumerate(lines)]
    fields = [field.value for field in Field]
    exempt = {key: each for field in fields for key, each in exempting(0, 1, field=field).items()}
    whole = with_reasons(schedule(lines, unit=Unit.POUNDS), exempt)
    part_1 = pdf.render(public(whole, exempt), beside=whole)
    for words in (SECRET, "Zyxcomment", "7 of 9", "1,937.13", "1937.13", "7,919,001", "7919001", "8,171,001", "8171001"):
        assert said(pdf.render(whole), words), words
        assert not said(part_1, words), words
    assert said(part_1, "3,874.26")
    assert said(part_1, "15,838,001")
    assert said(part_1, "para 2")
    for profile in ("ua1", "3a"):
        report = page_validation.validate_pdf_bytes(part_1, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


ODD = [((7_919_000 + each, False), (7_919_000, False)) for each in range(2)]


@pytest.mark.parametrize("years", [2, 8])
def test_both_parts_end_their_pages_alike_although_names_are_short(years: int):
    """What stands instead of a name or figure takes one line, however narrow the columns are."""
    amounts = ((1_234_567, False),) * years
    lines = [line._replace(title="IT", team="IT", comment="x", years=amounts) for line in many(60)]
    fields = ["", *(field.value for field in Field)]
    exempt = {key: each for field in fields[:years] for key, each in exempting(*range(1, 61), field=field).items()}
    shown = {
        "years": tuple(FinancialYear(2016 + year) for year in range(years)),
        "unit": Unit.POUNDS,
        "show_team_subtotals": True,
    }
    whole = with_reasons(schedule(lines, **shown), exempt)
    pages = []
    for paper in (pdf.render(public(whole, exempt), beside=whole), pdf.render(whole)):
        with pdfplumber.open(io.BytesIO(paper)) as document:
            pages.append([len(page.search(r"TOTAL|Subtotal")) for page in document.pages])
    assert len(pages[0]) > 2
    assert pages[0] == pages[1]


def test_both_parts_have_columns_of_one_width_although_the_longest_comment_is_withheld():
    lines = [line._replace(title="Post", comment="Here since the autumn of that year.") for line in many(60)]
    lines[0] = lines[0]._replace(comment=f"{SECRET}. " * 6)
    exempt = exempting(1, field="comment")
    whole = with_reasons(schedule(lines), exempt)
    ends = []
    for paper in (pdf.render(public(whole, exempt), beside=whole), pdf.render(whole)):
        with pdfplumber.open(io.BytesIO(paper)) as document:
            ends.append([figures_of(page.extract_text()) for page in document.pages])
    assert ends[0] == ends[1]


def test_what_becomes_public_is_printed_beside_its_paragraph():
    whole = schedule(published())
    fields = [field.value for field in Field]
    exempt = {key: each for field in fields for key, each in exempting(15, field=field).items()}
    changes = changes_between(faces.as_json(public(whole, exempt)), faces.as_json(whole))
    assert [(change.column, change.before, change.after) for change in changes] == [
        ("Title", "Exempt: paragraph 2", "Quality Audit Manager"),
        ("FTE", "para 2", "1"),
        ("2016/17", "para 2", "60"),
        ("2017/18", "para 2", "60"),
        ("Full year", "para 2", "60"),
        ("Paperwork complete", "para 2", "No"),
        ("Recruited to post", "para 2", "Yes"),
        ("Comment", "para 2", "From Sept 2016"),
    ]


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
    return re.findall(r"\d[\d,]*", re.sub(r"paragraph 2|para 2|Part [12]|[Tt]eam \d+", "", text))


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
    assert {key: each.paragraph for key, each in exempt_lines("small").items()} == {(line.pk, ""): 3}
    exempt(line, None, reason="The post is filled.")
    assert exempt_lines("small") == {}
    actions = AuditEntry.objects.filter(subject="programme:small").order_by("-number").values_list("action", flat=True)
    assert list(actions[:3]) == ["line_made_public", "line_exempted", "line_exempted"]


def test_the_newest_decision_on_each_field_counts_by_itself(line: CostLine):
    exempt(line, field="comment")
    exempt(line, 3, field="amounts")
    exempt(line, None, field="comment", reason="The post is filled.")
    assert {key: each.paragraph for key, each in exempt_lines("small").items()} == {(line.pk, "amounts"): 3}


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
        ("line_exemption_field_is_known", {"field": "pay"}),
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
    assert said(bytes(part_1.content), "Exempt: paragraph 2")
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


def test_a_clerk_exempts_a_field_and_is_warned_where_subtraction_gives_it_away(clerk: Client, line: CostLine):
    typed = {"line": line.pk, "field": "amounts", "paragraph": "3", "reason": REASON}
    page = " ".join(clerk.post("/programmes/small/papers/exempt/", typed, follow=True).text.split())
    assert f"Costs of {SECRET} can be worked out: nothing else is withheld under TOTAL PHASE ONE RESOURCES REQUESTED" in page
    given = {"committee": "Executive", "meeting_date": "14 September 2016", "appendix": "Appendix 3", "reason": ""}
    assert "can be worked out" in clerk.post("/programmes/small/papers/issue/", given | {"part": "1"}).text
    assert "can be worked out" not in clerk.post("/programmes/small/papers/issue/", given | {"part": "2"}).text
    other = CostLine.objects.get(title="Head of service")
    page = clerk.post("/programmes/small/papers/exempt/", typed | {"line": other.pk}, follow=True).text
    assert "can be worked out" not in page
    paper = issued_in_the_browser(clerk, part="1")
    assert json.loads(paper.schedule)["phases"][0]["teams"][0]["lines"][0]["withheld"] == {"amounts": 3}
    assert not said(bytes(paper.content), "90000")
    assert said(bytes(paper.content), "180")


def test_the_exempt_page_takes_the_same_queries_however_much_is_exempt(clerk: Client, programme: Programme):
    def asked() -> int:
        enter_line(programme.phases.get())
        for line in CostLine.objects.all():
            exempt(line)
            exempt(line, field="amounts")
        return queries_of(clerk, "/programmes/small/papers/exempt/")

    assert [asked(), asked()] == [11, 11]
    assert clerk.get("/programmes/small/papers/exempt/").text.count("Whole line") == 4


def test_a_decision_record_that_is_exempt_itself_names_nothing(db: None):
    case = make_case()
    drawdown = case.signed(line := case.line(), case=EXEMPT_RECORD)
    exempt(line)
    client = Client()
    client.force_login(case.clerk)
    page = client.get(f"/programmes/{case.programme.slug}/papers/exempt/").text
    assert line.title in page
    assert drawdown.reference not in page


def test_a_decision_record_that_names_an_exempt_line_is_told(db: None):
    case = make_case()
    line = case.line()
    drawdown = case.signed(line)
    published = case.published(before := case.line())
    client = Client()
    client.force_login(case.clerk)
    address = f"/programmes/{case.programme.slug}/papers/exempt/"
    exempt(line, field="comment")
    exempt(case.line())
    assert drawdown.reference not in client.get(address).text
    exempt(line)
    assert re.search(f"Will be named\\s+by\\s+<a[^>]+>{drawdown.reference}</a>", client.get(address).text)
    with pytest.raises(ValidationError, match="exempt line"):
        case.publish(drawdown)
    exempt(before)
    assert re.search(f"Named\\s+in public\\s+by\\s+<a[^>]+>{published.reference}</a>", client.get(address).text)
