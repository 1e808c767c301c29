"""manage.py verify_audit names any column of a published record, or of a row that gives power, changed past the acts."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models, transaction

from accounts.models import DeputyAppointment, Office, OfficeHolding, User
from accounts.offices.actions import appoint_deputy, revoke_deputy
from accounts.offices.rules import Days
from approvals import actions
from approvals.delegations.conditions.rules import GivenPart
from approvals.drawdowns.rules import Mode
from approvals.models import (
    CallIn,
    ConditionConfirmation,
    Correction,
    DecisionRecord,
    Delegation,
    DelegationCondition,
    DelegationLimit,
    DelegationPart,
    DelegationStep,
    RecordAddition,
    Rewording,
    Withdrawal,
)
from costing.frozen import canonical, digest
from costing.measure import FULL_YEAR, in_year
from operations.proof import STORED, NotProved, check_chain, check_everything, check_stored
from phases.authorisations.actions import AuthorisedMoney, record_authorisation
from phases.models import ApprovalLimit, Authorisation, AuthorisationLimit
from tests.approvals.case import KEY, LATER, NOW, Case, make_case
from tests.explaining import explain
from tests.making import (
    make_administrator,
    make_approval_limit,
    make_authorisation,
    make_body,
    make_decision,
    make_office,
    make_officer,
    make_phase,
    make_programme,
    make_source,
)
from tests.refusals import check_deferred_rules

pytestmark = pytest.mark.django_db

MAY_DIFFER: Mapping[str, Mapping[str, str]] = {
    "User": {
        "password": "a secret, which no entry may hold",
        "last_login": "it says when somebody signed in, and gives nothing",
        "name": "acts name people by their address",
        "job_title": "a word beside the name",
        "mail_once_a_day": "a wish of the person's own",
        "demo_account": "which button of the demonstration signs them in: elsewhere it is not read",
    },
    "Delegation": {
        "decision_body_id": "beside an office a body is refused: delegation_to_an_office_or_a_body",
        "report_back_to": "it asks for a report and allows nothing",
        "report_back_body_id": "it asks for a report and allows nothing",
        "report_back_on": "it asks for a report and allows nothing",
    },
    "DelegationPart": {"number": "its place among the parts, which the act says by their order"},
}
"""The columns of rows that give power which no act explains, and why."""


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def changed(field: models.Field[Any, Any]) -> str:
    """Another value for the column, in SQL: whatever it holds."""
    column = f'"{field.column}"'
    if isinstance(field, models.ForeignKey):
        target = field.target_field
        table = target.model._meta.db_table
        return (
            f"(SELECT max(o.{target.column}) FROM {table} o WHERE o.{target.column} IS DISTINCT FROM {table_of(field)}.{column})"
        )
    if isinstance(field, models.BooleanField):
        return f"NOT coalesce({column}, false)"
    if isinstance(field, models.DateTimeField):
        return f"coalesce({column}, '2016-09-01') + interval '1 day'"
    if isinstance(field, models.DateField):
        return f"coalesce({column}, '2016-09-01') + 1"
    if isinstance(field, models.IntegerField | models.DecimalField):
        return f"coalesce({column}, 2016) + 1"
    if isinstance(field, models.CharField | models.TextField):
        return f"overlay({column} placing 'x' from 1 for 1)"
    of_array = {"bank_holidays": "coalesce(\"bank_holidays\", '{}') || date '2016-09-21'", "roles": "'{auditor}'::varchar[]"}
    return of_array[field.column]


def table_of(field: models.Field[Any, Any]) -> str:
    return field.model._meta.db_table


def unnoticed(row: models.Model) -> set[str]:
    """The columns of the row that may be changed, one by one, without verify_audit naming anything."""
    table, found = row._meta.db_table, set()
    check_deferred_rules()
    with taken_back(), connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f', 'u')", [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for field in row._meta.concrete_fields:
            if field.primary_key:
                continue
            with taken_back():
                cursor.execute(f'UPDATE {table} SET "{field.column}" = {changed(field)} WHERE id = %s', [row.pk])
                assert cursor.rowcount == 1
                if not _is_named():
                    found.add(field.column)
    return found


LIKELY = ("published decision records", "corrections of records", "columns of records", "powers", "what records say of the acts")
"""The kinds that mostly name it come first, for speed: what they do not name, all the rest is asked for."""


def _is_named() -> bool:
    try:
        for kind in (*LIKELY, *(each for each in STORED if each not in LIKELY)):
            check_stored(kind)
        check_chain()
    except NotProved:
        return True
    return False


def published_case() -> Case:
    """A record that was added to, worded otherwise, published, called in and let stand, corrected and withdrawn."""
    case = make_case()
    signed = case.signed(case.line(), case=KEY | {"wards": "All wards", "financial_comments": "Affordable."})
    record = DecisionRecord.objects.get(drawdown=signed)
    actions.add_to_record(record=record, kind=RecordAddition.Kind.NOTE, text="Noted.", by=case.clerk, at=NOW)
    worded = {"text": "Agreed for one year.", "reasons": "The year was left out.", "by": case.clerk, "at": NOW}
    asked = actions.reword(record=record, **worded)
    actions.answer_rewording(rewording=asked, answer=Rewording.Answer.CONFIRMED, by=case.chief_executive, at=NOW)
    published = case.correct(case.publish(signed))
    called = case.called_in(published)
    stands = {"on": LATER.date(), "reasons": "It stands.", "effective_on": LATER.date()}
    actions.let_stand(drawdown=called, **stands, by=case.clerk, at=LATER)
    record.refresh_from_db()
    actions.withdraw_from_publication(of=record, paragraph="3", reasons="It named a post.", by=case.clerk, at=LATER)
    case.drafted(case.line())  # another drawdown with its case, and another person: whom a column could name instead
    make_officer()
    explain()
    check_everything()
    return case


OF_A_RECORD = (DecisionRecord, Correction, RecordAddition, Rewording, CallIn, Withdrawal)


def test_each_column_of_a_published_record_is_named():
    published_case()
    found = {model.__name__: unnoticed(model.objects.earliest("pk")) for model in OF_A_RECORD}
    assert {name: columns for name, columns in found.items() if columns} == {}


def leaves(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document."""
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    found = [each for key, value in parts for each in leaves(value, (*path, key))]
    yield from found or [path]


def with_another(content: Any, path: tuple[Any, ...]) -> Any:
    """The same document, but that this value is another one of its kind."""
    if not path:
        return {bool: not content, str: f"{content}x", int: 2016}.get(type(content), "x")
    key, *rest = path
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[key] = with_another(content[key], tuple(rest))
    return copy


def test_each_field_of_what_was_published_is_named():
    """Whoever changes it can work out its hash anew: the entry of the act has the hash of what was published."""
    published_case()
    record = DecisionRecord.objects.earliest("pk")
    content = json.loads(record.content)
    check_deferred_rules()
    with taken_back(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE approvals_decisionrecord DISABLE TRIGGER USER")
        for path in leaves(content):
            text = canonical(with_another(content, path))
            assert text != record.content, path
            for sha256 in (record.sha256, digest(text)):
                with taken_back():
                    DecisionRecord.objects.filter(pk=record.pk).update(content=text, sha256=sha256)
                    with pytest.raises(NotProved, match=f"The record of the decision on drawdown {record.drawdown}"):
                        check_stored("published decision records")


def powers() -> Case:
    """A row of each kind that gives power, and an act for each; and others, which a column could name instead."""
    case = make_case()
    days, by = Days(date(2016, 9, 1), date(2017, 3, 31)), {"by": make_administrator(), "at": NOW}
    office, deputy = case.offices["Chief Executive"], make_officer(name="Deputy", kind="officer")
    appointed = appoint_deputy(office=office, deputy=deputy, days=days, authority="Scheme", **by)
    revoke_deputy(appointment=appointed, revoked_from=date(2016, 12, 1), **by)
    make_approval_limit(ends=date(2030, 3, 31))
    values = {
        "title": "In parts",
        "text": "As resolved.",
        "decision_maker": case.offices["Chief Executive"],
        "conditions": ["The report is published."],
        "parts": [GivenPart(in_year(2016), Decimal(100_000), date(2016, 10, 1), ("Somebody is appointed.",))],
    }
    steps = [(case.offices["Leader"], Mode.AGREEMENT)]
    made = actions.record_delegation(decision=case.delegation.decision, values=values, steps=steps, by=case.clerk, at=NOW)
    for condition in made.conditions.all():
        seen = actions.Evidence("Minute 9")
        actions.confirm_condition(condition=condition, met_on=NOW.date(), evidence=seen, by=case.clerk, at=NOW)
    make_body("Full Council")
    decision, source = make_decision(case.programme), make_source(case.programme)
    values = {
        "title": "Recurring",
        "term": "recurring",
        "funding_source": source,
        "replaces": case.authorisation,
        "assumption": "",
    }
    money = AuthorisedMoney(values, [case.phase, make_phase(case.programme, 2)], {FULL_YEAR: Decimal(5)})
    record_authorisation(decision=decision, money=money, by=case.clerk, at=NOW)
    make_authorisation(make_decision(case.programme), case.phase)
    make_programme()
    make_office("Head of paid service")
    explain()
    check_everything()
    return case


OF_POWER = (
    *(User, Office, OfficeHolding, DeputyAppointment, Delegation, DelegationStep, DelegationLimit, DelegationPart),
    *(DelegationCondition, ConditionConfirmation, Authorisation, AuthorisationLimit, ApprovalLimit),
)


def test_each_column_of_a_row_that_gives_power_is_named():
    case = powers()
    rows = {model.__name__: model.objects.latest("pk") for model in OF_POWER}
    rows |= {"User": case.clerk, "Office": case.offices["Leader"], "Authorisation": Authorisation.objects.get(title="Recurring")}
    found = {name: unnoticed(row) for name, row in rows.items()}
    assert {name: columns for name, columns in found.items() if columns} == {
        name: set(columns) for name, columns in MAY_DIFFER.items()
    }
