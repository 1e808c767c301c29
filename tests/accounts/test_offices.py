"""Offices: who holds them, who deputises, on which days, and who may record it."""

from datetime import date
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, DeputyAppointment, Office, OfficeHolding, User
from accounts.offices import actions, queries
from accounts.offices.rules import Days
from tests.accounts.entries import last_entry
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

pytestmark = pytest.mark.django_db

APRIL, JULY, AUGUST, MARCH = date(2016, 4, 1), date(2016, 7, 1), date(2016, 8, 31), date(2017, 3, 31)

AUTHORITY = "Constitution, Part 3, paragraph 4.2"


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
    assert last_entry() == ("office_taken", "office:chief-executive", details)


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
    action, _, details = last_entry()
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
    assert last_entry()[0] == "deputy_revoked"


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
    assert last_entry() == ("office_changed", "office:leader-of-the-council", {"name": ["Leader of the Council", "Mayor"]})
