"""Nobody takes or gives power alone: a second administrator confirms it, and whom it concerns is told at the old address."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import AuditEntry, Office, OfficeHolding, PowerChange, User
from accounts.offices.rules import Days
from accounts.people.queries import details_of
from accounts.people.rules import PersonDetails
from accounts.permissions.rules import Role
from accounts.power_changes import actions
from accounts.power_changes.queries import changing_person, correcting_holding, taking_office, waiting_for
from accounts.power_changes.rules import DECIDING, Unconfirmable, gives_power, why_not_confirm
from accounts.power_changes.wording.rules import unconfirmable_in_words
from tests.making import NOON, make_administrator, make_clerk, make_holding, make_user, said_to_fit
from tests.refusals import refused_by
from tests.working import work

pytestmark = pytest.mark.django_db

APRIL = date(2016, 4, 1)
LATER = NOON.replace(hour=15)


@pytest.fixture(autouse=True)
def takes_two(settings: Any) -> None:
    settings.TWO_FOR_POWER = True


@pytest.fixture
def first() -> User:
    return make_administrator(name="First administrator", email="first@council.example")


@pytest.fixture
def second() -> User:
    return make_administrator(name="Second administrator", email="second@council.example")


def _client(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _asked(office: Office, holder: User, by: User) -> PowerChange:
    said_to_fit(holder, office)
    asked = actions.give(wanted=taking_office(office, holder, Days(APRIL)), by=by, at=NOON)
    assert isinstance(asked, PowerChange)
    return asked


def test_an_administrator_makes_nobody_chief_executive_alone(first: User, second: User, office: Office):
    made_up = make_user(Role.OFFICE_HOLDER, name="New face", kind="officer")
    client, address = _client(first), f"/offices/{office.pk}/holder/"
    typed = {"holder": made_up.pk, "since": "1 April 2016", "until": ""}
    form = client.get(address).context["form"]
    sent = client.post(address, typed | {"made_on": form.made_on, "confirmed": "yes"}, follow=True)
    assert "another administrator must confirm it" in sent.text
    assert not OfficeHolding.objects.exists()
    change = PowerChange.objects.get()
    assert change.words == "New face takes office as Chief Executive from 1 April 2016 on."
    with pytest.raises(ValidationError, match="You asked for it: another administrator"):
        actions.confirm(change=change, by=first, at=LATER)
    page = _client(second).post(f"/changes-of-power/{change.pk}/", {"decision": "confirm"}, follow=True)
    assert "Confirmed: New face takes office as Chief Executive" in page.text
    assert OfficeHolding.objects.get().holder == made_up
    entry = AuditEntry.objects.get(action="power_confirmed")
    assert "Values" not in entry.details
    assert (entry.actor, '"asked_by":"first@council.example"' in entry.content.replace(" ", "")) == (second, True)


def test_whom_it_concerns_is_told_and_whoever_may_confirm_it(first: User, second: User, office: Office):
    before, after = make_user(email="before@council.example"), make_user(email="after@council.example")
    make_holding(office, before, date(2015, 4, 1))
    change = _asked(office, after, first)
    work()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([second.email], "A change of power needs your confirmation")
    ]
    assert f"/changes-of-power/{change.pk}/" in mail.outbox[0].body
    actions.confirm(change=change, by=second, at=LATER)
    work()
    assert [letter.to for letter in mail.outbox[1:]] == [["after@council.example"], ["before@council.example"]]
    assert "First administrator asked for this, and Second administrator confirmed it." in mail.outbox[1].body


def test_the_address_of_somebody_with_power_changes_only_by_two_and_the_old_address_hears_of_it(first: User, second: User):
    chief = make_user(Role.OFFICE_HOLDER, name="Chief", email="chief@council.example")
    client, address = _client(first), f"/people/{chief.pk}/"
    form = client.get(address).context["form"]
    typed = {"email": "Mine@council.example", "name": "Chief", "job_title": "", "roles": ["office_holder"], "is_active": "on"}
    client.post(address, typed | {"made_on": form.made_on})
    chief.refresh_from_db()
    assert chief.email == "chief@council.example"
    change = PowerChange.objects.get()
    assert "E-mail address: chief@council.example → mine@council.example." in change.words
    actions.confirm(change=change, by=second, at=change.asked_at)
    work()
    chief.refresh_from_db()
    assert chief.email == "mine@council.example"
    assert ["chief@council.example"] in [letter.to for letter in mail.outbox]


def test_a_role_that_decides_takes_two_and_another_does_not(first: User):
    client = _client(first)
    for role, waits in ((Role.CLERK, 1), (Role.ADMINISTRATOR, 2), (Role.FINANCE_OFFICER, 2)):
        form = client.get("/people/add/").context["form"]
        typed = {"email": f"{role}@council.example", "name": f"New {role}", "job_title": "", "roles": [role]}
        client.post("/people/add/", typed | {"made_on": form.made_on})
        assert PowerChange.objects.count() == waits
    assert User.objects.filter(name__startswith="New").count() == 1


def test_what_could_not_be_done_is_refused_when_it_is_asked_for(first: User, office: Office):
    with pytest.raises(ValidationError, match="You cannot record your own office"):
        _asked(office, first, first)
    assert not PowerChange.objects.exists()
    with pytest.raises(PermissionDenied):
        _asked(office, make_user(), make_clerk())


def test_what_no_longer_can_be_done_says_so_and_waits(first: User, second: User, office: Office):
    change = _asked(office, make_user(), first)
    make_holding(office, make_user(name="Somebody quicker"))
    page = _client(second).post(f"/changes-of-power/{change.pk}/", {"decision": "confirm"}, follow=True)
    assert "Nothing was changed. Somebody quicker takes this office on the same day." in page.text
    change.refresh_from_db()
    assert change.outcome == ""


def test_an_account_that_changed_since_is_not_put_back(first: User, second: User):
    leaver = make_user(Role.AUDITOR, name="Leaver", email="leaver@council.example")
    asked = PersonDetails("leaver@council.example", "Leaver", "", [Role.CLERK])
    wanted = changing_person(leaver, asked, APRIL)
    assert wanted
    change = actions.give(wanted=wanted, by=first, at=NOON)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="changed by somebody else since"):
        actions.confirm(change=change, by=second, at=LATER)
    leaver.refresh_from_db()
    assert (leaver.is_active, leaver.roles) == (False, [Role.AUDITOR])


def test_the_mail_of_somebody_whose_office_is_asked_for_is_led_elsewhere_only_by_two(first: User, second: User, office: Office):
    clean = make_user(Role.AUDITOR, name="Clean", email="clean@council.example")
    elsewhere = details_of(clean, email="mine@council.example")
    assert changing_person(clean, elsewhere, APRIL) is None
    change = _asked(office, clean, first)
    assert changing_person(clean, details_of(clean, email="mine@council.example"), APRIL)
    assert "clean@council.example" in _client(second).get(f"/changes-of-power/{change.pk}/").text


def test_a_holding_that_changed_since_is_not_corrected_over(first: User, second: User, office: Office):
    holding = make_holding(office, make_user(name="Before"))
    wanted = correcting_holding(holding, make_user(name="After", kind="officer"), Days(APRIL), "Typed wrongly.")
    change = actions.give(wanted=wanted, by=first, at=NOON)
    OfficeHolding.objects.update(until=date(2016, 12, 31))
    with pytest.raises(ValidationError, match="changed by somebody else since"):
        actions.confirm(change=change, by=second, at=LATER)
    assert OfficeHolding.objects.get().holder.name == "Before"


def test_nobody_confirms_power_for_themselves(first: User, second: User, office: Office):
    change = _asked(office, second, first)
    with pytest.raises(ValidationError, match="It gives power to you"):
        actions.confirm(change=change, by=second, at=LATER)
    assert list(waiting_for(second)) == list(waiting_for(first)) == []
    third = make_administrator()
    assert list(waiting_for(third)) == [change]
    assert "Confirm or refuse a change of power" in _client(third).get("/").text


def test_it_is_refused_or_withdrawn_and_then_stays(first: User, second: User, office: Office):
    refused, withdrawn = _asked(office, make_user(), first), _asked(office, make_user(), first)
    actions.refuse(change=refused, by=second, at=LATER)
    _client(first).post(f"/changes-of-power/{withdrawn.pk}/", {"decision": "refuse"})
    assert set(PowerChange.objects.values_list("outcome", flat=True)) == {"refused", "withdrawn"}
    for change in (refused, withdrawn):
        with pytest.raises(ValidationError, match="already"):
            actions.confirm(change=change, by=second, at=LATER)
    assert not OfficeHolding.objects.exists()
    assert "Refused" in _client(first).get("/changes-of-power/").text


def test_where_there_is_no_second_administrator_the_page_says_who_makes_one(first: User, office: Office):
    change = _asked(office, make_user(), first)
    page = _client(first).get(f"/changes-of-power/{change.pk}/")
    assert "manage.py create_administrator" in page.text
    assert "Confirm the change" not in page.text


def test_the_database_refuses_what_the_rule_refuses(first: User, second: User, office: Office):
    change = _asked(office, second, first)
    decided = {"outcome": "confirmed", "decided_at": LATER}
    for rule, values in {
        "power_change_confirmed_by_another": decided | {"decided_by": first},
        "power_change_not_confirmed_by_whom_it_empowers": decided | {"decided_by": second},
        "power_change_decision_is_whole": decided,
        "power_change_decided_once": {"words": "Something else."},
    }.items():
        with refused_by(rule):
            PowerChange.objects.filter(pk=change.pk).update(**values)
    with refused_by("power_change_stays"):
        PowerChange.objects.all().delete()
    given = {"kind": "take_office", "values": {}, "words": "More.", "asked_by": first, "asked_at": NOON}
    with refused_by("power_change_begins_undecided"):
        PowerChange.objects.create(**given, **decided, decided_by=second)
    with refused_by("power_change_kind_is_known"):
        PowerChange.objects.create(**given | {"kind": "other"})
    with refused_by("power_change_says_what"):
        PowerChange.objects.create(**given | {"words": " "})
    PowerChange.objects.filter(pk=change.pk).update(**decided | {"outcome": "refused"}, decided_by=second)
    with refused_by("power_change_decided_once"):
        PowerChange.objects.filter(pk=change.pk).update(outcome="withdrawn")


DETAILS = PersonDetails("person@council.example", "Person", "", ["auditor"])


@pytest.mark.parametrize(
    ("roles", "after", "has_office", "gives"),
    [
        (["auditor"], {}, True, False),
        (["auditor"], {"name": "Other"}, True, False),
        (["auditor"], {"email": "other@council.example"}, False, False),
        (["auditor"], {"email": "other@council.example"}, True, True),
        (["auditor"], {"email": "PERSON@council.example"}, True, False),
        (["clerk"], {"email": "other@council.example"}, False, True),
        (["clerk"], {"roles": ["auditor"]}, False, False),
        (["clerk"], {"roles": ["clerk", "office_holder"]}, False, True),
        (["auditor"], {"kind": "officer"}, False, True),
        (["auditor"], {"kind": "officer", "is_active": False}, False, True),
        (["clerk"], {"is_active": False, "email": "other@council.example"}, True, False),
    ],
)
def test_what_gives_power(roles: list[str], after: dict[str, Any], has_office: bool, gives: bool):
    before = replace(DETAILS, roles=roles)
    assert gives_power(before, replace(before, **after), has_office=has_office) is gives


def test_who_may_sign_in_again_and_who_is_new():
    gone = replace(DETAILS, roles=["clerk"], is_active=False)
    assert gives_power(gone, replace(gone, is_active=True), has_office=False)
    assert {role for role in Role if gives_power(None, replace(DETAILS, roles=[role]), has_office=False)} == DECIDING


def test_who_may_confirm():
    assert why_not_confirm(1, 2, {1, 2, 3}, 3) is None
    assert why_not_confirm(1, 2, {1, 2}, 1) is Unconfirmable.ALONE
    assert unconfirmable_in_words(why_not_confirm(1, 2, {1, 2, 3}, 1)).startswith("You asked for it")
    assert unconfirmable_in_words(why_not_confirm(1, 2, {1, 2, 3}, 2)).startswith("It gives power to you")
    assert unconfirmable_in_words(why_not_confirm(1, None, {1, 3}, 4)) == "Only an administrator confirms it."
