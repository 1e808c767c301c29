"""What the role of the web server cannot do, whatever a page of ours were tricked into sending: on a connection of its own."""

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection
from psycopg2 import errors

from approvals.models import Drawdown
from operations import database
from tests.approvals.case import make_case
from tests.making import make_holding, make_office, make_user

stored = pytest.mark.django_db(transaction=True)  # another connection sees only what was committed

# Append-only, or signed: the table, a column that could be changed, and the rule that refuses.
NEVER_CHANGED = [
    ("accounts_auditentry", "action = 'other'", "audit_entry_append_only"),
    ("accounts_auditentry", "content = '{}'", "audit_entry_append_only"),
    ("accounts_audithead", "number = number + 1", "audit_head_follows_entries"),
    ("approvals_answer", "words = 'I never said so'", "answer_stays"),
    ("approvals_consumption", "pounds = pounds + 1", "consumption_stays"),
    ("approvals_receipt", "body = 'other'", "receipt_stays"),
    ("approvals_submission", "content = '{}'", "submission_stays"),
    ("approvals_drawdownpreparer", "person_id = person_id", "preparer_stays"),
    ("approvals_delegation", "text = 'To anybody.'", "delegation_stays"),
    ("approvals_delegationstep", "mode = 'consultation'", "step_stays"),
    ("approvals_drawdownamount", "pounds = pounds + 1", "drawdown_lines_stay_as_submitted"),
    ("approvals_drawdownline", "fte = fte", "drawdown_lines_stay_as_submitted"),
]
NEVER_REMOVED = [
    ("accounts_auditentry", "audit_entry_append_only"),
    ("accounts_audithead", "audit_head_stays"),
    ("approvals_answer", "answer_stays"),
    ("approvals_consumption", "consumption_stays"),
    ("approvals_receipt", "receipt_stays"),
    ("approvals_submission", "submission_stays"),
    ("approvals_drawdownpreparer", "preparer_stays"),
    ("approvals_drawdown", "drawdown_stays"),
    ("approvals_limitdrawn", "limit_drawn_stays"),
]
TABLES = sorted({table for table, _ in NEVER_REMOVED})


@pytest.fixture
def web(db: None) -> Iterator[Any]:
    """A cursor of the web role on the tests' database."""
    settings = connection.settings_dict
    opened = psycopg2.connect(host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"], user=database.WEB)
    opened.autocommit = True  # what is deferred is checked at the end of each statement
    with opened.cursor() as cursor:
        yield cursor
    opened.close()


@pytest.fixture
def signed(transactional_db: None) -> Drawdown:
    case = make_case()
    return case.signed(case.line())


def refused(web: Any, statement: str) -> str | None:
    """The rule of the database that refused it."""
    with pytest.raises(errors.CheckViolation) as refusal:
        web.execute(statement)
    return refusal.value.diag.constraint_name


@stored
def test_rows_that_stand_for_ever_are_not_changed(signed: Drawdown, web: Any):
    for table, change, rule in NEVER_CHANGED:
        web.execute(f"SELECT count(*) FROM {table}")
        assert web.fetchone()[0], f"{table} holds nothing that could be changed"
        assert refused(web, f"UPDATE {table} SET {change}") == rule, table


@stored
def test_rows_that_stand_for_ever_are_not_removed(signed: Drawdown, web: Any):
    for table, rule in NEVER_REMOVED:
        assert refused(web, f"DELETE FROM {table}") == rule, table


@stored
def test_a_signed_drawdown_stays_as_it_was_signed(signed: Drawdown, web: Any):
    before = Drawdown.objects.values().get()
    for change in (
        "state = 'submitted'",
        "state = 'draft', signed_at = NULL, signed_by_id = NULL, signed_entry_id = NULL",
        "title = 'Another'",
        "content = '{}', sha256 = repeat('a', 64)",
        "signed_by_id = prepared_by_id",
        "signed_at = signed_at - interval '1 day'",
        "signed_entry_id = 1",
        "reference = 'DD-9999'",
    ):
        assert refused(web, f"UPDATE approvals_drawdown SET version = version + 1, {change}"), change
    assert Drawdown.objects.values().get() == before


@stored
def test_what_is_drawn_of_a_limit_is_the_sum_of_what_is_consumed_and_within_it(signed: Drawdown, web: Any):
    assert refused(web, "UPDATE approvals_limitdrawn SET drawn = 0") == "limit_drawn_is_the_sum"
    assert refused(web, "UPDATE approvals_limitdrawn SET drawn = drawn + 1") == "limit_drawn_is_the_sum"
    assert refused(web, "UPDATE approvals_limitdrawn SET drawn = ceiling + 1") == "drawn_is_within_the_limit"
    assert refused(web, "UPDATE approvals_limitdrawn SET ceiling = ceiling + 1") == "limit_drawn_ceiling_is_the_limit"
    assert refused(web, "UPDATE phases_authorisationlimit SET amount = amount + 1") == "limit_drawn_on_stays"


@stored
def test_a_forged_entry_is_refused(signed: Drawdown, web: Any):
    columns = "number, at, actor_id, action, subject, content, previous_hash, hash"
    forged = "number + 1, at, actor_id, action, subject, content, hash, repeat('a', 64)"
    last = "FROM accounts_auditentry ORDER BY number DESC LIMIT 1"
    statement = f"INSERT INTO accounts_auditentry ({columns}) SELECT {forged} {last}"
    assert refused(web, statement) == "audit_entry_links"


@pytest.mark.parametrize(
    "statement",
    [
        *(f"TRUNCATE {table} CASCADE" for table in TABLES),
        *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in TABLES),
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in TABLES),
        *(f"DROP TABLE {table} CASCADE" for table in TABLES),
        "DROP TRIGGER audit_entry_append_only ON accounts_auditentry",
        "CREATE OR REPLACE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "DROP FUNCTION accounts_refuse_change() CASCADE",
        "ALTER TABLE approvals_limitdrawn DROP CONSTRAINT drawn_is_within_the_limit",
        "CREATE TRIGGER mine BEFORE INSERT ON accounts_auditentry FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change()",
        "CREATE RULE mine AS ON INSERT TO accounts_auditentry DO INSTEAD NOTHING",
        "SET session_replication_role = replica",
        "SELECT set_config('session_replication_role', 'replica', false)",
        f"SET ROLE {database.OWNER}",
        f"SET SESSION AUTHORIZATION {database.OWNER}",
        f"GRANT {database.OWNER} TO {database.WEB}",
        "CREATE FUNCTION mine() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    ],
)
def test_the_guards_are_not_for_the_web_role_to_move(web: Any, statement: str):
    with pytest.raises(errors.InsufficientPrivilege):
        web.execute(statement)


def test_a_setting_that_lets_tests_empty_tables_gives_the_web_role_no_right_to(web: Any):
    web.execute("SET improvement_budget.allow_truncate = on")
    with pytest.raises(errors.InsufficientPrivilege):
        web.execute("TRUNCATE accounts_auditentry CASCADE")


@stored
def test_it_is_the_trigger_that_refuses_not_a_missing_right(signed: Drawdown, web: Any):
    """The control: with the owner's trigger off, the same statement of the web role goes through."""
    with connection.cursor() as owner:
        owner.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER audit_entry_append_only")
        try:
            web.execute("UPDATE accounts_auditentry SET action = 'other' WHERE number = 1")
            assert web.rowcount == 1
        finally:
            owner.execute("ALTER TABLE accounts_auditentry ENABLE TRIGGER audit_entry_append_only")


@stored
def test_a_councillor_becomes_no_deputy_of_an_officer(transactional_db: None, web: Any):
    councillor, chief, chair = make_user(kind="member"), make_office(), make_office("Leader", kind="member")
    make_holding(chair, councillor)
    columns = "accounts_deputyappointment (office_id, deputy_id, since, authority)"
    for statement, rule in (
        (f"INSERT INTO {columns} VALUES ({chief.pk}, {councillor.pk}, '2016-04-01', 'Mine')", "deputy_of_one_kind_of_office"),
        (f"UPDATE accounts_user SET kind = 'officer' WHERE id = {councillor.pk}", "person_fits_their_offices"),
        (f"UPDATE accounts_officeholding SET holder_id = {make_user().pk}", "holder_of_the_offices_kind"),
        (
            f"INSERT INTO {columns} VALUES ({chief.pk}, {make_user(kind='member').pk}, '2016-04-01', 'Mine')",
            "deputy_of_the_offices_kind",
        ),
    ):
        assert refused(web, statement) == rule
