"""A person is a member, an officer, or it is not said yet: who may take which office, in rule, action, store and on the pages."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry, DeputyAppointment, Office, OfficeHolding, PowerChange, User
from accounts.offices import actions
from accounts.offices.rules import Days, fits
from accounts.people.actions import change_person, say_kind
from accounts.people.queries import details_of
from accounts.permissions.rules import Role
from tests.making import NOON, make_administrator, make_clerk, make_deputy, make_holding, make_office, make_user
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

APRIL, JULY = date(2016, 4, 1), date(2016, 7, 1)
AUTHORITY = "Constitution, Part 3"
KINDS = [(person, office) for person in ("", "member", "officer") for office in ("member", "officer", "outside")]


@pytest.fixture
def signed_in(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def _send(client: Client, address: str, **typed: Any) -> Any:
    form = client.get(address).context["form"]
    return client.post(address, typed | {"made_on": form.made_on})


def _person(kind: str, name: str = "Person") -> User:
    return make_user(Role.OFFICE_HOLDER, name=name, kind=kind)


@pytest.mark.parametrize(("person", "office"), KINDS)
def test_rule_action_and_store_agree_on_who_takes_which_office(administrator: User, person: str, office: str):
    """Each kind of person, not yet said included, with each kind of office: as holder and as deputy."""
    who, held = _person(person), make_office("An office", kind=office)
    taking = {"office": held, "days": Days(APRIL), "by": administrator, "at": NOON}
    if fits(person, office):
        actions.take_office(holder=who, **taking)
        actions.appoint_deputy(deputy=_person(person), authority=AUTHORITY, **taking)
        return
    for act, field in (
        (lambda: actions.take_office(holder=who, **taking), "holder" if person else "kind"),
        (lambda: actions.appoint_deputy(deputy=who, authority=AUTHORITY, **taking), "deputy" if person else "kind"),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert field in refusal.value.message_dict
    with refused_by("holder_of_the_offices_kind"):
        OfficeHolding.objects.create(office=held, holder=who, since=APRIL)
    with refused_by("deputy_of_the_offices_kind"):
        DeputyAppointment.objects.create(office=held, deputy=who, since=APRIL, authority=AUTHORITY)
    fitting = _person(office)
    holding = make_holding(held, fitting)
    with refused_by("holder_of_the_offices_kind"):
        OfficeHolding.objects.filter(pk=holding.pk).update(holder=who)
    given = {"holding": holding, "holder": who, "days": Days(APRIL), "reason": "Wrong.", "by": administrator, "at": NOON}
    with pytest.raises(ValidationError) as refusal:
        actions.correct_holding(**given)
    assert ("holder" if person else "kind") in refusal.value.message_dict


def test_a_councillor_without_an_office_never_deputises_for_an_officer(signed_in: Client):
    """Row 12: nothing but their account says that they are a councillor."""
    councillor, chief = _person("member", "Councillor Stone"), make_office()
    typed = {"deputy": councillor.pk, "since": "1 August 2016", "until": "", "authority": AUTHORITY}
    for said in ({}, {"kind": "on"}):
        page = _send(signed_in, f"/offices/{chief.pk}/deputy/", **typed, **said)
        assert page.context["form"].errors["deputy"] == [
            "Councillor Stone is recorded as a member: only an officer acts for an office of an officer."
        ]
    assert not DeputyAppointment.objects.exists()


@pytest.mark.parametrize("act", ["holder", "deputy"])
def test_whose_kind_is_not_said_takes_it_with_the_first_office_only_by_saying_so(signed_in: Client, act: str):
    person, leader = _person("", "New face"), make_office("Leader", kind="member")
    typed = {act: person.pk, "since": "1 August 2016", "until": "", "authority": AUTHORITY, "confirmed": "yes"}
    address = f"/offices/{leader.pk}/{act}/"
    page = _send(signed_in, address, **typed)
    assert page.context["form"].errors["kind"] == [
        "Nobody has recorded yet whether New face is a member or an officer. If New face is a member, tick this box."
    ]
    assert 'value="1 August 2016"' in page.text
    person.refresh_from_db()
    assert (person.kind, OfficeHolding.objects.count(), DeputyAppointment.objects.count()) == ("", 0, 0)
    if act == "holder":
        ahead = _send(signed_in, address, **{key: typed[key] for key in typed if key != "confirmed"}, kind="on")
        assert "New face is recorded as a member." in ahead.text
    assert _send(signed_in, address, **typed, kind="on").status_code == 302
    person.refresh_from_db()
    assert (person.kind, OfficeHolding.objects.count() + DeputyAppointment.objects.count()) == ("member", 1)
    entry = AuditEntry.objects.get(action="person_changed")
    assert (entry.subject, entry.details) == (f"person:{person.pk}", "Kind: member")


def test_what_a_new_holder_is_waits_for_the_second_administrator_with_the_office(signed_in: Client, settings: Any):
    settings.TWO_FOR_POWER = True
    person, leader = _person("", "New face"), make_office("Leader", kind="member")
    typed = {"holder": person.pk, "since": "1 April 2016", "until": "", "confirmed": "yes", "kind": "on"}
    _send(signed_in, f"/offices/{leader.pk}/holder/", **typed)
    change = PowerChange.objects.get()
    assert change.words == "New face takes office as Leader from 1 April 2016 on. New face is recorded as a member."
    person.refresh_from_db()
    assert person.kind == ""
    second = make_administrator()
    client = Client()
    client.force_login(second)
    client.post(f"/changes-of-power/{change.pk}/", {"decision": "confirm"})
    person.refresh_from_db()
    assert (person.kind, OfficeHolding.objects.get().holder) == ("member", person)


def test_a_correction_to_somebody_whose_kind_is_not_said_says_it(signed_in: Client):
    leader = make_office("Leader", kind="member")
    holding, person = make_holding(leader, _person("member")), _person("", "Right one")
    typed = {"holder": person.pk, "since": "1 April 2016", "until": "", "reason": "Typed wrongly."}
    address = f"/offices/holdings/{holding.pk}/"
    assert "kind" in _send(signed_in, address, **typed).context["form"].errors
    assert _send(signed_in, address, **typed, kind="on").status_code == 302
    person.refresh_from_db()
    assert person.kind == "member"


def test_somebody_of_an_outside_body_need_not_be_either(signed_in: Client):
    commissioner, person = make_office("Lead commissioner", kind="outside"), _person("")
    address = f"/offices/{commissioner.pk}/holder/"
    assert "kind" not in signed_in.get(address).context["form"].fields
    assert _send(signed_in, address, holder=person.pk, since="1 April 2016", until="", confirmed="yes").status_code == 302
    person.refresh_from_db()
    assert person.kind == ""


@pytest.mark.parametrize("by_holding", [True, False])
def test_what_somebody_is_does_not_change_against_an_office_they_ever_acted_for(administrator: User, by_holding: bool):
    person, leader = _person("member"), make_office("Leader", kind="member")
    if by_holding:
        make_holding(leader, person, APRIL, JULY)
    else:
        make_deputy(leader, person, APRIL, JULY)
    with pytest.raises(ValidationError) as refusal:
        change_person(person=person, details=details_of(person, kind="officer"), by=administrator, at=NOON)
    assert "an office of a member" in refusal.value.message_dict["kind"][0]
    with refused_by("person_fits_their_offices"):
        User.objects.filter(pk=person.pk).update(kind="officer")
    with pytest.raises(ValidationError, match="recorded as a member"):
        actions.change_office(office=leader, values={"kind": "officer"}, by=administrator, at=NOON)
    with refused_by("office_fits_its_people"):
        Office.objects.filter(pk=leader.pk).update(kind="officer")
    # The way round where the office was recorded wrongly: what they are is open again, the office put right, then said.
    change_person(person=person, details=details_of(person, kind=""), by=administrator, at=NOON)
    actions.change_office(office=leader, values={"kind": "officer"}, by=administrator, at=NOON)
    change_person(person=User.objects.get(pk=person.pk), details=details_of(person, kind="officer"), by=administrator, at=NOON)
    assert User.objects.get(pk=person.pk).kind == "officer"


def test_an_appointment_that_never_was_in_force_binds_nobody(administrator: User):
    person, leader = _person("member"), make_office("Leader", kind="member")
    revoked = {"revoked_from": APRIL, "revoked_at": NOON, "revoked_by": administrator}
    make_deputy(leader, person, APRIL, **revoked)
    change_person(person=person, details=details_of(person, kind="officer"), by=administrator, at=NOON)
    assert User.objects.get(pk=person.pk).kind == "officer"


def test_changing_what_somebody_is_takes_a_second_administrator(signed_in: Client, settings: Any):
    settings.TWO_FOR_POWER = True
    person = make_user(Role.AUDITOR, name="Clean", email="clean@council.example", kind="officer")
    typed = {"email": person.email, "name": "Clean", "job_title": "", "roles": ["auditor"], "is_active": "on"}
    _send(signed_in, f"/people/{person.pk}/", **typed, kind="member")
    change = PowerChange.objects.get()
    assert change.words == "The account of Clean is changed. Recorded as: an officer → a member."
    person.refresh_from_db()
    assert person.kind == "officer"


def test_the_person_s_page_refuses_at_its_place(signed_in: Client):
    person = _person("member", "Councillor Stone")
    make_holding(make_office("Leader", kind="member"), person)
    typed = {"email": person.email, "name": person.name, "job_title": "", "roles": ["office_holder"], "is_active": "on"}
    page = _send(signed_in, f"/people/{person.pk}/", **typed, kind="officer")
    assert page.context["form"].errors["kind"] == [
        "Councillor Stone acts or acted for the Leader, an office of a member. "
        "Somebody who changes from member to officer, or back, needs an account of their own for each."
    ]


def test_what_somebody_is_is_said_once_and_by_who_may(administrator: User):
    person = _person("")
    with pytest.raises(PermissionDenied):
        say_kind(person=person, kind="member", by=make_clerk(), at=NOON)
    say_kind(person=person, kind="member", by=administrator, at=NOON)
    say_kind(person=person, kind="member", by=administrator, at=NOON)
    assert AuditEntry.objects.filter(action="person_changed").count() == 1
    with pytest.raises(ValidationError, match="recorded as a member"):
        say_kind(person=person, kind="officer", by=administrator, at=NOON)
    with refused_by("user_kind_is_known"):
        User.objects.filter(pk=person.pk).update(kind="robot")


def test_lists_and_pages_say_what_everybody_is(signed_in: Client):
    unsaid, office = make_user(name="Unsaid"), make_office()
    with connection.cursor() as cursor:  # as before anybody was asked
        cursor.execute("ALTER TABLE accounts_officeholding DISABLE TRIGGER USER")
        OfficeHolding.objects.create(office=office, holder=unsaid, since=APRIL)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_officeholding ENABLE TRIGGER USER")
    _person("member", "Councillor Stone")
    people = signed_in.get("/people/").text
    assert "Member" in people
    assert "Not said yet" in people
    narrowed = signed_in.get("/people/", {"kind": "unsaid"}).text
    assert "Unsaid" in narrowed
    assert "Councillor Stone" not in narrowed
    assert "Not said yet whether member or officer" in signed_in.get(f"/offices/{office.pk}/").text
    # What was recorded before anybody was asked ends like any other.
    actions.end_holding(holding=OfficeHolding.objects.get(), until=JULY, by=make_administrator(), at=NOON)
