"""Writes about people and the council: who may, what is recorded, and who is never locked out."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.council import actions as council_actions
from accounts.models import AuditEntry, Council, User
from accounts.people import actions as people_actions
from accounts.people.rules import PersonDetails
from accounts.permissions.rules import Permission, Role
from tests.making import NOON, PASSWORD, make_administrator, make_auditor, make_clerk, make_office, make_officer, make_user

pytestmark = pytest.mark.django_db


def _last_details() -> dict:
    return json.loads(AuditEntry.objects.first().content)["details"]


def _changed(person: User, by: User, **values: object) -> User:
    given = {name: getattr(person, name) for name in ("email", "name", "job_title", "roles", "is_active")}
    return people_actions.change_person(person=person, details=PersonDetails(**(given | values)), by=by, at=NOON)


def test_the_first_administrator_is_granted_by_nobody_and_recorded():
    person = people_actions.create_first_administrator(email="First@Council.example", name="First", password=PASSWORD, at=NOON)
    assert person.email == "first@council.example"
    assert person.check_password(PASSWORD)
    assert person.may(Permission.MANAGE_PEOPLE)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("person_added", None)
    assert PASSWORD not in entry.content


def test_power_takes_two_so_two_are_made_without_the_site_and_no_third():
    for name in ("first", "second"):
        address = f"{name}@council.example"
        people_actions.create_first_administrator(email=address, name=name, password=PASSWORD, at=NOON)
    with pytest.raises(ValueError, match="There are two administrators already"):
        people_actions.create_first_administrator(email="third@council.example", name="Third", password=PASSWORD, at=NOON)


def test_where_the_only_administrator_has_left_a_first_one_may_be_made_again():
    make_administrator(is_active=False)
    assert people_actions.create_first_administrator(email="new@council.example", name="New", password=PASSWORD, at=NOON).pk


@pytest.mark.parametrize("make", [make_officer, make_clerk, make_auditor, make_user])
def test_only_an_administrator_changes_people_and_settings(make):
    by, person = make(), make_user()
    with pytest.raises(PermissionDenied):
        people_actions.add_person(details=PersonDetails("a@council.example", "A", "", [Role.CLERK]), by=by, at=NOON)
    with pytest.raises(PermissionDenied):
        _changed(person, by, name="Other")
    with pytest.raises(PermissionDenied):
        council_actions.change_council(values={"name": "Other"}, by=by, at=NOON)
    assert not AuditEntry.objects.exists()


def test_who_can_no_longer_sign_in_may_do_nothing():
    with pytest.raises(PermissionDenied):
        council_actions.change_council(values={"name": "Other"}, by=make_administrator(is_active=False), at=NOON)


def test_a_change_of_a_person_records_what_differs_and_nothing_else():
    person = make_clerk(name="Before")
    _changed(person, make_administrator(), name="After")
    assert _last_details() == {"name": ["Before", "After"]}


def test_saving_a_person_unchanged_records_nothing():
    _changed(make_clerk(), make_administrator())
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("values", [{"roles": [Role.CLERK]}, {"is_active": False}])
def test_the_last_administrator_stays(values: dict):
    administrator = make_administrator()
    with pytest.raises(people_actions.LastAdministrator):
        _changed(administrator, administrator, **values)
    administrator.refresh_from_db()
    assert administrator.may(Permission.MANAGE_PEOPLE)


def test_one_of_two_administrators_may_go():
    make_administrator()
    leaving = make_administrator()
    assert not _changed(leaving, leaving, is_active=False).is_active


def test_an_address_is_given_once_whatever_its_case():
    make_user(email="somebody@council.example")
    details, administrator = PersonDetails("SOMEBODY@council.example", "B", "", []), make_administrator()
    with pytest.raises(ValidationError):
        people_actions.add_person(details=details, by=administrator, at=NOON)


def test_the_settings_are_made_with_their_first_change():
    council_actions.change_council(values={"name": "London Borough", "colour": "#1d4f5f"}, by=make_administrator(), at=NOON)
    assert Council.objects.get().name == "London Borough"
    assert _last_details() == {"name": ["Your council", "London Borough"]}


def test_the_settings_name_the_office_that_is_told_of_overdue_answers():
    office = make_office("Monitoring Officer")
    council_actions.change_council(values={"overdue_office": office, "overdue_days": 3}, by=make_administrator(), at=NOON)
    assert Council.objects.get().overdue_office == office
    assert _last_details() == {"overdue_office": [None, "Monitoring Officer"], "overdue_days": [2, 3]}


def test_who_plans_the_money_never_records_what_a_body_allowed():
    assert not make_officer().may(Permission.RECORD_DECISIONS)
    assert not make_clerk().may(Permission.EDIT_LINES)
    assert not make_administrator().may(Permission.EDIT_LINES)
    assert not make_administrator().may(Permission.RECORD_DECISIONS)
