"""What waits for whom on the home page, among the drawdowns."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import Choice
from approvals.drawdowns.headroom.queries import left_of
from approvals.drawdowns.rules import Reply
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import amounts_in_words, by_limit
from approvals.drawdowns.waiting.views import waiting_for, with_money
from approvals.models import Answer, Drawdown
from tests.answers import shown
from tests.approvals.case import LATER, NOW, Case, edit, make_case, new_key
from tests.approvals.test_delegation_limits import limited
from tests.making import make_authorisation, make_decision, make_deputy, make_officer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


def home(person: User) -> Any:
    client = Client()
    client.force_login(person)
    return client.get("/")


def titles(person: User) -> list[str]:
    return [each.title for each in waiting_for(person, LATER.date())]


def test_an_office_that_is_asked_finds_it_with_amount_headroom_and_who_is_yet_to_answer(case: Case):
    drawdown = case.submitted(case.line())
    [waiting] = with_money(waiting_for(case.people["Leader"], NOW.date()))
    assert waiting.title == "Answer as Leader: Phase One"
    assert waiting.url == f"/drawdowns/{drawdown.reference}/answer/leader/"
    assert waiting.due == drawdown.answer_by
    assert waiting.detail == (
        f"{drawdown.reference}, {case.programme.name}. £60,000 in 2016/17, £90,000 in a full year. "
        "Headroom after: £890,000 in 2016/17, £910,000 in a full year. Still to answer: Director."
    )


def test_the_tightest_limit_counts(case: Case):
    case.signed(case.costing(900_000))
    case.submitted(case.line())
    [waiting] = with_money(waiting_for(case.people["Leader"], NOW.date()))
    assert "Headroom after: -£10,000 in 2016/17, £10,000 in a full year." in waiting.detail


def test_what_is_said_to_be_left_is_what_the_page_of_the_drawdown_says():
    """The statement of the home page against the rule: several authorisations, the delegation's own limits, a lapsed one."""
    case = make_case({2016: 950_000, None: 1_000_000})
    second = make_authorisation(case.authorisation.decision, case.phase, limits={2016: 70_000})
    delegation = limited(case, {None: 75_000})
    both = (case.line(), Choice(case.costing(5_000).pk, second, fte=Decimal(1)))
    drawdowns = [case.submitted(*both), case.submitted(*both, delegation=delegation)]

    def is_said_as_on_its_page() -> bool:
        said = with_money(waiting_for(case.people["Leader"], NOW.date()))
        return all(
            f" Headroom after: {_least_left(drawdown)}." in each.about for each, drawdown in zip(said, drawdowns, strict=True)
        )

    assert [_least_left(each) for each in drawdowns] == [
        "£65,000 in 2016/17, £910,000 in a full year",
        "£65,000 in 2016/17, -£15,000 in a full year",
    ]
    assert is_said_as_on_its_page()
    actions.lapse(authorisation=case.authorisation, year=2016, by=case.clerk, at=NOW.replace(year=2017, month=4))
    assert _least_left(drawdowns[0]).startswith("-£60,000 in 2016/17")
    assert is_said_as_on_its_page()


def _least_left(drawdown: Drawdown) -> str:
    asked = by_limit(submitted(drawdown.content).lines)
    left = left_of(asked, drawdown.delegation, is_pending=True)
    measures = {measure for _, measure in asked}
    return amounts_in_words({key: min(each.after for each in left if each.measure == key) for key in measures})


def test_it_is_gone_once_answered(case: Case):
    case.answered(case.submitted(case.line()))
    assert titles(case.people["Leader"]) == []


def test_what_is_due_first_stands_first_and_what_is_late_says_so(case: Case):
    first, second = case.drafted(case.line()), case.drafted(case.line())
    for drawdown, at in ((first, LATER), (second, NOW)):
        actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=at)
    found = waiting_for(case.people["Leader"], LATER.date())
    assert [each.url.split("/")[2] for each in found] == [second.reference, first.reference]
    tasks = home(case.people["Leader"]).context["tasks"]
    assert [(task["due"], task["late"]) for task in tasks] == [
        ("Overdue: was due 27 September 2016", True),
        ("Overdue: was due 5 October 2016", True),
    ]


def test_a_day_to_come_is_not_late(case: Case):
    drawdown = case.drafted(case.line())
    drawdown = actions.submit(
        drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=timezone.now() - timedelta(minutes=1)
    )
    [task] = home(case.people["Leader"]).context["tasks"]
    assert task["due"].startswith("Due ")
    assert not task["late"]


def test_the_decision_maker_finds_what_is_ready_and_a_deputy_does_too(case: Case):
    deputy = make_user(Role.OFFICE_HOLDER)
    make_deputy(case.offices["Chief Executive"], deputy)
    drawdown = case.submitted(case.line())
    assert titles(case.chief_executive) == []
    case.answered(case.answered(drawdown), "Director")
    assert titles(case.chief_executive) == ["Sign off: Phase One"]
    assert titles(deputy) == ["Sign off: Phase One"]


def test_what_one_prepared_waits_for_somebody_else(case: Case):
    for office in ("Leader", "Chief Executive"):
        make_deputy(case.offices[office], case.officer)
        make_deputy(case.offices[office], case.editor)
    drawdown = case.submitted(case.line())
    case.answered(drawdown, "Director", by=case.people["Director"])
    assert titles(case.officer) == []
    assert titles(case.editor) == []


def test_who_changed_a_line_after_it_was_submitted_does_not_answer(case: Case):
    line = case.line()
    make_deputy(case.offices["Leader"], case.people["Director"])
    case.submitted(line)
    other = make_officer()
    make_deputy(case.offices["Leader"], other)
    assert titles(other) == ["Answer as Leader: Phase One"]
    edit(line, other, comment="Checked.")
    assert titles(other) == []


def test_who_decides_is_not_asked_to_answer_and_who_answered_is_not_asked_to_sign(case: Case):
    make_deputy(case.offices["Leader"], case.chief_executive)
    make_deputy(case.offices["Chief Executive"], case.people["Leader"])
    drawdown = case.submitted(case.line())
    assert titles(case.chief_executive) == []
    case.answered(case.answered(drawdown), "Director")
    assert titles(case.people["Leader"]) == []
    assert titles(case.chief_executive) == ["Sign off: Phase One"]


def test_finance_finds_what_came_back_drafts_and_questions(case: Case):
    case.answered(case.submitted(case.line()), reply=Reply.DISAGREE)
    case.drafted(case.line())
    asked = case.submitted(case.line())
    actions.ask(
        concerned=case.concerned(asked),
        text="Why now?",
        key=new_key(),
        by=case.people["Leader"],
        at=NOW,
    )
    assert titles(case.officer) == [
        "Reply to a question of the Leader",
        "Returned to you: Phase One",
        "Finish your draft: Phase One",
    ]
    assert titles(make_officer()) == ["Reply to a question of the Leader"]


def test_the_clerk_finds_decisions_to_publish_call_ins_and_money_to_move(case: Case):
    case.signed(case.line())
    assert titles(case.clerk) == ["Publish the decision: Phase One"]
    later = make_authorisation(
        make_decision(case.programme), case.phase, limits={2016: 950_000, None: 1_000_000}, replaces=case.authorisation
    )
    assert titles(case.clerk) == ["Publish the decision: Phase One", f"Move what was drawn to {later}"]


def test_the_clerk_finds_a_call_in_without_an_outcome(case: Case):
    case.called_in(case.published())
    assert titles(case.clerk) == ["Record the outcome of the call-in: Phase One"]


def test_the_clerk_finds_what_a_body_decides_once_it_is_ready():
    case = make_case(body="Executive")
    drawdown = case.submitted(case.line())
    assert titles(case.clerk) == []
    case.answered(case.answered(drawdown), "Director")
    assert titles(case.clerk) == ["Record what the Executive resolved: Phase One"]


def test_nothing_waits_for_who_has_no_role(case: Case):
    case.submitted(case.line())
    User.objects.filter(pk=case.people["Leader"].pk).update(roles=[])
    assert titles(User.objects.get(pk=case.people["Leader"].pk)) == []


def test_home_asks_as_many_queries_for_thirty_as_for_one(case: Case):
    person = make_user(Role.OFFICE_HOLDER, Role.FINANCE_OFFICER, Role.CLERK)
    for office in case.offices.values():
        make_deputy(office, person)
    line = case.line()

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            page = home(person)
        return len(captured), len(page.context["tasks"])

    ready = case.answered(case.submitted(line))
    assert isinstance(ready, Drawdown)
    one, _ = queries()
    for number in range(29):
        drawdown = case.submitted(line)
        if number % 3 == 0:
            case.answered(drawdown)
    assert Answer.objects.count() == 11
    many, tasks = queries()
    assert tasks == 25
    assert many == one
    assert one <= 44


@pytest.mark.parametrize("waiting", [1, 6])
def test_the_home_page_of_an_office_takes_nine_statements_however_much_waits(
    case: Case, waiting: int, django_assert_num_queries: DjangoAssertNumQueries
):
    """Session, person, programmes, capacities, other wordings, what waits, its steps, its money, council."""
    for _ in range(waiting):
        case.submitted(case.costing(1000))
    client = Client()
    client.force_login(case.people["Leader"])
    client.get("/")  # works out how the programme stands, which is kept
    with django_assert_num_queries(9):
        page = client.get("/")
    assert (page.status_code, len(page.context["tasks"])) == (200, waiting)


def _listed(person: User, query: str) -> list[str]:
    client = Client()
    client.force_login(person)
    return re.findall(r"DD-\d{4}(?=:)", shown(client.get(f"/drawdowns/?{query}")).text)


def test_the_list_shows_what_waits_for_somebody_and_what_they_answered(case: Case, monkeypatch: pytest.MonkeyPatch):
    """The same as Home says, whichever office, deputy or clerk it waits for."""
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)
    answered, waiting = case.answered(case.submitted(case.line())), case.submitted(case.line())
    leader, director = case.people["Leader"], case.people["Director"]
    assert _listed(leader, "waiting=on") == [waiting.reference]
    assert _listed(leader, "answered=on") == [answered.reference]
    assert set(_listed(director, "waiting=on")) == {answered.reference, waiting.reference}
    assert _listed(director, "answered=on") == []
    case.answered(answered, "Director")
    assert _listed(case.chief_executive, "waiting=on") == [answered.reference]
    assert _listed(leader, "waiting=on&answered=on") == []
