"""What the database itself refuses about programmes, phases, funding sources, decisions and authorisations."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from phases.models import Authorisation, AuthorisationLimit, AuthorisationPhase, ExcludedItem, FundingDecision
from tests.making import (
    make_authorisation,
    make_decision,
    make_excluded_item,
    make_phase,
    make_programme,
    make_source,
)
from tests.refusals import refused_by, unique_columns

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("programme_years_in_order", {"first_year": 2017, "last_year": 2016}),
        ("programme_has_at_most_ten_years", {"first_year": 2016, "last_year": 2026}),
        ("programme_years_in_range", {"first_year": 1989, "last_year": 1991}),
        ("programme_years_in_range", {"first_year": 2099, "last_year": 2100}),
        ("programme_basis_is_known", {"basis": "weeks"}),
        ("programme_has_a_name", {"name": ""}),
    ],
)
def test_a_programme_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        make_programme(**values)


def test_ten_years_and_a_single_one_are_allowed():
    make_programme(first_year=2016, last_year=2025)
    make_programme(first_year=2099, last_year=2099)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("phase_number_in_range", {"number": 0}),
        ("phase_number_in_range", {"number": 100}),
        ("phase_has_a_name", {"name": ""}),
        ("phase_number_once", {"number": 1}),
        ("phase_named_once", {"number": 2, "name": "Phase 1"}),
    ],
)
def test_a_phase_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    programme = make_programme()
    make_phase(programme, 1)
    with refused_by(rule):
        make_phase(programme, **({"number": 5, "name": "Another"} | values))


def test_two_programmes_may_each_have_a_phase_one():
    make_phase(make_programme(), 1)
    make_phase(make_programme(), 1)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("funding_source_named_once", {"name": "Contingency"}),
        ("funding_source_kind_is_known", {"kind": "lottery"}),
        ("funding_source_has_a_name", {"name": ""}),
    ],
)
def test_a_funding_source_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    programme = make_programme()
    make_source(programme, name="Contingency")
    with refused_by(rule):
        make_source(programme, **values)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("decision_recorded_once", {"title": "Release"}),
        ("decision_outcome_is_known", {"outcome": "deferred"}),
        ("decision_has_its_text", {"text_resolved": ""}),
        ("decision_has_a_title", {"title": ""}),
    ],
)
def test_a_decision_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    programme = make_programme()
    make_decision(programme, title="Release")
    with refused_by(rule):
        make_decision(programme, **values)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("authorisation_named_once", {"title": "July release"}),
        ("authorisation_term_is_known", {"term": "for ever"}),
        ("authorisation_has_a_title", {"title": ""}),
    ],
)
def test_an_authorisation_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    decision = make_decision(make_programme())
    make_authorisation(decision, title="July release")
    with refused_by(rule):
        make_authorisation(decision, **values)


def test_an_authorisation_does_not_replace_itself():
    authorisation = make_authorisation(make_decision(make_programme()))
    with refused_by("authorisation_not_its_own_successor"):
        Authorisation.objects.filter(pk=authorisation.pk).update(replaces=authorisation)


def test_an_authorisation_is_replaced_once():
    decision = make_decision(make_programme())
    first = make_authorisation(decision)
    make_authorisation(decision, replaces=first)
    with refused_by("phases_authorisation_replaces_id_key"):
        make_authorisation(decision, replaces=first)


def test_an_authorisation_replaces_no_later_one():
    programme = make_programme()
    later = make_authorisation(make_decision(programme, decided_on=date(2016, 9, 14)))
    with refused_by("authorisation_replaces_an_earlier_one"):
        make_authorisation(make_decision(programme, decided_on=date(2016, 7, 20)), replaces=later)


def test_a_recommendation_authorises_nothing():
    recommended = make_decision(make_programme(), outcome=FundingDecision.Outcome.RECOMMENDED)
    with refused_by("authorisation_needs_a_resolution"):
        make_authorisation(recommended)


def test_a_decision_that_authorises_money_stays_resolved():
    decision = make_decision(make_programme())
    make_authorisation(decision)
    with refused_by("decision_with_authorisations_stays_resolved"):
        FundingDecision.objects.update(outcome=FundingDecision.Outcome.RECOMMENDED)


@pytest.mark.parametrize(
    ("rule", "year", "amount"),
    [
        ("limit_once_for_a_measure", 2016, 1),
        ("limit_once_for_a_measure", None, 1),
        ("limit_is_more_than_nothing", 2017, 0),
        ("limit_is_more_than_nothing", 2017, -1),
        ("limit_year_in_range", 1989, 1),
        ("limit_year_in_range", 2100, 1),
    ],
)
def test_a_limit_that_breaks_a_rule_is_refused(rule: str, year: int | None, amount: int):
    authorisation = make_authorisation(make_decision(make_programme()), limits={2016: 950_000, None: 1_471_000})
    with refused_by(rule):
        AuthorisationLimit.objects.create(authorisation=authorisation, financial_year=year, amount=amount)


def test_an_authorisation_names_a_phase_once():
    programme = make_programme()
    phase = make_phase(programme)
    authorisation = make_authorisation(make_decision(programme), phase)
    with refused_by("authorisation_phase_once"):
        AuthorisationPhase.objects.create(authorisation=authorisation, phase=phase, programme=programme)


@pytest.mark.parametrize(
    ("rule", "values"), [("excluded_item_named_once", {"title": "Lead"}), ("excluded_item_has_its_note", {"note": ""})]
)
def test_an_excluded_item_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    programme = make_programme()
    make_excluded_item(programme, title="Lead")
    with refused_by(rule):
        make_excluded_item(programme, **values)


@pytest.mark.parametrize(
    ("rule", "table"),
    [
        ("funding_source_with_programme", "phases_fundingsource"),
        ("decision_with_programme", "phases_fundingdecision"),
        ("phase_with_programme", "phases_phase"),
        ("authorisation_with_programme", "phases_authorisation"),
    ],
)
def test_what_is_referred_to_together_with_its_programme_has_a_key_for_it(rule: str, table: str):
    assert unique_columns(table, rule) == ["id", "programme_id"]


def _move(model: Any, pk: int, **values: Any) -> None:
    model.objects.filter(pk=pk).update(**values)


def test_an_authorisation_and_its_decision_are_of_one_programme():
    authorisation = make_authorisation(make_decision(make_programme()))
    with refused_by("authorisation_decision_same_programme"):
        _move(Authorisation, authorisation.pk, decision=make_decision(make_programme()))


def test_an_authorisation_and_its_source_are_of_one_programme():
    authorisation = make_authorisation(make_decision(make_programme()))
    with refused_by("authorisation_source_same_programme"):
        _move(Authorisation, authorisation.pk, funding_source=make_source(make_programme()))


def test_an_authorisation_and_the_one_it_replaces_are_of_one_programme():
    authorisation = make_authorisation(make_decision(make_programme()))
    with refused_by("authorisation_replaces_same_programme"):
        _move(Authorisation, authorisation.pk, replaces=make_authorisation(make_decision(make_programme())))


def test_an_authorisation_and_its_phases_are_of_one_programme():
    here, elsewhere = make_programme(), make_programme()
    authorisation = make_authorisation(make_decision(here))
    with refused_by("authorisation_phase_phase_same_programme"):
        AuthorisationPhase.objects.create(authorisation=authorisation, phase=make_phase(elsewhere), programme=here)
    with refused_by("authorisation_phase_authorisation_same_programme"):
        AuthorisationPhase.objects.create(authorisation=authorisation, phase=make_phase(elsewhere), programme=elsewhere)


def test_an_excluded_item_and_its_source_are_of_one_programme():
    item = make_excluded_item(make_programme())
    with refused_by("excluded_item_source_same_programme"):
        _move(ExcludedItem, item.pk, funding_source=make_source(make_programme()))


def test_no_constraint_of_the_database_is_unnamed_by_the_tests():
    """Those of migrations too, which the models do not know."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text LIKE 'phases_%' AND conname LIKE '%same_programme'"
        )
        named = {name for (name,) in cursor.fetchall()}
    assert len(named) == 6
