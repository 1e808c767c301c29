"""Backup and restore as an operator does them: commands, real servers, files that were cut or changed."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from operations import backup, cluster, data_folder, database, programs
from tests.house.plain_server import manage, plain_server
from tests.making import NOON

FILL = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from tests.approvals.case import make_case
case = make_case()
case.signed(case.line())
case.submitted(case.line())
from tests.explaining import explain
explain()
"""
CLUSTER = cluster.TESTS  # the same programs without waiting for the disk


class Place:
    """A data directory of its own, with its server."""

    def __init__(self, directory: Path) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "FILE")},
            "IMPROVEMENT_BUDGET_DATA_DIR": str(directory),
            "IMPROVEMENT_BUDGET_TESTING": "1",
            "DJANGO_SETTINGS_MODULE": "improvement_budget.settings",
        }

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=data_folder.CHECKOUT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def backup(self, act: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "operations.backup", act, **environment)

    def start(self) -> None:
        assert self.run("-m", "operations.database", "start").returncode == 0

    def stop(self) -> None:
        self.run("-m", "operations.database", "stop")

    def connect(self, user: str) -> Any:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("IMPROVEMENT_BUDGET_DATA_DIR", self.environment["IMPROVEMENT_BUDGET_DATA_DIR"])
            host = str(CLUSTER.socket_dir)
        connection = psycopg2.connect(host=host, port=5432, dbname=database.DATABASE, user=user)
        connection.autocommit = True
        return connection

    def query(self, statement: str, user: str = database.OWNER) -> list[Any]:
        connection = self.connect(user)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backup")


@pytest.fixture(scope="module")
def source(directory: Path) -> Iterator[Place]:
    """A running server with a drawdown that was signed and one that waits."""
    place = Place(directory / "source")
    place.start()
    filled = place.run("-c", FILL)
    assert filled.returncode == 0, filled.stderr
    yield place
    place.stop()


@pytest.fixture(scope="module")
def file(source: Place, directory: Path) -> Path:
    made = source.backup("make", FILE=str(directory / "the council's £ backup"))
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(f"The backup is {directory}/the council's £ backup.\nIt ends with audit entry ")
    return directory / "the council's £ backup"


@pytest.fixture(scope="module")
def target(directory: Path) -> Iterator[Place]:
    """A data directory that does not exist yet: what is restored starts the server."""
    place = Place(directory / "target")
    yield place
    place.stop()


@pytest.fixture(scope="module")
def restored(file: Path, target: Place) -> subprocess.CompletedProcess[str]:
    return target.backup("restore", FILE=str(file))


def manifest_of(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read(backup.MANIFEST))


def test_a_backup_is_one_private_file_that_says_what_is_in_it(file: Path, source: Place):
    manifest = manifest_of(file)
    assert file.stat().st_mode & 0o777 == 0o600
    [head] = source.query("SELECT number, hash FROM accounts_audithead")
    assert manifest["audit"] == {"number": head[0], "hash": head[1]}
    assert manifest["stored"]["signatures"]["rows"] == 1
    assert manifest["stored"]["drawdowns submitted"]["rows"] == 2
    [totals] = manifest["totals"].values()
    assert totals["pounds planned in 2016/17"] == "120000"
    assert totals["pounds drawn in 2016/17"] == "60000"
    assert "accounts_auditentry.audit_entry_append_only" in manifest["guards"]
    assert sorted(file.parent.glob(".backup-*")) == []


def test_after_a_restore_everything_is_equal_line_by_line(restored: subprocess.CompletedProcess[str], file: Path):
    assert restored.returncode == 0, restored.stderr
    lines = restored.stdout.splitlines()
    assert lines[-1] == "Restored, and everything is equal."
    assert all(line.endswith(": equal") for line in lines[:-1])
    manifest = manifest_of(file)
    assert f"audit, hash: {manifest['audit']['hash']}: equal" in lines
    [slug] = manifest["totals"]
    assert f"totals, {slug}, pounds drawn in 2016/17: 60000: equal" in lines
    assert f"stored, signatures, sha256: {manifest['stored']['signatures']['sha256']}: equal" in lines


def test_a_restored_store_is_the_same_store(restored: Any, source: Place, target: Place):
    for table in ("accounts_auditentry", "approvals_drawdown", "approvals_consumption", "accounts_user", "django_migrations"):
        statement = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        assert target.query(statement) == source.query(statement), table
    # What is numbered goes on where it was.
    assert target.query("SELECT last_value FROM approvals_drawdown_id_seq") == source.query(
        "SELECT last_value FROM approvals_drawdown_id_seq"
    )


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE accounts_auditentry SET action = 'other'", "audit_entry_append_only"),
        ("DELETE FROM accounts_auditentry", "audit_entry_append_only"),
        ("UPDATE accounts_audithead SET number = 1", "audit_head_follows_entries"),
        ("DELETE FROM approvals_consumption", "consumption_stays"),
        ("UPDATE approvals_answer SET words = 'no'", "answer_stays"),
        ("UPDATE approvals_limitdrawn SET drawn = 0", "limit_drawn_is_the_sum"),
    ],
)
@pytest.mark.parametrize("user", [database.WEB, database.OWNER])
def test_triggers_that_refuse_changes_survive_a_restore(restored: Any, target: Place, statement: str, rule: str, user: str):
    with pytest.raises(psycopg2.errors.CheckViolation) as refusal:
        target.query(statement, user)
    assert refusal.value.diag.constraint_name == rule


def test_the_two_roles_survive_a_restore(restored: Any, target: Place):
    target.query("INSERT INTO django_session VALUES ('key', 'data', now()); DELETE FROM django_session", database.WEB)
    target.query("SELECT nextval('accounts_user_id_seq')", database.WEB)
    for statement in ("TRUNCATE accounts_auditentry CASCADE", "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            target.query(statement, database.WEB)
    owners = target.query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [(database.OWNER,)]


def test_a_backup_is_restored_into_an_empty_database_only(restored: Any, target: Place, file: Path):
    again = target.backup("restore", FILE=str(file))
    assert again.returncode == 1
    assert "tables already: a backup is restored into an empty one only" in again.stderr
    assert again.stderr.startswith("Error: ")


def test_a_backup_replaces_no_file(file: Path):
    with pytest.raises(backup.Refused, match="exists: a backup never replaces a file"):
        backup.make(file, NOON)


def test_a_store_that_is_not_whole_is_not_backed_up_as_if_it_were(source: Place, directory: Path):
    switch = "ALTER TABLE accounts_auditentry {} TRIGGER audit_entry_append_only"
    source.query(switch.format("DISABLE"))
    try:
        made = source.backup("make", FILE=str(directory / "not-whole"))
    finally:
        source.query(switch.format("ENABLE"))
    assert made.returncode == 1
    assert "no backup was made. A guard of the database is switched off" in made.stderr
    assert not (directory / "not-whole").exists()


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def cut_to_nothing(file: Path) -> None:
    file.write_bytes(b"")


def change_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def rewrite(file: Path, manifest: Callable[[dict[str, Any]], Any], dump: Callable[[bytes], bytes] = bytes) -> None:
    """A well-formed file with something else in it."""
    with zipfile.ZipFile(file) as archive:
        parts = {backup.MANIFEST: json.loads(archive.read(backup.MANIFEST)), backup.DUMP: archive.read(backup.DUMP)}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(backup.MANIFEST, json.dumps(manifest(parts[backup.MANIFEST])))
        archive.writestr(backup.DUMP, dump(parts[backup.DUMP]))


def change_the_dump(file: Path) -> None:
    rewrite(file, lambda manifest: manifest, lambda dump: dump[:-1] + bytes([dump[-1] ^ 1]))


def come_from_the_future(file: Path) -> None:
    rewrite(file, lambda manifest: manifest | {"migrations": [*manifest["migrations"], "accounts.9999_later"]})


def be_of_another_format(file: Path) -> None:
    rewrite(file, lambda manifest: manifest | {"format": 2})


def be_a_list(file: Path) -> None:
    rewrite(file, lambda manifest: [1])


def be_another_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("letter.txt", "Dear council")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cut, "is cut short or damaged: nothing was restored."),
        (cut_to_nothing, "is cut short or damaged: nothing was restored."),
        (change_a_byte, "is cut short or damaged: nothing was restored."),
        (change_the_dump, "was changed after it was made"),
        (come_from_the_future, "of a newer version of this application, which knows accounts.9999_later"),
        (be_of_another_format, "is not a backup that this version can read."),
        (be_a_list, "is not a backup that this version can read."),
        (be_another_zip, "is not a backup of this application."),
        (Path.unlink, "cannot be read: No such file or directory."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_file_that_is_no_whole_backup_is_refused_with_a_sentence(
    file: Path, tmp_path: Path, spoil: Callable[[Path], None], said: str
):
    spoilt = Path(shutil.copy(file, tmp_path / "spoilt"))
    spoil(spoilt)
    with pytest.raises(backup.Refused, match=said):
        read(spoilt, tmp_path)


def read(file: Path, directory: Path) -> None:
    """As a restore begins, by a version that knows no migration of the future."""
    manifest, _ = backup._read(file, directory)
    backup._refuse_newer(manifest, {name for name in manifest["migrations"] if "9999" not in name})


def test_what_was_restored_is_compared_with_the_manifest_not_believed(file: Path, directory: Path):
    """Somebody who changes the manifest, with every check sum right, is found out by what was really restored."""
    forged = Path(shutil.copy(file, directory / "forged"))

    def forge(manifest: dict[str, Any]) -> dict[str, Any]:
        [slug] = manifest["totals"]
        manifest["totals"][slug]["pounds drawn in 2016/17"] = "1"
        manifest["audit"]["hash"] = hashlib.sha256(b"another").hexdigest()
        manifest["guards"].remove("accounts_auditentry.audit_entry_append_only")
        return manifest

    rewrite(forged, forge)
    place = Place(directory / "forged-target")
    place.start()
    place.query(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE INSERT ON TABLES FROM {database.WEB}")
    outcome = place.backup("restore", FILE=str(forged))
    place.stop()
    assert outcome.returncode == 1
    assert "pounds drawn in 2016/17: 1: DIFFERENT" in outcome.stdout
    assert "triggers that guard the record, all on: DIFFERENT" in outcome.stdout
    assert f"What the role {database.WEB} may do: DIFFERENT" in outcome.stdout
    assert "do not use this database" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("arguments", [["restore"], ["neither"]])
def test_a_command_that_is_not_understood_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    if arguments == ["neither"]:
        assert backup.main(arguments) == 2
        assert "make|restore" in capsys.readouterr().err
    else:
        with pytest.raises(backup.Refused, match=r"make restore FILE="):
            backup.main(arguments)


def test_the_programs_are_never_older_than_the_server():
    newest = programs.client_program("pg_dump", 15)
    assert newest.name == "pg_dump"
    with pytest.raises(data_folder.DatabaseUnavailable, match="No pg_dump of PostgreSQL 99 or later"):
        programs.client_program("pg_dump", 99)


def test_what_was_typed_under_make_run_goes_to_an_older_server(source: Place, directory: Path):
    """In the plain form; the custom one is for servers of the same age."""
    plain = directory / "plain.backup"
    assert source.backup("make", FILE=str(plain), FORM="plain").returncode == 0
    with plain_server(directory / "older") as older:
        given = {"DATABASE_ADMIN_URL": older.administrator, "SECRET_KEY": "0123456789abcdef" * 4, "ALLOWED_HOSTS": "b.example"}
        for variable, role in (("DATABASE_URL", "web"), ("DATABASE_OWNER_URL", "owner")):
            given[variable] = older.url(role, "a password", "older")
        assert manage("prepare_database", **given).returncode == 0
        environment = {**given, "IMPROVEMENT_BUDGET_TESTING": "0", "FILE": str(plain)}
        done = source.run("-m", "operations.backup", "restore", **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.endswith("Restored, and everything is equal.\n")


def test_an_extension_that_is_not_ours_stays_where_it_is(source: Place, directory: Path):
    """Whoever restores may not be allowed to make it."""
    source.query("CREATE EXTENSION pageinspect", cluster.SUPERUSER)
    try:
        file = directory / "extended.backup"
        assert source.backup("make", FILE=str(file)).returncode == 0
        elsewhere = Place(directory / "elsewhere")
        try:
            done = elsewhere.backup("restore", FILE=str(file))
            assert done.returncode == 0, done.stderr
            assert not elsewhere.query("SELECT 1 FROM pg_extension WHERE extname = 'pageinspect'")
        finally:
            elsewhere.stop()
    finally:
        source.query("DROP EXTENSION pageinspect", cluster.SUPERUSER)


def test_backups_are_thrown_away_by_their_age_but_never_the_newest(tmp_path: Path):
    names = [f"improvement-budget-2026-{month:02}-01-020000.backup" for month in range(1, 8)]
    for name in (*names, "of-somebody-else"):
        (tmp_path / name).touch()
    at = datetime(2026, 7, 2, tzinfo=UTC)
    assert [each.name for each in backup.throw_away(tmp_path, 45, at)] == names[3::-1]
    assert backup.throw_away(tmp_path, 1, at) == []
    assert {each.name for each in tmp_path.iterdir()} == {*names[4:], "of-somebody-else"}
