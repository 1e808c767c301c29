"""Writes to programmes: who may, what is recorded, and that the programme's version moves on."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from costing.measure import FULL_YEAR, in_year
from phases.authorisations import actions as authorisations_actions
from phases.decisions import actions as decisions_actions
from phases.funding import actions as funding_actions
from phases.models import AuthorisationLimit, FundingDecision, FundingSource, Programme
from phases.programmes import actions as programmes_actions
from tests.making import (
    NOON,
    make_administrator,
    make_auditor,
    make_authorisation,
    make_body,
    make_clerk,
    make_decision,
    make_officer,
    make_phase,
    make_programme,
    make_source,
    make_user,
)

pytestmark = pytest.mark.django_db

PROGRAMME = {"slug": "ofsted", "name": "Ofsted", "table_title": "EXPENDITURE", "first_year": 2016, "last_year": 2017}
DECISION = {"title": "Release", "decided_on": date(2016, 7, 20), "text_resolved": "Agreed."}


def _authorise(decision: FundingDecision, by: Any, **values: Any) -> Any:
    source = make_source(decision.programme)
    given = {"title": "July release", "term": "one_off", "funding_source": source} | values.pop("values", {})
    phases, limits = values.pop("phases", []), values.pop("limits", {in_year(2016): Decimal(950_000)})
    money = authorisations_actions.AuthorisedMoney(given, phases, limits)
    return authorisations_actions.record_authorisation(decision=decision, money=money, by=by, at=NOON, **values)


@pytest.mark.parametrize("make", [make_clerk, make_auditor, make_user])
def test_only_finance_and_the_administrator_set_programmes_up(make):
    by, programme = make(), make_programme()
    with pytest.raises(PermissionDenied):
        programmes_actions.save_programme(values=PROGRAMME, by=by, at=NOON)
    with pytest.raises(PermissionDenied):
        programmes_actions.save_phase(programme=programme, values={"number": 1, "name": "One"}, by=by, at=NOON)
    with pytest.raises(PermissionDenied):
        funding_actions.save_funding_source(programme=programme, values={"name": "Fund", "kind": "grant"}, by=by, at=NOON)
    with pytest.raises(PermissionDenied):
        funding_actions.save_excluded_item(programme=programme, values={"title": "Lead", "note": "Elsewhere."}, by=by, at=NOON)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("make", [make_officer, make_administrator, make_auditor, make_user])
def test_only_a_clerk_records_decisions(make):
    by, decision = make(), make_decision(make_programme())
    with pytest.raises(PermissionDenied):
        decisions_actions.record_decision(programme=decision.programme, values=DECISION | {"body": make_body()}, by=by, at=NOON)
    with pytest.raises(PermissionDenied):
        _authorise(decision, by)
    assert not AuditEntry.objects.exists()


def test_each_write_is_recorded_and_moves_the_version_on():
    officer = make_officer()
    programme = programmes_actions.save_programme(values=PROGRAMME, by=officer, at=NOON)
    versions = [Programme.objects.get().version]
    phase = programmes_actions.save_phase(programme=programme, values={"number": 1, "name": "One"}, by=officer, at=NOON)
    versions.append(Programme.objects.get().version)
    programmes_actions.save_phase(
        programme=programme, phase=phase, values={"number": 1, "name": "Phase One"}, by=officer, at=NOON
    )
    versions.append(Programme.objects.get().version)
    assert versions == sorted(set(versions))
    entries = AuditEntry.objects.order_by("number")
    assert [entry.action for entry in entries] == ["programme_added", "phase_added", "phase_changed"]
    assert {entry.subject for entry in entries} == {"programme:ofsted"}
    assert json.loads(entries[2].content)["details"]["changed"] == {"name": ["One", "Phase One"]}


def test_a_wrong_value_names_its_field_and_writes_nothing():
    with pytest.raises(ValidationError) as refusal:
        programmes_actions.save_programme(values=PROGRAMME | {"name": "Of\u202efsted"}, by=make_officer(), at=NOON)
    assert list(refusal.value.error_dict) == ["name"]
    assert not Programme.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_recommendation_authorises_nothing_until_it_is_resolved():
    clerk, decision = make_clerk(), make_decision(make_programme(), outcome="recommended")
    with pytest.raises(ValidationError, match="A recommendation authorises nothing"):
        _authorise(decision, clerk)
    decisions_actions.record_decision(
        programme=decision.programme, decision=decision, values={"outcome": "resolved"}, by=clerk, at=NOON
    )
    assert _authorise(decision, clerk).pk


def test_a_decision_that_authorises_money_stays_resolved():
    clerk, decision = make_clerk(), make_decision(make_programme())
    make_authorisation(decision)
    with pytest.raises(ValidationError, match="must stay resolved"):
        decisions_actions.record_decision(
            programme=decision.programme, decision=decision, values={"outcome": "recommended"}, by=clerk, at=NOON
        )


def test_an_authorisation_has_a_limit():
    with pytest.raises(ValidationError, match="at least one limit"):
        _authorise(make_decision(make_programme()), make_clerk(), limits={})


def test_limits_and_phases_are_replaced_by_those_of_the_last_save():
    programme, clerk = make_programme(), make_clerk()
    one, two, decision = make_phase(programme, 1), make_phase(programme, 2), make_decision(programme)
    made = _authorise(decision, clerk, phases=[one, two], limits={in_year(2016): Decimal(1), FULL_YEAR: Decimal(2)})
    _authorise(decision, clerk, authorisation=made, phases=[two], limits={in_year(2017): Decimal(3)})
    assert list(made.phases.all()) == [two]
    assert list(AuthorisationLimit.objects.values_list("financial_year", "amount")) == [(2017, 3)]


def test_a_later_authorisation_is_not_replaced_by_an_earlier_decision():
    programme = make_programme()
    later = make_authorisation(make_decision(programme, decided_on=date(2016, 9, 26)))
    with pytest.raises(ValidationError, match="26 September 2016, after this decision"):
        _authorise(make_decision(programme), make_clerk(), values={"replaces": later})


def test_a_source_is_one_of_the_kinds():
    with pytest.raises(ValidationError):
        funding_actions.save_funding_source(
            programme=make_programme(), values={"name": "Pools", "kind": "lottery"}, by=make_officer(), at=NOON
        )
    assert not FundingSource.objects.exists()
