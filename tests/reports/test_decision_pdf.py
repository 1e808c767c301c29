"""The paper of a decision record: conforming, readable, and of an exempt one no more than is published."""

import io
import re
from datetime import date
from typing import Any

import page as page_validation
import pdfplumber
import pikepdf
import pytest
from django.test import Client

from approvals import actions
from approvals.decisions.queries import record_for
from approvals.models import DecisionRecord, Drawdown, RecordAddition
from reports.papers.decision_record import queries as decision
from tests.approvals.case import KEY, NOW, Case, make_case
from tests.refusals import owner
from tests.reports.reading import elements_of

pytestmark = pytest.mark.django_db

EXEMPT = KEY | {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the limit."}


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 950_000})


def record_of(case: Case, drawdown: Drawdown) -> DecisionRecord:
    return record_for(case.clerk, drawdown.reference)


def conforms(paper: bytes) -> None:
    for profile in ("ua1", "3a"):
        report = page_validation.validate_pdf_bytes(paper, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def text_of(paper: bytes) -> str:
    """All that is printed, its line breaks as spaces."""
    with pdfplumber.open(io.BytesIO(paper)) as document:
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in document.pages))


def test_a_published_record_conforms_and_reads_back_whole(case: Case):
    record = record_of(case, case.published())
    paper = decision.render(record)
    conforms(paper)
    text = text_of(paper)
    for said in (
        "Record of an officer’s decision",
        "Your council",
        "Decision maker Chief Executive: Chief Executive",
        "Balance before Released Balance after",
        "2016/17 £950,000 £60,000 £890,000",
        "Full year £950,000 £90,000 £860,000",
        "Alternatives considered None, because",
        "Interests declared Leader (Leader): none",
        "Call-in closes At the end of 27 September 2016",
        "Takes effect 28 September 2016, unless called in",
        f"Audit entry {record.drawdown.signed_entry.number},",
        f"Published in audit entry {record.entry.number},",
    ):
        assert said in text, said
    assert record.sha256 in text.replace(" ", "")
    assert "DRAFT" not in text


def test_what_is_decided_is_a_list_once_with_the_amount_of_each_line_and_who_signed_it(case: Case):
    lines = [case.line(title=f"Social worker {number}", annual_cost=12_000) for number in range(4)]
    paper = decision.render(record_of(case, case.signed(*lines)))
    conforms(paper)
    text = text_of(paper)
    for number in range(4):
        assert text.count(f"• Social worker {number} (Phase 1, 1 FTE): £8,000 in 2016/17") == 1
    assert "As recommended The same, word for word" in text
    assert "Signed by Chief Executive: Chief Executive" in text
    with pikepdf.open(io.BytesIO(paper)) as document:
        tags = [str(each.S) for each in elements_of(document)]
        assert tags.count("/Lbl") == len([each for each in elements_of(document) if each.S == "/LI"])


def test_a_published_record_says_on_its_first_page_where_it_stands(case: Case):
    paper = decision.render(record_of(case, case.published(case=KEY)))
    with pdfplumber.open(io.BytesIO(paper)) as document:
        first = " ".join(document.pages[0].extract_text().split())
    assert "It may be called in up to the end of 27 September 2016; otherwise it takes effect on 28 September 2016." in first


@pytest.mark.parametrize("lines", range(8, 26, 4))
def test_the_last_page_is_never_of_hashes_alone(case: Case, lines: int):
    chosen = [case.line(title=f"Social worker {number}", annual_cost=1_200) for number in range(lines)]
    paper = decision.render(record_of(case, case.signed(*chosen)))
    with pdfplumber.open(io.BytesIO(paper)) as document:
        last = document.pages[-1].extract_text()
    assert "Signed by" in last
    assert "Recorded under" in last


def test_the_same_record_gives_the_same_bytes(case: Case):
    published = case.published()
    assert decision.render(record_of(case, published)) == decision.render(record_of(case, published))


def test_a_draft_says_so_on_every_page_and_conforms(case: Case):
    signed = case.signed(case.line())
    text = "\n".join([*("One reason of many, at some length." for _ in range(150))])
    actions.add_to_record(record=record_of(case, signed), kind=RecordAddition.Kind.NOTE, text=text, by=case.clerk, at=NOW)
    paper = decision.render(record_of(case, signed))
    conforms(paper)
    with pdfplumber.open(io.BytesIO(paper)) as document:
        pages = [page.extract_text() for page in document.pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert "DRAFT - not published" in text
        assert f"Page {number} of {len(pages)}" in text
        assert signed.reference in text


def test_a_call_in_and_its_outcome_are_on_the_paper(case: Case):
    called = case.called_in(case.published())
    assert "Called in: this decision takes no effect until" in text_of(decision.render(record_of(case, called)))
    actions.overturn(drawdown=called, on=NOW.date(), reasons="It was not in the budget.", by=case.clerk, at=NOW)
    paper = decision.render(record_of(case, called))
    conforms(paper)
    assert "Called in 20 September 2016, by Scrutiny committee The cost is in doubt." in text_of(paper)
    with pdfplumber.open(io.BytesIO(paper)) as document:
        pages = [" ".join(page.extract_text().split()) for page in document.pages]
    overturned = "Overturned after call-in: this decision has no effect"
    assert pages[0].count(overturned) == 2  # below the title, and in the footer
    assert all(f"Published on 20 September 2016. {overturned}" in page for page in pages)
    assert "The decision is overturned, 20 September 2016 It was not in the budget." in text_of(paper)
    assert "Takes effect It was overturned after call-in and has no effect. As published: 28 September 2016" in text_of(paper)


def test_of_an_exempt_record_the_public_paper_has_paragraph_and_reason_only(case: Case):
    record = record_of(case, case.published(case=EXEMPT))
    paper = decision.render(record, public=True)
    conforms(paper)
    text = text_of(paper)
    for said in ("Phase One", "20 September 2016", "Chief Executive", "paragraph 3", "tell a contractor the limit"):
        assert said in text
    for secret in (b"inadequate", b"Leader", b"60,000"):
        assert secret.decode() not in text
    whole = text_of(decision.render(record))
    assert "Part 2 - holds exempt information, not for publication" in whole
    assert "inadequate" in whole


def test_header_cells_have_their_scope(case: Case):
    with pikepdf.open(io.BytesIO(decision.render(record_of(case, case.published())))) as document:
        scopes = set()
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH":
                scopes.add((str(item.A.Scope), str(item.P.P.S)))
        assert scopes == {("/Column", "/THead"), ("/Row", "/TBody")}
        assert str(document.Root.Lang) == "en-GB"
        assert str(document.docinfo["/Title"]).startswith("Phase One - DD-")


HOSTILE = '</td><script>alert(1)</script><img src="file:///etc/passwd"> {{ title }} & \u202e\x07\''


def test_hostile_text_stays_text(case: Case):
    signed = case.signed(case.line())
    values: dict[str, Any] = {"text_resolved": HOSTILE, "interests": HOSTILE, "decided_on": date(2016, 9, 20)}
    owner("ALTER TABLE approvals_decisionrecord DISABLE TRIGGER record_keeps_what_acts_say")
    DecisionRecord.objects.filter(drawdown=signed).update(**values)
    html = decision.page(record_of(case, signed))
    assert "<script" not in html
    assert "<img" not in html
    conforms(decision.render(record_of(case, signed)))


def test_the_paper_is_served_to_readers_and_once_published_to_anybody(case: Case):
    signed, reader, visitor = case.signed(case.line()), Client(), Client()
    reader.force_login(case.officer)
    address, public = f"/drawdowns/{signed.reference}/decision.pdf", f"/published-decisions/{signed.reference}.pdf"
    response = reader.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == f'inline; filename="{signed.reference}-decision.pdf"'
    assert visitor.get(address).status_code == 302
    assert visitor.get(public).status_code == 404
    case.publish(signed)
    response = visitor.get(public)
    assert response.content.startswith(b"%PDF")
    assert not response.cookies
