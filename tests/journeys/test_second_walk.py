"""The second walk: a council of the committee system, the consent of an improvement board, a lead member who decides without
money, and a correction of the record.
"""

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.clock.actions import move_to
from accounts.governance.rules import Form
from approvals.drawdowns.rules import State
from approvals.models import Consumption, Drawdown
from tests.approvals.case import Case
from tests.approvals.outside import make_case_with
from tests.journeys.screens import already_signed_in
from tests.making import make_governance, of_another_kind

pytestmark = pytest.mark.django_db(transaction=True)

MEMBER = "Lead Member for Children"
PROPOSAL = "That two posts of social worker be added to the establishment, within the budget of the service."


@pytest.fixture
def case(settings: Any) -> Case:
    """The lead member decides, after another member's agreement, the director's answer and the improvement board's consent."""
    settings.DEMONSTRATION = True
    move_to(date(2016, 9, 20), by=None)
    make_governance(Form.COMMITTEES)
    case = make_case_with(resolved_by="Children’s Services Committee")
    of_another_kind(case.offices["Chief Executive"], "member", name=MEMBER)
    return case


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).last.click()


def test_a_lead_member_decides_without_money_and_the_record_is_corrected(case: Case, site: Page) -> None:
    page = site
    already_signed_in(page, case.officer)
    page.goto("/drawdowns/")
    page.get_by_role("link", name="New decision without money").click()
    page.get_by_label("Use with the board").check()
    page.get_by_label("Title").fill("Two posts of social worker")
    page.get_by_label("What is to be decided").fill(PROPOSAL)
    press(page, "Continue")
    page.get_by_label("Reasons").first.fill("Caseloads are above the limit that the service has set.")
    page.get_by_label("Alternatives considered and rejected").fill("None, because agency cover costs more.")
    expect(page.get_by_text("key decision")).to_have_count(0)
    press(page, "Save and continue")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(PROPOSAL).first).to_be_visible()
    press(page, re.compile("^Submit"))
    drawdown = Drawdown.objects.get()
    assert drawdown.state == State.SUBMITTED
    case.answered(case.answered(drawdown), "Director")

    already_signed_in(page, case.chief_executive)
    page.goto(f"/drawdowns/{drawdown.reference}/")
    expect(page.get_by_text("The Improvement Board has not given its consent.").first).to_be_visible()
    already_signed_in(page, case.clerk)
    page.goto("/")
    page.get_by_role("link", name="Record the consent of an outside body, Improvement Board").click()
    page.get_by_label("Date of the letter or minute").fill("20 September 2016")
    page.get_by_label("Who wrote it").fill("The chair")
    page.get_by_label("Minute", exact=True).check()
    page.get_by_label("Evidence").set_input_files({"name": "minute.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.get_by_label("It consents").check()
    press(page, "Record this answer")
    expect(page.get_by_text("The answer of the Improvement Board was recorded.")).to_be_visible()

    already_signed_in(page, case.chief_executive)
    page.goto("/")
    page.get_by_role("link", name="Sign off: Two posts of social worker").click()
    expect(page.get_by_text(PROPOSAL).first).to_be_visible()
    press(page, "Continue to sign off")
    press(page, "Sign off: no money is released")
    drawdown.refresh_from_db()
    assert (drawdown.state, Consumption.objects.count()) == (State.SIGNED_OFF, 0)

    already_signed_in(page, case.clerk)
    here, public = f"/drawdowns/{drawdown.reference}/record/", f"/published-decisions/{drawdown.reference}/"
    page.goto(here)
    for said in (
        f"{MEMBER}: Chief Executive",
        "This decision releases no money.",
        "The council has a committee system",
        "Improvement Board",
    ):
        expect(page.get_by_text(said).first).to_be_visible()
    press(page, "Add to the record")
    page.get_by_label("Wards affected").check()
    page.get_by_label("Text").fill("All wards")
    press(page, "Add to the record")
    page.get_by_role("button", name="Publish the record").first.click()
    press(page, "Continue")
    press(page, "Publish the record")
    page.goto(f"{here}correct/")
    page.get_by_label("Wards affected").check()
    page.get_by_label("Text in the record").fill("All wards")
    page.get_by_label("Correct text").fill("Copers Cope and Kelsey")
    press(page, "Continue")
    press(page, "Publish the correction")

    page.context.clear_cookies()
    page.goto(public)
    expect(page.get_by_text(f"Record of decision · {drawdown.reference}")).to_be_visible()
    expect(page.get_by_text("All wards").first).to_be_visible()
    page.get_by_role("link", name=f"Correction {drawdown.reference}-C1").click()
    expect(page.get_by_text("Copers Cope and Kelsey")).to_be_visible()
