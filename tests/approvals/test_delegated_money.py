"""A delegation releases the money that it was given with, and no other: kept by the actions and by the store."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

from approvals import actions
from approvals.actions import Choice, NotAllowedNow
from approvals.drawdowns.choice.queries import payers_of
from approvals.drawdowns.rules import Mode
from approvals.drawdowns.signing import actions as signing
from approvals.drawdowns.signing.queries import resolutions_for
from approvals.models import Delegation, DrawdownLine
from phases.decisions.actions import record_decision
from phases.models import Authorisation, FundingDecision
from tests.approvals.case import NOW, Case, make_case
from tests.making import make_authorisation, make_clerk, make_decision, make_programme
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def other_money(case: Case) -> Authorisation:
    """Of another resolution of the same programme, that pays for the same phase."""
    return make_authorisation(make_decision(case.programme, title="Another release"), case.phase, limits={2016: 500_000})


def test_money_that_the_delegation_was_not_given_with_is_neither_offered_nor_chosen(case: Case, other_money: Authorisation):
    drawdown = case.drafted()
    assert payers_of(case.programme, case.delegation) == [case.authorisation]
    asked = Choice(case.line().pk, other_money, fte=Decimal(1))
    with pytest.raises(ValidationError, match="does not cover this money"):
        actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=[asked], by=case.officer, at=NOW)


def test_a_delegation_may_be_given_with_the_money_of_other_resolutions(case: Case, other_money: Authorisation):
    delegation = record(case, money=[case.authorisation.decision, other_money.decision])
    assert payers_of(case.programme, delegation) == [case.authorisation, other_money]
    signed = case.signed(Choice(case.line().pk, other_money, fte=Decimal(1)), delegation=delegation)
    assert signed.consumption.get().authorisation == other_money


def test_the_money_is_that_of_resolutions_of_the_programme(case: Case):
    for money in (make_decision(make_programme()), make_decision(case.programme, outcome="recommended")):
        with pytest.raises(ValidationError, match="resolutions of this programme"):
            record(case, money=[money])


def record(case: Case, **values: Any) -> Delegation:
    given = {"title": "Use of two releases", "text": "The Chief Executive.", "decision_maker": case.offices["Chief Executive"]}
    steps = [(case.offices[name], Mode.CONSULTATION) for name in ("Leader", "Director")]
    return actions.record_delegation(decision=case.delegation.decision, values=given | values, steps=steps, by=case.clerk, at=NOW)


def test_the_store_refuses_a_line_and_a_draw_of_other_money(case: Case, other_money: Authorisation):
    drawdown = case.drafted(case.line())
    with refused_by("line_under_its_delegation"):
        drawdown.lines.update(authorisation=other_money)
    with refused_by("line_under_its_delegation"):
        DrawdownLine.objects.create(drawdown=drawdown, line_id=case.line().pk, authorisation=other_money, fte=1)
    row = case.signed(case.line()).consumption.get()
    row.pk, row.authorisation = None, other_money
    with refused_by("draw_of_delegated_money"):
        row.save(force_insert=True)


def test_the_store_keeps_the_money_of_a_delegation(case: Case, other_money: Authorisation):
    with refused_by("delegation_given_with_resolved_money"):
        case.delegation.money.add(make_decision(make_programme()))
    with refused_by("delegation_money_stays"):
        case.delegation.money.clear()
    case.drafted()
    with refused_by("delegation_money_stays"):
        case.delegation.money.add(other_money.decision)


# Decisions that something stands on, and resolutions of bodies


def rewrite(decision: FundingDecision, **values: Any) -> None:
    record_decision(programme=decision.programme, decision=decision, values=values, by=make_clerk(), at=NOW)


def used_by(case: Case, how: str) -> FundingDecision:
    decision = make_decision(case.programme, title="A release", text_resolved="Agreed.", minute="")
    if how == "money":
        make_authorisation(decision, case.phase)
    elif how == "delegation":
        record(case, money=[decision])
    elif how == "correction":
        make_decision(case.programme, title="Put right", corrects=decision)
    return decision


@pytest.mark.parametrize("how", ["money", "delegation", "correction"])
def test_a_decision_that_something_stands_on_says_what_it_said(case: Case, how: str):
    decision = used_by(case, how)
    for values in ({"text_resolved": "To release £999,000."}, {"decided_on": date(2016, 1, 1)}, {"title": "Another"}):
        with pytest.raises(ValidationError, match="puts it right") as refusal:
            rewrite(decision, outcome="resolved", **values)
        assert list(refusal.value.message_dict) == list(values)
        decision.refresh_from_db()
        with refused_by("used_decision_stays"):
            FundingDecision.objects.filter(pk=decision.pk).update(**values)
    rewrite(decision, outcome="resolved", minute="17")
    with refused_by("used_decision_stays"):
        FundingDecision.objects.filter(pk=decision.pk).update(minute="18")


def test_a_decision_that_nothing_stands_on_is_still_corrected_in_place(case: Case):
    decision = used_by(case, "")
    rewrite(decision, text_resolved="To release £99,000.", decided_on=date(2016, 7, 1))
    decision.refresh_from_db()
    assert (decision.text_resolved, decision.decided_on) == ("To release £99,000.", date(2016, 7, 1))


def test_a_decision_puts_right_another_of_its_programme(case: Case):
    decision = case.delegation.decision
    for other in (make_decision(make_programme()), decision):
        with pytest.raises(ValidationError, match="another decision of this programme"):
            rewrite(decision, outcome="resolved", corrects=other)
    with refused_by("decision_corrects_another"):
        FundingDecision.objects.filter(pk=decision.pk).update(corrects=F("pk"))


@pytest.fixture
def of_council() -> Case:
    """Full Council decides, under a resolution of 20 July 2016."""
    return make_case(body="Full Council")


def resolved(case: Case, on: date = date(2016, 9, 19), **values: Any) -> FundingDecision:
    return make_decision(case.programme, body="Full Council", decided_on=on, title=f"Resolution of {on}", **values)


def three(case: Case) -> list[FundingDecision]:
    """Older than the power; one that has decided a drawdown; one that was put right later."""
    older, used, wrong = (resolved(case, date(2016, *day)) for day in ((7, 19), (9, 12), (9, 13)))
    case.sign(case.ready(case.line()), by=case.clerk, resolution=used)
    return [older, used, wrong]


def test_only_a_resolution_that_can_be_about_this_money_is_offered_and_taken(of_council: Case):
    case, refused = of_council, three(of_council)
    right = resolved(case, corrects=refused[2])
    waiting = case.ready(case.line())
    assert list(resolutions_for(waiting)) == [right]
    for each in refused:
        with pytest.raises(NotAllowedNow, match="older than the power"):
            case.sign(waiting, by=case.clerk, resolution=each)
    assert case.sign(waiting, by=case.clerk, resolution=right).resolution == right


@pytest.mark.parametrize(
    ("rule", "which"),
    [("resolution_not_older_than_its_power", 0), ("resolution_decides_once", 1), ("resolution_not_put_right", 2)],
)
def test_the_store_refuses_a_resolution_that_cannot_be_about_this_money(
    of_council: Case, monkeypatch: pytest.MonkeyPatch, rule: str, which: int
):
    case, refused = of_council, three(of_council)
    resolved(case, corrects=refused[2])
    waiting = case.ready(case.line())
    monkeypatch.setattr(signing, "resolutions_for", lambda drawdown: FundingDecision.objects.all())
    with refused_by(rule):
        case.sign(waiting, by=case.clerk, resolution=refused[which])
