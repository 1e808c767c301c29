"""What is exempt of a line gets into no text of a decision that will be public."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pdfplumber
import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from approvals import actions
from approvals.decisions.additions.models import RecordAddition
from approvals.drawdowns.preparation.forms import drafted_case
from approvals.drawdowns.rules import Reply
from approvals.drawdowns.views import asked_for
from approvals.models import DecisionRecord, Drawdown
from posts.exempt.actions import exempt_line
from posts.exempt.rules import Field
from posts.models import CostLine
from tests.approvals.case import CASE, KEY, NOW, Case, make_case, new_key
from tests.making import make_clerk

pytestmark = pytest.mark.django_db

NAME = "Zyxwoman Redeployment"
EXEMPT = {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the limit."}


@pytest.fixture
def case() -> Case:
    return make_case()


def exempting(line: CostLine, field: str = "") -> CostLine:
    exempt_line(line=line, field=field, paragraph=2, reason="It would tell who leaves.", by=make_clerk(), at=NOW)
    return line


def test_what_is_drafted_says_an_exempt_line_and_its_paragraph(case: Case):
    hidden, shown = exempting(case.line(title=NAME)), case.line(title="Head of service")
    signed = case.signed(hidden, shown)
    record = DecisionRecord.objects.get(drawdown=signed)
    for text in (record.text_recommended, record.text_resolved):
        assert "an exempt line (paragraph 2)" in text
        assert "Head of service" in text
        assert NAME not in text


def test_what_is_drafted_says_the_released_amount_of_each_line_unless_it_would_give_away_an_exempt_one(case: Case):
    plain, secret = case.line(title="Clerk"), case.costing(43_217)
    first = DecisionRecord.objects.get(drawdown=case.signed(plain)).text_resolved
    assert "- Clerk (Phase 1, 1 FTE): £60,000 in 2016/17" in first
    exempting(secret, Field.AMOUNTS)
    exempting(secret, Field.FTE)
    other = case.line(title="Auditor")
    signed = DecisionRecord.objects.get(drawdown=case.signed(secret, other)).text_resolved
    assert "43,217" not in signed
    assert "- Auditor (Phase 1, 1 FTE)" in signed.splitlines()
    assert f"- {secret.title} (Phase 1)" in signed.splitlines()


def test_the_case_that_is_drafted_names_no_exempt_line_and_no_exempt_cost(case: Case):
    drafted = case.drafted(exempting(case.line(title=NAME)), exempting(case.costing(43_217), Field.AMOUNTS))
    reasons = drafted_case(drafted, asked_for(drafted, NOW)[0], case.officer).reasons
    assert "an exempt line (paragraph 2)" in reasons
    assert NAME not in reasons
    assert "43,217" not in reasons


@pytest.mark.parametrize("said", [f"For the {NAME.lower()}.", "It costs £43,217.", "It costs 43k."])
def test_a_case_that_says_something_exempt_is_refused_where_it_will_be_public(case: Case, said: str):
    line = exempting(case.costing(43_217), Field.AMOUNTS)
    exempting(case.line(title=NAME))
    drawdown = case.drafted(line)
    given = {"drawdown": drawdown, "version": drawdown.version, "by": case.officer, "at": NOW}
    with pytest.raises(ValidationError) as refused:
        actions.write_case(**given, values=CASE | {"reasons": said})
    assert list(refused.value.message_dict) == ["reasons"]
    assert NAME not in str(refused.value)
    actions.write_case(**given, values=CASE | {"reasons": said} | EXEMPT)


def test_a_title_that_names_an_exempt_line_is_refused(case: Case):
    exempting(case.line(title=NAME))
    with pytest.raises(ValidationError, match="gives a name"):
        actions.draft(delegation=case.delegation, title=f"Use for {NAME}", key=new_key(), by=case.officer, at=NOW)


def test_what_became_exempt_since_it_was_written_stops_the_submission(case: Case):
    line = case.line(title=NAME)
    drawdown = case.drafted(line, case=CASE | {"reasons": f"{NAME} is needed."})
    exempting(line)
    with pytest.raises(ValidationError, match="Reasons: This text will be public"):
        actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)


def test_an_answer_that_says_something_exempt_is_refused_at_its_place(case: Case):
    line = exempting(case.line(title=NAME))
    drawdown = case.submitted(line)
    with pytest.raises(ValidationError) as refused:
        case.answered(drawdown, words=f"Not for {NAME}.", reply=Reply.DISAGREE)
    assert list(refused.value.message_dict) == ["words"]


def test_an_addition_and_another_wording_are_refused_too(case: Case):
    signed = case.signed(exempting(case.line(title=NAME)))
    record = DecisionRecord.objects.get(drawdown=signed)
    acts: list[Callable[[], Any]] = [
        lambda: actions.add_to_record(record=record, kind=RecordAddition.Kind.NOTE, text=NAME, by=case.clerk, at=NOW),
        lambda: actions.reword(record=record, text=f"For {NAME}.", reasons="Clearer.", by=case.clerk, at=NOW),
        lambda: actions.reword(record=record, text="Agreed.", reasons=f"{NAME} was left out.", by=case.clerk, at=NOW),
    ]
    for act in acts:
        with pytest.raises(ValidationError, match="This text will be public"):
            act()


def test_a_record_that_says_something_exempt_is_not_published(case: Case):
    line = case.line(title=NAME)
    signed = case.signed(line)
    exempting(line)
    with pytest.raises(ValidationError, match="Text as decided: This text will be public"):
        case.publish(signed)
    assert DecisionRecord.objects.get(drawdown=signed).published_on is None


def test_a_record_whose_money_is_an_exempt_amount_is_not_published(case: Case):
    signed = case.signed(exempting(case.costing(43_217), Field.AMOUNTS))
    with pytest.raises(ValidationError, match="Money released"):
        case.publish(signed)


def test_an_exempt_record_may_say_it_but_not_in_its_title(case: Case):
    line = case.line(title=NAME)
    signed = case.signed(line, case=KEY | EXEMPT | {"reasons": f"{NAME} is needed."})
    exempting(line)
    published = case.publish(signed)
    assert published.record.published_on
    other = case.signed(line := case.line(title="Phase One"), case=KEY | EXEMPT)
    exempting(line)
    with pytest.raises(ValidationError, match="Title"):
        case.publish(other)


def test_the_reasons_of_a_call_in_are_public_too(case: Case):
    published = case.published(exempting(case.line(title=NAME)))
    with pytest.raises(ValidationError) as refused:
        case.called_in(published, reasons=f"{NAME} costs too much.")
    assert list(refused.value.message_dict) == ["reasons"]
    called = case.called_in(published)
    with pytest.raises(ValidationError) as refused:
        actions.overturn(drawdown=called, on=NOW.date(), reasons=f"No {NAME}.", by=case.clerk, at=NOW + timedelta(days=1))
    assert list(refused.value.message_dict) == ["outcome_text"]
    assert Drawdown.objects.get(pk=called.pk).state == "called_in"


def test_why_a_line_is_exempt_does_not_name_it(case: Case):
    line = case.line(title=NAME)
    with pytest.raises(ValidationError) as refused:
        exempt_line(line=line, paragraph=2, reason=f"{NAME} is leaving.", by=make_clerk(), at=NOW)
    assert list(refused.value.message_dict) == ["reason"]


def test_the_balance_is_withheld_where_it_would_give_away_what_an_exempt_decision_released(case: Case):
    """95,679 less 91,358: what was left after one public record, and before the next."""
    before = case.publish(case.signed(case.costing(854_321), case=KEY))
    hidden = case.publish(case.signed(case.costing(4_321), case=KEY | EXEMPT))
    after = case.publish(case.signed(case.costing(10_000), case=KEY))
    later = case.publish(case.signed(case.costing(20_000), case=KEY))
    pages = {each: Client().get(f"/published-decisions/{each.reference}/").text for each in (before, hidden, after, later)}
    papers = {each: read(Client().get(f"/published-decisions/{each.reference}.pdf").content) for each in pages}
    for said in (pages, papers):
        assert "95,679" in said[before]
        for each in (after, later):
            for balance in ("91,358", "81,358", "61,358"):
                assert balance not in said[each]
            assert "alance withheld:" in said[each].replace("Balance Balance", "") or "withheld: withheld:" in said[each]
        assert "4,321" not in said[hidden].replace("854,321", "")
    clerk = Client()
    clerk.force_login(case.clerk)
    assert "91,358" in clerk.get(f"/drawdowns/{after.reference}/record/").text


def read(paper: bytes) -> str:
    with pdfplumber.open(io.BytesIO(paper)) as document:
        return " ".join(" ".join(word["text"] for word in page.extract_words(x_tolerance=1)) for page in document.pages)
