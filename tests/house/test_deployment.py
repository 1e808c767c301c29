"""docs/deployment.md followed on an empty server, and the site used. What `prepare_database` does is undone and put right."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import psycopg2
import pytest

from operations.preparing import limits
from tests.house.followed import Installation, blocks
from tests.house.plain_server import PlainServer, manage, plain_server
from tests.house.running_site import PASSED_ON, free_port, until

PASSWORD = "correct horse battery staple"
PEOPLE = ("ada@budget.example.gov.uk", "grace@budget.example.gov.uk")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainServer]:
    with plain_server(tmp_path_factory.mktemp("plain") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory, server: PlainServer) -> Iterator[Installation]:
    """The document, followed to its end."""
    made = Installation(tmp_path_factory.mktemp("council"), server)
    try:
        for block in blocks():
            if "create_administrator" in block:
                for email in PEOPLE:
                    made.follow(block, f"{email}\nName of {email}\n", ADMINISTRATOR_PASSWORD=PASSWORD)
            else:
                made.follow(block)
        made.begin_and_wait()
        yield made
    finally:
        made.end()


@pytest.fixture
def prepared(council: Installation) -> dict[str, str]:
    return council.environment() | {"DATABASE_ADMIN_URL": council.database.administrator}


def ask(
    council: Installation, method: str, path: str, fields: dict[str, str] | None = None, **headers: str
) -> tuple[int, str, str]:
    """Status, body and cookies of an answer through the proxy; `Source` among the headers is whom it comes from."""
    source = headers.pop("Source", "127.0.0.1")
    connection = http.client.HTTPConnection("127.0.0.1", council.proxied, timeout=60, source_address=(source, 0))
    site = {"Host": "budget.example.gov.uk", "Origin": "https://budget.example.gov.uk"}
    if fields is not None:
        site["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, urlencode(fields) if fields is not None else None, site | headers)
    answer = connection.getresponse()
    cookies = "; ".join(each.partition(";")[0] for each in answer.msg.get_all("Set-Cookie") or [])
    body = answer.read().decode()
    connection.close()
    return answer.status, body, cookies


def sign_in(council: Installation, password: str, email: str = PEOPLE[0], **headers: str) -> tuple[int, str]:
    """The status of signing in, and what the page says."""
    _, page, cookies = ask(council, "GET", "/accounts/login/", **headers)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, page
    fields = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
    status, page, _ = ask(council, "POST", "/accounts/login/", fields, Cookie=cookies, **headers)
    return status, page


def test_the_document_leads_to_a_site_on_which_an_administrator_signs_in(council: Installation):
    said = "\n".join(council.said)
    assert "The database improvement_budget was made" in said
    assert "its limits hold" in said
    assert "can sign in as administrator" in said
    assert ask(council, "GET", "/healthz")[0] == 200
    assert sign_in(council, PASSWORD)[0] == 302


def test_the_worker_of_the_document_is_in_charge(council: Installation, server: PlainServer):
    council.begin("worker")
    held = "SELECT 1 FROM accounts_workerlease WHERE until > now()"
    inside = {"dbname": "improvement_budget"}
    until(lambda: server.sql(server.administrator, held, **inside), 60, (council.root / "worker.log").read_text)


def test_wrong_passwords_of_one_address_shut_nobody_else_out(council: Installation):
    """Whatever they claim in the header of the proxy."""
    stranger = {"Source": "127.0.0.2"}
    for number in range(30):
        claim = {"X-Forwarded-For": f"203.0.113.{number}"}
        _, page = sign_in(council, "wrong", f"nobody{number}@budget.example.gov.uk", **stranger, **claim)
        if "Too many failed" in page:
            break
    assert "Too many failed" in page
    assert sign_in(council, PASSWORD, PEOPLE[1], **stranger)[0] == 200
    assert sign_in(council, PASSWORD, PEOPLE[1], Source="127.0.0.3")[0] == 302


def test_it_refuses_to_start_in_sentences_where_it_would_fail_later(council: Installation, server: PlainServer):
    """Each thing undone, and put right by the command that the sentence names."""
    manifest = council.root / "var/improvement-budget/static/staticfiles.json"
    kept, inside = manifest.read_text(), {"dbname": "improvement_budget"}
    [[last]] = server.sql(server.administrator, "SELECT max(id) FROM django_migrations", **inside)
    gone = "DELETE FROM django_migrations WHERE id = %s RETURNING app, name, applied"
    [row] = server.sql(server.administrator, gone, last, **inside)
    manifest.unlink()
    server.sql(server.administrator, "ALTER ROLE budget_web RESET statement_timeout")
    try:
        said = refused(council)
        for expected in (
            "no static files",
            "1 migrations are not applied",
            "statement_timeout",
            "Run manage.py prepare_database",
        ):
            assert expected in said
        server.sql(server.administrator, "REVOKE INSERT ON accounts_user FROM budget_web", **inside)
        assert "may not read and write accounts_user" in refused(council)
    finally:
        manifest.write_text(kept)
        put = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)"
        server.sql(server.administrator, put, *row, **inside)
        manage("prepare_database", **council.environment(), DATABASE_ADMIN_URL=server.administrator)
    assert "without its own settings" in refused(council, "-m", "gunicorn", "improvement_budget.wsgi")
    for changed in ({"SECRET_KEY": "a"}, {"SECRET_KEY": "ab" * 40}, {"ALLOWED_HOSTS": "*"}):
        assert next(iter(changed)) in refused(council, **changed)


def refused(council: Installation, *command: str, **changed: str) -> str:
    """What the web server says as it ends at once."""
    place = council.unit("web.service")["WorkingDirectory"][0]
    command = command or ("-m", "gunicorn", "--config", "operations/gunicorn_conf.py")
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    done = subprocess.run(
        [f"{place}/.venv/bin/python", *command],
        cwd=place,
        env=kept | council.environment() | {"IMPROVEMENT_BUDGET_DB_ROLE": "web", "PORT": str(free_port())} | changed,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode != 0
    return done.stdout + done.stderr


def test_every_night_the_chain_is_checked_and_a_backup_made(council: Installation):
    council.once("nightly")
    [made] = (council.root / "var/improvement-budget/backups").iterdir()
    assert made.stat().st_mode & 0o777 == 0o600


def test_the_figures_are_at_an_address_of_their_own_and_the_log_says_nothing_typed(council: Installation):
    ask(council, "GET", "/published-decisions/?search=Something+typed")
    address = council.environment()["METRICS_BIND"].rpartition(":")[2]
    figures = urlopen(f"http://127.0.0.1:{address}/metrics", timeout=30).read().decode()
    assert re.search(r'requests_total\{method="GET",page="published_decisions",status="200"\} [1-9]', figures)
    log = (council.root / "web.log").read_text()
    [line, *_] = [json.loads(each) for each in log.splitlines() if '"published_decisions"' in each]
    assert line.keys() == {"at", "level", "logger", "message", "request_id", "method", "page", "status", "ms", "user"}
    assert "typed" not in log
    assert ask(council, "GET", "/metrics")[0] in (302, 404)


def again(prepared: dict[str, str]) -> str:
    done = manage("prepare_database", **prepared)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_web_role_reads_and_writes_rows_and_owns_nothing(server: PlainServer, prepared: dict[str, str]):
    web = prepared["DATABASE_URL"]
    assert server.sql(web, "SELECT count(*) FROM accounts_user") == [(2,)]
    server.sql(web, "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('k', '', now())")
    for refused in ("DROP TABLE accounts_office", "TRUNCATE accounts_office", "CREATE TABLE own (id int)"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            server.sql(web, refused)


def test_its_limits_hold_however_it_signs_in(server: PlainServer, prepared: dict[str, str]):
    for limit, value in limits.WEB.items():
        assert server.sql(prepared["DATABASE_URL"], f"SHOW {limit}") == [(value,)]
    assert server.sql(prepared["DATABASE_OWNER_URL"], "SHOW statement_timeout") == [("0",)]


def test_run_again_it_puts_right_what_was_undone_and_loses_nothing(server: PlainServer, prepared: dict[str, str]):
    inside = prepared["DATABASE_URL"]
    people = server.sql(inside, "SELECT count(*) FROM django_migrations")
    server.sql(server.administrator, "REVOKE UPDATE ON accounts_user FROM budget_web", dbname="improvement_budget")
    server.sql(server.administrator, "ALTER ROLE budget_web RESET statement_timeout")
    server.sql(server.administrator, "ALTER ROLE budget_web PASSWORD 'another'")
    assert "was there" in again(prepared)
    assert server.sql(inside, "SHOW statement_timeout") == [("30s",)]
    assert server.sql(inside, "SELECT has_table_privilege('budget_web', 'accounts_user', 'UPDATE')") == [(True,)]
    assert server.sql(inside, "SELECT count(*) FROM django_migrations") == people


def test_a_table_that_a_later_version_adds_is_the_web_roles_to_write(server: PlainServer, prepared: dict[str, str]):
    server.sql(prepared["DATABASE_OWNER_URL"], "CREATE TABLE later (id bigserial)")
    server.sql(prepared["DATABASE_URL"], "INSERT INTO later DEFAULT VALUES")
    server.sql(prepared["DATABASE_OWNER_URL"], "DROP TABLE later")


def test_an_administrator_who_is_no_superuser_can_do_it_too(server: PlainServer, prepared: dict[str, str]):
    server.sql(server.administrator, "CREATE ROLE hired LOGIN CREATEROLE CREATEDB PASSWORD 'theirs'")
    given = prepared | {
        "DATABASE_URL": server.url("web2", "web's own", "second"),
        "DATABASE_OWNER_URL": server.url("owner2", "owner's own", "second"),
        "DATABASE_ADMIN_URL": server.url("hired", "theirs", "postgres"),
    }
    for expected in ("was made", "was there"):
        done = manage("prepare_database", **given)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"DATABASE_OWNER_URL": ""}, "Set DATABASE_OWNER_URL"),
        ({"DATABASE_OWNER_URL": "postgresql://budget_web@127.0.0.1/improvement_budget"}, "both name the role budget_web"),
        ({"DATABASE_ADMIN_URL": "postgresql://nobody:x@127.0.0.1:1/postgres"}, "administrator of the server could not do it"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(prepared: dict[str, str], changed: dict[str, str], said: str):
    done = manage("prepare_database", **prepared | changed)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_new_version_takes_over_by_signal_without_a_failed_request(council: Installation):
    old, over, answers = council.running["web"].pid, threading.Event(), list[int]()

    def read() -> None:
        while not over.is_set():
            try:
                answers.append(ask(council, "GET", "/accounts/login/")[0])
            except (OSError, http.client.HTTPException):
                answers.append(0)

    threads = [threading.Thread(target=read) for _ in range(3)]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        (council.root / "notify").unlink()
        systemd.bind(str(council.root / "notify"))
        systemd.settimeout(120)
        for thread in threads:
            thread.start()
        try:
            os.kill(old, signal.SIGUSR2)
            said = ""
            while "MAINPID=" not in said:
                said = systemd.recv(4096).decode()
            new = int(said.partition("MAINPID=")[2].split()[0])
            os.kill(old, signal.SIGQUIT)
            council.running["web"].wait(60)
            before = len(answers)
            until(lambda: len(answers) > before + 5, 60)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    assert new != old
    assert set(answers) == {200}
    os.kill(new, signal.SIGTERM)
    until(lambda: not Path(f"/proc/{new}").exists(), 60)
