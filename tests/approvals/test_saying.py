"""What an office says on a drawdown before it is decided: answers, questions, advice, dispensations."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Office
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import (
    Concerned,
    Granted,
    NotAllowedNow,
)
from approvals.drawdowns.rules import Reply, State
from approvals.models import Drawdown
from tests.approvals.case import LATER, NOW, Case, make_case, missing_answers, new_key
from tests.making import (
    make_deputy,
    make_holding,
    make_office,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def test_an_agreement_is_given_or_not_and_interests_are_declared(case: Case):
    drawdown = case.submitted(case.line())
    with pytest.raises(ValidationError, match="This office is asked to agree"):
        case.answered(drawdown, reply=Reply.VIEW)
    with pytest.raises(ValidationError):
        case.answered(drawdown, interests="")
    with pytest.raises(ValidationError):
        case.answered(drawdown, reply=Reply.DISAGREE, words="")


def test_an_office_not_named_is_not_asked(case: Case):
    stranger, office = make_user(Role.OFFICE_HOLDER), make_office("Mayor")
    make_holding(office, stranger)
    drawdown = case.submitted(case.line())
    with pytest.raises(NotAllowedNow, match="not asked"):
        case.answered(drawdown, concerned=Concerned(drawdown, drawdown.sha256, office), by=stranger)


def test_an_office_answers_once(case: Case):
    drawdown = case.answered(case.submitted(case.line()))
    with pytest.raises(NotAllowedNow, match="already answered"):
        case.answered(drawdown)


def test_one_person_with_two_offices_answers_once_for_each(case: Case):
    leader = case.people["Leader"]
    case.offices["Director"].holdings.update(until=date(2016, 8, 31))
    make_holding(case.offices["Director"], leader, date(2016, 9, 1))
    drawdown = case.answered(case.submitted(case.line()))
    assert missing_answers(drawdown) == ["Director"]
    assert case.sign(case.answered(drawdown, "Director", by=leader)).state == State.SIGNED_OFF


def test_an_office_that_has_no_say_asks_nothing(case: Case):
    drawdown, office, person = case.submitted(case.line()), make_office("Mayor"), make_user(Role.OFFICE_HOLDER)
    make_holding(office, person)
    asked = {"text": "Why now?", "at": NOW}
    with pytest.raises(NotAllowedNow, match="neither answers nor decides"):
        actions.ask(concerned=Concerned(drawdown, drawdown.sha256, office), by=person, key=new_key(), **asked)
    for name in ("Leader", "Director", "Chief Executive"):
        actions.ask(concerned=case.concerned(drawdown, name), by=case.people[name], key=new_key(), **asked)


def test_a_question_is_replied_to_before_the_decision_or_not_at_all(case: Case):
    drawdown = case.ready(case.line())
    asked = {"concerned": case.concerned(drawdown), "text": "Why now?"}
    question = actions.ask(**asked, by=case.people["Leader"], key=new_key(), at=NOW)
    with pytest.raises(ValidationError, match="Enter the reply"):
        actions.reply_to(question=question, reply=" ", key=new_key(), by=case.officer, at=NOW)
    case.sign(Drawdown.objects.get(pk=drawdown.pk))
    with pytest.raises(NotAllowedNow, match="a reply would come too late"):
        actions.reply_to(question=question, reply="Because.", key=new_key(), by=case.officer, at=LATER)


def test_advice_is_given_once_by_the_section_151_officer_who_did_not_prepare_it(case: Case):
    drawdown, director = case.submitted(case.line()), case.offices["Director"]
    given = {"drawdown": drawdown, "sha256": drawdown.sha256, "text": "It is enough.", "at": NOW}
    with pytest.raises(NotAllowedNow, match="No office has the statutory role"):
        actions.advise(by=case.people["Director"], key=new_key(), **given)
    Office.objects.filter(pk=director.pk).update(statutory_role=Office.StatutoryRole.SECTION_151)
    make_deputy(director, case.officer)
    with pytest.raises(NotAllowedNow, match="prepared"):
        actions.advise(by=case.officer, key=new_key(), **given)
    actions.advise(by=case.people["Director"], key=new_key(), **given)
    with pytest.raises(NotAllowedNow, match="already recorded"):
        actions.advise(by=case.people["Director"], key=new_key(), **given)


def test_a_dispensation_comes_before_the_decision_and_not_ahead_of_its_day(case: Case):
    ready, signed = case.ready(case.line()), case.signed(case.costing(1000))
    granted = Granted("Leader", case.clerk, NOW.date(), "May take part.")
    given = {"granted": granted, "by": case.clerk, "at": LATER}
    with pytest.raises(NotAllowedNow, match="comes before the decision"):
        actions.record_dispensation(drawdown=signed, key=new_key(), **given)
    given["granted"] = replace(granted, given_on=LATER.date() + timedelta(days=1))
    with pytest.raises(ValidationError, match="enter the day it was given"):
        actions.record_dispensation(drawdown=ready, key=new_key(), **given)
