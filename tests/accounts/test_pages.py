"""People, settings, the audit record, and signing in."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.council.queries import council
from accounts.models import AuditEntry, Council, User
from accounts.permissions.rules import Role
from tests.making import PASSWORD, make_administrator, make_clerk, make_user
from tests.working import work

pytestmark = pytest.mark.django_db

SETTINGS = {
    "name": "London Borough",
    "colour": "#1d4f5f",
    "unit": "pounds",
    "rounding": "rounded_sum",
    "basis": "days",
    "credit_style": "cr",
    "consultation_days": "5",
    "call_in_days": "5",
    "overdue_days": "2",
    "record_years": "6",
    "papers_years": "4",
}


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_administrator(name="The administrator"))
    return client


def _errors(response: Any) -> list[str]:
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


def _save(client: Client, address: str, typed: dict[str, Any]) -> Any:
    mark = re.search(r'name="made_on" value="(\w+)"', client.get(address).text)
    return client.post(address, typed | ({"made_on": mark[1]} if mark else {}))


def test_an_administrator_adds_a_person_who_then_chooses_a_password(administrator: Client, client: Client):
    typed = {
        "email": "New.Officer@council.example",
        "name": "New officer",
        "job_title": "Accountant",
        "roles": ["finance_officer"],
    }
    assert _save(administrator, "/people/add/", typed).url == "/people/"
    person = User.objects.get(email="new.officer@council.example")
    assert not person.has_usable_password()
    visitor = Client()
    work()
    [invitation] = mail.outbox
    assert (invitation.to, invitation.subject) == (["new.officer@council.example"], f"Your account with {council().name}")
    link = re.search(r"(/accounts/password/reset/key/\S+)", invitation.body)[1]
    form = visitor.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    visitor.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert AuditEntry.objects.filter(action="password_changed", actor=person).count() == 1
    assert visitor.post("/accounts/login/", {"login": "new.officer@council.example", "password": PASSWORD}).url == "/"


def test_an_invitation_that_was_taken_up_is_not_sent_again(administrator: Client):
    _save(administrator, "/people/add/", {"email": "new@council.example", "name": "New", "roles": ["clerk"]})
    person = User.objects.get(email="new@council.example")
    person.set_password(PASSWORD)
    person.save()
    work()
    assert mail.outbox == []


def test_while_mail_is_down_a_new_password_is_asked_for_alike_by_everybody(settings: Any):
    """No page waits for the mail server, or tells by failing who has an account. No link lies in the queue."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    clerk = make_clerk()
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in (clerk.email, "stranger@elsewhere.example")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({re.sub(r'value="[^"]+"', "", answer.text) for answer in answers}) == 1
    [queued] = DBTaskResult.objects.all()
    assert queued.args_kwargs == {"args": [clerk.pk, "new_password"], "kwargs": {}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    work()
    assert mail.outbox[0].subject == f"A new password for {council().name}"
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_a_letter_to_a_stranger_is_not_sent_and_the_page_says_the_same():
    response = Client().post("/accounts/password/reset/", {"email": "stranger@elsewhere.example"}, follow=True)
    assert "If that address has an account here" in response.text
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "no address"}, "Enter a valid email address."),
        ({"email": ""}, "Enter the e-mail address."),
        ({"name": ""}, "Enter the full name."),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["treasurer"]}, "Select a valid choice. treasurer is not one of the available choices."),
        ({"email": "TAKEN@council.example"}, "Somebody with this e-mail address can already sign in."),
        ({"name": "A\u200fB"}, "Remove the hidden character from this text (right-to-left mark)"),
        ({"job_title": "x" * 121}, "Ensure this value has at most 120 characters (it has 121)."),
    ],
)
def test_a_mistake_about_a_person_gets_its_message_and_loses_nothing(administrator: Client, typed: dict[str, Any], said: str):
    make_user(email="taken@council.example")
    given = {"email": "new@council.example", "name": "New person", "job_title": "Accountant", "roles": ["clerk"]} | typed
    response = _save(administrator, "/people/add/", given)
    assert response.status_code == 200
    assert [error[: len(said)] for error in _errors(response)] == [said]
    assert f'value="{given["job_title"]}"' in response.text


def test_a_person_is_changed_and_shut_out(administrator: Client):
    person = make_clerk()
    visitor = Client()
    visitor.force_login(person)
    # "can sign in" is not ticked
    typed = {"email": person.email, "name": "Renamed", "job_title": "", "roles": ["clerk", "auditor"]}
    assert _save(administrator, f"/people/{person.pk}/", typed).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.roles, person.is_active) == ("Renamed", ["auditor", "clerk"], False)
    assert visitor.get("/").status_code == 302  # to the sign-in page: the open session is over


def test_a_new_address_is_the_only_one_that_signs_in_and_gets_reset_links(administrator: Client):
    person = make_clerk()
    person.set_password(PASSWORD)
    person.save()
    old, visitor = person.email, Client()
    visitor.post("/accounts/login/", {"login": old, "password": PASSWORD})  # the sign-in package notes the address
    EmailAddress.objects.get_or_create(user=person, email=old, defaults={"primary": True, "verified": True})
    typed = {"email": "New@council.example", "name": person.name, "job_title": "", "roles": ["clerk"], "is_active": "on"}
    assert _save(administrator, f"/people/{person.pk}/", typed).status_code == 302
    assert AuditEntry.objects.filter(
        action="person_changed", content__contains=f'"email":["{old}","new@council.example"]'
    ).exists()
    Client().post("/accounts/password/reset/", {"email": old})
    assert mail.outbox == []
    assert Client().post("/accounts/login/", {"login": old, "password": PASSWORD}).status_code == 200
    assert Client().post("/accounts/login/", {"login": "new@council.example", "password": PASSWORD}).url == "/"


def test_the_last_administrator_is_told_why_they_stay(administrator: Client):
    only = User.objects.get()
    response = _save(
        administrator, f"/people/{only.pk}/", {"email": only.email, "name": only.name, "roles": ["clerk"], "is_active": "on"}
    )
    assert _errors(response) == ["This is the only administrator: give somebody else the role first."]


def test_a_person_somebody_else_changed_is_not_overwritten_unseen(administrator: Client):
    person = make_clerk(name="Original")
    address = f"/people/{person.pk}/"
    mark = re.search(r'name="made_on" value="(\w+)"', administrator.get(address).text)[1]
    User.objects.filter(pk=person.pk).update(name="Theirs", roles=[Role.AUDITOR])
    response = administrator.post(address, {"name": "Mine", "roles": ["clerk"], "is_active": "on", "made_on": mark})
    assert response.status_code == 409
    assert "Stored now: Theirs" in response.text
    assert "Stored now: Auditor" in response.text
    assert User.objects.get(pk=person.pk).name == "Theirs"


def test_an_unknown_person_is_not_found(administrator: Client):
    assert administrator.get("/people/999999/").status_code == 404
    assert administrator.post("/people/999999/", {}).status_code == 404


def test_the_settings_of_a_council_that_starts_from_nothing_are_saved(administrator: Client):
    assert _save(administrator, "/settings/", SETTINGS).status_code == 302
    council = Council.objects.get()
    assert (council.name, council.unit, council.credit_style) == ("London Borough", "pounds", "cr")
    assert "London Borough" in administrator.get("/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"colour": "red"}, "Enter the colour as # and six digits or letters a to f, like #1d4f5f."),
        ({"colour": "#12345g"}, "Enter the colour as # and six digits or letters a to f, like #1d4f5f."),
        ({"name": ""}, "Enter the name of the council."),
    ],
)
def test_a_mistake_in_the_settings_gets_its_message(administrator: Client, typed: dict[str, str], said: str):
    assert _errors(_save(administrator, "/settings/", SETTINGS | typed)) == [said]
    assert not Council.objects.exists()


@pytest.mark.parametrize(("colour", "on_it"), [("#1d4f5f", "#fff"), ("#ffee00", "#0b0c0c")])
def test_text_on_the_councils_colour_can_be_read(client: Client, colour: str, on_it: str):
    Council.objects.create(pk=1, colour=colour)
    css = client.get("/council.css")
    assert css["Content-Type"] == "text/css"
    assert css.text == f":root {{ --council-colour: {colour}; --council-on-colour: {on_it}; }}\n"


def test_nobody_opens_an_account_for_themselves(client: Client):
    response = client.get("/accounts/signup/")
    assert 'name="password1"' not in response.text
    client.post("/accounts/signup/", {"email": "me@elsewhere.example", "password1": PASSWORD})
    assert not User.objects.exists()


def test_signing_in_ignores_the_case_of_the_address_and_refuses_a_wrong_password(client: Client):
    person = make_user(Role.CLERK, email="clerk@council.example")
    person.set_password(PASSWORD)
    person.save()
    refused = client.post("/accounts/login/", {"login": "clerk@council.example", "password": "wrong"})
    assert refused.status_code == 200
    assert "There is a problem" in refused.text
    assert client.post("/accounts/login/", {"login": "Clerk@Council.example", "password": PASSWORD}).status_code == 302


def test_who_was_shut_out_cannot_sign_in(client: Client):
    person = make_user(email="gone@council.example", is_active=False)
    person.set_password(PASSWORD)
    person.save()
    client.post("/accounts/login/", {"login": "gone@council.example", "password": PASSWORD})
    assert client.get("/").status_code == 302


def test_one_steps_into_a_demonstration_account_without_a_password(client: Client, settings: Any):
    settings.DEMONSTRATION = True
    make_user(Role.CLERK, name="Committee clerk", demo_account="clerk")
    page = client.get("/accounts/login/").text
    assert 'value="clerk"' in page
    assert "Records what the Executive and the Council decide" in page
    assert client.post("/accounts/demo/", {"account": "clerk"}).url == "/"
    assert client.get("/").context["user"].demo_account == "clerk"
    for unknown in ("nobody", "", "clerk\0"):
        assert Client().post("/accounts/demo/", {"account": unknown}).status_code in (302, 404)


def test_without_the_demonstration_there_is_no_such_door(client: Client, settings: Any):
    settings.DEMONSTRATION = False
    make_user(Role.CLERK, demo_account="clerk")
    assert 'value="clerk"' not in client.get("/accounts/login/").text
    assert client.post("/accounts/demo/", {"account": "clerk"}).status_code == 404
    assert client.get("/").status_code == 302


def test_every_write_of_these_pages_is_in_the_audit_record(administrator: Client):
    _save(administrator, "/settings/", SETTINGS)
    _save(administrator, "/people/add/", {"email": "a@council.example", "name": "A", "roles": ["clerk"]})
    assert [(entry.action, entry.actor.name) for entry in AuditEntry.objects.order_by("number")] == [
        ("council_changed", "The administrator"),
        ("person_added", "The administrator"),
    ]
