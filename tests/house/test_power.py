"""manage.py verify_audit finds any row that gives power and that no act explains, whoever wrote it, and names it."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from accounts.council.actions import change_council
from accounts.models import Office, User
from accounts.offices.actions import (
    add_office,
    appoint_deputy,
    change_office,
    correct_holding,
    end_holding,
    revoke_deputy,
    take_office,
)
from accounts.offices.rules import Days
from accounts.people.actions import add_person, change_person
from accounts.people.rules import PersonDetails
from accounts.permissions.rules import Role
from approvals import actions
from approvals.delegations.conditions.rules import GivenPart
from approvals.drawdowns.rules import Mode
from costing.measure import in_year
from improvement_budget import demonstration
from operations import power
from phases.bodies.actions import save_body
from phases.limits.actions import add_approval_limit, end_approval_limit
from tests.approvals.case import NOW, make_case
from tests.explaining import explain
from tests.making import NOON, make_administrator, make_approval_limit, make_body, make_deputy, make_officer, make_programme
from tests.refusals import check_deferred_rules

pytestmark = pytest.mark.django_db

TABLES = (
    *("accounts_user", "accounts_office", "accounts_officeholding", "accounts_deputyappointment"),
    *("approvals_delegation", "approvals_delegation_money", "approvals_delegationstep", "approvals_delegationlimit"),
    *("approvals_delegationcondition", "approvals_conditionconfirmation", "approvals_delegationpart"),
    "approvals_confirmationtakenback",
    *("phases_authorisation", "phases_authorisationlimit", "phases_approvallimit"),
)


def verify() -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


def plant(statement: str) -> None:
    """As somebody who reaches the tables past the application, and past their guards where they own them."""
    check_deferred_rules()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        check_deferred_rules()
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def stood() -> None:
    """One row of each kind that gives power, and an act for each."""
    case = make_case()
    make_deputy(case.offices["Chief Executive"], make_officer(name="Deputy"))
    make_approval_limit()
    delegation = actions.record_delegation(
        decision=case.delegation.decision,
        values={
            "title": "In parts",
            "text": "As resolved.",
            "decision_maker": case.offices["Chief Executive"],
            "conditions": ["The report is published."],
            "parts": [GivenPart(in_year(2016), Decimal(100_000))],
        },
        steps=[(case.offices["Leader"], Mode.AGREEMENT)],
        by=case.clerk,
        at=NOW,
    )
    condition = delegation.conditions.get()
    actions.confirm_condition(
        condition=condition, met_on=NOW.date(), evidence=actions.Evidence("Minute 9"), by=case.clerk, at=NOW
    )
    User.objects.filter(roles=[Role.FINANCE_OFFICER]).update(kind="officer")
    explain()
    assert "Powers:" in verify()


OFFICER = "(SELECT id FROM accounts_user WHERE name = 'Deputy')"
CHIEF = "(SELECT id FROM accounts_office WHERE slug = 'chief-executive')"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "INSERT INTO accounts_officeholding (office_id, holder_id, since, until)"
            f" VALUES ({CHIEF}, {OFFICER}, '2011-04-01', '2012-03-31')",
            r"That Deputy \(person \d+\) holds the office chief-executive from 2011-04-01: the store says until 2012-03-31, "
            r"and the audit record says nothing\.",
        ),
        (
            f"UPDATE accounts_officeholding SET holder_id = {OFFICER} WHERE office_id = {CHIEF}",
            r"holds the office chief-executive from 2016-04-01",
        ),
        ("DELETE FROM accounts_officeholding", r"holds the office .*: the store says nothing"),
        (
            f"INSERT INTO accounts_deputyappointment (office_id, deputy_id, since, until, authority) VALUES ({CHIEF}, {OFFICER}, "
            "'2011-04-01', '2012-03-31', 'Mine')",
            r"That Deputy \(person \d+\) deputises for the office chief-executive from 2011-04-01",
        ),
        ("UPDATE accounts_deputyappointment SET until = '2030-01-01'", r"That Deputy .* deputises .* until 2030-01-01"),
        ("UPDATE accounts_user SET roles = '{administrator}' WHERE name = 'Deputy'", r"The roles of Deputy .* administrator"),
        (
            "INSERT INTO accounts_user (email, name, job_title, kind, roles, is_active, password, mail_once_a_day)"
            " VALUES ('new@council.example', 'Planted', '', '', '{clerk}', true, '!', false)",
            r"The roles of Planted \(person \d+\): the store says clerk, and the audit record says nothing",
        ),
        (
            "UPDATE accounts_user SET kind = 'member' WHERE name = 'Deputy'",
            r"What Deputy \(person \d+\) is: the store says member, and the audit record says officer\.",
        ),
        (
            "UPDATE accounts_user SET kind = 'officer' WHERE roles = '{clerk}'",
            r"What Person \d+ \(person \d+\) is: the store says officer, and the audit record says nothing\.",
        ),
        (
            "UPDATE accounts_office SET kind = 'member' WHERE slug = 'chief-executive'",
            r"The office chief-executive: .* kind member",
        ),
        (
            "UPDATE approvals_delegation SET text = 'Anything' WHERE title = 'In parts'",
            r"The delegation In parts: the store says .*text Anything",
        ),
        ("UPDATE approvals_delegation SET expires = '2040-01-01'", r"The delegation .*2040-01-01"),
        (
            "INSERT INTO approvals_delegation"
            " (programme_id, decision_id, title, text, decision_maker_id, recorded_at, report_back_to)"
            f" SELECT programme_id, decision_id, 'Planted', 'x', {CHIEF}, recorded_at, '' FROM approvals_delegation LIMIT 1",
            r"The delegation Planted: the store says that the Chief Executive decides, and the audit record says nothing",
        ),
        ("DELETE FROM approvals_delegation_money", r"The delegation .*money nothing"),
        ("UPDATE approvals_delegationstep SET mode = 'consultation'", r"The delegation .*consultation"),
        ("UPDATE approvals_delegationlimit SET amount = 900000", r"The delegation In parts.*£900,000"),
        ("UPDATE approvals_delegationpart SET amount = 900000", r"The delegation In parts.*900000"),
        (
            "UPDATE approvals_delegationcondition SET text = 'It rains.'",
            r"(The delegation|That a condition of) In parts.*It rains",
        ),
        ("UPDATE approvals_conditionconfirmation SET evidence = 'None'", r"That a condition of In parts is met: .*None"),
        (
            f"UPDATE approvals_conditionconfirmation SET confirmed_by_id = {OFFICER}",
            r"That a condition of In parts is met: the store says",
        ),
        (
            "INSERT INTO approvals_confirmationtakenback (confirmation_id, by_id, at, reasons, entry_id)"
            " SELECT id, confirmed_by_id, confirmed_at, 'x', entry_id FROM approvals_conditionconfirmation LIMIT 1",
            r"That a condition of In parts is met: the store says .*taken back",
        ),
        ("UPDATE phases_authorisationlimit SET amount = 9000000", r"What the authorisation .* allows: .*£9,000,000 in"),
        (
            "INSERT INTO phases_authorisationlimit (authorisation_id, financial_year, amount, carried_in, carried_out)"
            " SELECT id, 2017, 5, 0, 0 FROM phases_authorisation",
            r"What the authorisation .* allows: the store says .*£5 in 2017",
        ),
        ("UPDATE phases_approvallimit SET amount = 9000000", r"Approval limit \d+: the store says Executive up to £9,000,000"),
        (
            "INSERT INTO phases_approvallimit (instrument, measure, approver_id, starts)"
            " SELECT '', 'in_year', approver_id, starts FROM phases_approvallimit",
            r"Approval limit \d+: the store says Executive any amount .*, and the audit record says nothing",
        ),
    ],
)
def test_a_row_that_no_act_explains_is_named(stood: None, statement: str, said: str):
    plant(statement)
    with pytest.raises(CommandError) as refusal:
        verify()
    assert re.search(said, str(refusal.value)), str(refusal.value)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE accounts_officeholding SET holder_id = (SELECT id FROM accounts_user WHERE name <> 'Deputy' AND"
            f" roles = '{{finance_officer}}' LIMIT 1) WHERE office_id = {CHIEF}",
            r"holds the office chief-executive from 2016-04-01",
        ),
        ("UPDATE accounts_user SET roles = '{clerk,administrator}' WHERE name = 'Deputy'", r"The roles of Deputy"),
        ("UPDATE accounts_user SET kind = 'member' WHERE roles = '{clerk}'", r"What Person \d+ .* is: the store says member"),
        (
            "INSERT INTO accounts_deputyappointment (office_id, deputy_id, since, until, authority)"
            f" VALUES ({CHIEF}, {OFFICER}, '2011-04-01', '2012-03-31', 'Mine')",
            r"That Deputy .* deputises .* under Mine",
        ),
    ],
)
def test_power_given_with_every_guard_on_is_found_too(stood: None, statement: str, said: str):
    """What an injected statement of the web role could do: it may write these tables, and no guard refuses it."""
    check_deferred_rules()
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(CommandError, match=said):
        verify()


def test_every_kind_of_power_is_planted_above():
    assert set(power.KINDS) == {
        "roles of people",
        "members and officers",
        "offices",
        "holders of offices",
        "deputies",
        "delegations",
        "confirmed conditions",
        "limits of authorisations",
        "approval limits",
    }


def test_whatever_the_actions_do_is_explained():
    """Everything that gives power, changes it or takes it, with people, offices and bodies renamed between."""
    by = make_administrator()
    explain()
    given = [("first@council.example", "First"), ("second@council.example", "Second"), ("third@council.example", "Third")]
    first, second, third = [
        add_person(details=PersonDetails(email, name, "", [Role.OFFICE_HOLDER], kind="officer"), by=by, at=NOON)
        for email, name in given
    ]
    office = add_office(values={"name": "Chief Executive", "kind": "officer", "statutory_role": ""}, by=by, at=NOON)
    held = take_office(office=office, holder=first, days=Days(date(2016, 4, 1)), by=by, at=NOON)
    renamed = PersonDetails("renamed@council.example", "First", "", [Role.AUDITOR, Role.CLERK], kind="officer")
    change_person(person=first, details=renamed, by=by, at=NOON)
    first.refresh_from_db()
    correct_holding(holding=held, holder=first, days=Days(date(2016, 5, 1)), reason="Wrong day", by=by, at=NOON)
    taken = take_office(office=office, holder=second, days=Days(date(2016, 8, 1)), by=by, at=NOON)
    end_holding(holding=taken, until=date(2017, 3, 31), by=by, at=NOON)
    days = Days(date(2016, 6, 1), date(2016, 12, 31))
    appointed = appoint_deputy(office=office, deputy=third, days=days, authority="Scheme", by=by, at=NOON)
    revoke_deputy(appointment=appointed, revoked_from=date(2016, 6, 1), by=by, at=NOON)
    appoint_deputy(office=office, deputy=third, days=days, authority="Scheme", by=by, at=NOON)
    change_office(office=office, values={"name": "Managing Director"}, by=by, at=NOON)
    body = make_body()
    values = {"instrument": "", "measure": "full_year", "amount": Decimal("1E+6"), "approver": body, "starts": date(2016, 4, 1)}
    limit = add_approval_limit(values=values, by=by, at=NOON)
    save_body(values={"name": "Cabinet"}, by=by, at=NOON, body=body)
    end_approval_limit(limit=limit, ends=date(2017, 3, 31), by=by, at=NOON)
    left = PersonDetails(second.email, "Second", "", [Role.OFFICE_HOLDER], is_active=False, kind="officer")
    change_person(person=second, details=left, by=by, at=NOON)
    change_council(values={"name": "The council"}, by=by, at=NOON + timedelta(days=1))
    assert Office.objects.get().name == "Managing Director"
    assert "Powers:" in verify()


def test_a_delegation_is_explained_by_the_names_of_its_day():
    case = make_case()
    explain()
    by = make_administrator()
    explain()
    change_office(office=case.offices["Leader"], values={"name": "Leader of the Council"}, by=by, at=NOW)
    change_office(office=case.offices["Chief Executive"], values={"name": "Managing Director"}, by=by, at=NOW)
    assert "Powers:" in verify()


def test_the_demonstration_explains_itself():
    with override_settings(DEMONSTRATION=True):
        assert demonstration.load(at=demonstration.OPENING)
    assert "Powers:" in verify()
    # As a demonstration of an older build: its people had no roles in their acts.
    assert User.objects.filter(demo_account="clerk").exists()
    plant("UPDATE accounts_user SET roles = '{clerk,administrator}' WHERE demo_account = 'leader'")
    with pytest.raises(CommandError, match="The roles of Leader of the Council"):
        verify()
    assert make_programme()
