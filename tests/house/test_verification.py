"""manage.py verify_audit beyond the chain: stored totals and hashes, and the guards of the database."""

from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.audit.actions import record
from accounts.models import AuditEntry, Office
from accounts.people.actions import change_person
from accounts.people.rules import PersonDetails
from approvals import actions
from approvals.models import Drawdown
from costing.frozen import digest
from operations import proof as verification
from posts.models import LineFile
from reports.models import PublishedPlan
from tests.approvals.case import NOW, Case, make_case
from tests.explaining import explain
from tests.making import NOON, make_administrator, make_officer, make_programme, make_user
from tests.refusals import check_deferred_rules, owner
from tests.reports.papers import issued, make_programme_to_issue

pytestmark = pytest.mark.django_db

GUARDED = (
    "approvals_delegationlimit",
    "approvals_drawdown",
    "approvals_submission",
    "approvals_limitdrawn",
    "approvals_consumption",
    "accounts_auditentry",
    "approvals_paper",
    "approvals_decisionrecord",
    "reports_issuedpaper",
    "reports_publishedplan",
)


def verify(*arguments: str) -> str:
    explain()
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def tamper(*statements: str) -> None:
    """As the owner of the tables could, who can switch the triggers off and on again."""
    check_deferred_rules()
    with connection.cursor() as cursor:
        for switch in ("DISABLE", "ENABLE"):
            for table in GUARDED:
                cursor.execute(f"ALTER TABLE {table} {switch} TRIGGER USER")
            if switch == "DISABLE":
                for statement in statements:
                    cursor.execute(statement)
                check_deferred_rules()


@pytest.fixture
def signed() -> Drawdown:
    case: Case = make_case()
    return case.signed(case.line())


def test_a_signed_drawdown_verifies_in_everything_that_is_kept_of_it(signed: Drawdown):
    said = verify()
    assert "Amounts of lines: 1, all equal." in said
    assert "Limits drawn: 1, all equal." in said
    assert "Drawdowns submitted: 1, all equal." in said
    assert "Signatures: 1, all equal." in said


def test_everything_that_keeps_a_hash_of_something_is_verified():
    """A column that looks like a hash of its own row's content is either worked out again, or names another row's."""
    keeps = {
        model.__name__
        for model in apps.get_models()
        if {"sha256", "content"} <= {field.name for field in model._meta.get_fields() if hasattr(field, "column")}
    }
    drawdowns = {"Drawdown", "Submission", "Paper", "ConfirmationPaper", "ImportedFile", "LineFile"}
    assert keeps == drawdowns | {"DecisionRecord", "Correction", "IssuedPaper", "Rendering"} | {"PublishedPaper", "PublishedPlan"}


def test_the_bytes_of_a_published_pdf_are_worked_out_again():
    entry = record(action="tried", subject="test", details={}, by=make_administrator(), at=NOON)
    plan = PublishedPlan.objects.create(on=NOON.date(), entry=entry, sha256=digest(b"as it was read"), content=b"as it was read")
    assert verification.check_stored("published PDFs").rows == 1
    tamper(
        "ALTER TABLE reports_publishedplan DROP CONSTRAINT published_plan_is_its_hash",
        "UPDATE reports_publishedplan SET content = 'another'",
    )
    with pytest.raises(verification.NotProved, match=f"The PDF of published forward plan {plan.pk} is not as it was stored"):
        verification.check_stored("published PDFs")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE approvals_drawdown SET content = content || ' '", r"The content of drawdown DD-\d+ is not as it was stored"),
        ("UPDATE approvals_submission SET content = content || ' '", r"Submission 1 of drawdown DD-\d+ is not as it was stored"),
        (
            "UPDATE approvals_limitdrawn SET drawn = drawn - 1",
            r"What is drawn of authorisation \d+, 2016/17 is not as it was stored",
        ),
        ("UPDATE approvals_consumption SET pounds = pounds + 1", r"What is drawn of authorisation \d+, 2016/17"),
        (
            "INSERT INTO approvals_delegationlimit (delegation_id, financial_year, amount, drawn)"
            " SELECT id, 2016, 950000, 1 FROM approvals_delegation",
            r"What is drawn under delegation \d+, 2016/17 is not as it was stored: 1 is kept, and it works out as 60000",
        ),
        ("UPDATE posts_lineamount SET amount = 1, calculated = 1 WHERE financial_year = 2016", r"The cost of line \d+"),
        (
            "UPDATE approvals_drawdown SET signed_entry_id = 1",
            r"The signature of drawdown DD-\d+ is not as it was stored: [0-9a-f]{64} is kept, and it works out as an entry of",
        ),
        (
            "UPDATE approvals_drawdown SET content = 'x', sha256 = encode(sha256('x'), 'hex')",
            r"The signature of drawdown DD-\d+ is not as it was stored",
        ),
    ],
)
def test_what_was_changed_past_the_triggers_is_named(signed: Drawdown, statement: str, said: str):
    tamper(statement)
    with pytest.raises(CommandError, match=said):
        verify()


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("approvals_paper", "content = 'x'", r"The paper .* of drawdown DD-\d+ is not as it was stored"),
        (
            "approvals_decisionrecord",
            "content = content || ' ' WHERE published_on IS NOT NULL",
            r"The record of the decision on drawdown DD-\d+ is not as it was stored",
        ),
        ("reports_issuedpaper", "content = 'x'", r"The PDF of issued paper \d+ is not as it was stored"),
        ("reports_issuedpaper", "findings = findings || ' '", r"What issued paper \d+ was made from is not as it was stored"),
        ("reports_issuedpaper", "schedule = schedule || ' '", r"What issued paper \d+ was made from is not as it was stored"),
    ],
)
def test_a_paper_or_record_that_was_changed_past_the_triggers_is_named(table: str, change: str, said: str):
    case = make_case()
    drafted = case.drafted(case.line())
    actions.attach_paper(drawdown=drafted, upload=actions.Upload("Report.pdf", b"%PDF-1.7"), by=case.officer, at=NOW)
    case.published()
    issued(make_programme_to_issue())
    assert "Attached papers: 1, all equal." in verify()
    tamper(f"UPDATE {table} SET {change}")
    with pytest.raises(CommandError, match=said):
        verify()


def test_a_guard_that_is_off_is_named(signed: Drawdown):
    check_deferred_rules()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE approvals_answer DISABLE TRIGGER answer_stays")
    with pytest.raises(CommandError, match=r"A guard of the database is switched off: approvals_answer\.answer_stays"):
        verify()


def chain(entries: int) -> list[AuditEntry]:
    person = make_user()
    return [record(action="tried", subject="test", details={"number": n}, by=person, at=NOON) for n in range(entries)]


def test_a_chain_written_anew_is_found_by_what_was_written_down():
    """Every hash after the change is worked out again, and the head with them: the chain by itself is whole."""
    before = chain(4)
    rewrite = """
        DO $$ DECLARE entry accounts_auditentry; previous text;
        BEGIN
            SELECT previous_hash INTO previous FROM accounts_auditentry WHERE number = 2;
            FOR entry IN SELECT * FROM accounts_auditentry WHERE number >= 2 ORDER BY number LOOP
                entry.content := replace(entry.content, '"details":{"number":1}', '"details":{"number":9}');
                entry.hash := encode(sha256(convert_to(previous || E'\\n' || entry.content, 'UTF8')), 'hex');
                UPDATE accounts_auditentry SET content = entry.content, previous_hash = previous, hash = entry.hash
                 WHERE number = entry.number;
                previous := entry.hash;
            END LOOP;
            ALTER TABLE accounts_audithead DISABLE TRIGGER USER;
            UPDATE accounts_audithead SET hash = previous;
            ALTER TABLE accounts_audithead ENABLE TRIGGER USER;
        END $$
    """
    tamper(rewrite)
    assert "whole: 4 entries" in verify()
    with pytest.raises(CommandError, match="Entry 2 is not the one that was written down"):
        verify("--head", "4", before[3].hash, "--head", "2", before[1].hash)
    assert "whole: 4 entries" in verify("--head", "1", before[0].hash)


def test_an_end_cut_off_with_its_head_is_found_by_what_was_written_down():
    before = chain(4)
    tamper(
        "DELETE FROM accounts_auditentry WHERE number > 2",
        "ALTER TABLE accounts_audithead DISABLE TRIGGER USER",
        f"UPDATE accounts_audithead SET number = 2, hash = '{before[1].hash}'",
        "ALTER TABLE accounts_audithead ENABLE TRIGGER USER",
    )
    assert "whole: 2 entries" in verify()
    with pytest.raises(CommandError, match="Entry 3 is missing: entry 4 was written down"):
        verify("--head", "4", before[3].hash)


def test_a_number_that_is_none_is_refused():
    with pytest.raises(CommandError, match="'four' is not the number of an entry"):
        verify("--head", "four", "a" * 64)


def change_address(person: Any, email: str, by: Any) -> None:
    change_person(person=person, details=PersonDetails(email, person.name, "", person.roles), by=by, at=NOON)
    person.refresh_from_db()


def test_entries_keep_the_address_that_a_person_had_when_they_acted():
    [person, other] = make_administrator(email="first@council.example"), make_administrator()
    explain()
    for email in ("second@council.example", "third@council.example"):
        record(action="tried", subject="test", details={}, by=person, at=NOON)
        change_address(person, email, by=other)
    change_address(person, "fourth@council.example", by=person)
    record(action="tried", subject="test", details={}, by=person, at=NOON)
    assert "whole: 8 entries" in verify()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = 'past-the-record@council.example' WHERE id = %s", [person.pk])
    with pytest.raises(CommandError, match=r"Entry 8 .*column actor"):
        verify()


def test_an_act_may_be_recorded_in_any_time_zone():
    record(action="tried", subject="test", details={}, by=None, at=NOON.astimezone(ZoneInfo("Europe/London")))
    assert "whole: 1 entry" in verify()


def test_tallies_of_equal_stores_are_equal_and_of_others_are_not(signed: Drawdown):
    before = verification.check_stored("drawdowns submitted")
    assert verification.check_stored("drawdowns submitted") == before
    case = make_case_of_another()
    case.submitted(case.line())
    after = verification.check_stored("drawdowns submitted")
    assert after.rows == before.rows + 1
    assert after.sha256 != before.sha256


def make_case_of_another() -> Case:
    for office in Office.objects.all():
        Office.objects.filter(pk=office.pk).update(name=f"Former {office}", slug=f"former-{office.slug}")
    return make_case()


@pytest.mark.django_db
def test_a_file_of_a_line_that_is_not_the_one_attached_is_named():
    programme, by = make_programme(), make_officer()
    given = {"name": "Quote.pdf", "media_type": "application/pdf", "size": 5, "added_by": by, "added_at": NOON}
    owner("ALTER TABLE posts_linefile DISABLE TRIGGER USER")
    LineFile.objects.create(programme=programme, line_id=1, sha256="0" * 64, content=b"other", **given)
    found = [(each.stored == each.afresh, "Quote.pdf of line 1" in each.of) for each in verification.STORED["attached papers"]()]
    assert found == [(False, True)]
