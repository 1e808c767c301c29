"""What a page says when the database is away or busy: 503, and what was sent can be sent again."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.test import Client

from accounts.models import Office
from accounts.permissions.rules import Role
from improvement_budget.home import views
from tests.making import make_user


@pytest.fixture
def visitor(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Make every query fail so, as if the server were away."""

    def use(error: Exception) -> None:
        def execute(*_: Any) -> None:
            raise error

        monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", execute)

    return use


def busy() -> OperationalError:
    class LockNotAvailable(Exception):
        pgcode = "55P03"

    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = LockNotAvailable()
    return error


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("connection already closed")])
@pytest.mark.parametrize("path", ["/", "/published-decisions/", "/programmes/"])
def test_a_database_that_is_away_is_503_in_words(visitor: Client, fails: Callable[..., None], path: str, error: Exception):
    visitor.force_login(make_user(Role.CLERK))
    fails(error)
    answer = visitor.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "Everything you have saved is safe" in answer.content.decode()
    assert f'href="{path}">Try again' in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_session_outlives_the_database_being_away(visitor: Client, fails: Callable[..., None]):
    visitor.force_login(make_user(Role.CLERK))
    fails(OperationalError("gone"))
    assert "sessionid" not in visitor.get("/").cookies


@pytest.mark.django_db
def test_another_fault_is_still_500(visitor: Client, fails: Callable[..., None]):
    fails(DatabaseError("syntax"))
    assert visitor.get("/published-decisions/").status_code == 500


@pytest.mark.django_db
def test_what_was_typed_is_kept_on_the_page_to_be_sent_again(visitor: Client, fails: Callable[..., None]):
    visitor.force_login(make_user(Role.ADMINISTRATOR))
    fails(OperationalError("gone"))
    answer = visitor.post("/offices/add/?from=list", {"name": 'Leader <"of"> it', "choice": ["1", "2"]})
    page = answer.content.decode()
    assert '<form method="post" action="/offices/add/?from=list">' in page
    assert 'name="name" value="Leader &lt;&quot;of&quot;&gt; it"' in page
    assert page.count('name="choice"') == 2
    assert "Send it again" in page


@pytest.mark.django_db
def test_a_password_is_never_written_on_the_page(visitor: Client, fails: Callable[..., None]):
    fails(OperationalError("gone"))
    page = visitor.post("/accounts/login/", {"login": "a@council.example", "password": "correct horse"}).content.decode()
    assert "correct horse" not in page
    assert "Go back to the form" in page


@pytest.mark.django_db
def test_an_address_of_another_site_does_not_become_where_it_is_sent(visitor: Client, fails: Callable[..., None]):
    fails(OperationalError("gone"))
    assert 'action="//' not in visitor.post("//evil.example/x", {"a": "1"}).content.decode()


@pytest.mark.django_db
def test_a_lock_that_is_held_too_long_is_said_as_somebody_else_saving(visitor: Client, fails: Callable[..., None]):
    visitor.force_login(make_user(Role.ADMINISTRATOR))
    fails(busy())
    answer = visitor.post("/offices/add/", {"name": "Leader"})
    assert answer.status_code == 503
    assert "Somebody else is saving at this moment" in answer.content.decode()
    assert "Everything you have saved is safe" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_lock_time_out_of_postgresql_is_the_one_that_is_recognised():
    office = Office.objects.create(name="Leader", slug="leader")
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Office.objects.select_for_update().get(pk=office.pk)
            held.set()
            over.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(20)
    try:
        with transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '50ms'")
            with pytest.raises(OperationalError) as waited:
                Office.objects.select_for_update().get(pk=office.pk)
            transaction.set_rollback(True)
    finally:
        over.set()
        holder.join()
    assert waited.value.__cause__.pgcode == views.LOCK_NOT_AVAILABLE  # type: ignore[union-attr]
