"""The embedded server, with real processes: starting, stopping, surviving kills, and odd places to keep its data."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db.backends.postgresql.base import DatabaseWrapper

from operations import cluster, data_folder, database
from operations.management.commands import prepare_database


@contextlib.contextmanager
def _data_in(directory: Path) -> Iterator[pytest.MonkeyPatch]:
    """Keep the application's data in `directory`; whatever runs there is stopped afterwards."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("IMPROVEMENT_BUDGET_DATA_DIR", str(directory))
        environment.setenv("IMPROVEMENT_BUDGET_TESTING", "0")
        environment.delenv("DATABASE_URL", raising=False)
        environment.delenv("IMPROVEMENT_BUDGET_DB_ROLE", raising=False)
        yield environment
        environment.delenv("DATABASE_URL", raising=False)
        database.stop()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose server was started and stopped: copying it is quicker than making another."""
    directory = tmp_path_factory.mktemp("made") / "data"
    with _data_in(directory):
        database.ensure_running()
    return directory


@pytest.fixture(scope="module")
def running(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One started server for the tests that only look at it."""
    directory = tmp_path_factory.mktemp("running") / "data"
    subprocess.run(["cp", "-a", str(made), str(directory)], check=True)
    with _data_in(directory):
        database.ensure_running()
        yield directory


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """A data directory of this test's own that does not exist yet."""
    with _data_in(tmp_path / "data"):
        yield tmp_path / "data"


@pytest.fixture
def place(made: Path, empty: Path) -> Path:
    """A data directory of this test's own, with a stopped server."""
    subprocess.run(["cp", "-a", str(made), str(empty)], check=True)
    return empty


def _connect(role: str = "owner") -> Any:
    os.environ["IMPROVEMENT_BUDGET_DB_ROLE"] = role
    settings = database.django_database()
    os.environ["IMPROVEMENT_BUDGET_DB_ROLE"] = "owner"
    connection = psycopg2.connect(host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"], user=settings["USER"])
    connection.autocommit = True
    return connection


def _query(statement: str, role: str = "owner") -> list[Any]:
    connection = _connect(role)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def _server() -> int:
    return int((cluster.APPLICATION.directory / "postmaster.pid").read_text().split()[0])


def _command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "operations.database", *arguments],
        cwd=data_folder.CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_it_starts_answers_stops_and_starts_again_with_what_was_saved(empty: Path):
    assert database.ensure_running()
    assert not database.ensure_running()
    _query("CREATE TABLE kept AS SELECT 83000 AS pounds")
    assert _command("status").returncode == 0
    assert [cluster.name for cluster in database.stop()] == ["cluster"]
    assert not database.is_running()
    assert _command("status").returncode == 1
    database.ensure_running()
    assert _query("SELECT pounds FROM kept") == [(83000,)]


def test_a_server_killed_with_all_it_was_doing_loses_nothing(place: Path):
    database.ensure_running()
    _query("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS pounds")
    idle = _connect()
    os.kill(_server(), signal.SIGKILL)
    assert database.ensure_running()
    assert _query("SELECT count(*) FROM kept") == [(1000,)]
    idle.close()


def test_a_process_id_left_behind_may_belong_to_a_stranger_by_now(place: Path):
    database.ensure_running()
    database.stop()
    remains = "\n".join([str(os.getpid()), f"{place}/cluster", "0", "5432", "/tmp", "", "1 1", "ready", ""])
    (place / "cluster" / "postmaster.pid").write_text(remains)
    assert not database.is_running()
    assert database.ensure_running()


def test_an_interrupted_first_start_leaves_nothing_in_the_way(empty: Path):
    remains = empty / "cluster.new-1"
    remains.mkdir(parents=True)
    (remains / "PG_VERSION").write_text("18\n")
    assert database.ensure_running()
    assert not remains.exists()


def test_a_data_directory_deleted_under_a_running_server_starts_afresh(place: Path):
    database.ensure_running()
    orphan = _server()
    subprocess.run(["rm", "-rf", str(place)], check=True)
    assert database.ensure_running()
    assert _server() != orphan
    assert _query("SELECT 1") == [(1,)]


def test_a_server_whose_socket_was_cleaned_away_is_started_again(place: Path):
    database.ensure_running()
    subprocess.run(["rm", "-rf", str(cluster.APPLICATION.socket_dir)], check=True)
    assert database.ensure_running()
    assert _query("SELECT 1") == [(1,)]


def test_four_processes_that_start_cold_at_once_all_find_one_server(empty: Path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "operations.database", "start"],
            cwd=data_folder.CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0], said
    assert sum("Started the database." in each for each in said) == 1, said
    assert _query("SELECT 1") == [(1,)]


def test_a_long_path_with_spaces_quotes_and_accents_will_do(tmp_path: Path):
    directory = tmp_path / 'the council\'s £ "data" $HOME' / ("very long " * 12) / "é"
    with _data_in(directory):
        assert database.ensure_running()
        assert _query("SELECT 1") == [(1,)]


def test_a_private_directory_of_the_user_will_do(tmp_path: Path):
    directory = tmp_path / "private"
    directory.mkdir(mode=0o700)
    with _data_in(directory):
        assert database.ensure_running()
    assert directory.stat().st_mode & 0o077 == 0


def test_a_data_directory_that_cannot_be_made_is_explained(empty: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("IMPROVEMENT_BUDGET_DATA_DIR", "/proc/nowhere")
    outcome = _command("start")
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("Error: Cannot make the data directory /proc/nowhere")
    assert "IMPROVEMENT_BUDGET_DATA_DIR" in outcome.stderr


def test_nobody_else_can_reach_the_files_or_the_socket(running: Path):
    for directory in (cluster.APPLICATION.directory, cluster.APPLICATION.socket_dir):
        assert directory.stat().st_mode & 0o077 == 0
    assert _query("SHOW listen_addresses") == [("",)]


def test_the_server_never_runs_as_root(running: Path):
    assert Path(f"/proc/{_server()}").stat().st_uid != 0


def test_the_web_role_reads_and_writes_rows_but_owns_and_changes_no_table(running: Path):
    _query("CREATE TABLE line (id serial PRIMARY KEY, pounds numeric)")
    _query("INSERT INTO line (pounds) VALUES (1); UPDATE line SET pounds = 2; DELETE FROM line", role="web")
    for statement in ("TRUNCATE line", "DROP TABLE line", "ALTER TABLE line DISABLE TRIGGER ALL", "CREATE TABLE x ()"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            _query(statement, role="web")


def test_text_sorts_and_folds_by_the_rules_of_unicode_not_of_a_machine(running: Path):
    assert _query("SELECT lower('ÉCLIPSE £'), 'a' < 'é'") == [("éclipse £", True)]
    assert _query("SHOW server_encoding") == [("UTF8",)]


def test_the_tests_have_a_server_apart_from_the_application(place: Path, monkeypatch: pytest.MonkeyPatch):
    database.ensure_running()
    monkeypatch.setenv("IMPROVEMENT_BUDGET_TESTING", "1")
    database.ensure_running()
    assert _query("SHOW fsync") == [("off",)]
    monkeypatch.setenv("IMPROVEMENT_BUDGET_TESTING", "0")
    assert _query("SHOW fsync") == [("on",)]
    assert len(database.stop()) == 2


def test_with_database_url_nothing_embedded_starts_or_is_written(empty: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://bromley:word@db.example:6432/budget?sslmode=require")
    assert not database.ensure_running()
    assert database.stop() == []
    for command in ("start", "status"):
        assert "not ours" in _command(command).stdout
    assert not empty.exists()
    settings = database.django_database()
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "6432", "budget")
    assert settings["OPTIONS"]["sslmode"] == "require"


def test_with_database_url_several_hosts_of_one_cluster_may_be_named(empty: Path, monkeypatch: pytest.MonkeyPatch):
    hosts = "one:5432,two:5433"
    monkeypatch.setenv("DATABASE_URL", f"postgresql://web:its%40word@{hosts}/budget?target_session_attrs=read-write")
    monkeypatch.setenv("IMPROVEMENT_BUDGET_DB_ROLE", "web")
    settings = database.django_database()
    assert (settings["HOST"], settings["PORT"]) == ("one,two", "5432,5433")
    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == ("web", "its@word", "budget")
    assert settings["OPTIONS"]["target_session_attrs"] == "read-write"
    assert settings["DISABLE_SERVER_SIDE_CURSORS"]  # a pool by transaction loses them


def test_of_several_hosts_the_one_that_answers_and_takes_writes_is_found(running: Path, monkeypatch: pytest.MonkeyPatch):
    place, nowhere = cluster.chosen().socket_dir, running / "nowhere"
    address = f"postgresql://{database.WEB}@/{database.DATABASE}?host={nowhere},{place}&target_session_attrs=read-write"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("IMPROVEMENT_BUDGET_DB_ROLE", "web")
    web = DatabaseWrapper(database.django_database() | {"TIME_ZONE": None})
    with contextlib.closing(psycopg2.connect(**web.get_connection_params())) as session:
        assert session.info.host == str(place)
        assert session.info.user == database.WEB


def test_a_standby_that_has_not_heard_yet_of_the_database_is_asked_again(running: Path, monkeypatch: pytest.MonkeyPatch):
    """Of several hosts libpq (15, 18) tries no other after one that answers that there is no such database."""
    place = cluster.chosen().socket_dir
    later = []

    def make_it(seconds: float) -> None:
        if not later:
            later.append(seconds)
            with contextlib.closing(cluster.connect(cluster.APPLICATION, "postgres", cluster.SUPERUSER)) as session:
                session.autocommit = True
                session.cursor().execute("CREATE DATABASE heard_of_late")

    monkeypatch.setattr(prepare_database.time, "sleep", make_it)
    with prepare_database._session(f"postgresql://{database.OWNER}@/heard_of_late?host={place},{place}") as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == ("heard_of_late",)
    assert later


def test_with_database_url_the_owner_may_have_an_address_of_its_own(empty: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://web@db/budget")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/budget")
    assert database.django_database()["USER"] == "owner"
    monkeypatch.setenv("IMPROVEMENT_BUDGET_DB_ROLE", "web")
    assert database.django_database()["USER"] == "web"


def test_another_kind_of_database_is_refused(empty: Path, monkeypatch: pytest.MonkeyPatch):
    """Without a word of what it says: libpq's own message repeats the password."""
    for address in ("sqlite:///budget.sqlite3", "mysql://web:secret@db/budget", "postgresql://web:secret@db/budget?no=1"):
        monkeypatch.setenv("DATABASE_URL", address)
        with pytest.raises(data_folder.DatabaseUnavailable, match="must name a PostgreSQL server") as refused:
            database.django_database()
        assert "secret" not in str(refused.value)


def test_only_the_web_role_is_cut_off_after_thirty_seconds(running: Path):
    assert _query("SHOW statement_timeout") == [("0",)]
    assert _query("SHOW statement_timeout", "web") == [("30s",)]


def test_the_secret_key_is_made_once_and_is_private(empty: Path):
    key = data_folder.secret_key()
    assert len(key) >= 64
    assert data_folder.secret_key() == key
    assert (empty / "secret-key").stat().st_mode & 0o777 == 0o600
