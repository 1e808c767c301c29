"""Two-step sign-in: set up, asked for, recovered from, turned off; sealed in the store and on the record."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.factors.rules import NotOurs, seal, unseal
from accounts.models import AuditEntry, User
from tests.making import make_user
from tests.working import work

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def person() -> User:
    user = make_user(email="officer@council.example", name="Officer")
    user.set_password(PASSWORD)
    user.save()
    return user


def code_of(secret: str) -> str:
    """What an app shows now. Each code counts once, so the memory of those used is cleared."""
    cache.clear()
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def signed_in(person: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def set_up(client: Client) -> str:
    """Turn it on; the key."""
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if page.redirect_chain:  # the password again, before anything protected
        client.post(page.redirect_chain[-1][0], {"password": PASSWORD})
        page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page.content.decode())[1]  # type: ignore[index]
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


@pytest.fixture
def secret(person: User) -> str:
    return set_up(signed_in(person))


def halfway(person: User) -> tuple[Client, Any]:
    """The password was right; what is asked next."""
    client = Client()
    return client, client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}, follow=True)


def test_it_is_offered_on_every_page_and_asks_for_the_password_first(person: User) -> None:
    client = signed_in(person)
    assert "Two-step sign-in" in client.get("/").content.decode()
    assert client.get("/accounts/2fa/totp/activate/").status_code == 302


def test_whoever_set_it_up_is_asked_for_a_code_and_is_nobody_until_it_is_given(person: User, secret: str) -> None:
    client, asked = halfway(person)
    assert "Enter your code" in asked.content.decode()
    assert client.get("/programmes/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/programmes/").status_code != 302


def test_a_wrong_code_is_refused_at_its_place(person: User, secret: str) -> None:
    client, _ = halfway(person)
    answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "This code is not right, or it has been used." in answer.content.decode()
    assert client.get("/programmes/").status_code == 302


def test_a_blank_code_says_what_to_do(person: User, secret: str) -> None:
    client, _ = halfway(person)
    assert "Enter the code." in client.post("/accounts/2fa/authenticate/", {"code": ""}).content.decode()


def test_a_recovery_code_signs_in_once(person: User, secret: str) -> None:
    recovery = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()[0]
    for let_in in (True, False):
        client, _ = halfway(person)
        client.post("/accounts/2fa/authenticate/", {"code": recovery})
        assert (client.get("/programmes/").status_code != 302) is let_in


def test_the_key_is_stored_sealed(person: User, secret: str) -> None:
    for factor in Authenticator.objects.filter(user=person):
        assert secret not in str(factor.data)
        assert all(unseal(value) for name, value in factor.data.items() if name in ("secret", "seed"))


def test_what_was_sealed_with_the_key_before_still_opens(settings: Any) -> None:
    closed = seal("SECRET")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]
    assert unseal(closed) == "SECRET"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotOurs, match="No key of this site opens"):
        unseal(closed)


@pytest.mark.django_db(transaction=True)
def test_setting_up_and_turning_off_are_on_the_record_and_told_by_mail(person: User) -> None:
    client = signed_in(person)
    secret = set_up(client)
    assert client.get("/accounts/2fa/").context["is_mfa_enabled"]
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    acts = list(AuditEntry.objects.filter(subject=f"user:{person.pk}", action__startswith="factor_").order_by("number"))
    assert [entry.action for entry in acts] == ["factor_added"] * 2 + ["factor_removed"] * 2
    assert all(secret not in entry.content for entry in acts)
    work()
    assert [message.to for message in mail.outbox] == [[person.email]] * len(mail.outbox)
    assert len(mail.outbox) >= 2


def test_where_the_record_cannot_be_written_the_factor_is_not_stored(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(person)
    page = client.post(client.get("/accounts/2fa/totp/activate/").url, {"password": PASSWORD}, follow=True)
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page.content.decode())[1]  # type: ignore[index]

    def refuse(**_: Any) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr("accounts.factors.actions.record", refuse)
    with pytest.raises(RuntimeError, match="no record"):
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert not Authenticator.objects.filter(user=person).exists()


def test_the_picture_is_drawn_in_the_page_and_named(person: User) -> None:
    client = signed_in(person)
    page = client.post(client.get("/accounts/2fa/totp/activate/").url, {"password": PASSWORD}, follow=True).content.decode()
    assert '<svg role="img" aria-label="The key as a picture that an authenticator app can scan"' in page
    assert "data:image" not in page
