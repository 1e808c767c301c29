"""All that a drawdown is decided on, as one PDF."""

import re

import pytest
from django.test import Client

from approvals import actions
from approvals.drawdowns.rules import Reply
from approvals.drawdowns.submission.rules import submitted
from approvals.models import Drawdown, Notice
from approvals.notices.delivery.actions import message_of
from tests.approvals.case import KEY, NOW, Case, edit, make_case, new_key
from tests.approvals.pages import page
from tests.reports.test_decision_pdf import conforms, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


def full(case: Case) -> Drawdown:
    """Submitted with a paper, a question and its reply, and answered."""
    drafted = case.drafted(case.line(title="Head of <service>"), case=KEY | {"wards": "All"})
    actions.attach_paper(drawdown=drafted, upload=actions.Upload("Tender.pdf", b"%PDF-1.7"), by=case.officer, at=NOW)
    drawdown = Drawdown.objects.get(pk=drafted.pk)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    given = {"text": "Why now?", "key": new_key(), "by": case.people["Leader"], "at": NOW}
    question = actions.ask(concerned=case.concerned(drawdown), **given)
    actions.reply_to(question=question, reply="The inspection.", key=new_key(), by=case.officer, at=NOW)
    return case.answered(case.answered(drawdown), "Director", Reply.VIEW, words="Go on.", interests="A cousin works there.")


def paper_of(case: Case, drawdown: Drawdown) -> bytes:
    answer = page(case.chief_executive, drawdown, "decided.pdf")
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


def test_it_holds_exactly_what_is_decided_and_what_was_said_on_it(case: Case):
    drawdown = full(case)
    paper = paper_of(case, drawdown)
    conforms(paper)
    text = text_of(paper)
    content = submitted(drawdown.content)
    for said in (
        "Head of <service>",
        content.delegation.text,
        "28 clear days' notice",
        "Tender.pdf",
        content.papers[0].sha256[:20],
        "Why now?",
        "The inspection.",
        "Gave a view",
        "Go on.",
        "A cousin works there.",
        "not for publication",
    ):
        assert said in text, said
    assert drawdown.sha256 in re.sub(r"\s", "", text)
    assert paper_of(case, drawdown) == paper


def test_it_prints_what_was_frozen_whatever_became_of_the_line(case: Case):
    line = case.line(title="Head of service")
    drawdown = case.submitted(line)
    edit(line, case.editor, title="Otherwise")
    text = text_of(paper_of(case, drawdown))
    assert "Head of service" in text
    assert "Otherwise" not in text


def test_once_signed_it_says_by_whom_and_the_signer_gets_a_copy(case: Case):
    drawdown = case.sign(full(case))
    assert "Signed off by Chief Executive" in text_of(paper_of(case, drawdown))
    address = f"/drawdowns/{drawdown.reference}/decided.pdf"
    assert address in page(case.chief_executive, drawdown, "signed/").text
    notice = Notice.objects.filter(drawdown=drawdown, kind=Notice.Kind.SIGNED).first()
    assert notice
    assert address in message_of(notice).body


def test_of_a_draft_there_is_none_and_nobody_reads_it_without_signing_in(case: Case):
    drafted = case.drafted(case.line())
    assert page(case.officer, drafted, "decided.pdf").status_code == 404
    assert Client().get(f"/drawdowns/{drafted.reference}/decided.pdf").status_code == 302
