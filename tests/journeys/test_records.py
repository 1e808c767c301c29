"""A decision from its signature to its outcome in a browser, with axe and reflow at 320 px on every page and state on the way."""

import pytest
from playwright.sync_api import Page, expect

from approvals import actions
from approvals.drawdowns.rules import State
from approvals.models import Drawdown
from tests.approvals.case import KEY, NOW, Case, make_case
from tests.approvals.test_forward_plan import give
from tests.journeys.inspecting import Inspection
from tests.journeys.screens import already_signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(transactional_db: None) -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def test_from_the_draft_of_the_record_to_an_outcome(case: Case, inspection: Inspection) -> None:
    page, signed = inspection.page, case.signed(case.line(), case.costing(100_000), case=KEY)
    here = f"/drawdowns/{signed.reference}/"

    inspection.visit("nothing published", "/published-decisions/")
    already_signed_in(page, case.clerk)
    inspection.visit("a record drafted", f"{here}record/")
    press(page, "Settle call-in")
    inspection.look("call-in being settled")
    page.go_back()
    press(page, "Add to the record")
    press(page, "Add to the record")
    inspection.look("an addition with nothing in it")
    page.get_by_label("Wards affected").check()
    page.get_by_label("Text").fill("All wards")
    press(page, "Add to the record")
    press(page, "Ask for another wording")
    press(page, "Put it to the decision maker")
    inspection.look("another wording that is the same")
    page.get_by_label("Text as decided").fill("Agreed, for one year.")
    page.get_by_label("Why the text must differ").fill("The year was left out.")
    press(page, "Put it to the decision maker")
    inspection.look("a record whose wording waits")
    already_signed_in(page, case.chief_executive)
    page.goto("/")
    page.get_by_role("link", name="Confirm the wording of the decision: Phase One").click()
    press(page, "Answer")
    inspection.look("a wording not answered")
    page.get_by_label("Confirm: this is what I decided").check()
    press(page, "Answer")
    already_signed_in(page, case.clerk)
    page.goto(f"{here}record/")
    press(page, "Publish the record")
    inspection.look("the day of publication")
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check before you publish")
    inspection.look("check of a publication")
    press(page, "Publish the record")
    inspection.look("a record published")

    inspection.visit("a call-in", f"{here}call-in/")
    press(page, "Record the call-in")
    inspection.look("a call-in with nothing in it")
    page.get_by_label("Called in by").fill("Scrutiny committee")
    page.get_by_label("Reasons").fill("The cost is in doubt.")
    press(page, "Record the call-in")
    inspection.look("a decision called in")
    press(page, "Record the outcome of the call-in")
    inspection.look("an outcome")
    press(page, "Continue")
    inspection.look("an outcome with nothing in it")
    page.get_by_label("The decision stands").check()
    page.get_by_label("What was decided, and by whom").fill("The committee was satisfied.")
    press(page, "Continue")
    inspection.look("an outcome, checked")
    press(page, "Record the outcome")
    expect(page.get_by_text("In effect since").first).to_be_visible()
    inspection.look("a decision in effect")
    assert Drawdown.objects.get().state == State.EFFECTIVE


def test_notice_of_a_key_decision(case: Case, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, case.clerk)
    inspection.visit("a notice", f"/programmes/{case.programme.slug}/key-notices/new/")
    press(page, "Continue")
    inspection.look("a notice with nothing in it")
    page.get_by_label("Matter to be decided").fill("Phase Three posts")
    page.get_by_label("Proposal").fill("To fund seven posts.")
    page.get_by_label("Decision maker").select_option(label="Chief Executive")
    page.get_by_label("First day on which it may be decided").fill("1 December 2030")
    page.get_by_label("Last day of the period").fill("31 December 2030")
    page.get_by_label("Documents submitted").fill("Report CS17089")
    page.get_by_label("Address for documents").fill("Democratic services")
    press(page, "Continue")
    inspection.look("check of a notice")
    press(page, "Publish the notice")
    inspection.visit("the forward plan", "/forward-plan/")
    page.context.clear_cookies()
    already_signed_in(page, case.officer)
    inspection.visit("a case that offers a notice", f"/drawdowns/{case.drafted(case.line()).reference}/case/")


def test_a_publication_is_planned(case: Case, inspection: Inspection) -> None:
    page, signed = inspection.page, case.signed(case.line(), case=KEY)
    already_signed_in(page, case.clerk)
    inspection.visit("a planned publication", f"/drawdowns/{signed.reference}/record/plan/")
    press(page, "Continue")
    inspection.look("a planned publication without a day")
    page.get_by_label("Day of publication").fill("1 December 2030")
    press(page, "Continue")
    inspection.look("check of a planned publication")
    press(page, "Plan the publication")
    inspection.look("a record whose publication is planned")


def test_a_correction_and_a_withdrawal(case: Case, inspection: Inspection) -> None:
    page, record = inspection.page, case.published()
    already_signed_in(page, case.clerk)
    here, public = f"/drawdowns/{record.reference}/record/", f"/published-decisions/{record.reference}/"
    inspection.visit("a correction", f"{here}correct/")
    press(page, "Continue")
    inspection.look("a correction with nothing in it")
    page.get_by_label("Wards affected").check()
    page.get_by_label("Text in the record").fill("All wards")
    page.get_by_label("Correct text").fill("Copers Cope and Kelsey")
    press(page, "Continue")
    inspection.look("check of a correction")
    press(page, "Publish the correction")
    inspection.look("a record corrected")
    inspection.visit("a corrected record, as the public reads it", public)
    page.get_by_role("link", name=f"Correction {record.reference}-C1").click()
    expect(page.get_by_text("Copers Cope and Kelsey")).to_be_visible()
    inspection.look("a correction, as the public reads it")

    page.goto(here)
    page.get_by_role("button", name="Withdraw from publication").click()
    inspection.look("a withdrawal")
    press(page, "Continue")
    page.get_by_label("Paragraph of Schedule 12A").select_option("2")
    page.get_by_label("Reason for the withdrawal").fill("It named a member of staff.")
    press(page, "Continue")
    inspection.look("check of a withdrawal")
    press(page, "Withdraw it now")
    inspection.look("a record withdrawn")
    inspection.visit("what is withdrawn", f"{public}?", status=410)
    inspection.visit("the list with what is withdrawn", "/published-decisions/")


def test_a_notice_is_withdrawn(case: Case, inspection: Inspection) -> None:
    page, notice = inspection.page, give(case)
    already_signed_in(page, case.clerk)
    inspection.visit("a notice to withdraw", f"/programmes/{case.programme.slug}/key-notices/{notice.pk}/withdraw/")
    press(page, "Withdraw the notice")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    inspection.look("a notice to withdraw without reasons")
    page.get_by_label("Reasons").fill("The Council decides it itself.")
    press(page, "Withdraw the notice")
    inspection.look("a notice withdrawn")
    inspection.visit("the forward plan with what is withdrawn", "/forward-plan/")
    page.goto(f"/programmes/{case.programme.slug}/key-notices/{notice.pk}/withdraw/")
    inspection.look("a notice that is withdrawn already")


def test_the_register_and_what_the_public_reads(case: Case, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, case.officer)
    inspection.visit("an empty register", "/decisions/")
    open_record = case.published()
    exempt = case.published(case=KEY | {"exempt_paragraph": "3", "public_interest": "It names a contractor."})
    overturned = case.called_in(case.published())
    actions.overturn(drawdown=overturned, on=NOW.date(), reasons="Not in the budget.", by=case.clerk, at=NOW)
    case.signed(case.line())
    page.goto("/decisions/")
    inspection.look("the register")
    page.goto("/decisions/?since=soon")
    inspection.look("the register with a filter that is not understood")
    page.goto("/decisions/?kind=urgent")
    inspection.look("the register, nothing fits")
    page.goto(f"/drawdowns/{overturned.reference}/record/")
    inspection.look("a decision overturned")

    page.context.clear_cookies()
    inspection.visit("what is published", "/published-decisions/")
    page.goto("/published-decisions/?words=nowhere")
    inspection.look("what is published, nothing fits")
    inspection.visit("a published record", f"/published-decisions/{open_record.reference}/")
    inspection.visit("an exempt record", f"/published-decisions/{exempt.reference}/")
    page.get_by_role("link", name="Sign in as a member or officer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
