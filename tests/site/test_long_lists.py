"""Lists of a hundred thousand rows, by what PostgreSQL reads for them: never everything, on no page and in no order."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit.actions import record
from approvals.models import DecisionRecord, Drawdown
from tests.approvals.case import make_case
from tests.lists import pages_of, rows_of, without_triggers
from tests.making import NOON, make_auditor
from tests.many_lines import make_many

pytestmark = pytest.mark.django_db

ROWS = 100_000
MOST_READ = 2500
"""Rows of all steps of one statement: some for each row of a page, and two for each of a thousand that are counted."""


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _copied(model: Any, pk: int, **instead: str) -> str:
    """A statement that copies a row a hundred thousand times; `n` counts in what stands instead."""
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    values = [instead.get(column, f'"{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    series = f"generate_series(1, {ROWS}) AS n"
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table}, {series} WHERE {table}.id = {pk}"


def _decisions() -> None:
    """As many drawdowns and decisions, of many days."""
    published = make_case().published()
    kept = DecisionRecord.objects.get(drawdown=published)
    with without_triggers("approvals_drawdown", "approvals_decisionrecord"):
        day = "answer_by - (n % 900)::int"
        _run(_copied(Drawdown, published.pk, reference="'X' || n", title="title || n", answer_by=day))
        of_which = "(SELECT drawdown.id FROM approvals_drawdown AS drawdown WHERE drawdown.reference = 'X' || n)"
        decided = "decided_on - (n % 900)::int"
        _run("ANALYZE approvals_drawdown", _copied(DecisionRecord, kept.pk, drawdown_id=of_which, decided_on=decided))
    _run("ANALYZE approvals_drawdown", "ANALYZE approvals_decisionrecord")


def _entries() -> None:
    for _ in range(3):
        record(action="phase_added", subject="programme:small", by=None, details={}, at=NOON)
    with without_triggers("accounts_auditentry"):
        _run(
            f"""
            INSERT INTO accounts_auditentry (number, at, action, subject, content, previous_hash, hash)
            SELECT n + 3, now(), 'act_' || n % 7, 'programme:p' || n % 900, '{{}}', lpad(n::text, 64, '0'),
                   lpad(n::text, 64, 'f') FROM generate_series(1, {ROWS}) AS n
            """
        )
    _run("ANALYZE accounts_auditentry")


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(make_auditor())
    return client


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", []):
        yield from _steps(each)


def _read(statement: str) -> int:
    """How many rows the steps of a statement read, those thrown away included."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        (found,) = cursor.fetchone()
    plan = found if isinstance(found, list) else json.loads(found)
    scans = [step for step in _steps(plan[0]["Plan"]) if "Scan" in step["Node Type"]]
    return int(sum(step["Actual Loops"] * (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) for step in scans))


def _all_read(reader: Client, address: str) -> dict[str, int]:
    """Of each statement of a page, how much it reads."""
    with CaptureQueriesContext(connection) as taken:
        response = reader.get(address)
    assert response.status_code == 200
    assert rows_of(response.text)
    return {each["sql"]: _read(each["sql"]) for each in taken if each["sql"].lstrip().startswith(("SELECT", "WITH"))}


def _too_much(reader: Client, address: str) -> list[str]:
    """What reads too much on the first page, the second, and one in the middle, in each order."""
    found = []
    last = reader.get(address).context["list"].page.next
    middle = last - ROWS // 2 if last > ROWS // 2 else last + ROWS // 2
    for sort in ("", *_sorts(reader, address)):
        first = f"{address}?sort={sort}"
        pages = pages_of(reader.get(first).text)
        for page in (first, address + pages["next"], f"{first}&after={middle}"):
            found += [
                f"{page}: {rows} rows for {sql[:2000]}" for sql, rows in _all_read(reader, page).items() if rows > MOST_READ
            ]
    return found


def _sorts(reader: Client, address: str) -> list[str]:
    table = reader.get(address).context["list"].table
    names = [name for name, column in table.declared.items() if column.sort]
    return [*names, *(f"-{name}" for name in names)]


def test_no_page_of_drawdowns_or_decisions_reads_them_all(reader: Client):
    _decisions()
    addresses = ("/drawdowns/", "/decisions/", "/published-decisions/")
    assert [each for address in addresses for each in _too_much(reader, address)] == []


def test_no_page_of_the_audit_record_reads_it_all(reader: Client):
    _entries()
    assert _too_much(reader, "/audit/") == []


def test_no_page_of_the_lines_of_all_programmes_reads_them_all(reader: Client):
    make_many()
    assert _too_much(reader, "/lines/") == []
