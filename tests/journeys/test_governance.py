"""Other councils: one of the committee system, and one with a mayor and a Cabinet; each from a recommendation to its effect."""

import re
from datetime import date
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from accounts.clock.actions import move_to
from accounts.governance.models import GovernanceTerm
from accounts.governance.rules import Form
from accounts.permissions.rules import Role
from approvals.drawdowns.rules import State
from approvals.models import Drawdown
from phases.bodies.rules import Kind
from tests.approvals.case import Case, make_case
from tests.journeys.screens import already_signed_in
from tests.making import make_administrator, make_body, make_user

pytestmark = pytest.mark.django_db(transaction=True)


class Walked(NamedTuple):
    """A council, and what the record of its decision says."""

    form: Form
    body: str
    kind: Kind
    record: str
    law: str
    call_in: str
    effective: date


COUNCILS = [
    Walked(
        Form.COMMITTEES,
        "Children’s Services Committee",
        Kind.COMMITTEE,
        "Record of decision",
        "Local Government Act 1972, schedule 12, paragraph 41",
        "No. The council has a committee system: it has no executive decisions, and its constitution gives no call-in.",
        date(2016, 9, 20),
    ),
    Walked(
        Form.MAYOR,
        "Cabinet",
        Kind.EXECUTIVE,
        "Record of executive decision",
        "Executive Arrangements Regulations 2012, regulation 12",
        "Yes",
        date(2016, 9, 28),
    ),
]


@pytest.fixture
def clock(settings: Any) -> None:
    """A day that the test moves on, as the demonstration's people do."""
    settings.DEMONSTRATION = True
    move_to(date(2016, 9, 20), by=None)


def case_of(council: Walked) -> Case:
    """Money that this body decides on: submitted, and answered by everybody."""
    make_body(council.body, council.kind)
    case = make_case(body=council.body, resolved_by=council.body)
    case.ready(case.line())
    return case


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()


def record_decision(page: Page, case: Case, council: Walked, title: str, outcome: str) -> None:
    page.goto(f"/programmes/{case.programme.slug}/decisions/record/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Body or officer").select_option(council.body)
    page.get_by_label("Date", exact=True).fill("20 September 2016")
    page.get_by_label(outcome, exact=True).check()
    page.get_by_label("Text as recommended").fill("That the posts of Phase One be funded.")
    if outcome == "Resolved":
        page.get_by_label(str(case.authorisation), exact=True).check()
        page.get_by_label("Text as resolved").fill("Resolved: that the posts of Phase One be funded.")
        page.get_by_label("Members present").fill("Councillors of the committee")
        page.get_by_label("Interests").fill("None")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text(f"{title} was recorded.")


@pytest.mark.parametrize("council", COUNCILS, ids=[each.form.value for each in COUNCILS])
def test_a_decision_from_its_recommendation_to_its_effect(clock: None, site: Page, council: Walked) -> None:
    page, case = site, case_of(council)
    already_signed_in(page, make_administrator())
    page.goto("/settings/governance/add/")
    page.get_by_label(council.form.label, exact=True).check()
    page.get_by_label("First day").fill("1 April 2016")
    for box in ("decisions of one member", "key decisions of officers"):
        if council.form is Form.COMMITTEES:
            page.get_by_label(re.compile(box, re.IGNORECASE)).uncheck()
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("was recorded")
    assert GovernanceTerm.objects.get().form == council.form

    already_signed_in(page, case.clerk)
    record_decision(page, case, council, "Phase One, recommended", "Recommended to another body")
    record_decision(page, case, council, "Phase One, resolved", "Resolved")
    reference = Drawdown.objects.get().reference
    page.goto(f"/drawdowns/{reference}/resolution/")
    page.get_by_label(re.compile("Phase One, resolved")).check()
    press(page, "Continue")
    press(page, re.compile("^Record that"))
    expect(page.get_by_role("heading", name="Signed off").first).to_be_visible()
    page.goto(f"/drawdowns/{reference}/record/")
    for said in (council.law, council.call_in):
        expect(page.get_by_text(said, exact=True).first).to_be_visible()
    press(page, "Publish the record")
    press(page, "Continue")
    press(page, "Publish the record")
    if council.effective > date(2016, 9, 20):
        expect(page.get_by_text("It may be called in up to the end of 27 September 2016").first).to_be_visible()
        move_to(council.effective, by=None)
    page.goto(f"/drawdowns/{reference}/record/")
    press(page, "Bring into effect")
    assert Drawdown.objects.get().state == State.EFFECTIVE

    page.context.clear_cookies()
    page.goto(f"/published-decisions/{reference}/")
    expect(page.get_by_text(f"{council.record} · {reference}")).to_be_visible()
    already_signed_in(page, make_user(Role.AUDITOR))
    page.goto("/bodies/")
    expect(page.get_by_text(f"the {council.body}", exact=True)).to_be_visible()
