"""A delegation releases the money that it was given with, and no other: kept by the actions and by the store."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from approvals import actions
from approvals.actions import Choice
from approvals.drawdowns.choice.queries import payers_of
from approvals.drawdowns.rules import Mode
from approvals.models import Delegation, DrawdownLine
from phases.models import Authorisation
from tests.approvals.case import NOW, Case, make_case
from tests.making import make_authorisation, make_decision, make_programme
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
