"""The home page: what waits for whom, and the programmes at a glance."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Council, User
from accounts.permissions.rules import Role
from approvals.models import Delegation
from costing.line_cost import Absence
from phases.programmes.actions import save_phase
from tests.answers import shown
from tests.approvals.case import NOW, make_case
from tests.making import (
    make_administrator,
    make_amount,
    make_auditor,
    make_authorisation,
    make_body,
    make_clerk,
    make_decision,
    make_line,
    make_officer,
    make_phase,
    make_programme,
    make_user,
)

pytestmark = pytest.mark.django_db


def _home(person: User, address: str = "/") -> Any:
    caches["positions"].clear()  # what is written here without an action moves no version on
    client = Client()
    client.force_login(person)
    return client.get(address)


def _tasks(person: User) -> list[str]:
    return [task["title"] for task in _home(person).context["tasks"]]


def _costed(phase: Any, *amounts: int | None, **values: Any) -> Any:
    """A line with these amounts in 2016/17, 2017/18 and a full year; None is not stated."""
    line = make_line(phase, **values)
    for year, amount in zip((2016, 2017, None), amounts, strict=True):
        absence = "" if amount is not None else Absence.NOT_STATED
        make_amount(line, financial_year=year, amount=None if amount is None else Decimal(amount), absence=absence)
    return line


def test_a_council_that_starts_from_nothing_is_led_step_by_step():
    assert _tasks(make_administrator()) == ["Name your council", "Add the people who will work here"]
    page = _home(make_officer()).text
    assert "You have nothing to do today." in page
    assert "Set up the first programme" in page
    assert "When a finance officer sets one up, it appears here." in _home(make_auditor()).text


def test_an_administrator_sees_who_has_no_role():
    Council.objects.create(pk=1, name="London Borough")
    make_user(name="Somebody new")
    assert _tasks(make_administrator()) == ["Give Somebody new a role"]


def test_finance_sees_what_a_programme_lacks():
    officer, programme = make_officer(), make_programme()
    assert _tasks(officer) == ["Add the phases"]
    phase = make_phase(programme)
    assert _tasks(officer) == ["Enter posts and other costs"]
    _costed(phase, 60_000, None, 90_000, recruited_fte=Decimal("0.5"))
    assert _tasks(officer) == ["1 line without a figure", "0.5 FTE recruited while the paperwork is incomplete"]


def test_finance_and_every_reader_see_a_plan_above_its_limit():
    programme = make_programme()
    phase = make_phase(programme)
    _costed(phase, 950_001, 0, 0)
    make_authorisation(make_decision(programme), phase)
    task = _home(make_officer()).context["tasks"][0]
    assert task["title"] == "The plan is above its limit"
    assert "£950,001" in task["detail"]
    assert "£950,000" in task["detail"]
    assert "The plan exceeds 1 limit." in _home(make_auditor()).text


def test_exactly_the_limit_is_within_it():
    programme = make_programme()
    phase = make_phase(programme)
    _costed(phase, 950_000, 0, 0)
    make_authorisation(make_decision(programme), phase)
    assert _tasks(make_officer()) == []


def test_a_clerk_sees_what_was_recommended_and_what_allows_no_money_yet():
    clerk, programme = make_clerk(), make_programme()
    make_decision(programme, outcome="recommended")
    make_decision(programme, decided_on=date(2016, 9, 26))
    assert _tasks(clerk) == ["Record what was resolved", "Record the money this decision allows"]
    _costed(make_phase(programme), 60_000, 90_000, 90_000)
    assert _tasks(clerk)[-1] == "Planned without a decision"


def test_finance_and_the_clerk_see_once_which_report_on_a_release_is_due():
    case, given = make_case(), {"text": "All of it.", "decision_body": make_body(), "report_back_body": make_body()}
    given |= {"recorded_at": NOW}
    assert not any(title.startswith("Report") for title in _tasks(make_clerk()))
    decision, today = case.authorisation.decision, timezone.localdate()
    delegation = Delegation.objects.create(
        programme=case.programme, decision=decision, title="Use of the release", report_back_on=today, **given
    )
    for person in (make_officer(), make_clerk(), make_user(Role.FINANCE_OFFICER, Role.CLERK)):
        assert _tasks(person).count("Report to the Executive: Use of the release") == 1
    task = next(task for task in _home(make_clerk()).context["tasks"] if task["title"].startswith("Report"))
    assert (task["due"], task["late"]) == ("Due today", False)
    assert task["url"].endswith(f"/delegations/{delegation.pk}/progress/")
    assert not any(title.startswith("Report") for title in _tasks(make_auditor()))


def test_the_card_of_a_programme_adds_up_its_lines():
    programme = make_programme(name="Ofsted")
    for number in (1, 2):
        _costed(make_phase(programme, number), 60_000, 90_000, 90_000, fte=Decimal("1.5"))
    [card] = _home(make_auditor()).context["programmes"]
    assert card["detail"] == "2016/17 to 2017/18, 2 phases, 2 lines. Planned:"
    figures = [(figure["label"], figure["value"]) for figure in card["figures"]]
    assert figures == [("FTE", "3"), ("2016/17", "£120,000"), ("2017/18", "£180,000"), ("Full year", "£180,000")]


def test_a_person_without_a_role_sees_no_programme():
    make_programme(name="Ofsted")
    assert "Ofsted" not in _home(make_user()).text


def test_home_asks_as_many_queries_for_many_programmes_as_for_one(client: Client):
    client.force_login(make_user(Role.FINANCE_OFFICER, Role.CLERK, Role.ADMINISTRATOR))

    def asked() -> int:
        programme = make_programme()
        phase = make_phase(programme)
        _costed(phase, 950_001, 2, 3)
        make_authorisation(make_decision(programme), phase)
        caches["positions"].clear()
        with CaptureQueriesContext(connection) as queries:
            shown(client.get("/"))
        return len(queries)

    first = asked()
    assert [asked(), asked()] == [first, first]
    assert first <= 26  # of all roles together; one of them looks for decisions taken elsewhere that wait to be confirmed


def test_the_position_of_a_programme_is_kept_until_an_action_changes_it(client: Client):
    officer, programme = make_officer(), make_programme()
    phase = make_phase(programme)
    client.force_login(officer)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(client.get("/"))
        return len(queries)

    first = asked()
    assert asked() < first
    values = {"number": phase.number, "name": "Phase Zero"}
    save_phase(programme=programme, phase=phase, values=values, by=officer, at=timezone.now())
    assert asked() == first


def test_more_than_a_page_of_tasks_is_shown_a_page_at_a_time():
    case, line = make_case(), None
    for _ in range(26):
        line = line or case.line()
        case.submitted(line)
    leader = case.people["Leader"]
    first, second, beyond = (_home(leader, f"/?page={page}") for page in ("1", "2", "99"))
    assert [len(each.context["tasks"]) for each in (first, second, beyond)] == [25, 1, 1]
    assert "1 to 25 of 26" in first.text
    assert 'href="?page=2" rel="next"' in first.text
    assert 'href="?page=1" rel="prev"' in second.text
    assert len(_home(leader, "/?page=x").context["tasks"]) == 25


@pytest.mark.parametrize("make_reader", [make_auditor, make_officer])
def test_a_dozen_programmes_are_shown_and_a_link_leads_to_the_rest(make_reader: Any):
    reader = make_reader()
    for number in range(12):
        make_programme(name=f"Programme {number:02}")
    page = _home(reader)
    assert [card["name"] for card in page.context["programmes"]] == [f"Programme {number:02}" for number in range(12)]
    assert "All programmes" not in page.content.decode()
    make_programme(name="Programme 12")
    page = _home(reader)
    assert len(page.context["programmes"]) == 12
    assert "All programmes" in page.content.decode()


def test_who_looks_after_no_programme_reads_no_more_of_them_than_are_shown():
    reader = make_auditor()
    for number in range(15):
        make_programme(name=f"Programme {number:02}")
    with CaptureQueriesContext(connection) as queries:
        _home(reader)
    (read,) = [query["sql"] for query in queries if "ORDER BY t.name" in query["sql"]]
    assert read.endswith("LIMIT 13")


def test_a_task_of_a_programme_without_a_card_is_still_a_task():
    officer = make_officer()
    for number in range(14):
        make_programme(name=f"Programme {number:02}")
    page = _home(officer)
    assert [task["detail"][:12] for task in page.context["tasks"]] == [f"Programme {number:02}" for number in range(14)]
