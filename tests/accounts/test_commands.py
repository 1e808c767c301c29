"""manage.py create_administrator and manage.py verify_audit."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Role
from tests.making import NOON, PASSWORD, make_administrator, make_user
from tests.refusals import check_deferred_rules

pytestmark = pytest.mark.django_db


def _run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def _create() -> str:
    return _run("create_administrator", "--email", "First@council.example", "--name", "First Person")


def test_the_first_administrator_is_made_unattended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", PASSWORD)
    assert _create() == "First Person (first@council.example) can sign in as administrator.\n"
    assert User.objects.get().roles == [Role.ADMINISTRATOR]


def test_the_first_administrator_may_type_everything(monkeypatch: pytest.MonkeyPatch):
    answers = iter(["first@council.example", "First Person"])
    monkeypatch.delenv("ADMINISTRATOR_PASSWORD", raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    monkeypatch.setattr("accounts.management.commands.create_administrator.getpass", lambda prompt: PASSWORD)
    _run("create_administrator")
    assert User.objects.get().check_password(PASSWORD)


def test_two_different_passwords_do_nothing(monkeypatch: pytest.MonkeyPatch):
    typed = iter([PASSWORD, PASSWORD + "!"])
    monkeypatch.delenv("ADMINISTRATOR_PASSWORD", raising=False)
    monkeypatch.setattr("accounts.management.commands.create_administrator.getpass", lambda prompt: next(typed))
    with pytest.raises(CommandError, match="differ"):
        _create()
    assert not User.objects.exists()


@pytest.mark.parametrize(("password", "why"), [("short", "too short"), ("password1234", "too common")])
def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch, password: str, why: str):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", password)
    with pytest.raises(CommandError, match=why):
        _create()


def test_there_are_two_first_administrators(monkeypatch: pytest.MonkeyPatch):
    make_administrator()
    make_administrator()
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="There are two administrators already"):
        _create()


def _chain(entries: int) -> None:
    person = make_user()
    for number in range(entries):
        record(action="tried", subject="test", details={"number": number}, by=person, at=NOON)


def _tamper(statement: str) -> None:
    """As the owner of the tables could, who can switch the triggers off."""
    check_deferred_rules()
    with connection.cursor() as cursor:
        for table in ("accounts_auditentry", "accounts_audithead"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)


def test_an_empty_record_is_whole():
    assert _run("verify_audit").startswith("The audit record is whole: 0 entries.\n")


def test_an_untouched_record_is_whole():
    _chain(3)
    assert _run("verify_audit").startswith("The audit record is whole: 3 entries.\n")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE accounts_auditentry SET content = replace(content, '1', '7') WHERE number = 2", "Entry 2 .*hash does not fit"),
        ("UPDATE accounts_auditentry SET hash = repeat('a', 64) WHERE number = 3", "Entry 3 .*hash does not fit"),
        ("UPDATE accounts_auditentry SET previous_hash = repeat('a', 64) WHERE number = 3", "Entry 3 .*does not follow"),
        ("UPDATE accounts_auditentry SET actor_id = NULL WHERE number = 2", "Entry 2 .*column actor"),
        ("UPDATE accounts_auditentry SET at = at + interval '1 second' WHERE number = 2", "Entry 2 .*column at"),
        ("UPDATE accounts_auditentry SET action = 'other' WHERE number = 4", "Entry 4 .*column action"),
        ("UPDATE accounts_auditentry SET subject = 'other' WHERE number = 1", "Entry 1 .*column subject"),
        ("DELETE FROM accounts_auditentry WHERE number = 2", "Entry 2 is missing: the next one is 3"),
        ("DELETE FROM accounts_auditentry WHERE number = 1", "Entry 1 is missing"),
        ("DELETE FROM accounts_auditentry WHERE number = 4", "Entry 4 is missing: the head of the chain stands at entry 4"),
        ("UPDATE accounts_audithead SET hash = repeat('a', 64)", "Entry 4 is not the one"),
        ("DELETE FROM accounts_audithead", "head of the chain is missing"),
    ],
)
def test_a_tampered_record_names_its_first_bad_entry(statement: str, said: str):
    _chain(4)
    _tamper(statement)
    with pytest.raises(CommandError, match=said):
        _run("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_outside_a_test_transaction_the_record_is_read_as_one_snapshot():
    make_user()
    assert _run("verify_audit").startswith("The audit record is whole")
