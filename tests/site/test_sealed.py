"""What stands on every kind of answer, and what is refused or ended before it can hold anybody else up."""

import threading
import time
from typing import Any

import psycopg2
import pytest
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.permissions.rules import Role
from improvement_budget import deadline
from improvement_budget.home.views import server_error
from improvement_budget.middleware import LARGEST_REQUEST
from operations.commits import Unconfirmed
from tests.making import make_user

pytestmark = pytest.mark.django_db
HEADERS = {"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"}


@pytest.fixture
def clerk() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(Role.CLERK))
    return client


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *[("/", 200), ("/nowhere/", 404), ("/people/", 403), ("/?a=%00", 400), ("/livez", 200)],
        *[("/static/improvement_budget/favicon.svg", 200), ("/app.css", 200), ("/published-decisions/", 200)],
    ],
)
def test_every_kind_of_answer_carries_the_headers(clerk: Client, address: str, status: int):
    answer = clerk.get(address)
    answer.close()
    assert answer.status_code == status
    assert HEADERS - set(answer.headers) == set()


def test_a_host_that_is_not_ours_is_refused_with_them_too(clerk: Client):
    answer = clerk.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert HEADERS - set(answer.headers) == set()


def test_a_fault_and_a_database_that_is_away_carry_them_too(clerk: Client, monkeypatch: pytest.MonkeyPatch):
    def fails(*_: Any) -> None:
        raise ValueError

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", fails)
    answer = clerk.get("/")
    assert answer.status_code == 500
    assert HEADERS - set(answer.headers) == set()


@pytest.mark.parametrize("address", ["/", "/programmes/", "/nowhere/", "/people/", "/accounts/password/change/"])
def test_nothing_signed_in_is_kept_by_a_browser(clerk: Client, address: str):
    assert clerk.get(address)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/published-decisions/", "/app.css"])
def test_what_is_for_anybody_may_be_kept(clerk: Client, address: str):
    assert "public" in clerk.get(address)["Cache-Control"]


def test_a_body_that_no_form_takes_is_refused_unread():
    class Unread:
        def read(self, *_: Any) -> bytes:
            pytest.fail("read")

        readline = read

    client = Client()
    answer = client.generic("POST", "/check-a-paper/", b"", CONTENT_LENGTH=str(LARGEST_REQUEST + 1), **{"wsgi.input": Unread()})
    assert answer.status_code == 413
    assert "larger than 32 MB" in answer.content.decode()


def failed(code: str | None, kind: type[Exception] = psycopg2.InternalError) -> Error:
    """As Django hands on what the driver raised."""

    class Raised(kind):  # type: ignore[misc, valid-type]
        pgcode = code

    error = Error("failed")
    error.__cause__ = Raised("failed")
    return error


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (failed("25006"), 503, "Nothing can be saved at the moment"),
        (failed("55P03"), 503, "Somebody else is saving"),
        *[(failed(code), 503, "We cannot reach our records") for code in ("08006", "40001", "40P01", "53100", "57P01", "58030")],
        (failed(None, psycopg2.DatabaseError), 503, "We cannot reach our records"),
        (failed(None, Unconfirmed), 503, "This may have been saved"),
        *[(failed(code), 500, "") for code in ("42P01", "22012", "23505")],
        (deadline.TookTooLong(), 503, "This took too long"),
    ],
)
def test_what_failed_is_known_by_its_code_and_what_was_typed_is_kept(error: Exception, status: int, said: str):
    request = RequestFactory().post("/offices/add/", {"name": "Leader"})
    try:
        raise error
    except Exception:
        answer = server_error(request)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert ('value="Leader"' in answer.content.decode()) == (status == 503)


def test_a_read_only_server_is_told_by_the_code_that_is_expected():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
        with pytest.raises(Error) as refused:
            cursor.execute("DELETE FROM accounts_office")
    assert refused.value.__cause__.pgcode == "25006"  # type: ignore[union-attr]


@pytest.mark.parametrize("busy_in", ["python", "database"])
def test_a_request_that_takes_too_long_is_ended_wherever_it_is(busy_in: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deadline, "SECONDS", 0.3)

    def view(request: HttpRequest) -> HttpResponse:
        if busy_in == "database":
            connection.cursor().execute("SELECT pg_sleep(60)")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            time.sleep(0.01)
        return HttpResponse()

    with pytest.raises((deadline.TookTooLong, Error)):
        deadline.end_in_time(view)(RequestFactory().get("/"))
    assert deadline.end_in_time(lambda request: HttpResponse())(RequestFactory().get("/")).status_code == 200
    assert threading.active_count() < 20
