"""Which day a decision that was taken elsewhere is judged by: its own, not that on which it was recorded."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from approvals import actions
from approvals.actions import OverTheLimit
from approvals.drawdowns.rules import State
from approvals.elsewhere import actions as elsewhere
from approvals.models import DelegationCondition, TakenElsewhere
from tests.approvals.case import APRIL, KEY, LATER, NOW, Case
from tests.approvals.test_elsewhere import MARCH, case, of_a_body
from tests.refusals import check_deferred_rules, refused_by

__all__ = ["case", "of_a_body"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("on", [MARCH, date(2016, 12, 1)])
def test_money_of_a_year_that_has_ended_is_recorded_as_drawn_in_it_where_it_was_decided_in_time(case: Case, on: date):
    draft = case.drafted(case.costing(1000))
    drawdown = case.confirmed_elsewhere(case.recorded_elsewhere(draft, decided_on=on, at=APRIL), at=APRIL)
    check_deferred_rules()
    assert [(row.financial_year, row.pounds) for row in drawdown.consumption.all()] == [(2016, 1000)]


def test_money_of_a_year_that_had_ended_when_it_was_decided_is_not(case: Case, monkeypatch: pytest.MonkeyPatch):
    draft = case.drafted(case.costing(1000))
    with pytest.raises(ValidationError, match=r"On 1 April 2017, the day of the decision: 2016/17 has ended"):
        case.recorded_elsewhere(draft, decided_on=APRIL.date(), at=APRIL)
    monkeypatch.setattr(elsewhere, "why_not_then", lambda *given: "")
    taken = case.recorded_elsewhere(draft, decided_on=APRIL.date(), at=APRIL)
    with refused_by("draw_before_its_year_ended"):
        case.confirmed_elsewhere(taken, at=APRIL)


def test_what_has_lapsed_is_drawn_no_more_whenever_it_was_decided(case: Case):
    case.signed(case.costing(1000))
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)), at=LATER)
    actions.lapse(authorisation=case.authorisation, year=2016, by=case.clerk, at=APRIL)
    with pytest.raises(OverTheLimit, match="it has lapsed"):
        case.confirmed_elsewhere(taken, at=APRIL)


def under(case: Case, **values: Any) -> Any:
    """Another delegation of the same power."""
    given = {"title": "Another", "text": "As resolved.", "decision_maker": case.offices["Chief Executive"]}
    terms = {name: values.pop(name) for name in ("limits", "parts", "conditions") if name in values}
    return actions.record_delegation(
        decision=case.delegation.decision, values=given | values, steps=[], by=case.clerk, at=NOW, **terms
    )


def test_a_delegation_that_has_ended_since_allowed_it_on_its_day(case: Case, monkeypatch: pytest.MonkeyPatch):
    ended = under(case, expires=date(2016, 9, 10))
    draft = case.drafted(case.costing(1000), delegation=ended)
    with pytest.raises(ValidationError, match="The delegation ended on 10 September 2016"):
        case.recorded_elsewhere(draft, decided_on=date(2016, 9, 11))
    assert case.confirmed_elsewhere(case.recorded_elsewhere(draft, decided_on=date(2016, 9, 10))).state == State.SIGNED_OFF
    monkeypatch.setattr(elsewhere, "why_not_then", lambda *given: "")
    late = case.recorded_elsewhere(case.drafted(case.costing(1000), delegation=ended), decided_on=date(2016, 9, 11))
    with refused_by("sign_off_while_delegated"):
        case.confirmed_elsewhere(late)


def test_a_delegation_allowed_nothing_before_its_first_day(case: Case, monkeypatch: pytest.MonkeyPatch):
    begun = under(case, earliest=date(2016, 9, 5))
    draft = case.drafted(case.costing(1000), delegation=begun)
    with pytest.raises(ValidationError, match="5 September 2016"):
        case.recorded_elsewhere(draft, decided_on=date(2016, 9, 4))
    monkeypatch.setattr(elsewhere, "why_not_then", lambda *given: "")
    taken = case.recorded_elsewhere(draft, decided_on=date(2016, 9, 4))
    with refused_by("sign_off_from_the_first_day"):
        case.confirmed_elsewhere(taken)


def test_a_condition_was_met_by_the_day_of_the_decision(case: Case, monkeypatch: pytest.MonkeyPatch):
    given = under(case)
    condition = DelegationCondition.objects.create(delegation=given, text="The plan is agreed.")
    draft = case.drafted(case.costing(1000), delegation=given)
    with pytest.raises(ValidationError, match="The plan is agreed"):
        case.recorded_elsewhere(draft)
    met = {"condition": condition, "evidence": actions.Evidence("Minute 3."), "by": case.clerk, "at": NOW}
    actions.confirm_condition(**met, met_on=date(2016, 9, 2))
    with pytest.raises(ValidationError, match="This condition was met later, on 2 September 2016: The plan"):
        case.recorded_elsewhere(draft)
    assert case.recorded_elsewhere(draft, decided_on=date(2016, 9, 2))
    TakenElsewhere.objects.update(state="taken_back", answered_by=case.officer, answered_at=NOW)
    monkeypatch.setattr(elsewhere, "why_not_then", lambda *given: "")
    with refused_by("elsewhere_with_its_conditions_met"):
        case.confirmed_elsewhere(case.recorded_elsewhere(draft))


def test_notice_of_a_key_decision_was_given_before_its_day(case: Case):
    noticed = KEY | {"notice_on": date(2016, 8, 20)}
    with pytest.raises(ValidationError, match="28 clear days from the notice of 20 August 2016 have not passed"):
        case.recorded_elsewhere(case.drafted(case.costing(1000), case=noticed))
