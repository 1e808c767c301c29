"""Whether a decision is key is asked only where an executive decision is made: by governance and decision maker of the day."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.governance.rules import Form
from accounts.models import Council
from approvals import actions
from approvals.decisions.queries import content_of
from approvals.decisions.wording.queries import sections
from approvals.drawdowns.preparation.forms import NOT_KEY
from approvals.drawdowns.submission.rules import submitted
from approvals.models import DecisionRecord, Drawdown
from phases.models import Body
from tests.approvals.case import CASE, KEY, NOW, Case, make_case, new_key
from tests.approvals.test_forward_plan import values_of
from tests.approvals.test_outside_pages import words_of
from tests.making import make_decision, make_governance

pytestmark = pytest.mark.django_db

NOT_SAID = {name: value for name, value in CASE.items() if name != "is_key"}
QUESTION = "Is this a key decision?"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.queries.now", lambda: NOW)
    monkeypatch.setattr("accounts.clock.queries.today", NOW.date)


def officer_of(case: Case) -> Client:
    client = Client()
    client.force_login(case.officer)
    return client


def page_of(case: Case, drawdown: Drawdown, name: str) -> str:
    return words_of(officer_of(case).get(f"/drawdowns/{drawdown.reference}/{name}/"))


@pytest.mark.parametrize(
    ("form", "kind", "asked"),
    [
        (Form.LEADER, "executive", True),
        (Form.MAYOR, "executive", True),
        (Form.LEADER, "full_council", False),
        (Form.LEADER, "committee", False),
        (Form.COMMITTEES, "committee", False),
        (Form.COMMITTEES, "officer", False),
        (Form.COMBINED, "committee", True),
        (Form.MAYORAL, "full_council", True),
        (Form.MAYORAL, "outside", False),
    ],
)
def test_the_case_asks_it_only_of_an_executive_decision_whatever_the_body_is_called(form: Form, kind: str, asked: bool):
    make_governance(form)
    case = make_case(body="Executive Committee")
    Body.objects.filter(name="Executive Committee").update(kind=kind, call_in=False)
    drawdown = case.drafted(case.line(), case=NOT_SAID)
    text = page_of(case, drawdown, "case")
    assert (QUESTION in text, "Key decision and notice" in text) == (asked, asked)
    submit = page_of(case, drawdown, "submit")
    assert ("Say whether this is a key decision." in submit, "Key decision" in submit) == (asked, asked)


def test_it_is_asked_again_once_the_governance_has_changed():
    make_governance(Form.COMMITTEES)
    case = make_case()
    drawdown = case.drafted(case.line(), case=NOT_SAID)
    assert QUESTION not in page_of(case, drawdown, "case")
    actions.write_case(drawdown=drawdown, version=drawdown.version, values=NOT_KEY, by=case.officer, at=NOW)
    drawdown.refresh_from_db()
    make_governance(Form.LEADER, since=NOW.date())
    text = page_of(case, drawdown, "case")
    assert QUESTION in text
    assert "It is not an executive decision." not in text
    assert "Say whether this is a key decision." in page_of(case, drawdown, "submit")


def test_above_the_thresholds_no_reason_is_asked_where_it_cannot_be_key():
    make_governance(Form.COMMITTEES)
    Council.objects.update_or_create(pk=1, defaults={"key_amount": 1})
    case = make_case()
    assert submit(case, case.drafted(case.line(), case=NOT_SAID)).submission == 1


def submit(case: Case, drawdown: Drawdown) -> Drawdown:
    return actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)


def test_without_an_executive_decision_the_record_says_why_it_is_not_key():
    make_governance(Form.COMMITTEES)
    case = make_case()
    drawdown = submit(case, case.drafted(case.line(), case=NOT_SAID))
    frozen = submitted(drawdown.content).case
    assert frozen
    assert (frozen.is_key, frozen.not_key_reason) == (False, "It is not an executive decision.")
    published = case.publish(case.sign(case.answered(case.answered(drawdown), "Director")))
    content = content_of(DecisionRecord.objects.get(drawdown=published))
    rows = {row.label: row.text for section in sections(content) for row in section.rows}
    assert rows["Key decision"] == "No: it is not an executive decision"


def test_an_executive_decision_still_needs_the_answer():
    case = make_case()
    with pytest.raises(ValidationError, match="Say whether this is a key decision"):
        submit(case, case.drafted(case.line(), case=NOT_SAID))


def test_what_was_called_key_before_the_governance_changed_is_not_submitted_so():
    case = make_case()
    drawdown = case.drafted(case.line(), case=KEY)
    make_governance(Form.COMMITTEES)
    with pytest.raises(ValidationError, match="save the case again without it"):
        submit(case, drawdown)
    client, address = officer_of(case), f"/drawdowns/{drawdown.reference}/case/"
    form = client.get(address).context["form"]
    typed: dict[str, Any] = {"made_on": form.made_on} | {name: form[name].value() or "" for name in form.fields}
    assert client.post(address, typed).status_code == 302
    drawdown.refresh_from_db()
    assert submit(case, drawdown).submission == 1
    case_ = DecisionRecord.objects.get(drawdown=drawdown)
    assert (case_.is_key, case_.notice_route, case_.notice_on, case_.reasons) == (False, "", None, KEY["reasons"])


def test_no_notice_of_a_key_decision_is_given_for_who_makes_none():
    case = make_case()
    assert make_decision(case.programme)
    make_governance(Form.COMMITTEES, since=date(2016, 10, 1))
    with pytest.raises(ValidationError, match="makes no decision on that day that can be key"):
        actions.give_notice(programme=case.programme, values=values_of(case), by=case.clerk, at=NOW)
    client = Client()
    client.force_login(case.clerk)
    address = f"/programmes/{case.programme.slug}/delegations/"
    assert "Give notice of a key decision" in words_of(client.get(address))
    make_governance(Form.COMMITTEES, since=NOW.date())
    assert "Give notice of a key decision" not in words_of(client.get(address))


def test_a_council_with_an_executive_names_the_regulation_of_its_notice():
    case = make_case()
    assert "28 clear days' notice (regulation 9)" in page_of(case, case.drafted(case.line(), case=NOT_SAID), "case")
    content = content_of(DecisionRecord.objects.get(drawdown=case.signed(case.line(), case=KEY)))
    rows = {row.label: row.text for section in sections(content) for row in section.rows}
    assert rows["Notice"].startswith("28 clear days' notice (regulation 9), 1 July 2016")


def test_a_combined_authority_says_notice_without_the_regulations_of_executives():
    make_governance(Form.MAYORAL, scrutiny_call_in=True)
    case = make_case()
    text = page_of(case, case.drafted(case.line(), case=NOT_SAID), "case")
    assert "28 clear days' notice General exception" in text
    assert "regulation 9" not in text
    content = content_of(DecisionRecord.objects.get(drawdown=case.signed(case.line(), case=KEY)))
    rows = {row.label: row.text for section in sections(content) for row in section.rows}
    assert rows["Notice"].startswith("28 clear days' notice, 1 July 2016")
    assert (content.kind_of_record, rows["Open to call-in"]) == ("Record of an officer’s decision", "Yes")
