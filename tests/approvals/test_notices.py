"""Who is told what, in the transaction of the act; what the mail says; and that a mail server that is down loses nothing."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries

from accounts.models import OfficeHolding
from approvals import actions
from approvals.drawdowns.rules import Reply
from approvals.models import DecisionRecord, Drawdown, HandBack, Notice, Question
from approvals.notices import actions as notices
from approvals.notices.delivery import actions as tasks
from approvals.notices.letters.rules import TEXTS
from tests.answers import shown
from tests.approvals.case import NOW, Case, handed_back, make_case, new_key, of_pounds
from tests.approvals.letters import Kind, in_words, run_tasks, told
from tests.making import make_clerk, make_deputy, make_holding, make_officer, make_user
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


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
