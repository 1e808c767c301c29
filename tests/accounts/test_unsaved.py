"""What was typed is kept when the session ends under it, for a day, for whoever typed it alone."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import UnsavedForm, User
from accounts.permissions.rules import Role
from accounts.unsaved.actions import discard_old, keep
from accounts.unsaved.rules import KEPT_FOR, LONGEST, MOST_KEPT, may_be_kept, typed
from accounts.unsaved.views import WHO
from tests.making import NOON, make_officer, make_programme, make_user
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password 42"
TYPED = {"number": "4", "name": "Phase Four & a <b>half</b>"}


@pytest.fixture
def officer() -> User:
    officer = make_officer()
    officer.set_password(PASSWORD)
    officer.save()
    return officer


@pytest.fixture
def address() -> str:
    return f"/programmes/{make_programme().slug}/set-up/phases/add/"


def _signed_in(client: Client, person: User, to: str = "") -> Any:
    return client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, "next": to})


def _end_session(client: Client) -> None:
    client.cookies.pop("sessionid")


def _hidden(page: Any) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    return {name: unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}


def test_what_was_typed_outlives_the_session(client: Client, officer: User, address: str):
    _signed_in(client, officer)
    assert client.get(address).status_code == 200
    _end_session(client)
    sent = client.post(address, TYPED)
    kept = UnsavedForm.objects.get()
    assert (kept.person, kept.address) == (officer, address)
    assert sent.url == f"/accounts/login/?next=/unsaved/{kept.pk}/"
    assert "We have kept what you typed: sign in to continue." in client.get(sent.url).text
    again = client.get(_signed_in(client, officer, f"/unsaved/{kept.pk}/").url)
    assert "Phase Four &amp; a &lt;b&gt;half&lt;/b&gt;" in again.text
    assert f'<form method="post" action="{address}">' in again.text
    assert _hidden(again) == TYPED
    saved = client.post(address, _hidden(again))
    assert saved.status_code in (200, 302)


def test_nobody_else_reads_it(client: Client, officer: User, address: str):
    _signed_in(client, officer)
    _end_session(client)
    client.post(address, TYPED)
    kept = UnsavedForm.objects.get()
    other = Client()
    other.force_login(make_user(*Role))
    for response in (other.get(f"/unsaved/{kept.pk}/", follow=True), other.post(f"/unsaved/{kept.pk}/", follow=True)):
        assert "Phase Four" not in response.text
        assert "it was another person’s, or is over a day old" in response.text
    assert UnsavedForm.objects.exists()


def test_it_is_discarded_on_request(client: Client, officer: User, address: str):
    client.force_login(officer)
    kept = keep(address=address, fields=list(TYPED.items()), has_files=True, by=officer, at=NOON)
    assert kept
    UnsavedForm.objects.update(at=NOON.replace(year=2100))  # however late the test is run
    page = client.get(f"/unsaved/{kept.pk}/")
    assert "choose it again on the next page" in page.text
    assert client.post(f"/unsaved/{kept.pk}/").url == "/"
    assert not UnsavedForm.objects.exists()
    assert client.get(f"/unsaved/{uuid4()}/").url == "/"


def test_after_signing_out_or_in_another_browser_nothing_is_kept(client: Client, officer: User, address: str):
    _signed_in(client, officer)
    client.post("/accounts/logout/")
    sent = client.post(address, TYPED)
    assert sent.url == f"/accounts/login/?next={address}"
    assert "what you sent was not saved" in client.get(sent.url).text
    Client().post(address, TYPED)
    forged = Client()
    forged.cookies[WHO] = str(officer.pk)
    forged.post(address, TYPED)
    assert not UnsavedForm.objects.exists()


def test_what_a_script_asks_for_is_not_kept(client: Client, officer: User, address: str):
    _signed_in(client, officer)
    _end_session(client)
    client.post(address, TYPED, headers={"Sec-Fetch-Mode": "cors"})
    assert not UnsavedForm.objects.exists()


@pytest.mark.parametrize(("origin", "is_kept"), [("http://testserver", True), ("https://elsewhere.example", False), ("", False)])
def test_a_form_that_was_open_too_long_is_kept_where_it_came_from_a_page_of_ours(
    officer: User, address: str, origin: str, is_kept: bool
):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    sent = client.post(address, TYPED | {"csrfmiddlewaretoken": "x" * 64}, headers={"Origin": origin} if origin else {})
    assert UnsavedForm.objects.exists() is is_kept
    assert (sent.status_code, getattr(sent, "url", "")[:9]) == ((302, "/unsaved/") if is_kept else (403, ""))


def test_what_a_script_sends_with_an_old_token_pushes_out_nothing(officer: User, address: str):
    """A table of inputs that is open says so every quarter of a minute, whoever signed in elsewhere in this browser meanwhile."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    sent = {"Origin": "http://testserver", "Sec-Fetch-Mode": "cors"}
    assert client.post(address, TYPED | {"csrfmiddlewaretoken": "x" * 64}, headers=sent).status_code == 403
    assert not UnsavedForm.objects.exists()


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/password/change/", [("words", "Some words")]),
        ("/people/1/", [("new_password", "Some words")]),
        ("//elsewhere.example/", [("words", "Some words")]),
        ("/drawdowns/", []),
        ("/drawdowns/", [("words", "x" * LONGEST)]),
    ],
)
def test_secrets_and_what_is_too_long_are_not_kept(path: str, fields: list[tuple[str, str]]):
    assert not may_be_kept(path, fields)
    assert keep(address=path, fields=fields, has_files=False, by=make_user(), at=NOON) is None


def test_only_the_last_few_are_kept_and_none_over_a_day(officer: User):
    for minute in range(MOST_KEPT + 2):
        keep(address=f"/{minute}/", fields=[("words", "x")], has_files=False, by=officer, at=NOON + timedelta(minutes=minute))
    assert [form.address for form in officer.unsaved_forms.all()] == [f"/{minute}/" for minute in range(MOST_KEPT + 1, 1, -1)]
    discard_old(NOON + timedelta(minutes=4) + KEPT_FOR)
    assert [form.address for form in officer.unsaved_forms.all()] == ["/6/", "/5/", "/4/"]


def test_only_what_a_person_recognises_is_shown():
    assert typed([("key", "a1-b2"), ("form-0-title", "Head of service"), ("public_interest", " It is so. ")]) == [
        ("Title", "Head of service"),
        ("Public interest", "It is so."),
    ]


def test_the_store_keeps_no_address_of_another_site(officer: User):
    with refused_by("unsaved_form_is_of_this_site"):
        UnsavedForm.objects.create(person=officer, address="https://elsewhere.example/", fields=[], at=NOON)


def test_the_demonstration_goes_on_to_where_one_was_going(client: Client, settings: Any):
    settings.DEMONSTRATION = True
    make_user(Role.CLERK, demo_account="clerk")
    assert (
        '<input type="hidden" name="next" value="/register/">'
        in client.get("/accounts/login/?next=/register/").text.split("/accounts/demo/")[1]
    )
    for wanted, reached in (("/register/", "/register/"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/")):
        assert client.post("/accounts/demo/", {"account": "clerk", "next": wanted}).url == reached
