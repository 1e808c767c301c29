"""What a mail says, what becomes of it while the mail server is down, and one mail a day with everything."""

import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.people.actions import change_own_mail
from approvals import actions
from approvals.drawdowns.rules import Reply
from approvals.models import DecisionRecord, Drawdown, Notice
from approvals.notices import actions as notices
from approvals.notices.delivery import actions as tasks
from operations import worker
from tests.approvals.case import NOW, Case, make_case, new_key
from tests.approvals.letters import Kind, in_words, run_tasks
from tests.making import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """Make every sending raise this, or work again."""
    send = mail.EmailMessage.send

    def use(error: Exception | None) -> None:
        def fail(*_: Any) -> int:
            raise error  # type: ignore[misc]

        monkeypatch.setattr(mail.EmailMessage, "send", fail if error else send)

    return use


# --- what the mail says -------------------------------------------------------------------------------------------


def test_the_mail_says_what_is_asked_and_where_to_answer(case: Case, settings: Any):
    settings.SITE_ADDRESS = "https://budget.example"
    drawdown = in_words(case)
    assert run_tasks() == []
    letter = next(each for each in mail.outbox if each.to == [case.people["Leader"].email])
    assert letter.subject == f"Your answer is asked for: {drawdown.reference} Phase One"
    for part in (
        f"{case.officer.name} asks for your answer as Leader on a drawdown, by 27 September 2016.",
        "Council: Your council",
        "Title: Phase One",
        "It would release: £1,000 in 2016/17",
        "Answer due: 27 September 2016",
    ):
        assert part in letter.body
    assert [line for line in letter.body.splitlines() if "://" in line] == [
        f"https://budget.example/drawdowns/{drawdown.reference}/answer/leader/"
    ]
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert len(mail.outbox) == 2


def test_the_mail_is_plain_text_and_names_no_line_and_no_reason(case: Case):
    line = case.costing(1000)
    drawdown = case.submitted(line)
    case.answered(drawdown, "Leader", Reply.DISAGREE, words="<b>The head of service is leaving</b>")
    run_tasks()
    for letter in mail.outbox:
        text = letter.message().as_string()
        assert line.title not in text
        assert "leaving" not in text
        assert letter.message().get_content_type() == "text/plain"


def test_a_title_with_line_breaks_and_marks_adds_no_header(case: Case):
    drawdown = case.drafted(case.costing(1000))
    title = "Laptops & <phones>\r\nBcc: all@council.example\u2028x"
    Drawdown.objects.filter(pk=drawdown.pk).update(title=title, version=9)
    actions.submit(drawdown=drawdown, version=9, key=new_key(), by=case.officer, at=NOW)
    run_tasks()
    for letter in mail.outbox:
        assert letter.subject.endswith("Laptops & <phones> Bcc: all@council.example x")
        assert letter.message()["Bcc"] is None
        assert "Laptops & <phones> Bcc" in letter.body


def test_the_title_of_an_exempt_decision_is_not_sent(case: Case):
    drawdown = case.drafted(case.costing(1000))
    DecisionRecord.objects.filter(drawdown=drawdown).update(exempt_paragraph="1", public_interest="A named person.")
    actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    run_tasks()
    assert mail.outbox
    assert all("Phase One" not in letter.message().as_string() for letter in mail.outbox)


# --- the mail server is down --------------------------------------------------------------------------------------


def test_what_was_sent_is_not_sent_again_when_the_task_runs_twice(case: Case):
    in_words(case)
    run_tasks()
    run_tasks()
    assert len(mail.outbox) == 2
    assert set(Notice.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_while_the_mail_server_is_down_notices_wait_and_say_why(case: Case, broken: Callable[[Exception | None], None]):
    drawdown = in_words(case)
    broken(ConnectionRefusedError("Connection refused"))
    assert run_tasks() == ["2 of 2 messages were not accepted."]
    waiting = notices.notices_of(drawdown)[0]
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert waiting.last_error == "The mail server did not answer: Connection refused."
    broken(None)
    assert run_tasks(attempt=2) == []
    assert len(mail.outbox) == 2
    assert set(Notice.objects.values_list("state", "attempts", "last_error")) == {("sent", 2, "")}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPRecipientsRefused({}), "The mail server refused this address."),
        (smtplib.SMTPDataError(552, b"Too much"), "The mail server refused the message (552)."),
        (smtplib.SMTPServerDisconnected("Gone"), "The mail server did not answer: Gone."),
        (TimeoutError(), "The mail server did not answer: it took too long."),
    ],
)
def test_each_failure_is_said_in_words(case: Case, broken: Callable[..., None], error: Exception, words: str):
    in_words(case)
    broken(error)
    run_tasks()
    assert set(Notice.objects.values_list("last_error", flat=True)) == {words}


def test_after_the_last_attempt_it_is_given_up_for_all_to_see(case: Case, broken: Callable[..., None]):
    drawdown = in_words(case)
    broken(TimeoutError())
    assert run_tasks(attempt=worker.ATTEMPTS) == []
    given_up = notices.notices_of(drawdown)[0]
    assert (given_up.state, given_up.get_state_display()) == ("given_up", "Not sent")
    assert given_up.last_error


def test_mail_that_asks_comes_not_after_the_drawdown_is_decided(case: Case):
    drawdown = in_words(case)
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    run_tasks()
    assert {letter.subject.split(":")[0] for letter in mail.outbox} == {"Withdrawn"}
    assert set(Notice.objects.filter(kind=Kind.ASKED).values_list("state", "last_error")) == {
        ("given_up", "It no longer needed an answer: it was withdrawn.")
    }


def test_mail_is_not_sent_to_somebody_who_has_left_meanwhile(case: Case):
    in_words(case)
    User.objects.filter(pk=case.people["Leader"].pk).update(is_active=False)
    run_tasks()
    assert [letter.to for letter in mail.outbox] == [[case.people["Director"].email]]


# --- one mail a day -----------------------------------------------------------------------------------------------


def test_who_wants_one_mail_a_day_gets_one_with_everything(case: Case):
    leader = case.people["Leader"]
    change_own_mail(once_a_day=True, by=leader, at=NOW)
    first, second = in_words(case), in_words(case)
    run_tasks()
    assert [letter.to for letter in mail.outbox] == [[case.people["Director"].email]] * 2
    tasks.send_digests(NOW)
    tasks.send_digest.func(leader.pk)
    tasks.send_digest.func(leader.pk)
    (digest,) = [letter for letter in mail.outbox if letter.to == [leader.email]]
    assert digest.subject == "Improvement Budget: 2 messages"
    for drawdown in (first, second):
        assert f"Your answer is asked for: {drawdown.reference}" in digest.body
        assert f"/drawdowns/{drawdown.reference}/answer/leader/" in digest.body
    assert not Notice.objects.filter(person=leader, state="queued").exists()


def test_what_needs_no_answer_any_more_is_not_in_the_mail_of_the_day(case: Case):
    leader = case.people["Leader"]
    change_own_mail(once_a_day=True, by=leader, at=NOW)
    drawdown = in_words(case)
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Too early.", by=case.officer, at=NOW)
    tasks.send_digest.func(leader.pk)
    (digest,) = [letter for letter in mail.outbox if letter.to == [leader.email]]
    assert "Withdrawn" in digest.body
    assert "Your answer is asked for" not in digest.body
    assert set(Notice.objects.filter(person=leader).values_list("state", flat=True)) == {"sent", "given_up"}


def test_a_mail_server_that_is_down_keeps_the_mail_of_the_day(case: Case, broken: Callable[[Exception | None], None]):
    leader = case.people["Leader"]
    change_own_mail(once_a_day=True, by=leader, at=NOW)
    in_words(case)
    broken(smtplib.SMTPServerDisconnected("gone"))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        tasks.send_digest.func(leader.pk)
    assert Notice.objects.get(person=leader).state == "queued"
    broken(None)
    tasks.send_digest.func(leader.pk)
    assert Notice.objects.get(person=leader).state == "sent"


def test_everybody_chooses_how_their_own_mail_comes(client: Client):
    person = make_user()
    client.force_login(person)
    form = client.get("/your-mail/").context["form"]
    for choice, wanted in (("once_a_day", True), ("at_once", False)):
        assert client.post("/your-mail/", {"comes": choice, "made_on": form.made_on}).url == "/your-mail/"
        person.refresh_from_db()
        assert person.mail_once_a_day is wanted
        form = client.get("/your-mail/").context["form"]
    assert AuditEntry.objects.filter(action="own_mail_changed").count() == 2
