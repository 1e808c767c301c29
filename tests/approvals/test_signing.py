"""Who signs a drawdown, as whom, when, and when nobody does."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import (
    NotAllowedNow,
    Seen,
    StaleDrawdown,
)
from approvals.drawdowns.rules import Reply, State
from approvals.models import Consumption
from tests.approvals.case import LATER, NOW, Case, drawn, edit, make_case, new_key
from tests.making import (
    make_administrator,
    make_decision,
    make_deputy,
    make_holding,
    make_officer,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def test_a_drawdown_is_signed_once_everybody_has_answered(case: Case):
    drawdown = case.ready(case.line())
    signed = case.sign(drawdown)
    assert (signed.state, signed.signed_by, signed.signed_for) == (State.SIGNED_OFF, case.chief_executive, None)
    assert drawn(case.authorisation) == {2016: Decimal(60_000)}
    row = Consumption.objects.get()
    assert (row.financial_year, row.pounds, row.fte, row.entry) == (2016, 60_000, 1, signed.signed_entry)


def test_without_every_agreement_nothing_is_signed(case: Case):
    drawdown = case.answered(case.submitted(case.line()), "Director")
    with pytest.raises(NotAllowedNow, match="Leader has not answered"):
        case.sign(drawdown, at=LATER)


def test_a_contrary_view_of_one_consulted_does_not_block(case: Case):
    drawdown = case.answered(case.answered(case.submitted(case.line())), "Director", Reply.DISAGREE)
    assert case.sign(drawdown).state == State.SIGNED_OFF


def test_who_is_consulted_has_a_reasonable_time(case: Case):
    drawdown = case.answered(case.submitted(case.line()))
    with pytest.raises(NotAllowedNow, match="Director"):
        case.sign(drawdown)
    assert case.sign(drawdown, at=LATER).state == State.SIGNED_OFF


def test_a_stale_agreement_does_not_count(case: Case):
    drawdown = case.answered(case.submitted(case.line()))
    withdrawn = actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    again = actions.submit(drawdown=withdrawn, version=withdrawn.version, key=new_key(), by=case.officer, at=NOW)
    with pytest.raises(StaleDrawdown):
        case.sign(again, seen=Seen(again.version, drawdown.sha256), at=LATER)
    with pytest.raises(NotAllowedNow, match="Leader"):
        case.sign(again, at=LATER)
    with pytest.raises(StaleDrawdown):
        case.answered(drawdown, "Director")


def test_sign_off_on_a_page_opened_before_an_answer_is_stale(case: Case):
    drawdown = case.answered(case.submitted(case.line()))
    case.answered(drawdown, "Director", Reply.VIEW)
    with pytest.raises(StaleDrawdown) as stale:
        case.sign(drawdown)
    assert stale.value.current.version == drawdown.version + 1


def test_a_deputy_acts_only_while_the_appointment_is_in_force(case: Case):
    deputy, today = make_user(Role.OFFICE_HOLDER), NOW.date()
    drawdown = case.submitted(case.line())
    with pytest.raises(PermissionDenied):
        case.answered(drawdown, by=deputy)
    appointment = make_deputy(case.offices["Leader"], deputy, today, today)
    with pytest.raises(PermissionDenied):
        case.answered(drawdown, by=deputy, at=NOW + timedelta(days=1))
    drawdown = case.answered(drawdown, by=deputy)
    given = drawdown.answers.get()
    assert (given.person, given.acting_for, given.authority) == (deputy, case.people["Leader"], appointment.authority)


def test_a_deputy_revoked_between_page_and_post_signs_nothing(case: Case):
    deputy, today = make_user(Role.OFFICE_HOLDER), NOW.date()
    appointment = make_deputy(case.offices["Chief Executive"], deputy, today)
    drawdown = case.ready(case.line())
    appointment.revoked_from, appointment.revoked_at, appointment.revoked_by = today, NOW, make_administrator()
    appointment.save()
    with pytest.raises(PermissionDenied):
        case.sign(drawdown, by=deputy)


def test_a_deputy_signs_for_the_chief_executive(case: Case):
    deputy = make_user(Role.OFFICE_HOLDER)
    make_deputy(case.offices["Chief Executive"], deputy)
    signed = case.sign(case.ready(case.line()), by=deputy)
    assert (signed.signed_by, signed.signed_for) == (deputy, case.chief_executive)


@pytest.mark.parametrize("act", ["answer", "sign"])
@pytest.mark.parametrize("through", ["office", "deputy"])
@pytest.mark.parametrize("how", ["wrote", "edited before", "edited since"])
def test_nobody_answers_or_signs_what_they_prepared(case: Case, act: str, through: str, how: str):
    name = "Leader" if act == "answer" else "Chief Executive"
    person = {"wrote": case.officer, "edited before": case.editor, "edited since": make_officer()}[how]
    if through == "office":
        case.offices[name].holdings.update(until=date(2016, 8, 31))
        make_holding(case.offices[name], person, date(2016, 9, 1))
    else:
        make_deputy(case.offices[name], person)
    line = case.line()
    drawdown = case.submitted(line) if act == "answer" else case.ready(line)
    if how == "edited since":
        edit(line, person, comment="Changed")
    with pytest.raises(NotAllowedNow, match="prepared"):
        case.answered(drawdown, by=person, at=LATER) if act == "answer" else case.sign(drawdown, by=person, at=LATER)


def test_a_deputy_of_who_prepared_it_does_not_sign_it_either(case: Case):
    case.offices["Chief Executive"].holdings.update(until=date(2016, 8, 31))
    make_holding(case.offices["Chief Executive"], case.officer, date(2016, 9, 1))
    deputy = make_user(Role.OFFICE_HOLDER)
    make_deputy(case.offices["Chief Executive"], deputy)
    with pytest.raises(NotAllowedNow, match="prepared"):
        case.sign(case.ready(case.line()), by=deputy)


def test_the_decision_maker_is_not_one_of_those_who_answer(case: Case):
    make_deputy(case.offices["Leader"], case.chief_executive)
    drawdown = case.submitted(case.line())
    with pytest.raises(NotAllowedNow, match="decision maker"):
        case.answered(drawdown, by=case.chief_executive)
    make_deputy(case.offices["Chief Executive"], case.people["Leader"])
    with pytest.raises(NotAllowedNow, match="who answered"):
        case.sign(case.answered(case.answered(drawdown), "Director"), by=case.people["Leader"])


def test_a_role_alone_signs_nothing_and_who_is_no_longer_active_neither(case: Case):
    drawdown = case.ready(case.line())
    with pytest.raises(PermissionDenied):
        case.sign(drawdown, by=make_user(*Role))
    case.chief_executive.is_active = False
    with pytest.raises(PermissionDenied):
        case.sign(drawdown)


def test_an_expired_delegation_signs_nothing(case: Case):
    delegation = actions.record_delegation(
        decision=case.delegation.decision,
        values={"title": "Until then", "text": "Until 19 September.", "decision_maker": case.offices["Chief Executive"]}
        | {"expires": date(2016, 9, 19)},
        steps=[],
        by=case.clerk,
        at=NOW,
    )
    with pytest.raises(NotAllowedNow, match="19 September 2016"):
        case.sign(case.submitted(case.line(), delegation=delegation))


def test_a_body_decides_by_the_resolution_that_the_clerk_records():
    case = make_case(body="Executive")
    drawdown = case.ready(case.line())
    with pytest.raises(PermissionDenied):
        case.sign(drawdown)
    with pytest.raises(NotAllowedNow, match="Name the resolution"):
        case.sign(drawdown, by=case.clerk)
    with pytest.raises(NotAllowedNow, match="is no resolution of the Executive"):
        case.sign(drawdown, by=case.clerk, resolution=make_decision(case.programme, body="Full Council"))
    signed = case.sign(drawdown, by=case.clerk, resolution=make_decision(case.programme, about=[case.authorisation]))
    assert (signed.state, signed.signed_by) == (State.SIGNED_OFF, case.clerk)


def test_where_an_office_decides_no_resolution_does(case: Case):
    drawdown = case.ready(case.line())
    with pytest.raises(NotAllowedNow, match="Chief Executive decides on this, not a body"):
        case.sign(drawdown, resolution=make_decision(case.programme))


def test_what_was_withdrawn_is_neither_answered_nor_signed(case: Case):
    drawdown = case.ready(case.line())
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    drawdown.refresh_from_db()
    for act in (lambda: case.answered(drawdown), lambda: case.sign(drawdown)):
        with pytest.raises(NotAllowedNow, match="is not waiting for anybody: it is withdrawn"):
            act()


def test_the_decision_maker_returns_or_refuses_with_reasons(case: Case):
    first, second, third = (case.submitted(case.line()) for _ in range(3))
    act = {"reasons": "Not now.", "by": case.chief_executive, "at": NOW}
    assert actions.send_back(drawdown=first, sha256=first.sha256, key=new_key(), **act).state == State.RETURNED
    refused = actions.refuse(drawdown=second, sha256=second.sha256, key=new_key(), **act)
    assert (refused.state, refused.reasons) == (State.REFUSED, "Not now.")
    with pytest.raises(PermissionDenied):
        actions.refuse(drawdown=third, sha256=third.sha256, key=new_key(), **(act | {"by": case.officer}))
    with pytest.raises(NotAllowedNow):
        actions.submit(drawdown=refused, version=refused.version, key=new_key(), by=case.officer, at=NOW)


@pytest.mark.parametrize("say_no", [actions.send_back, actions.refuse])
def test_no_is_said_with_reasons_and_by_nobody_who_prepared_it(case: Case, say_no: Any):
    drawdown, deputy = case.submitted(case.line()), case.officer
    make_deputy(case.offices["Chief Executive"], deputy)
    act = {"drawdown": drawdown, "sha256": drawdown.sha256, "reasons": "Not now.", "by": case.chief_executive, "at": NOW}
    with pytest.raises(ValidationError, match="Give your reasons"):
        say_no(key=new_key(), **(act | {"reasons": " "}))
    with pytest.raises(NotAllowedNow, match="a drawdown you prepared"):
        say_no(key=new_key(), **(act | {"by": deputy}))
