"""A drawdown prepared, submitted and sent again, as its actions do it."""

import hashlib
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.audit.rules import link
from accounts.models import AuditEntry
from approvals import actions
from approvals.actions import (
    KeyUsedOtherwise,
    NotAllowedNow,
    StaleDrawdown,
)
from approvals.drawdowns.rules import Mode, Reply, State
from approvals.models import Consumption
from posts.models import LineRevision
from tests.approvals.case import NOW, Case, drawn, edit, make_case, missing_answers, new_key
from tests.making import (
    make_decision,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def test_each_act_is_in_the_audit_chain(case: Case):
    case.signed(case.line())
    acts = list(AuditEntry.objects.filter(subject__startswith="drawdown:").order_by("number").values_list("action", flat=True))
    answered = ["drawdown_answered"] * 2
    prepared = ["drawdown_drafted", "drawdown_lines_chosen", "drawdown_case_written", "drawdown_submitted"]
    assert acts == [*prepared, *answered, "drawdown_signed_off"]
    for entry in AuditEntry.objects.all():
        assert entry.hash == link(entry.previous_hash, entry.content)


def test_submission_freezes_lines_amounts_delegation_and_steps(case: Case):
    line = case.line()
    drawdown = case.submitted(line)
    assert drawdown.sha256 == hashlib.sha256(drawdown.content.encode()).hexdigest()
    content = json.loads(drawdown.content)
    assert content["delegation"]["steps"] == [
        {"office": "Leader", "mode": "agreement"},
        {"office": "Director", "mode": "consultation"},
    ]
    assert content["lines"][0]["amounts"] == {"2016": "60000", "2017": "90000", "full_year": "90000"}
    assert content["lines"][0]["consumed"] == {"2016": "60000"}
    assert content["lines"][0]["authority"] == {"2016": "limited", "2017": "nothing_released"}
    assert drawdown.answer_by == date(2016, 9, 27)


def test_a_later_edit_never_reaches_what_was_frozen(case: Case):
    line = case.line()
    drawdown = case.ready(line)
    edit(line, case.editor, annual_cost=Decimal(900_000))
    signed = case.sign(drawdown)
    assert signed.content == drawdown.content
    assert drawn(case.authorisation) == {2016: Decimal(60_000)}


def test_an_agreement_refused_returns_it_with_the_words_and_everybody_answers_again(case: Case):
    line = case.line()
    drawdown = case.answered(case.submitted(line), reply=Reply.DISAGREE)
    assert (drawdown.state, drawdown.reasons) == (State.RETURNED, "In my view, no.")
    again = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    assert again.sha256 != drawdown.sha256
    assert missing_answers(again) == ["Leader", "Director"]


def test_only_a_finance_officer_prepares(case: Case):
    with pytest.raises(PermissionDenied):
        actions.draft(delegation=case.delegation, title="Mine", key=new_key(), by=case.chief_executive, at=NOW)


def test_the_same_key_again_gives_the_first_result_and_another_body_is_refused(case: Case):
    drawdown, key = case.ready(case.line()), new_key()
    signed = case.sign(drawdown, key=key)
    assert case.sign(drawdown, key=key) == signed
    assert Consumption.objects.count() == 1
    with pytest.raises(KeyUsedOtherwise):
        case.sign(case.ready(case.line()), key=key)
    with pytest.raises(KeyUsedOtherwise):
        case.sign(drawdown, key=key, by=case.people["Leader"])


def test_a_key_of_what_failed_may_be_used_again(case: Case):
    drawdown, key = case.submitted(case.line()), new_key()
    with pytest.raises(NotAllowedNow):
        case.sign(drawdown, key=key)
    ready = case.answered(case.answered(drawdown), "Director")
    assert case.sign(ready, key=key).state == State.SIGNED_OFF


def test_submitting_or_answering_twice_with_one_key_is_once(case: Case):
    drawdown, key = case.drafted(case.line()), new_key()
    values = {"drawdown": drawdown, "version": drawdown.version, "key": key, "by": case.officer, "at": NOW}
    first = actions.submit(**values)
    assert actions.submit(**values).submission == first.submission == 1
    key = new_key()
    case.answered(case.answered(first, key=key), key=key)
    assert first.answers.count() == 1
    draft = {"delegation": case.delegation, "title": "Twice", "key": new_key(), "by": case.officer, "at": NOW}
    assert actions.draft(**draft) == actions.draft(**draft)


def test_an_act_without_a_key_is_refused(case: Case):
    with pytest.raises(ValidationError, match="key"):
        case.sign(case.ready(case.line()), key=" ")


def test_a_recommendation_delegates_nothing_and_the_maker_is_no_step(case: Case):
    given = {"values": {"title": "A", "text": "B", "decision_maker": case.offices["Leader"]}, "by": case.clerk, "at": NOW}
    with pytest.raises(ValidationError, match="recommendation"):
        actions.record_delegation(decision=make_decision(case.programme, outcome="recommended"), steps=[], **given)
    with pytest.raises(ValidationError, match="one of those who answer"):
        actions.record_delegation(decision=case.delegation.decision, steps=[(case.offices["Leader"], Mode.AGREEMENT)], **given)


def test_what_was_submitted_is_withdrawn_before_it_is_changed(case: Case):
    line = case.line()
    drawdown = case.submitted(line)
    values = {"drawdown": drawdown, "version": drawdown.version, "by": case.officer, "at": NOW}
    with pytest.raises(NotAllowedNow, match="frozen"):
        actions.choose_lines(choices=[], **values)
    with pytest.raises(ValidationError, match="Say why it is withdrawn"):
        actions.withdraw(reasons=" ", **values)
    withdrawn = actions.withdraw(reasons="Not yet.", **values)
    with pytest.raises(StaleDrawdown):
        actions.choose_lines(choices=[case.whole(line)], **values)
    empty = actions.choose_lines(choices=[], **(values | {"version": withdrawn.version}))
    with pytest.raises(ValidationError, match="at least one line"):
        actions.submit(drawdown=empty, version=empty.version, key=new_key(), by=case.officer, at=NOW)


def test_the_editor_of_a_line_is_known_from_its_history(case: Case):
    line = case.line()
    assert LineRevision.objects.get(line_id=line.pk).entry.actor == case.editor
    assert case.editor.pk in set(case.submitted(line).preparers.values_list("person", flat=True))
