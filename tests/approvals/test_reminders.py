"""Those who have yet to answer are reminded, and after their time somebody else is told."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from accounts.models import Council
from approvals import actions
from approvals.notices import actions as notices
from tests.approvals.case import LATER, NOW, Case, make_case, new_key
from tests.approvals.letters import Kind, in_words, run_tasks, told
from tests.making import make_deputy, make_holding, make_office, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


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
