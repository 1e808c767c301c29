"""The pages on which an administrator keeps offices, their holders and deputies."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import DeputyAppointment, Office, OfficeHolding, User
from accounts.offices import queries
from tests.accounts.entries import last_entry
from tests.making import (
    make_auditor,
    make_clerk,
    make_deputy,
    make_holding,
    make_office,
    make_user,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

APRIL, JULY, AUGUST, MARCH = date(2016, 4, 1), date(2016, 7, 1), date(2016, 8, 31), date(2017, 3, 31)

AUTHORITY = "Constitution, Part 3, paragraph 4.2"


@pytest.fixture
def signed_in(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def test_the_page_says_why_a_member_is_no_deputy_of_an_officer(signed_in: Client, office: Office):
    leader = make_user(name="Councillor Stone")
    make_holding(make_office("Leader of the Council", kind="member"), leader)
    given = {"deputy": leader.pk, "since": "1 August 2016", "until": "", "authority": AUTHORITY}
    page = _send(signed_in, f"/offices/{office.pk}/deputy/", **given)
    assert "Councillor Stone holds the office Leader of the Council, of a member" in _errors(page)["deputy"][0]
    assert not DeputyAppointment.objects.exists()


# The pages


def _mark(text: str) -> str:
    return re.search(r'name="made_on" value="(\w+)"', text)[1]


def _send(signed_in: Client, address: str, **typed: Any) -> Any:
    return signed_in.post(address, typed | {"made_on": _mark(signed_in.get(address).text)})


def _errors(response: Any) -> dict[str, list[str]]:
    return {field: [str(error) for error in errors] for field, errors in response.context["form"].errors.items()}


def test_an_administrator_adds_an_office_and_records_who_takes_it_after_seeing_what_changes(signed_in: Client):
    added = _send(signed_in, "/offices/add/", name="Monitoring Officer", kind="officer")
    office = Office.objects.get()
    assert added.url == f"/offices/{office.pk}/"
    before, after = make_user(name="Person before"), make_user(name="Person after", kind="officer")
    make_holding(office, before, APRIL)
    address = f"/offices/{office.pk}/holder/"
    check = _send(signed_in, address, holder=after.pk, since="1/7/2016", until="Mar 2017")
    assert "Person after takes office as Monitoring Officer" in check.text
    for said in (
        "Person after holds the office from 1 July 2016 to 31 March 2017.",
        "Person before, in office since 1 April 2016, leaves on 30 June 2016.",
        "From 1 April 2017 nobody holds the office, unless you record who does.",
    ):
        assert said in check.text
    assert office.holdings.count() == 1  # nothing is recorded before it is confirmed
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', check.text))
    assert signed_in.post(address, hidden).url == f"/offices/{office.pk}/"
    assert list(office.holdings.order_by("since").values_list("holder", "since", "until")) == [
        (before.pk, APRIL, date(2016, 6, 30)),
        (after.pk, JULY, MARCH),
    ]


def test_a_confirmation_given_to_something_else_than_stands_now_is_not_recorded(signed_in: Client, office: Office):
    address, after = f"/offices/{office.pk}/holder/", make_user(kind="officer")
    check = _send(signed_in, address, holder=after.pk, since="1 July 2016", until="")
    assert "Nobody is recorded as holding the office on 30 June 2016." in check.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', check.text))
    make_holding(office, make_user(name="Somebody quicker"), APRIL)
    response = signed_in.post(address, hidden)
    assert response.status_code == 409
    assert "Somebody else changed who holds this office" in response.text
    assert office.holdings.count() == 1


def test_a_deputy_is_appointed_and_revoked_on_the_pages(signed_in: Client, office: Office):
    deputy = make_user(name="The deputy", kind="officer")
    typed = {"deputy": deputy.pk, "since": "1 July 2016", "until": "", "authority": "Minute 12 <b>of Council</b>"}
    assert _send(signed_in, f"/offices/{office.pk}/deputy/", **typed).status_code == 302
    page = " ".join(signed_in.get(f"/offices/{office.pk}/").text.split())
    assert "Minute 12 &lt;b&gt;of Council&lt;/b&gt;" in page
    assert "From 1 July 2016 until further notice" in page
    appointment = office.deputies.get()
    address = f"/offices/deputies/{appointment.pk}/revoke/"
    assert _send(signed_in, address, revoked_from="1 Sept 2016").status_code == 302
    assert "Revoked from 1 September 2016." in signed_in.get(f"/offices/{office.pk}/").text
    assert "already revoked" in str(_errors(_send(signed_in, address, revoked_from="1 Sept 2016")))


def test_a_holding_is_ended_and_corrected_on_the_pages(signed_in: Client, office: Office):
    holder = make_user()
    holding = make_holding(office, holder, APRIL)
    assert _send(signed_in, f"/offices/holdings/{holding.pk}/end/", until="31/3/2017").status_code == 302
    typed = {"holder": holder.pk, "since": "1 April 2016", "until": "31 August 2016", "reason": "Left earlier."}
    assert _send(signed_in, f"/offices/holdings/{holding.pk}/", **typed).status_code == 302
    holding.refresh_from_db()
    assert holding.until == AUGUST


def test_an_office_is_renamed_on_its_page_but_not_to_a_name_that_is_taken(signed_in: Client, office: Office):
    make_office("Leader of the Council")
    address = f"/offices/{office.pk}/change/"
    taken = {"name": ["Another office has this name: choose another."]}
    assert _errors(_send(signed_in, address, kind="officer", name="Leader of the Council")) == taken
    assert _errors(_send(signed_in, "/offices/add/", name="Leader of the Council", kind="member")) == taken
    assert _send(signed_in, address, name="Managing Director", kind="officer").status_code == 302
    assert "Managing Director" in signed_in.get("/offices/").text


# The statutory roles


def test_a_statutory_role_belongs_to_one_office_and_to_a_role_that_there_is(office: Office):
    Office.objects.filter(pk=office.pk).update(statutory_role="head_of_paid_service")
    leader = Office.objects.filter(pk=make_office("Leader of the Council").pk)
    with refused_by("statutory_role_of_one_office"):
        leader.update(statutory_role="head_of_paid_service")
    with refused_by("office_statutory_role_of_an_officer"):
        leader.update(kind="member", statutory_role="monitoring_officer")
    with refused_by("office_kind_is_known"):
        leader.update(kind="robot")
    with refused_by("office_statutory_role_is_known"):
        leader.update(statutory_role="returning_officer")


def test_an_office_takes_a_statutory_role_and_gives_it_up(signed_in: Client, office: Office):
    director, said = make_office("Director of Finance"), "Another office has this statutory role: take it from that one first."
    address = f"/offices/{office.pk}/change/"
    assert _send(signed_in, address, name=office.name, kind="officer", statutory_role="section_151").status_code == 302
    assert "Section 151 officer" in signed_in.get(f"/offices/{office.pk}/").text
    assert "Section 151 officer" in signed_in.get("/offices/").text
    assert last_entry() == ("office_changed", f"office:{office.slug}", {"statutory_role": ["", "section_151"]})
    taken = _send(signed_in, f"/offices/{director.pk}/change/", name=director.name, kind="officer", statutory_role="section_151")
    assert _errors(taken) == {"statutory_role": [said]}
    assert _send(signed_in, address, name=office.name, kind="officer", statutory_role="").status_code == 302
    assert not Office.objects.exclude(statutory_role="").exists()


def test_an_office_is_added_with_its_statutory_role(signed_in: Client):
    _send(signed_in, "/offices/add/", name="Borough Solicitor", kind="officer", statutory_role="monitoring_officer")
    assert Office.objects.get().get_statutory_role_display() == "Monitoring officer"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"holder": ""}, "holder", "Choose the new holder."),
        ({"since": ""}, "since", "Enter the first day."),
        ({"since": "31/4/2016"}, "since", "April has 30 days."),
        ({"since": "1/7/16"}, "since", "Write the year with four digits: 2016."),
        ({"until": "1 Jan 2016"}, "until", "The last day must not come before the first."),
    ],
)
def test_a_mistake_about_a_holder_gets_its_message_and_loses_nothing(
    signed_in: Client, office: Office, typed: dict[str, str], field: str, said: str
):
    given = {"holder": str(make_user().pk), "since": "1 July 2016", "until": "31 March 2017"} | typed
    response = _send(signed_in, f"/offices/{office.pk}/holder/", **given)
    assert _errors(response) == {field: [said]}
    assert f'value="{given["until"]}"' in response.text
    assert not OfficeHolding.objects.exists()


def test_a_deputy_who_can_no_longer_sign_in_is_not_offered(signed_in: Client, office: Office):
    gone = make_user(name="Gone away", is_active=False)
    assert "Gone away" not in signed_in.get(f"/offices/{office.pk}/deputy/").text
    assert "Gone away (can no longer sign in)" in signed_in.get(f"/offices/{office.pk}/holder/").text
    typed = {"deputy": gone.pk, "since": "1 July 2016", "authority": "."}
    assert "deputy" in _errors(_send(signed_in, f"/offices/{office.pk}/deputy/", **typed))


@pytest.mark.parametrize(
    "address", ["/offices/9/", "/offices/9/holder/", "/offices/9/deputy/", "/offices/holdings/9/", "/offices/deputies/9/revoke/"]
)
def test_an_unknown_office_holding_or_appointment_is_not_found(signed_in: Client, address: str):
    assert signed_in.get(address).status_code == 404
    assert signed_in.post(address, {}).status_code in (404, 405)


def test_the_list_shows_who_holds_each_office_today_and_who_may_act(
    client: Client, office: Office, django_assert_num_queries: DjangoAssertNumQueries
):
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    client.force_login(make_clerk())
    make_office("Leader of the Council")
    make_holding(office, make_user(name="Present holder"), APRIL, today)
    make_holding(office, make_user(name="Next holder"), tomorrow)
    make_deputy(office, make_user(name="Deputy of today"))
    make_deputy(office, make_user(name="Deputy of tomorrow"), tomorrow)
    page = client.get("/offices/").text
    for said in ("Present holder", "Next holder", "Deputy of today", "Vacant"):
        assert said in page
    assert "Deputy of tomorrow" not in page
    assert "/offices/add/" not in page  # readers are offered nothing they may not do
    assert "/holder/" not in client.get(f"/offices/{office.pk}/").text
    every = list(Office.objects.all())
    with django_assert_num_queries(2):
        queries.offices_on(every, today)
    with django_assert_num_queries(2):
        queries.history_of(office, today)


def test_a_council_without_offices_is_told_what_to_do_first(signed_in: Client):
    assert "Add the offices that your decisions and delegations name" in signed_in.get("/offices/").text
    reader = Client()
    reader.force_login(make_auditor())
    assert "When the administrator adds an office" in reader.get("/offices/").text


def test_a_persons_offices_are_shown_on_their_page(signed_in: Client, office: Office):
    person, leader = make_user(), make_office("Leader of the Council")
    make_holding(office, person, APRIL)
    make_deputy(leader, person)
    text = " ".join(re.sub(r"<[^>]+>", "", signed_in.get(f"/people/{person.pk}/").text).split())
    assert "Holds the office of Chief Executive" in text
    assert "Deputy for Leader of the Council" in text
