"""The page of a drawdown, and the pages on which offices answer, ask and advise, and the clerk records."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Office, User
from accounts.offices.actions import revoke_deputy
from accounts.permissions.rules import Role
from approvals import actions
from approvals.drawdowns.rules import Mode, Reply, State
from approvals.models import Answer, Drawdown
from tests.answers import shown
from tests.approvals.case import LATER, NOW, Case, make_case, new_key
from tests.approvals.pages import AGREED, again, as_, offered, opened, page, send
from tests.making import (
    make_administrator,
    make_auditor,
    make_clerk,
    make_deputy,
    make_holding,
    make_office,
    make_officer,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


def test_the_page_says_in_one_sentence_what_is_asked(case: Case):
    drawdown = case.submitted(case.line())
    text = " ".join(page(make_auditor(), drawdown).text.split())
    assert "Asks to release" in text
    assert "£60,000</strong> in 2016/17 and" in text
    assert "£90,000</strong> in a full year, for 1 FTE of Phase 1" in text
    assert "The Chief Executive decides." in text


def test_headroom_is_shown_before_and_after_in_every_measure(case: Case):
    case.signed(case.costing(700_000))
    drawdown = case.submitted(case.line())
    left = page(make_auditor(), drawdown).context["sheet"].left
    assert [(each.heading, each.before, each.asked, each.after) for each in left] == [
        ("2016/17", 250_000, 60_000, 190_000),
        ("Full year", 300_000, 90_000, 210_000),
    ]
    signed = case.sign(case.answered(case.answered(drawdown), "Director"))
    case.signed(case.costing(50_000))  # what is drawn later does not change what was left then
    left = page(make_auditor(), signed).context["sheet"].left
    assert [(each.before, each.after) for each in left] == [(250_000, 190_000), (300_000, 210_000)]


def test_a_limit_that_would_be_passed_is_said_at_once(case: Case):
    case.signed(case.costing(900_000))
    text = page(make_auditor(), case.submitted(case.line())).text
    assert "more than is left, so it cannot be signed off." in text


@pytest.mark.parametrize(
    ("way", "stages"),
    [
        (lambda case: case.drafted(case.line()), ["done", "now", "to-come", "to-come", "to-come", "to-come", "to-come"]),
        (lambda case: case.submitted(case.line()), ["done", "done", "now", "to-come", "to-come", "to-come", "to-come"]),
        (lambda case: case.ready(case.line()), ["done", "done", "done", "now", "to-come", "to-come", "to-come"]),
        (lambda case: case.signed(case.line()), ["done", "done", "done", "done", "now", "to-come", "to-come"]),
        (
            lambda case: case.answered(case.submitted(case.line()), reply=Reply.DISAGREE),
            ["done", "stopped", "to-come", "to-come", "to-come", "to-come", "to-come"],
        ),
    ],
)
def test_the_progress_line_says_where_it_stands(case: Case, way: Any, stages: list[str]):
    assert [stage.state for stage in page(make_auditor(), way(case)).context["stages"]] == stages


def test_a_draft_without_lines_says_what_is_missing(case: Case):
    drawdown = actions.draft(delegation=case.delegation, title="Empty", key=new_key(), by=case.officer, at=NOW)
    assert "Choose at least one line." in page(case.officer, drawdown).text
    assert offered(case.officer, drawdown)["Submit"] == "First choose at least one line that can be drawn."


def test_each_person_is_offered_what_they_may_do(case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)
    drawdown = case.submitted(case.line())
    reference = drawdown.reference
    assert offered(case.people["Leader"], drawdown) == {
        "Answer as Leader": f"/drawdowns/{reference}/answer/leader/",
        "Ask a question as Leader": f"/drawdowns/{reference}/questions/leader/",
    }
    assert offered(make_auditor(), drawdown) == {}
    assert list(offered(case.officer, drawdown)) == ["Withdraw"]
    assert "Record an answer of Leader" in offered(case.clerk, drawdown)
    assert offered(case.chief_executive, drawdown)["Sign off"] == "Leader has not answered."
    ready = case.answered(case.answered(drawdown), "Director")
    assert offered(case.chief_executive, ready)["Sign off…"] == f"/drawdowns/{reference}/sign-off/"


def test_an_answer_is_checked_before_it_is_recorded(case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    seen = opened(leader, drawdown, "answer/leader/")
    check = send(leader, drawdown, "answer/leader/", **seen, reply="agree", words="Gladly.", interests="none", declaration="")
    assert "Check what will be recorded" in check.text
    assert "as Leader" in check.text
    assert "Gladly." in check.text
    assert not Answer.objects.exists()
    done = send(leader, drawdown, "answer/leader/", **seen, **AGREED)
    assert done.url == f"/drawdowns/{drawdown.reference}/answered/leader/"
    text = page(leader, drawdown, "answered/leader/").text
    assert "Answer recorded" in text
    # Who is consulted has had the time to answer.
    assert "All answers are in. The Chief Executive can now decide." in " ".join(text.split())


def test_changing_the_answer_goes_back_to_the_form_and_records_nothing(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    typed = opened(leader, drawdown, "answer/leader/") | AGREED | {"words": "Gladly."}
    del typed["confirm"]
    back = send(leader, drawdown, "answer/leader/", **typed, change="yes")
    assert "Gladly." in back.text
    assert "Continue" in back.text
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"interests": ""}, "Say whether you have an interest: “None” is an answer too."),
        ({"interests": "declared"}, "Enter the interest you declare."),
        ({"reply": "disagree"}, "Enter why you do not agree."),
        ({"reply": ""}, "Choose your answer."),
        ({"reply": "view"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_of_an_answer_is_asked_for(case: Case, typed: dict[str, str], message: str):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    seen = opened(leader, drawdown, "answer/leader/")
    assert message in send(leader, drawdown, "answer/leader/", **(seen | AGREED | typed)).text
    assert not Answer.objects.exists()


def test_who_is_consulted_gives_a_view_and_who_agrees_cannot(case: Case):
    drawdown = case.submitted(case.line())
    view = {"reply": "view", "words": "It is dear."}
    seen = opened(case.people["Director"], drawdown, "answer/director/")
    assert send(case.people["Director"], drawdown, "answer/director/", **(seen | AGREED | view)).status_code == 302
    assert Answer.objects.get().answer == Reply.VIEW


def test_an_agreement_refused_returns_it_with_the_words(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    no = opened(leader, drawdown, "answer/leader/") | AGREED | {"reply": "disagree", "words": "Too dear."}
    send(leader, drawdown, "answer/leader/", **no)
    assert again(drawdown).state == State.RETURNED
    assert "Too dear." in page(case.officer, drawdown).text
    assert "It was returned to" in page(leader, drawdown, "answered/leader/").text


def test_a_double_click_answers_once(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    typed = opened(leader, drawdown, "answer/leader/") | AGREED
    first, second = (send(leader, drawdown, "answer/leader/", **typed) for _ in range(2))
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Answer.objects.count() == 1


def test_a_second_tab_is_told_that_the_office_has_answered(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    tabs = [opened(leader, drawdown, "answer/leader/") for _ in range(2)]
    send(leader, drawdown, "answer/leader/", **tabs[0], **AGREED)
    late = send(leader, drawdown, "answer/leader/", **tabs[1], **AGREED)
    assert "Leader has already answered." in late.text
    assert Answer.objects.count() == 1


def test_the_same_key_with_another_answer_is_refused_in_words(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    typed = opened(leader, drawdown, "answer/leader/") | AGREED
    send(leader, drawdown, "answer/leader/", **typed)
    other = send(leader, drawdown, "answer/leader/", **(typed | {"words": "On second thoughts."}))
    assert other.status_code == 409
    assert "This form has already been sent with different content." in other.text
    assert Answer.objects.get().words == ""


def test_an_answer_to_an_earlier_submission_is_told_what_changed(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    typed = opened(leader, drawdown, "answer/leader/") | AGREED
    drawdown = actions.withdraw(drawdown=drawdown, version=again(drawdown).version, reasons="Not yet.", by=case.officer, at=NOW)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    stale = send(leader, drawdown, "answer/leader/", **typed)
    assert stale.status_code == 409
    assert "Drawdown withdrawn" in stale.text
    assert "Drawdown submitted" in stale.text
    assert not Answer.objects.exists()


def test_a_preparer_does_not_answer_directly_or_as_deputy(case: Case):
    drawdown = case.submitted(case.line())
    make_deputy(case.offices["Leader"], case.officer)
    assert offered(case.officer, drawdown)["Answer as Leader"] == "You prepared this, so you cannot answer it."
    text = page(case.officer, drawdown, "answer/leader/").text
    assert "You prepared this, so you cannot answer it." in text
    assert "Continue" not in text
    seen = {"key": new_key(), "version": drawdown.version, "sha256": drawdown.sha256}
    refused = send(case.officer, drawdown, "answer/leader/", **seen, **AGREED)
    assert "You cannot answer or sign a drawdown you prepared." in refused.text
    assert not Answer.objects.exists()


def test_nobody_answers_for_a_holder_who_prepared_it(case: Case):
    deputy = make_user(Role.OFFICE_HOLDER)
    make_deputy(case.offices["Leader"], deputy)
    drawdown = case.submitted(case.line())
    leader = case.people["Leader"]
    leader.roles = [Role.FINANCE_OFFICER]
    leader.save()
    drawdown = actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=leader, at=NOW)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=leader, at=NOW)
    assert "Leader prepared this, so nobody can answer it for them." in page(deputy, drawdown, "answer/leader/").text


def test_a_deputy_answers_for_the_holder_under_the_authority(case: Case):
    deputy = make_user(Role.OFFICE_HOLDER, name="Deputy")
    make_deputy(case.offices["Leader"], deputy, authority="Minute 12")
    drawdown = case.submitted(case.line())
    text = " ".join(page(deputy, drawdown, "answer/leader/").text.split())
    assert "You act for Leader, as deputy under: Minute 12" in text
    send(deputy, drawdown, "answer/leader/", **opened(deputy, drawdown, "answer/leader/"), **AGREED)
    given = Answer.objects.get()
    assert (given.person, given.acting_for, given.authority) == (deputy, case.people["Leader"], "Minute 12")


@pytest.mark.parametrize(("since", "until"), [(date(2016, 4, 1), timedelta(-1)), (timedelta(1), None)], ids=["after", "before"])
def test_a_deputy_answers_on_no_day_outside_the_appointment(case: Case, since: Any, until: Any):
    today = timezone.localdate()
    deputy = make_user(Role.OFFICE_HOLDER)
    first, last = (today + each if isinstance(each, timedelta) else each for each in (since, until))
    make_deputy(case.offices["Leader"], deputy, since=first, until=last)
    drawdown = case.submitted(case.line())
    assert page(deputy, drawdown, "answer/leader/").status_code == 403
    seen = {"key": new_key(), "version": drawdown.version, "sha256": drawdown.sha256}
    assert send(deputy, drawdown, "answer/leader/", **seen, **AGREED).status_code == 403


def test_a_deputy_revoked_between_page_and_post_does_not_answer(case: Case):
    deputy = make_user(Role.OFFICE_HOLDER)
    appointment = make_deputy(case.offices["Leader"], deputy)
    drawdown = case.submitted(case.line())
    seen = opened(deputy, drawdown, "answer/leader/")
    now = timezone.now()
    revoke_deputy(appointment=appointment, revoked_from=timezone.localdate(), by=make_administrator(), at=now)
    assert send(deputy, drawdown, "answer/leader/", **seen, **AGREED).status_code == 403
    assert not Answer.objects.exists()


def test_who_lost_every_role_meanwhile_does_not_answer(case: Case):
    drawdown, leader = case.submitted(case.line()), case.people["Leader"]
    client = as_(leader)
    form = client.get(f"/drawdowns/{drawdown.reference}/answer/leader/").context["form"]
    User.objects.filter(pk=leader.pk).update(roles=[])
    typed = {name: form[name].value() for name in ("key", "version", "sha256")} | AGREED
    assert client.post(f"/drawdowns/{drawdown.reference}/answer/leader/", typed).status_code == 403
    assert not Answer.objects.exists()


def test_one_person_with_two_offices_answers_once_for_each(case: Case):
    leader = case.people["Leader"]
    second = Office.objects.get(name="Director")
    case.people["Director"].holdings.update(until=date(2016, 8, 31))
    make_holding(second, leader, since=date(2016, 9, 1))
    drawdown = case.submitted(case.line())
    tasks = [task["title"] for task in as_(leader).get("/").context["tasks"]]
    assert tasks == ["Answer as Director: Phase One", "Answer as Leader: Phase One"]
    send(leader, drawdown, "answer/leader/", **opened(leader, drawdown, "answer/leader/"), **AGREED)
    assert Answer.objects.count() == 1
    assert list(offered(leader, again(drawdown))) == ["Answer as Director", "Ask a question as Director"]
    send(leader, drawdown, "answer/director/", **opened(leader, drawdown, "answer/director/"), **AGREED)
    assert set(Answer.objects.values_list("office__name", flat=True)) == {"Leader", "Director"}


def test_who_decides_is_not_one_of_those_who_answer(case: Case):
    make_deputy(case.offices["Leader"], case.chief_executive)
    drawdown = case.submitted(case.line())
    said = "The decision maker cannot also be one of those who answer."
    assert offered(case.chief_executive, drawdown)["Answer as Leader"] == said


def test_an_office_that_is_not_asked_has_no_page(case: Case):
    other = make_office("Mayor")
    make_holding(other, case.people["Leader"])
    assert page(case.people["Leader"], case.submitted(case.line()), "answer/mayor/").status_code == 404


def test_a_drawdown_that_nobody_knows_is_not_found(case: Case):
    assert as_(case.officer).get("/drawdowns/DD-9999/").status_code == 404
    assert as_(make_user()).get(f"/drawdowns/{case.submitted(case.line()).reference}/").status_code == 403


def test_a_later_submission_says_what_changed_since_one_answered(case: Case):
    first, second = case.line(title="Head"), case.costing(100_000)
    drawdown = case.answered(case.submitted(first), "Director")
    drawdown = actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    choices = [case.whole(first), case.whole(second)]
    drawdown = actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=choices, by=case.officer, at=NOW)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    seen = page(case.people["Director"], drawdown).context["seen"]
    assert seen.answered
    total, added = [(each.what, each.before, each.after) for each in seen.differences]
    assert total == (
        "Released in total",
        "£60,000 in 2016/17, £90,000 in a full year",
        "£160,000 in 2016/17, £190,000 in a full year",
    )
    assert added[:2] == (f"Phase 1: {second.title}", "")
    assert added[2].startswith("1 FTE; £100,000 in 2016/17, £100,000 in a full year; from ")
    assert not page(case.people["Leader"], drawdown).context["seen"].answered
    assert "Answers to earlier submissions" in page(make_auditor(), drawdown).text


def test_every_submission_is_kept_to_the_letter(case: Case):
    drawdown = case.submitted(case.line())
    first = drawdown.content
    drawdown = actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    assert list(drawdown.submissions.values_list("number", "content")) == [(1, first), (2, drawdown.content)]
    assert drawdown.submissions.get(number=1).sha256 in page(make_auditor(), drawdown).text


def test_the_page_asks_as_many_queries_however_much_was_said(case: Case):
    def asked(drawdown: Drawdown) -> int:
        client = as_(case.people["Leader"])
        with CaptureQueriesContext(connection) as queries:
            shown(client.get(f"/drawdowns/{drawdown.reference}/"))
        return len(queries)

    small = case.submitted(case.line())
    large = case.submitted(*(case.line() for _ in range(6)))
    for number in range(3):
        text = f"Question {number}"
        actions.ask(
            concerned=case.concerned(large),
            text=text,
            key=new_key(),
            by=case.people["Leader"],
            at=NOW,
        )
    large = case.answered(again(large), "Director")
    first = asked(small)
    assert asked(large) == first
    assert first <= 34


def test_looking_writes_nothing(case: Case):
    drawdown = case.ready(case.line())
    for person, tail in [(case.people["Leader"], "answer/leader/"), (case.chief_executive, "sign-off/")]:
        page(person, drawdown, tail)
    assert again(drawdown).version == drawdown.version


def test_nothing_typed_becomes_markup(case: Case):
    drawdown, leader = case.submitted(case.line(title="<b>Head</b>")), case.people["Leader"]
    send(leader, drawdown, "questions/leader/", **opened(leader, drawdown, "questions/leader/"), text="<script>alert(1)</script>")
    text = page(make_auditor(), drawdown).text
    assert "<script>alert" not in text
    assert "<b>Head" not in text


def test_the_modes_are_told_apart(case: Case):
    drawdown = case.submitted(case.line())
    answering = " ".join(page(case.people["Leader"], drawdown, "answer/leader/").text.split())
    assert "cannot sign without your <strong>agreement</strong>." in answering
    assert "It does not block the decision." in page(case.people["Director"], drawdown, "answer/director/").text
    modes = {each.office.name: each.mode for each in page(make_auditor(), drawdown).context["sheet"].offices}
    assert modes == {"Leader": Mode.AGREEMENT, "Director": Mode.CONSULTATION}


def test_an_officer_and_a_clerk_have_no_say(case: Case):
    drawdown = case.submitted(case.line())
    for person in (make_officer(), make_clerk(), make_administrator()):
        assert page(person, drawdown, "answer/leader/").status_code == 403
        assert page(person, drawdown, "sign-off/").status_code == 403
