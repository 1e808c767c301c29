"""Offices: who holds them, who deputises, and the pages on which an administrator keeps them."""

import json
import re
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, DeputyAppointment, Office, OfficeHolding, User
from accounts.offices import actions, queries
from accounts.offices.rules import Days
from tests.making import (
    NOON,
    make_administrator,
    make_auditor,
    make_clerk,
    make_deputy,
    make_holding,
    make_office,
    make_officer,
    make_user,
    said_to_fit,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

APRIL, JULY, AUGUST, MARCH = date(2016, 4, 1), date(2016, 7, 1), date(2016, 8, 31), date(2017, 3, 31)
AUTHORITY = "Constitution, Part 3, paragraph 4.2"


@pytest.fixture
def office() -> Office:
    return make_office("Chief Executive")


@pytest.fixture
def administrator() -> User:
    return make_administrator(name="The administrator")


@pytest.fixture
def signed_in(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def _revoked(appointment: DeputyAppointment, day: date) -> DeputyAppointment:
    return actions.revoke_deputy(appointment=appointment, revoked_from=day, by=make_administrator(), at=NOON)


def _take(office: Office, holder: User, since: date, until: date | None = None, by: User | None = None) -> OfficeHolding:
    said_to_fit(holder, office)
    return actions.take_office(office=office, holder=holder, days=Days(since, until), by=by or make_administrator(), at=NOON)


def _appoint(office: Office, deputy: User, since: date = APRIL, until: date | None = None) -> DeputyAppointment:
    by = make_administrator()
    said_to_fit(deputy, office)
    return actions.appoint_deputy(office=office, deputy=deputy, days=Days(since, until), authority=AUTHORITY, by=by, at=NOON)


def _refusal(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return error.value.message_dict


def _last_entry() -> tuple[str, str, dict[str, Any]]:
    entry = AuditEntry.objects.first()
    return entry.action, entry.subject, json.loads(entry.content)["details"]


# Who holds an office, and who may act for it, on a day


def test_an_office_is_held_from_the_first_to_the_last_day(office: Office):
    holder = make_user()
    make_holding(office, holder, APRIL, MARCH)
    assert [queries.holder_of(office, day) for day in (date(2016, 3, 31), APRIL, MARCH, date(2017, 4, 1))] == [
        None,
        holder,
        holder,
        None,
    ]


def test_one_person_may_hold_several_offices(office: Office):
    holder, treasurer = make_user(), make_office("Chief Finance Officer")
    make_holding(office, holder, APRIL)
    make_holding(treasurer, holder, JULY, AUGUST)
    make_holding(make_office("Leader of the Council"), make_user(), APRIL)
    assert [each.office for each in queries.acts_for(holder, APRIL)] == [office]
    assert [each.office for each in queries.acts_for(holder, JULY)] == [office, treasurer]


def test_the_holder_acts_in_their_own_right(office: Office):
    holder = make_user()
    make_holding(office, holder, APRIL)
    acting = queries.may_act_for(holder, office, JULY)
    assert acting == (office, holder, None, "")
    assert not acting.as_deputy


def test_a_deputy_acts_for_the_holder_under_the_authority_of_the_appointment(office: Office):
    holder, deputy = make_user(), make_user()
    make_holding(office, holder, APRIL)
    _appoint(office, deputy)
    acting = queries.may_act_for(deputy, office, JULY)
    assert acting == (office, deputy, holder, AUTHORITY)
    assert acting.as_deputy


def test_a_deputy_acts_while_the_office_is_vacant_for_nobody_by_name(office: Office):
    deputy = make_user()
    _appoint(office, deputy)
    assert queries.may_act_for(deputy, office, JULY) == (office, deputy, None, AUTHORITY)


def test_whoever_acts_for_an_outside_body_is_no_deputy_of_an_officer_on_the_same_days(office: Office, administrator: User):
    kind, person = "outside", make_user(kind="officer")
    other = make_office("Leader of the Council", kind=kind)
    make_holding(other, person, APRIL, JULY)
    given = {"office": office, "authority": AUTHORITY, "by": administrator, "at": NOON}
    with pytest.raises(
        ValidationError, match=r"holds the office Leader of the Council, of an? .* from 1 April 2016 to 1 July 2016"
    ):
        actions.appoint_deputy(deputy=person, days=Days(JULY), **given)
    actions.appoint_deputy(deputy=person, days=Days(AUGUST), **given)
    with pytest.raises(ValidationError, match="is deputy for the office Chief Executive, of an officer, from 31 August 2016 on"):
        _take(make_office("Mayor", kind=kind), person, MARCH)
    with pytest.raises(ValidationError, match=r"Nobody acts for an? .* and an officer on"):
        actions.correct_holding(
            holding=other.holdings.get(), holder=person, days=Days(APRIL, MARCH), reason="It goes on.", by=administrator, at=NOON
        )


def test_an_office_becomes_of_another_kind_only_while_nobody_acts_for_both(office: Office, administrator: User):
    person, board = make_user(), make_office("Board", kind="outside")
    make_holding(board, person)
    make_deputy(office, person, APRIL, JULY, revoked_from=APRIL, revoked_at=NOON, revoked_by=administrator)
    make_deputy(make_office("Commission", kind="outside"), person)
    with pytest.raises(ValidationError, match="is deputy for the office Commission"):
        actions.change_office(office=board, values={"kind": "officer"}, by=administrator, at=NOON)


def test_the_page_says_why_a_member_is_no_deputy_of_an_officer(signed_in: Client, office: Office):
    leader = make_user(name="Councillor Stone")
    make_holding(make_office("Leader of the Council", kind="member"), leader)
    given = {"deputy": leader.pk, "since": "1 August 2016", "until": "", "authority": AUTHORITY}
    page = _send(signed_in, f"/offices/{office.pk}/deputy/", **given)
    assert "Councillor Stone holds the office Leader of the Council, of a member" in _errors(page)["deputy"][0]
    assert not DeputyAppointment.objects.exists()


@pytest.mark.parametrize(("day", "may"), [(date(2016, 6, 30), False), (JULY, True), (AUGUST, True), (date(2016, 9, 1), False)])
def test_a_deputy_acts_on_the_days_of_the_appointment_only(office: Office, day: date, may: bool):
    deputy = make_user()
    appointment = _appoint(office, deputy, JULY, AUGUST)
    assert bool(queries.may_act_for(deputy, office, day)) == may
    assert list(office.deputies.on(day)) == ([appointment] if may else [])


@pytest.mark.parametrize(("day", "may"), [(JULY, True), (date(2016, 7, 31), True), (date(2016, 8, 1), False)])
def test_a_revoked_deputy_acts_until_the_day_before(office: Office, day: date, may: bool):
    deputy = make_user()
    _revoked(_appoint(office, deputy), date(2016, 8, 1))
    assert bool(queries.may_act_for(deputy, office, day)) == may
    assert office.deputies.on(day).exists() == may


def test_who_neither_holds_nor_deputises_does_not_act(office: Office):
    make_holding(office, make_user(), APRIL)
    elsewhere = make_user()
    make_holding(make_office("Leader of the Council"), elsewhere, APRIL)
    assert queries.may_act_for(elsewhere, office, JULY) is None


def test_everything_one_may_act_for_takes_two_queries_however_much_it_is(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    person, holder = make_user(), make_user()
    for number in range(4):
        make_holding(make_office(f"Own {number}"), person, APRIL)
        deputised = make_office(f"Deputised {number}")
        make_holding(deputised, holder, APRIL)
        make_deputy(deputised, person)
    with django_assert_num_queries(2):
        acting = queries.acts_for(person, JULY)
    assert [(each.office.name, each.acting_for, each.as_deputy) for each in acting] == [
        *((f"Deputised {number}", holder, True) for number in range(4)),
        *((f"Own {number}", None, False) for number in range(4)),
    ]
    with django_assert_num_queries(2):
        assert queries.may_act_for(person, deputised, JULY) == (deputised, person, holder, "Constitution, Part 3, paragraph 2")
    with django_assert_num_queries(1):
        assert queries.may_act_for(holder, deputised, JULY) == (deputised, holder, None, "")


# Who takes an office, and who leaves it


def test_who_takes_office_ends_the_holding_before_it_the_day_before(office: Office):
    before, after = make_user(), make_user()
    make_holding(office, before, APRIL)
    _take(office, after, JULY)
    assert list(office.holdings.order_by("since").values_list("holder", "since", "until")) == [
        (before.pk, APRIL, date(2016, 6, 30)),
        (after.pk, JULY, None),
    ]
    assert [entry.action for entry in AuditEntry.objects.order_by("number")] == ["holding_ended", "office_taken"]
    details = {"holder": after.email, "since": "2016-07-01", "until": None}
    assert _last_entry() == ("office_taken", "office:chief-executive", details)


def test_a_deputy_who_takes_office_is_no_deputy_any_more(office: Office):
    deputy = make_user()
    _appoint(office, deputy, APRIL, date(2016, 12, 31))
    later = _appoint(office, deputy, date(2017, 1, 1))
    _take(office, deputy, JULY)
    later.refresh_from_db()
    assert [each.last_day for each in office.deputies.order_by("since")] == [date(2016, 6, 30), date(2016, 12, 31)]
    assert queries.may_act_for(deputy, office, JULY) == (office, deputy, None, "")


def test_days_that_do_not_fit_are_refused_in_words(office: Office):
    holder, other = make_user(name="Holder"), make_user(name="Other")
    make_holding(office, holder, APRIL)
    with pytest.raises(ValidationError) as error:
        _take(office, holder, JULY)
    assert _refusal(error) == {"holder": ["Holder holds this office already, since 1 April 2016."]}
    with pytest.raises(ValidationError) as error:
        _take(office, other, APRIL)
    assert "Holder takes this office on the same day" in _refusal(error)["since"][0]
    with pytest.raises(ValidationError) as error:
        _take(office, other, date(2015, 4, 1))
    assert _refusal(error) == {"until": ["Holder takes this office on 1 April 2016: enter a last day before that."]}
    with pytest.raises(ValidationError) as error:
        _take(office, other, JULY, APRIL)
    assert _refusal(error) == {"until": ["The last day must not come before the first."]}
    assert not AuditEntry.objects.exists()
    _take(office, other, date(2015, 4, 1), date(2016, 3, 31))


def test_a_holding_is_ended_in_the_past_or_the_future_but_not_made_longer(office: Office):
    holding = make_holding(office, make_user(), APRIL)
    by = make_administrator()
    assert actions.end_holding(holding=holding, until=MARCH, by=by, at=NOON).until == MARCH
    for day, said in ((date(2016, 3, 31), "must not come before the first"), (date(2017, 4, 1), "correct the entry")):
        with pytest.raises(ValidationError, match=said):
            actions.end_holding(holding=holding, until=day, by=by, at=NOON)
    actions.end_holding(holding=holding, until=MARCH, by=by, at=NOON)
    assert AuditEntry.objects.count() == 1  # the same day again is no change


def test_a_correction_keeps_the_entry_as_it_was_in_the_audit_record(office: Office):
    wrong, right = make_user(), make_user(kind="officer")
    holding = make_holding(office, wrong, APRIL)
    values = {"holder": right, "days": Days(JULY), "reason": "The minute says July."}
    actions.correct_holding(holding=holding, **values, by=make_administrator(), at=NOON)
    holding.refresh_from_db()
    assert (holding.holder, holding.since) == (right, JULY)
    action, _, details = _last_entry()
    assert (action, details["reason"]) == ("holding_corrected", "The minute says July.")
    assert details["changed"] == {"holder": [wrong.email, right.email], "since": ["2016-04-01", "2016-07-01"]}


@pytest.mark.parametrize(("since", "until", "field"), [(AUGUST, None, "since"), (APRIL, JULY, "until")])
def test_a_correction_must_not_overlap_another_holding(office: Office, since: date, until: date | None, field: str):
    make_holding(office, make_user(name="Other"), date(2016, 7, 1), date(2016, 9, 30))
    holder = make_user()
    holding = make_holding(office, holder, date(2016, 10, 1))
    values = {"holder": holder, "days": Days(since, until), "reason": "."}
    with pytest.raises(ValidationError) as error:
        actions.correct_holding(holding=holding, **values, by=make_administrator(), at=NOON)
    said = "Other holds this office from 1 July 2016 to 30 September 2016: the days must not overlap."
    assert _refusal(error) == {field: [said]}


def test_an_appointment_that_does_not_fit_is_refused_in_words(office: Office):
    holder, deputy = make_user(name="Holder"), make_user(name="Deputy")
    make_holding(office, holder, APRIL)
    _appoint(office, deputy)
    with pytest.raises(ValidationError) as error:
        _appoint(office, holder, JULY)
    assert _refusal(error) == {"deputy": ["Holder holds this office from 1 April 2016 on, so needs no appointment as deputy."]}
    with pytest.raises(ValidationError) as error:
        _appoint(office, deputy, JULY)
    assert _refusal(error) == {"since": ["Deputy is appointed from 1 April 2016 on already: the days must not overlap."]}


def test_an_appointment_is_revoked_once_and_within_its_days(office: Office):
    appointment = _appoint(office, make_user(), APRIL, MARCH)
    for day, said in ((date(2016, 3, 31), "not before that day"), (date(2017, 4, 1), "ends on 31 March 2017 by itself")):
        with pytest.raises(ValidationError, match=said):
            _revoked(appointment, day)
    _revoked(appointment, JULY)
    with pytest.raises(ValidationError, match="already revoked, from 1 July 2016"):
        _revoked(appointment, APRIL)
    assert _last_entry()[0] == "deputy_revoked"


def test_an_appointment_revoked_from_its_first_day_leaves_room_for_the_right_one(office: Office):
    deputy = make_user()
    _revoked(_appoint(office, deputy), APRIL)
    right = _appoint(office, deputy, APRIL, MARCH)
    assert list(office.deputies.on(APRIL)) == [right]
    assert [term.state for term in queries.history_of(office, JULY).deputies].count("never") == 1


@pytest.mark.django_db(transaction=True)
def test_who_takes_office_and_is_appointed_its_deputy_at_the_same_moment_is_one_of_the_two(office: Office):
    person, refused = make_user(), []

    def appoint() -> None:
        try:
            make_deputy(office, person)  # waits: the other transaction has the office
        except IntegrityError as error:
            refused.append(error.__cause__.diag.constraint_name)
        finally:
            connection.close()

    meanwhile = Thread(target=appoint)
    with transaction.atomic():
        make_holding(office, person, APRIL)
        meanwhile.start()
        meanwhile.join(timeout=0.5)
        assert meanwhile.is_alive()
    meanwhile.join()
    assert refused == ["deputy_is_not_the_holder"]


# Who may record all this


@pytest.mark.parametrize("make", [make_officer, make_clerk, make_auditor, make_user])
def test_only_an_administrator_records_anything_about_offices(make: Any, office: Office):
    by, person = make(), make_user()
    holding, appointment = make_holding(office, person, APRIL), make_deputy(office, make_user())
    acts = [
        lambda: actions.add_office(values={"name": "Leader"}, by=by, at=NOON),
        lambda: actions.change_office(office=office, values={"name": "Leader"}, by=by, at=NOON),
        lambda: _take(office, make_user(), JULY, by=by),
        lambda: actions.end_holding(holding=holding, until=JULY, by=by, at=NOON),
        lambda: actions.correct_holding(holding=holding, holder=person, days=Days(JULY), reason=".", by=by, at=NOON),
        lambda: actions.appoint_deputy(office=office, deputy=make_user(), days=Days(JULY), authority=".", by=by, at=NOON),
        lambda: actions.revoke_deputy(appointment=appointment, revoked_from=JULY, by=by, at=NOON),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert not AuditEntry.objects.exists()


def test_nobody_gives_themselves_an_office_or_an_appointment(office: Office, administrator: User):
    holding = make_holding(office, make_user(), APRIL)
    said = "ask another administrator"
    with pytest.raises(ValidationError, match=said):
        _take(office, administrator, JULY, by=administrator)
    with pytest.raises(ValidationError, match=said):
        actions.appoint_deputy(office=office, deputy=administrator, days=Days(JULY), authority=".", by=administrator, at=NOON)
    values = {"holder": administrator, "days": Days(APRIL), "reason": "."}
    with pytest.raises(ValidationError, match=said):
        actions.correct_holding(holding=holding, **values, by=administrator, at=NOON)


def test_offices_get_addresses_of_their_own_that_stay_when_they_are_renamed(administrator: User):
    first = actions.add_office(values={"name": "Leader of the Council"}, by=administrator, at=NOON)
    second = actions.add_office(values={"name": "Leader of the Council!"}, by=administrator, at=NOON)
    unwritable = actions.add_office(values={"name": "理事"}, by=administrator, at=NOON)
    assert [first.slug, second.slug, unwritable.slug] == ["leader-of-the-council", "leader-of-the-council-2", "office"]
    renamed = actions.change_office(office=first, values={"name": "Mayor"}, by=administrator, at=NOON)
    assert (renamed.name, renamed.slug) == ("Mayor", "leader-of-the-council")
    assert _last_entry() == ("office_changed", "office:leader-of-the-council", {"name": ["Leader of the Council", "Mayor"]})


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
    assert _last_entry() == ("office_changed", f"office:{office.slug}", {"statutory_role": ["", "section_151"]})
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
