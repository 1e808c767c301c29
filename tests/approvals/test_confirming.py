"""Who answers or signs confirms who they are, if they signed in more than five minutes ago."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.factors.views import confirms_identity
from accounts.models import User
from approvals.models import Answer, Drawdown
from approvals.urls import urlpatterns
from tests.approvals.case import Case, make_case

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password 42"
CONFIRMED = ("answer", "advise", "sign_off", "drawdown_return", "drawdown_refuse", "rewording_answer")


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def leader(case: Case) -> User:
    leader = case.people["Leader"]
    leader.set_password(PASSWORD)
    leader.save()
    return leader


def _waiting(minutes: int, person: User) -> Client:
    """Signed in so many minutes ago."""
    client = Client()
    client.force_login(person)
    session = client.session
    session["confirmed_at"] -= minutes * 60
    session.save()
    return client


def _answer(client: Client, drawdown: Drawdown, query: str = "") -> Any:
    address = f"/drawdowns/{drawdown.reference}/answer/leader/{query}"
    form = client.get(address).context["form"]
    given = {"answer": "agree", "interests": "none", "words": "", "confirmed": "1"}
    hidden = {name: form[name].value() for name in ("key", "version", "sha256") if name in form.fields}
    return client.post(address, given | hidden)


def test_an_answer_soon_after_signing_in_asks_for_nothing_more(case: Case, leader: User):
    sent = _answer(_waiting(4, leader), case.submitted(case.line()))
    assert "/accounts/reauthenticate/" not in getattr(sent, "url", "")


@pytest.mark.parametrize("query", ["", "?from=mail"])
def test_an_answer_later_asks_for_the_password_and_then_goes_on_with_what_was_sent(case: Case, leader: User, query: str):
    """django-allauth 65.21.1 goes on with a form only where its address has no query, and otherwise shows an empty one."""
    client, drawdown = _waiting(6, leader), case.submitted(case.line())
    sent = _answer(client, drawdown, query)
    address = f"/drawdowns/{drawdown.reference}/answer/leader/"
    assert sent.url == f"/accounts/reauthenticate/?next={address.replace('/', '%2F')}"
    assert not Answer.objects.exists()
    wrong = client.post("/accounts/reauthenticate/", {"password": "another password", "next": address})
    assert "password" in wrong.context["form"].errors
    gone_on = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": address})
    answered = gone_on.status_code == 302 and Answer.objects.exists()
    assert answered or "agree" in str(gone_on.context["form"].data)
    assert "reauthenticate" not in getattr(_answer(client, drawdown), "url", "")


def test_who_has_no_password_and_no_code_confirms_nothing(case: Case):
    director = case.people["Leader"]
    director.set_unusable_password()
    director.save()
    assert _answer(_waiting(6, director), case.submitted(case.line())).status_code == 403


def test_the_setting_turns_it_off_and_reading_never_asks(case: Case, leader: User, settings: Any):
    drawdown = case.submitted(case.line())
    client = _waiting(60, leader)
    assert client.get(f"/drawdowns/{drawdown.reference}/answer/leader/").status_code == 200
    settings.STEP_UP_SECONDS = 0
    assert "reauthenticate" not in getattr(_answer(client, drawdown), "url", "")


@pytest.mark.parametrize("name", CONFIRMED)
def test_every_act_of_power_asks_for_it(name: str):
    routes = {pattern.name: pattern.callback for pattern in urlpatterns}
    asking: Any = confirms_identity(HttpResponse)
    assert routes[name].__code__ is asking.__code__
    assert routes["drawdown"].__code__ is not asking.__code__
