"""What the database itself refuses about people, offices, the council and the audit chain."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.audit.actions import AuditChainBroken, record
from accounts.audit.rules import link
from accounts.models import AuditEntry, AuditHead, Council, DeputyAppointment, Office, OfficeHolding, User
from tests.making import NOON, make_administrator, make_deputy, make_holding, make_office, make_user
from tests.refusals import check_deferred_rules, refused_by

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("user_email_lower_case", {"email": "Somebody@council.example"}),
        ("user_has_a_name", {"name": ""}),
        ("user_roles_are_known", {"roles": ["treasurer"]}),
    ],
)
def test_a_person_who_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        make_user(**values)


def test_a_demonstration_account_and_an_address_belong_to_one_person():
    person = make_user(demo_account="clerk")
    with refused_by("accounts_user_demo_account_key"):
        make_user(demo_account="clerk")
    with refused_by("accounts_user_email_key"):
        make_user(email=person.email)


def test_an_office_is_not_held_until_before_since():
    with refused_by("holding_ends_after_start"):
        make_holding(make_office(), make_user(), date(2016, 4, 1), date(2016, 3, 31))


@pytest.mark.parametrize("since", [date(2016, 4, 1), date(2017, 3, 31), date(2015, 4, 1)])
def test_an_office_is_held_by_one_person_at_a_time(since: date):
    office = make_office()
    make_holding(office, make_user(), date(2016, 4, 1), date(2017, 3, 31))
    with refused_by("office_held_by_one_person"):
        make_holding(office, make_user(), since)


def test_an_office_passes_from_one_day_to_the_next_and_others_are_held_meanwhile():
    office = make_office()
    make_holding(office, make_user(), date(2016, 4, 1), date(2017, 3, 31))
    make_holding(office, make_user(), date(2017, 4, 1))
    make_holding(make_office("Leader of the Council"), make_user(), date(2016, 6, 1))


REVOKED = {"revoked_from": date(2016, 9, 1), "revoked_at": NOON}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("deputy_ends_after_start", {"until": date(2016, 3, 31)}),
        ("deputy_has_an_authority", {"authority": " \n"}),
        ("deputy_revocation_is_whole", {"revoked_from": date(2016, 9, 1)}),
        ("deputy_revocation_is_whole", {"revoked_at": NOON}),
        ("deputy_revoked_within_the_term", REVOKED | {"revoked_from": date(2016, 3, 31)}),
        ("deputy_revoked_within_the_term", REVOKED | {"until": date(2016, 8, 31)}),
    ],
)
def test_an_appointment_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    by = {"revoked_by": make_administrator()} if rule == "deputy_revoked_within_the_term" else {}
    with refused_by(rule):
        make_deputy(make_office(), make_user(), **values, **by)


@pytest.mark.parametrize("since", [date(2016, 4, 1), date(2017, 3, 31), date(2015, 4, 1)])
def test_a_person_is_appointed_once_for_an_office_at_a_time(since: date):
    office, deputy = make_office(), make_user()
    make_deputy(office, deputy, until=date(2017, 3, 31))
    with refused_by("deputy_appointed_once"):
        make_deputy(office, deputy, since)


def test_several_deputise_at_once_and_one_again_after_a_term_or_a_revocation():
    office, deputy = make_office(), make_user()
    make_deputy(office, make_user())
    make_deputy(office, deputy, until=date(2016, 6, 30))
    make_deputy(make_office("Leader of the Council"), deputy)
    make_deputy(office, deputy, date(2016, 7, 1), **REVOKED, revoked_by=make_administrator())
    make_deputy(office, deputy, date(2016, 9, 1))


def test_nobody_deputises_for_themselves():
    office, person = make_office(), make_user()
    make_holding(office, person, until=date(2016, 12, 31))
    with refused_by("deputy_is_not_the_holder"):
        make_deputy(office, person, date(2016, 12, 31))
    make_deputy(office, person, date(2017, 1, 1), date(2017, 3, 31))
    with refused_by("holder_is_not_a_deputy"):
        make_holding(office, person, date(2017, 3, 31))
    with refused_by("holder_is_not_a_deputy"):
        OfficeHolding.objects.update(until=date(2017, 1, 1))
    make_holding(office, person, date(2017, 4, 1))


def test_nobody_acts_for_a_member_and_an_officer_on_the_same_days():
    chief, leader, person = make_office(), make_office("Commissioner", kind="outside"), make_user(kind="officer")
    holding = make_holding(leader, person, until=date(2016, 12, 31))
    with refused_by("deputy_of_one_kind_of_office"):
        make_deputy(chief, person, date(2016, 12, 31))
    with refused_by("holder_of_one_kind_of_office"):
        make_holding(chief, person, date(2016, 12, 31))
    make_deputy(chief, person, date(2017, 1, 1), date(2017, 3, 31))
    make_deputy(chief, person, date(2016, 6, 1), **REVOKED | {"revoked_from": date(2016, 6, 1)}, revoked_by=make_administrator())
    with refused_by("holder_of_one_kind_of_office"):
        OfficeHolding.objects.filter(pk=holding.pk).update(until=date(2017, 1, 1))
    with refused_by("office_of_people_of_one_kind"):
        Office.objects.filter(pk=make_both_kinds_one_day()).update(kind="outside")


def make_both_kinds_one_day() -> int:
    """An office of a member whose holder is the deputy for another one of a member."""
    first, second, person = make_office("Mayor", kind="member"), make_office("Portfolio holder", kind="member"), make_user()
    make_holding(first, person)
    make_deputy(second, person)
    return first.pk


@pytest.mark.parametrize(
    "change", [{"authority": "Another text"}, {"since": date(2016, 4, 2)}, {"until": date(2018, 3, 31)}, {"deputy": None}]
)
def test_an_appointment_stays_as_it_was_made(change: dict[str, Any]):
    appointment = make_deputy(make_office(), make_user())
    with refused_by("deputy_appointment_only_revoked"):
        DeputyAppointment.objects.filter(pk=appointment.pk).update(**({"deputy": make_user()} if "deputy" in change else change))


def test_a_revocation_stays():
    make_deputy(make_office(), make_user(), **REVOKED, revoked_by=make_administrator())
    with refused_by("deputy_appointment_only_revoked"):
        DeputyAppointment.objects.update(revoked_from=None, revoked_at=None, revoked_by=None)


def test_holdings_and_appointments_are_never_removed():
    office = make_office()
    make_deputy(office, make_user())
    make_holding(office, make_user())
    with refused_by("deputy_appointment_stays"):
        DeputyAppointment.objects.all().delete()
    with refused_by("office_holding_stays"):
        OfficeHolding.objects.all().delete()


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("council_is_one_row", {"pk": 2}),
        ("council_colour_is_a_colour", {"colour": "red"}),
        ("council_has_a_name", {"name": ""}),
        ("council_unit_is_known", {"unit": "millions"}),
        ("council_rounding_is_known", {"rounding": "down"}),
        ("council_basis_is_known", {"basis": "weeks"}),
        ("council_credit_style_is_known", {"credit_style": "red ink"}),
        ("council_days_in_range", {"consultation_days": 0}),
        ("council_days_in_range", {"call_in_days": 61}),
        ("council_days_in_range", {"overdue_days": 0}),
        ("council_years_in_range", {"record_years": 0}),
        ("council_years_in_range", {"papers_years": 100}),
        ("council_key_thresholds_in_range", {"key_amount": 0}),
        ("council_key_thresholds_in_range", {"key_wards": 100}),
    ],
)
def test_a_council_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        Council(**({"pk": 1} | values)).save(force_insert=True)


def _entry(**values: Any) -> AuditEntry:
    return record(**({"action": "tried", "subject": "test", "details": {"£": 1}, "by": None, "at": NOON} | values))


def _owner(statement: str) -> None:
    check_deferred_rules()
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_entries_follow_one_another_by_number_and_hash():
    person = make_administrator()
    first, second = _entry(by=person), _entry()
    assert (first.number, second.number) == (1, 2)
    assert second.previous_hash == first.hash == link(first.previous_hash, first.content)
    assert AuditHead.objects.values_list("number", "hash").get() == (2, second.hash)
    assert AuditEntry.objects.get(pk=1).content == first.content


def test_an_entry_is_written_inside_the_transaction_of_its_act_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transaction, "get_connection", lambda: SimpleNamespace(in_atomic_block=False))
    with pytest.raises(transaction.TransactionManagementError):
        _entry()


def test_an_entry_is_never_changed():
    _entry()
    with refused_by("audit_entry_append_only"):
        AuditEntry.objects.update(action="something else")


def test_an_entry_is_never_removed():
    _entry()
    with refused_by("audit_entry_append_only"):
        AuditEntry.objects.all().delete()


@pytest.mark.parametrize(
    ("rule", "table"), [("audit_entry_no_truncate", "accounts_auditentry"), ("audit_head_no_truncate", "accounts_audithead")]
)
def test_the_chain_is_never_emptied(rule: str, table: str):
    with refused_by(rule):
        _owner("SET LOCAL improvement_budget.allow_truncate = off")
        _owner(f"TRUNCATE {table} CASCADE")


def test_the_head_of_the_chain_is_one_row_that_stays():
    with refused_by("audit_head_is_one_row"):
        AuditHead.objects.create(pk=2, number=0, hash="0" * 64)
    with refused_by("audit_head_stays"):
        AuditHead.objects.all().delete()


def test_the_head_moves_only_with_an_entry():
    with refused_by("audit_head_follows_entries"):
        AuditHead.objects.update(number=7)


@pytest.mark.parametrize(
    "values",
    [{"number": 3}, {"number": 1}, {"previous_hash": "1" * 64}, {"hash": "2" * 64}, {"content": '{"number":2,"forged":1}'}],
)
def test_an_entry_that_does_not_follow_is_refused(values: dict[str, Any]):
    first = _entry()
    right = {"number": 2, "previous_hash": first.hash, "content": "{}", "hash": link(first.hash, "{}")}
    with refused_by("audit_entry_links"):
        AuditEntry(**{"at": NOON, "action": "forged", "subject": "test", **right, **values}).save(force_insert=True)


def test_entries_are_numbered_from_one():
    _owner("ALTER TABLE accounts_auditentry DISABLE TRIGGER audit_entry_links")
    with refused_by("audit_number_is_positive"):
        AuditEntry(number=0, at=NOON, action="a", subject="b", content="{}", previous_hash="", hash="x").save(force_insert=True)


def test_without_a_head_nothing_is_written():
    _owner("ALTER TABLE accounts_audithead DISABLE TRIGGER audit_head_stays")
    AuditHead.objects.all().delete()
    with pytest.raises(AuditChainBroken):
        _entry()


def test_people_are_kept_while_entries_name_them():
    person = make_user()
    _entry(by=person)
    with pytest.raises(Exception, match="protected foreign keys"):
        User.objects.filter(pk=person.pk).delete()
