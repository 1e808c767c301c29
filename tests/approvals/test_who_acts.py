"""Every act asks again, inside its transaction, whether the person may: whatever page or script it was called from."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry, User
from approvals import actions
from approvals.models import DecisionRecord
from approvals.year_end.rules import Carrying
from tests.approvals.case import APRIL, LATER, NOW, Case, make_case, new_key, of_pounds
from tests.making import make_authorisation, make_decision

pytestmark = pytest.mark.django_db

Act = Callable[[User], Any]


@pytest.fixture
def case() -> Case:
    return make_case()


def called_in(act: Callable[..., Any], **values: Any) -> Callable[[Case], Act]:
    def prepared(case: Case) -> Act:
        drawdown = case.called_in(case.published())
        return lambda by: act(drawdown=drawdown, on=NOW.date(), reasons="It stands or falls.", by=by, at=LATER, **values)

    return prepared


def take_effect(case: Case) -> Act:
    published = case.published()
    return lambda by: actions.take_effect(drawdown=published, by=by, at=LATER)


def call_in(case: Case) -> Act:
    published = case.published()
    return lambda by: case.called_in(published, by=by)


def publish(case: Case) -> Act:
    record = DecisionRecord.objects.get(drawdown=case.signed(case.line()))
    return lambda by: actions.publish(record=record, by=by, at=NOW)


def lapse(case: Case) -> Act:
    april = LATER.replace(year=2017, month=4)
    return lambda by: actions.lapse(authorisation=case.authorisation, year=2016, by=by, at=april)


def replace(case: Case) -> Act:
    later = make_authorisation(make_decision(case.programme), case.phase, replaces=case.authorisation)
    return lambda by: actions.replace(authorisation=later, by=by, at=LATER)


def delegate(case: Case) -> Act:
    values = {"title": "Another", "text": "Up to so much.", "decision_maker": case.offices["Chief Executive"]}
    decision = case.delegation.decision
    return lambda by: actions.record_delegation(decision=decision, values=values, steps=[], by=by, at=NOW)


def dispense(case: Case) -> Act:
    granted = actions.Granted("Leader", case.clerk, NOW.date(), "May take part.")
    drawdown = case.submitted(case.line())
    return lambda by: actions.record_dispensation(drawdown=drawdown, granted=granted, key=new_key(), by=by, at=NOW)


def hand_back(case: Case) -> Act:
    signed = case.signed(case.line())
    giving = of_pounds(signed.consumption.get(), 1000)
    return lambda by: actions.ask_hand_back(
        drawdown=signed, giving=giving, reasons="Started late.", key=new_key(), by=by, at=LATER
    )


def answer_hand_back(act: Callable[..., Any]) -> Callable[[Case], Act]:
    def prepare(case: Case) -> Act:
        signed = case.signed(case.line())
        giving = of_pounds(signed.consumption.get(), 1000)
        asked = actions.ask_hand_back(
            drawdown=signed, giving=giving, reasons="Started late.", key=new_key(), by=case.editor, at=LATER
        )
        return lambda by: act(hand_back=asked, by=by, at=LATER)

    return prepare


def carry_forward(case: Case) -> Act:
    decision = make_decision(case.programme, decided_on=APRIL.date())
    given = {"authorisation": case.authorisation, "carrying": Carrying(2016, 2017, Decimal(1)), "decision": decision}
    return lambda by: actions.carry_forward(**given, by=by, at=APRIL)


def reply(case: Case) -> Act:
    asked = {"concerned": case.concerned(case.submitted(case.line())), "text": "Why now?", "by": case.people["Leader"]}
    question = actions.ask(**asked, key=new_key(), at=NOW)
    return lambda by: actions.reply_to(question=question, reply="It was asked for.", key=new_key(), by=by, at=NOW)


OF_THE_CLERK = {
    "take effect": take_effect,
    "call in": call_in,
    "let stand": called_in(actions.let_stand, effective_on=LATER.date()),
    "overturn": called_in(actions.overturn),
    "publish": publish,
    "lapse": lapse,
    "carry forward": carry_forward,
    "replace": replace,
    "delegate": delegate,
    "dispense": dispense,
}
OF_FINANCE = {
    "ask to hand back": hand_back,
    "confirm a hand-back": answer_hand_back(actions.confirm_hand_back),
    "withdraw a hand-back": answer_hand_back(actions.withdraw_hand_back),
    "reply": reply,
}


@pytest.mark.parametrize("prepare", OF_THE_CLERK.values(), ids=OF_THE_CLERK)
def test_only_the_clerk_does_what_is_the_clerks(case: Case, prepare: Callable[[Case], Act]):
    _is_done_only_by(case.clerk, case.officer, prepare(case))


@pytest.mark.parametrize("prepare", OF_FINANCE.values(), ids=OF_FINANCE)
def test_only_a_finance_officer_does_what_is_of_finance(case: Case, prepare: Callable[[Case], Act]):
    _is_done_only_by(case.officer, case.clerk, prepare(case))


def _is_done_only_by(who: User, other: User, act: Act) -> None:
    written = AuditEntry.objects.count()
    with pytest.raises(PermissionDenied):
        act(other)
    assert AuditEntry.objects.count() == written
    act(who)
    assert AuditEntry.objects.count() > written
