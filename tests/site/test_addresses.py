"""Role x address x status: one table of who is let in where. An address that is missing from it fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from accounts.permissions import Role
from phases.models import Programme
from tests.making import (
    enter_line,
    make_authorisation,
    make_decision,
    make_deputy,
    make_excluded_item,
    make_holding,
    make_office,
    make_phase,
    make_programme,
    make_source,
    make_user,
)

pytestmark = pytest.mark.django_db

NOBODY = None
PEOPLE = (NOBODY, "", *Role)  # "" is a person without any role

EVERYBODY = {"", *Role}
READERS = set(Role)
FINANCE = {Role.FINANCE_OFFICER}
SETS_UP = {Role.FINANCE_OFFICER, Role.ADMINISTRATOR}
CLERK = {Role.CLERK}
ADMINISTRATOR = {Role.ADMINISTRATOR}
AUDITOR = {Role.AUDITOR}
OPEN = {NOBODY, *EVERYBODY}

# Name of the address: who is let in. The rest get 403, and without a session the sign-in page.
WHO_IS_LET_IN: dict[str, set[Any]] = {
    "home": EVERYBODY,
    "healthz": OPEN,
    "council_css": OPEN,
    "people": ADMINISTRATOR,
    "add_person": ADMINISTRATOR,
    "change_person": ADMINISTRATOR,
    "offices": READERS,
    "office": READERS,
    "add_office": ADMINISTRATOR,
    "rename_office": ADMINISTRATOR,
    "take_office": ADMINISTRATOR,
    "end_holding": ADMINISTRATOR,
    "correct_holding": ADMINISTRATOR,
    "appoint_deputy": ADMINISTRATOR,
    "revoke_deputy": ADMINISTRATOR,
    "council": ADMINISTRATOR,
    "audit": AUDITOR,
    "programmes": READERS,
    "programme_new": SETS_UP,
    "programme_setup": SETS_UP,
    "programme_details": SETS_UP,
    "paper": SETS_UP,
    "phase_add": SETS_UP,
    "phase_change": SETS_UP,
    "funding_source_add": SETS_UP,
    "funding_source_change": SETS_UP,
    "excluded_item_add": SETS_UP,
    "excluded_item_change": SETS_UP,
    "teams": SETS_UP,
    "decisions": READERS,
    "decision_record": CLERK,
    "decision_change": CLERK,
    "authorise": CLERK,
    "authorisation_change": CLERK,
    "lines": READERS,
    "line": READERS,
    "workings": READERS,
    "preview_lines": FINANCE,
    "undo_lines": FINANCE,
    "paste_lines": FINANCE,
    "position": READERS,
    "expenditure": READERS,
    "expenditure_pdf": READERS,
    "expenditure_xlsx": READERS,
    "expenditure_csv": READERS,
    "expenditure_json": READERS,
}

# Answered for a visitor without a session, on purpose: signing in, and asking for a new password.
WITHOUT_A_SESSION = {"demo_sign_in", "account_login", "account_logout", "account_signup", "account_reset_password"}
WITHOUT_A_SESSION |= {"account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done"}
WITHOUT_A_SESSION |= {
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_login_code",
}
# Of the sign-in package, for whoever is signed in.
OF_ONES_OWN = {"account_change_password", "account_set_password", "account_reauthenticate"}

POSTED_ONLY = {"preview_lines", "undo_lines"}


def _named(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _named(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def test_every_address_is_in_the_table():
    known = {*WHO_IS_LET_IN, *WITHOUT_A_SESSION, *OF_ONES_OWN}
    assert sorted(set(_named(get_resolver().url_patterns)) - known) == []


@pytest.fixture
def programme() -> Programme:
    return make_programme(slug="table")


def _address(name: str, programme: Programme) -> str:
    phase, decision = make_phase(programme), make_decision(programme)
    route = next(iter(get_resolver().reverse_dict.getlist(name)))[0][0][0]
    numbers = {
        "change_person": lambda: make_user().pk,
        **dict.fromkeys(("office", "rename_office", "take_office", "appoint_deputy"), lambda: make_office().pk),
        **dict.fromkeys(("end_holding", "correct_holding"), lambda: make_holding(make_office(), make_user()).pk),
        "revoke_deputy": lambda: make_deputy(make_office(), make_user()).pk,
        "phase_change": lambda: phase.pk,
        "funding_source_change": lambda: make_source(programme).pk,
        "excluded_item_change": lambda: make_excluded_item(programme).pk,
        "decision_change": lambda: decision.pk,
        "authorise": lambda: decision.pk,
        "authorisation_change": lambda: make_authorisation(decision).pk,
        "line": lambda: enter_line(phase).pk,
        "workings": lambda: enter_line(phase).pk,
    }
    return "/" + route % {"slug": programme.slug, "pk": numbers[name]() if name in numbers else 1, "number": 1}


def _client(who: str | None) -> Client:
    client = Client(raise_request_exception=True)
    if who is not NOBODY:
        client.force_login(make_user(*([Role(who)] if who else [])))
    return client


def _ask(client: Client, name: str, address: str) -> Any:
    return client.post(address) if name in POSTED_ONLY else client.get(address)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: "nobody" if who is NOBODY else str(who) or "no_role")
@pytest.mark.parametrize("name", WHO_IS_LET_IN)
def test_who_is_let_in_where(name: str, who: str | None, programme: Programme):
    address = _address(name, programme)
    response = _ask(_client(who), name, address)
    if who in WHO_IS_LET_IN[name]:
        # 404: there is no change number 1 that could be undone.
        assert response.status_code in (200, 302, 404 if name == "undo_lines" else 200)
        assert "/accounts/login/" not in response.get("Location", "")
    elif who is NOBODY:
        assert response.status_code == 302
        assert response.url.startswith("/accounts/login/?next=/")
    else:
        assert response.status_code == 403


@pytest.mark.parametrize("name", [name for name in WHO_IS_LET_IN if WHO_IS_LET_IN[name] is not OPEN])
def test_an_unknown_programme_is_not_found_by_those_who_may(name: str, programme: Programme):
    who = sorted(WHO_IS_LET_IN[name])[-1]
    address = _address(name, programme)
    if "/table/" not in address and "/table." not in address:
        return
    response = _ask(_client(who), name, address.replace("/table", "/unknown", 1))
    assert response.status_code == 404
    assert "There is no such page" in response.text


def test_who_can_no_longer_sign_in_is_sent_to_the_sign_in_page():
    client = _client(Role.ADMINISTRATOR)
    User.objects.update(is_active=False)
    assert client.get("/people/").url.startswith("/accounts/login/")


@pytest.mark.parametrize("address", ["/programmes/\x00/", "/programmes/?page=%00", "/audit/?before=%00", "/people/%00/"])
def test_a_nul_in_an_address_is_a_bad_request(address: str):
    assert _client(Role.AUDITOR).get(address).status_code in (400, 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("name", ["home", "people", "council", "programme_new", "decisions", "audit"])
def test_other_methods_are_refused(name: str, method: str, programme: Programme):
    who = sorted(WHO_IS_LET_IN[name])[-1]
    assert getattr(_client(who), method)(_address(name, programme)).status_code == 405
