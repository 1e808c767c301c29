"""Who is told what, in the transaction of the act; what the mail says; and that a mail server that is down loses nothing."""

import re
import smtplib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, Council, OfficeHolding, User
from accounts.people.actions import change_own_mail
from approvals import actions
from approvals.drawdowns.rules import Reply
from approvals.models import DecisionRecord, Drawdown, HandBack, Notice, Question
from approvals.notices import actions as notices
from approvals.notices.delivery import actions as tasks
from approvals.notices.letters.rules import TEXTS
from operations import worker
from tests.answers import shown
from tests.approvals.case import LATER, NOW, Case, handed_back, make_case, new_key, of_pounds
from tests.making import make_clerk, make_deputy, make_holding, make_office, make_officer, make_user
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

Kind = Notice.Kind


def told(drawdown: Drawdown, kind: Kind) -> set[str]:
    return set(Notice.objects.filter(drawdown=drawdown, kind=kind).values_list("person__name", flat=True))


def run_tasks(attempt: int = 1) -> list[str]:
    """Run what is queued, as the worker does for the `attempt`-th time; the names of the exceptions."""
    raised = []
    for row in DBTaskResult.objects.all():
        context: Any = SimpleNamespace(attempt=attempt)
        try:
            tasks.send_notices.func(context, *row.args_kwargs["args"])
        except tasks.MailNotSent as error:
            raised.append(str(error))
    return raised


def in_words(case: Case) -> Drawdown:
    return case.submitted(case.costing(1000))


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


# --- who is told --------------------------------------------------------------------------------------------------


def test_holders_and_deputies_of_the_offices_that_are_asked_are_asked(case: Case):
    make_deputy(case.offices["Leader"], make_officer(name="Deputy"))
    make_deputy(case.offices["Leader"], make_officer(name="Deputy no more"), until=date(2016, 9, 1))
    make_deputy(case.offices["Director"], make_officer(name="Left", is_active=False))
    assert told(in_words(case), Kind.ASKED) == {"Leader", "Deputy", "Director"}


def test_the_decision_maker_and_the_deputies_are_told_when_everybody_has_answered(case: Case):
    make_deputy(case.offices["Chief Executive"], make_officer(name="Deputy"))
    drawdown = case.answered(in_words(case))
    assert told(drawdown, Kind.ALL_ANSWERED) == set()
    case.answered(drawdown, "Director")
    assert told(drawdown, Kind.ALL_ANSWERED) == {"Chief Executive", "Deputy"}


def test_the_clerks_are_told_where_a_body_decides():
    case = make_case(body="Executive")
    assert told(case.ready(case.costing(1000)), Kind.ALL_ANSWERED) == {case.clerk.name}


def test_author_those_who_answered_and_clerks_are_told_that_it_is_signed_but_not_who_signed(case: Case):
    drawdown = case.signed(case.costing(1000))
    assert told(drawdown, Kind.SIGNED) == {case.officer.name, "Leader", "Director", case.clerk.name}


def test_the_holder_is_told_what_a_deputy_signs_and_answers(case: Case):
    deputy = make_officer(name="Deputy", roles=["office_holder"])
    make_deputy(case.offices["Chief Executive"], deputy)
    drawdown = case.ready(case.costing(1000))
    drawdown = case.sign(drawdown, by=deputy)
    assert "Chief Executive" in told(drawdown, Kind.SIGNED)
    assert "Deputy" not in told(drawdown, Kind.SIGNED)
    run_tasks()
    letter = next(each for each in mail.outbox if each.to == [case.chief_executive.email] and "Signed" in each.subject)
    assert "signed off by Deputy as Chief Executive, acting for Chief Executive." in letter.body


def test_the_holder_is_told_what_a_deputy_answers(case: Case):
    deputy = make_officer(name="Deputy", roles=["office_holder"])
    make_deputy(case.offices["Leader"], deputy)
    drawdown = in_words(case)
    said = actions.Said(Reply.AGREE, "", "None")
    actions.answer(concerned=case.concerned(drawdown), said=said, key=new_key(), by=deputy, at=NOW)
    assert told(drawdown, Kind.ANSWERED_FOR) == {"Leader"}
    case.answered(drawdown, "Director")
    assert told(drawdown, Kind.ANSWERED_FOR) == {"Leader"}


def test_everybody_concerned_is_told_that_it_was_published(case: Case):
    drawdown = case.published()
    assert told(drawdown, Kind.PUBLISHED) == {case.officer.name, "Leader", "Director", "Chief Executive"}
    run_tasks()
    letter = next(each for each in mail.outbox if each.subject.startswith("Published"))
    assert "The decision of the Chief Executive on a drawdown was published. It may be called in until the end of" in letter.body
    assert letter.body.count(f"/drawdowns/{drawdown.reference}/record/") == 1


def test_each_correction_is_told_and_each_withdrawal_of_one(case: Case):
    drawdown = case.correct(case.correct(case.published()), right="Bromley Town")
    record = DecisionRecord.objects.get(drawdown=drawdown)
    given = {"paragraph": "2", "reasons": "It named a member of staff.", "by": case.clerk, "at": NOW}
    for correction in record.corrections.order_by("number"):
        actions.withdraw_from_publication(of=correction, **given)
    actions.withdraw_from_publication(of=record, **given)
    of_the_maker = Notice.objects.filter(drawdown=drawdown, person=case.chief_executive)
    assert list(of_the_maker.filter(kind=Kind.CORRECTED).values_list("correction__number", flat=True)) == [1, 2]
    assert list(of_the_maker.filter(kind=Kind.UNPUBLISHED).values_list("correction__number", flat=True)) == [1, 2, None]
    run_tasks()
    to_the_maker = [each.subject for each in mail.outbox if each.to == [case.chief_executive.email]]
    assert sum(subject.startswith("Corrected") for subject in to_the_maker) == 2


def test_the_decision_maker_is_told_of_a_correction_and_of_a_withdrawal_from_publication(case: Case):
    drawdown = case.correct(case.published())
    assert told(drawdown, Kind.CORRECTED) == {case.officer.name, "Chief Executive"}
    record = DecisionRecord.objects.get(drawdown=drawdown)
    given = {"paragraph": "2", "reasons": "It named a member of staff.", "by": case.clerk, "at": NOW}
    actions.withdraw_from_publication(of=record, **given)
    assert told(drawdown, Kind.UNPUBLISHED) == {case.officer.name, "Leader", "Director", "Chief Executive"}
    run_tasks()
    letters = [each for each in mail.outbox if each.to == [case.chief_executive.email]]
    (letter,) = [each for each in letters if each.subject.startswith("Withdrawn from publication")]
    assert "This changes nothing in what was decided." in letter.body
    for secret in (record.title, "It named a member of staff."):
        assert secret not in letter.body + letter.subject


def test_decision_maker_and_clerk_are_told_of_every_hand_back(case: Case):
    drawdown = case.signed(case.costing(1000))
    row = drawdown.consumption.get()
    asked = [handed_back(drawdown=drawdown, giving=of_pounds(row, 100), by=case.officer) for _ in range(2)]
    for each in asked:
        assert _told_of(each, Kind.HANDED_BACK) == {"Chief Executive", case.clerk.name, case.officer.name}
        assert case.editor.name in _told_of(each, Kind.HAND_BACK_ASKED)
        assert case.officer.name not in _told_of(each, Kind.HAND_BACK_ASKED)


def _told_of(hand_back: HandBack, kind: Kind) -> set[str]:
    return set(Notice.objects.filter(hand_back=hand_back, kind=kind).values_list("person__name", flat=True))


def test_the_mail_of_a_hand_back_names_who_asked_and_who_confirmed_and_leads_to_the_act(case: Case):
    drawdown = case.signed(case.costing(1000))
    done = handed_back(drawdown=drawdown, giving=of_pounds(drawdown.consumption.get(), 100), by=case.officer)
    mails = {each.kind: tasks.message_of(each) for each in Notice.objects.filter(hand_back=done)}
    assert f"{case.officer.name} asks to hand back money of a drawdown." in mails["hand_back_asked"].body
    assert f"/drawdowns/{drawdown.reference}/hand-back/" in mails["hand_back_asked"].body
    assert f"{case.officer.name} asked, {done.answered_by.name} confirmed." in mails["handed_back"].body


def test_those_still_to_answer_are_told_that_it_was_returned(case: Case):
    drawdown = case.answered(in_words(case), "Leader", Reply.DISAGREE)
    assert "Director" in told(drawdown, Kind.RETURNED)
    run_tasks()
    letter = next(each for each in mail.outbox if each.to == [case.people["Director"].email] and "Returned" in each.subject)
    assert "If your answer was still to come, there is nothing for you to do." in letter.body
    assert "It asked for: £1,000" in letter.body


def test_whoever_takes_an_office_is_asked_what_waits_for_it(case: Case):
    drawdown = in_words(case)
    holding = OfficeHolding.objects.get(office=case.offices["Leader"])
    OfficeHolding.objects.filter(pk=holding.pk).update(until=NOW.date())
    make_holding(case.offices["Leader"], make_user(name="New leader"), since=NOW.date() + timedelta(days=1))
    notices.remind(NOW + timedelta(days=1))
    assert told(drawdown, Kind.ASKED) == {"Leader", "Director", "New leader"}
    assert notices.remind(NOW + timedelta(days=1, hours=1)) == 0


RELEASED = (Kind.SIGNED, Kind.ELSEWHERE, Kind.PUBLISHED, Kind.EFFECTIVE, Kind.HAND_BACK_ASKED, Kind.HANDED_BACK)


@pytest.mark.parametrize("kind", Kind)
def test_no_mail_says_that_something_is_released_which_is_not(kind: Kind):
    said = TEXTS[kind].amounts
    assert (said in ("It releases", "It released")) is (kind in RELEASED)


@pytest.mark.parametrize("exempt", ["", "1"])
def test_a_question_is_read_in_the_mail_unless_it_is_exempt(case: Case, exempt: str):
    drawdown = case.drafted(case.costing(1000))
    DecisionRecord.objects.filter(drawdown=drawdown).update(exempt_paragraph=exempt, public_interest="A named person.")
    actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    drawdown.refresh_from_db()
    question = Question.objects.create(
        drawdown=drawdown,
        sha256=drawdown.sha256,
        office=case.offices["Leader"],
        asked_by=case.people["Leader"],
        asked_at=NOW,
        text="Why\nnow?",
    )
    Notice.objects.all().delete()
    notices.tell(drawdown, Kind.QUESTION, about=question, by=case.people["Leader"], at=NOW)
    run_tasks()
    (letter,) = mail.outbox
    assert ("Question: Why now?" in letter.body) is (not exempt)
    assert "The Leader has asked a question" in letter.body
    assert f"/drawdowns/{drawdown.reference}/questions/{question.pk}/reply/" in letter.body


def test_every_mail_can_be_read_on_one_page(client: Client, case: Case):
    client.force_login(case.clerk)
    page = shown(client.get("/mail-texts/")).text
    for kind in Kind:
        assert kind.label in page
    assert "{" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL).split("<main")[1].split("</main>")[0]
    assert "Finance officer asks for your answer as Leader of the Council on a drawdown, by 23 September 2016." in page


def test_everybody_concerned_is_told_that_it_was_overturned_but_not_who_records_it(case: Case):
    drawdown = case.called_in(case.published())
    actions.overturn(drawdown=drawdown, on=NOW.date(), reasons="Not in the budget.", by=case.clerk, at=NOW)
    assert told(drawdown, Kind.OVERTURNED) == {case.officer.name, "Leader", "Director", "Chief Executive"}


def test_a_disagreement_tells_the_author_that_it_is_returned(case: Case):
    drawdown = case.answered(in_words(case), "Leader", Reply.DISAGREE)
    assert told(drawdown, Kind.RETURNED) == {case.officer.name, case.clerk.name, "Director"}


@pytest.mark.parametrize(("act", "kind"), [(actions.send_back, Kind.RETURNED), (actions.refuse, Kind.REFUSED)])
def test_the_decision_makers_no_tells_the_author_and_those_who_answered(case: Case, act: Any, kind: Kind):
    drawdown = case.answered(in_words(case))
    act(drawdown=drawdown, sha256=drawdown.sha256, reasons="Not yet.", key=new_key(), by=case.chief_executive, at=NOW)
    assert told(drawdown, kind) == {case.officer.name, "Leader", "Director", case.clerk.name}


def test_everybody_who_was_asked_is_told_that_it_is_withdrawn(case: Case):
    drawdown = in_words(case)
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    assert told(drawdown, Kind.WITHDRAWN) == {"Leader", "Director"}


def test_a_question_goes_to_the_author_and_its_reply_to_who_asked_each_time(case: Case):
    drawdown = in_words(case)
    for text in ("Why now?", "Why so much?"):
        question = Question.objects.create(
            drawdown=drawdown,
            sha256=drawdown.sha256,
            office=case.offices["Leader"],
            asked_by=case.people["Leader"],
            asked_at=NOW,
            text=text,
        )
        assert notices.tell(drawdown, Kind.QUESTION, about=question, by=case.people["Leader"], at=NOW) == 1
        assert notices.tell(drawdown, Kind.REPLY, about=question, by=case.officer, at=NOW) == 1
    assert told(drawdown, Kind.QUESTION) == {case.officer.name}
    assert told(drawdown, Kind.REPLY) == {"Leader"}


def test_whoever_is_told_of_a_submission_is_told_again_of_the_next(case: Case):
    drawdown = in_words(case)
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    drawdown.refresh_from_db()
    actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    assert Notice.objects.filter(drawdown=drawdown, kind=Kind.ASKED).count() == 4


def test_every_kind_has_somebody_to_tell_and_something_to_say():
    assert set(notices._TOLD) == set(TEXTS) == set(Kind)


def test_telling_takes_two_statements_however_many_are_told(case: Case, django_assert_num_queries: DjangoAssertNumQueries):
    drawdown = case.signed(case.costing(1000))
    Notice.objects.all().delete()
    for _ in range(20):
        make_clerk()
    with django_assert_num_queries(2):
        assert notices.tell(drawdown, Kind.SIGNED, at=NOW) == 25


def test_the_list_of_who_was_told_is_one_query(case: Case, django_assert_num_queries: DjangoAssertNumQueries):
    drawdown = case.signed(case.costing(1000))
    with django_assert_num_queries(1):
        found = [(notice.person.name, notice.get_kind_display()) for notice in notices.notices_of(drawdown)]
    assert found[0] == ("Leader", "Asked to answer")
    assert len(found) == 7


# --- reminders ----------------------------------------------------------------------------------------------------

DUE = date(2016, 9, 27)  # a Tuesday, five working days after NOW


def on(day: date) -> datetime:
    return datetime.combine(day, NOW.timetz())


def test_those_who_have_yet_to_answer_are_reminded_one_working_day_before_and_once_after(case: Case):
    drawdown = case.answered(in_words(case))
    assert drawdown.answer_by == DUE
    assert notices.remind(on(DUE - timedelta(days=2))) == 0  # Sunday, when Monday is still to come
    assert notices.remind(on(DUE - timedelta(days=1))) == 1
    assert notices.remind(on(DUE)) == 0
    assert notices.remind(on(DUE + timedelta(days=1))) == 1
    assert notices.remind(on(DUE + timedelta(days=30))) == 0
    assert told(drawdown, Kind.REMINDER_BEFORE) == told(drawdown, Kind.REMINDER_OVERDUE) == {"Director"}


def test_an_answer_that_stays_overdue_is_told_to_the_office_that_the_council_names(case: Case):
    monitor = make_office("Monitoring Officer")
    make_holding(monitor, make_user(name="Monitor"))
    make_deputy(monitor, make_user(name="Deputy monitor"))
    drawdown = case.answered(in_words(case))
    two_days_late = on(date(2016, 9, 29))  # due on Tuesday 27 September
    notices.remind(two_days_late)
    assert told(drawdown, Kind.ESCALATED) == set()  # nobody is named yet
    Council.objects.update_or_create(pk=1, defaults={"overdue_office": monitor})
    notices.remind(two_days_late - timedelta(days=1))
    assert told(drawdown, Kind.ESCALATED) == set()
    notices.remind(two_days_late)
    notices.remind(two_days_late + timedelta(days=7))
    assert told(drawdown, Kind.ESCALATED) == {"Monitor", "Deputy monitor"}
    run_tasks()
    letter = next(each for each in mail.outbox if each.subject.startswith("Answer overdue"))
    assert "The answer as Director on a drawdown was due by 27 September 2016, and has not been given." in letter.body
    assert f"/drawdowns/{drawdown.reference}/" in letter.body


def test_nothing_is_escalated_once_everybody_has_answered(case: Case):
    Council.objects.update_or_create(pk=1, defaults={"overdue_office": case.offices["Chief Executive"]})
    drawdown = case.answered(case.answered(in_words(case)), "Director")
    notices.remind(on(date(2016, 10, 10)))
    assert told(drawdown, Kind.ESCALATED) == set()


def test_the_weekend_before_the_due_date_counts_as_no_working_day(case: Case):
    drawdown = case.drafted(case.costing(1000))
    actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=on(date(2016, 9, 26)))
    assert notices.remind(on(date(2016, 9, 29))) == 0
    assert notices.remind(on(date(2016, 9, 30))) == 2


def test_the_decision_maker_is_told_once_the_time_of_those_consulted_has_passed(case: Case):
    drawdown = case.answered(in_words(case))
    notices.remind(LATER)
    assert told(drawdown, Kind.ALL_ANSWERED) == {"Chief Executive"}


def test_nobody_is_reminded_of_what_is_decided(case: Case):
    case.signed(case.costing(1000))
    assert notices.remind(LATER) == 0


def test_the_command_says_how_many_reminders_it_queued(case: Case, capsys: pytest.CaptureFixture[str]):
    in_words(case)
    call_command("send_reminders")
    call_command("send_reminders")
    assert capsys.readouterr().out == "2 reminders are queued.\n0 reminders are queued.\n"


# --- in the transaction -------------------------------------------------------------------------------------------


def test_an_act_that_is_rolled_back_tells_nobody(case: Case):
    drawdown = case.drafted(case.costing(1000))
    with transaction.atomic():
        actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
        assert Notice.objects.exists()
        assert DBTaskResult.objects.exists()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_repeated_request_tells_nobody_again(case: Case):
    drawdown, key = case.drafted(case.costing(1000)), new_key()
    for _ in range(2):
        actions.submit(drawdown=drawdown, version=drawdown.version, key=key, by=case.officer, at=NOW)
    assert Notice.objects.count() == 2
    assert DBTaskResult.objects.count() == 1
    assert notices.tell(Drawdown.objects.get(), Kind.ASKED, at=NOW) == 0


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


# --- the worker's retries and the reaper --------------------------------------------------------------------------


def queued_task(status: str, *workers: str) -> DBTaskResult:
    in_words(make_case())
    DBTaskResult.objects.update(status=status, worker_ids=list(workers), finished_at=NOW, traceback="Traceback\nOSError: gone\n")
    return DBTaskResult.objects.get()


def looked_at(task: DBTaskResult, living: str = "living") -> tuple[str, datetime | None]:
    worker.put_back(living, LATER, lambda text: None)
    task.refresh_from_db()
    return task.status, task.run_after if task.status == "READY" else None


def test_a_failed_task_is_tried_again_after_a_pause_that_grows():
    task = queued_task("FAILED", "a")
    assert looked_at(task) == ("READY", NOW + timedelta(seconds=30))
    DBTaskResult.objects.update(status="FAILED", worker_ids=["a", "a"])
    assert looked_at(task) == ("READY", NOW + timedelta(minutes=2))
    pauses = [worker.pause_before(attempt) for attempt in range(2, worker.ATTEMPTS + 1)]
    assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=3)


def test_a_task_that_failed_each_time_is_left():
    assert looked_at(queued_task("FAILED", *["a"] * worker.ATTEMPTS)) == ("FAILED", None)


def test_a_task_whose_worker_was_killed_is_put_back_at_once():
    assert looked_at(queued_task("RUNNING", "killed")) == ("READY", LATER)


def test_a_task_of_the_living_worker_is_left_to_it():
    assert looked_at(queued_task("RUNNING", "killed", "living")) == ("RUNNING", None)


def test_a_task_that_kills_its_worker_each_time_is_failed_in_the_end():
    assert looked_at(queued_task("RUNNING", *["killed"] * worker.KILLED)) == ("FAILED", None)


# --- the store ----------------------------------------------------------------------------------------------------


def a_notice(case: Case, **values: Any) -> Notice:
    given = {
        "drawdown": in_words(case),
        "submission": 7,
        "kind": Kind.SIGNED,
        "person": case.officer,
        "queued_at": NOW,
    }
    return Notice.objects.create(**(given | values))


def test_nobody_is_told_the_same_thing_twice(case: Case):
    notice = a_notice(case)
    with refused_by("notice_once"):
        a_notice(case, drawdown=notice.drawdown)


def test_only_what_is_about_a_correction_names_one(case: Case):
    correction = DecisionRecord.objects.get(drawdown=case.correct(case.published())).corrections.get()
    given = {"drawdown": correction.record.drawdown, "correction": correction}
    with refused_by("notice_kind_is_known"):
        a_notice(case, **given)
    notice = a_notice(case, **given, kind=Kind.CORRECTED)
    with refused_by("notice_once"):
        a_notice(case, **given, kind=notice.kind)


@pytest.mark.parametrize("kind", ["gossip", Kind.QUESTION, Kind.REPLY])
def test_a_notice_is_of_a_known_kind_and_names_its_question(case: Case, kind: str):
    with refused_by("notice_kind_is_known"):
        a_notice(case, kind=kind)


@pytest.mark.parametrize(
    "values",
    [{"state": "lost"}, {"state": "sent"}, {"sent_at": NOW}, {"state": "given_up"}, {"state": "given_up", "sent_at": NOW}],
)
def test_a_notice_was_sent_at_a_moment_or_says_why_not(case: Case, values: dict[str, Any]):
    with refused_by("notice_state_is_whole"):
        a_notice(case, **values)


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
