"""A drawdown from nothing to its submission in a browser, with axe and reflow at 320 px on every page and state on the way."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from approvals.drawdowns.rules import State
from approvals.models import Drawdown, Paper
from tests.approvals.case import Case, make_case
from tests.journeys.inspecting import Inspection
from tests.journeys.screens import already_signed_in
from tests.making import enter_line, make_authorisation, make_phase

pytestmark = pytest.mark.django_db(transaction=True)


PDF = {"name": "Business case.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}


@pytest.fixture
def case(transactional_db: None) -> Case:
    """Three FTE in two lines, and a line that is drawn in full."""
    case = make_case({2016: 150_000})
    case.line(
        title="Social worker", fte=Decimal(2), annual_cost=Decimal(120_000), intakes=((Decimal(2), date(2016, 4, 1), None),)
    )
    case.line(title="Team manager")
    case.signed(case.costing(30_000))
    return case


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).last.click()


def begin(page: Page) -> None:
    page.goto("/drawdowns/")
    page.get_by_role("button", name="New drawdown").click()
    page.get_by_label("Title").fill("Phase Two")
    press(page, "Continue")


def write_case(page: Page) -> None:
    page.get_by_label("Alternatives considered and rejected").fill("None, because the posts are statutory.")
    page.get_by_label("No", exact=True).check()
    press(page, "Save and continue")


def test_from_nothing_to_submission(case: Case, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, case.officer)
    inspection.visit("list", "/drawdowns/")
    page.goto("/drawdowns/?words=nothing")
    inspection.look("list without any that fits")
    inspection.visit("new", "/drawdowns/new/")
    press(page, "Continue")
    inspection.look("new with nothing in it")
    begin(page)
    inspection.look("lines")

    panel = page.locator("[data-panel]")
    expect(panel).to_contain_text("Nothing chosen yet")
    page.get_by_label("FTE of Social worker to draw").fill("0.5")
    expect(page.get_by_label("Social worker", exact=True)).to_be_checked()
    expect(panel).to_contain_text("1 line, 0.5 FTE: £30,000 in 2016/17")
    expect(panel).to_contain_text("£90,000")  # 150,000 less 30,000 drawn before, and 30,000 now
    page.get_by_role("button", name="Tick the whole phase").click()
    page.get_by_label("FTE of Social worker to draw").fill("")
    expect(panel).to_contain_text("This is more than is left, so it cannot be submitted.")
    inspection.look("lines above the limit")
    page.get_by_label("FTE of Social worker to draw").fill("9")
    expect(page.locator("[data-error]", has_text="2 of 2 FTE are left to draw in 2016/17.")).to_be_visible()
    press(page, "Save and continue")
    inspection.look("lines with an error")
    page.get_by_label("FTE of Social worker to draw").fill("")
    page.get_by_label("Team manager", exact=True).uncheck()
    press(page, "Save and continue")

    inspection.look("case")
    page.get_by_label("28 clear days").check()
    press(page, "Save and continue")
    inspection.look("case with an error")
    page.get_by_label("No notice yet").check()
    write_case(page)
    inspection.look("papers")
    page.get_by_label("File").set_input_files({**PDF, "buffer": b"MZ"})
    press(page, "Attach")
    inspection.look("papers with an error")
    page.get_by_label("File").set_input_files(PDF)
    press(page, "Attach")
    inspection.look("papers with one attached")
    page.get_by_role("button", name="Continue").click()
    inspection.look("check and submit")
    press(page, "Submit this drawdown")
    drawdown = Drawdown.objects.latest("pk")
    expect(page.get_by_text(f"{drawdown.reference} was submitted.")).to_be_visible()
    assert drawdown.state == State.SUBMITTED
    assert Paper.objects.get().name == "Business case.pdf"
    page.goto("/drawdowns/")
    inspection.look("list with some")
    inspection.visit("withdraw", f"/drawdowns/{drawdown.reference}/withdraw/")


def test_a_decision_that_releases_no_money_from_its_draft_to_its_record(case: Case, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, case.officer)
    page.goto("/drawdowns/new/")
    page.get_by_role("link", name="New decision without money").click()
    press(page, "Continue")
    inspection.look("new decision without money, with nothing in it")
    page.get_by_label("Title").fill("Two posts")
    page.get_by_label("What is to be decided").fill("That two posts be added within the budget.")
    press(page, "Continue")
    write_case(page)
    drawdown = Drawdown.objects.latest("pk")
    inspection.visit("what is to be decided", f"/drawdowns/{drawdown.reference}/lines/")
    inspection.visit("check and submit, without money", f"/drawdowns/{drawdown.reference}/submit/")
    press(page, "Submit this drawdown")
    drawdown.refresh_from_db()
    case.answered(case.answered(drawdown, at=drawdown.submitted_at), "Director", at=drawdown.submitted_at)
    already_signed_in(page, case.chief_executive)
    inspection.visit("sign off without money", f"/drawdowns/{drawdown.reference}/sign-off/")
    press(page, "Continue to sign off")
    inspection.look("check before signing, without money")
    press(page, "Sign off: no money is released")
    expect(page.get_by_role("heading", name="Signed off")).to_be_visible()
    inspection.look("signed off, without money")
    page.goto(f"/drawdowns/{drawdown.reference}/record/")
    expect(page.get_by_text("This decision releases no money.")).to_be_visible()


def test_what_cannot_be_submitted_yet_says_why(case: Case, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, case.officer)
    begin(page)
    page.get_by_role("link", name="4. Check and submit").click()
    inspection.look("check with everything missing")
    expect(page.get_by_role("link", name="Choose at least one line.")).to_be_visible()


def test_a_decision_taken_elsewhere_from_its_draft_to_its_record(case: Case, inspection: Inspection) -> None:
    """Of a year that has ended since: its money is recorded as drawn in it."""
    page, drafted = inspection.page, case.drafted(case.costing(20_000))
    address = f"/drawdowns/{drafted.reference}/"
    already_signed_in(page, case.officer)
    page.goto(address)
    page.get_by_role("button", name="Already decided elsewhere?").click()
    inspection.look("already decided elsewhere")
    press(page, "Record the decision")
    inspection.look("decided elsewhere with an error")
    page.get_by_label("Date of the decision").fill("1 September 2016")
    page.get_by_label("Person who held it then").fill("A. Predecessor")
    page.get_by_label("Text as decided").fill("To release £20,000 in 2016/17.")
    page.get_by_label("Interests declared then").fill("None")
    page.get_by_label("Address at which it can be read").fill("https://council.example/decisions/12")
    press(page, "Record the decision")
    inspection.look("draft with a decision that waits")
    page.get_by_role("button", name="See the decision taken elsewhere").click()
    inspection.look("decision that waits")
    already_signed_in(page, case.clerk)
    page.goto("/")
    page.get_by_role("link", name="Confirm a decision taken elsewhere: Phase One").click()
    inspection.look("confirm a decision taken elsewhere")
    press(page, "Send it back")
    inspection.look("sent back with an error")
    page.get_by_label("I have read the evidence").check()
    press(page, "Confirm that £20,000 in 2016/17 was released")
    expect(page.get_by_text("This decision was taken elsewhere, before it was recorded here.")).to_be_visible()
    inspection.look("record of a decision taken elsewhere")
    inspection.visit("drawdown decided elsewhere", address)
    inspection.visit("what was decided elsewhere", f"{address}signed/")


def test_handing_back(case: Case, inspection: Inspection) -> None:
    page, drawdown = inspection.page, Drawdown.objects.get()
    already_signed_in(page, case.officer)
    inspection.visit("hand back", f"/drawdowns/{drawdown.reference}/hand-back/")
    press(page, "Check")
    inspection.look("hand back with nothing in it")
    page.locator("input[name^=row-]").fill("10k")
    page.get_by_label("Why it was not spent").fill("Vacant until June.")
    press(page, "Check")
    inspection.look("what handing back frees")
    expect(page.get_by_text("£130,000")).to_be_visible()  # of 150,000, with 30,000 drawn, 10,000 come back
    press(page, "Ask to hand it back")
    expect(page.get_by_text("The request was recorded.")).to_be_visible()
    already_signed_in(page, case.editor)
    page.goto("/")
    page.get_by_role("link", name="Confirm what is handed back").click()
    inspection.look("confirm what is handed back")
    press(page, "Confirm and hand it back")
    expect(page.get_by_text("The money was handed back.")).to_be_visible()


def test_lines_are_chosen_and_submitted_without_a_script(case: Case, browser: Browser, live_server: object, page: Page) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=str(live_server))
    page = context.new_page()
    already_signed_in(page, case.officer)
    begin(page)
    page.get_by_role("button", name="Tick the whole phase").click()
    expect(page.get_by_label("Team manager", exact=True)).to_be_checked()
    page.get_by_label("Social worker", exact=True).uncheck()
    press(page, "Work out headroom")
    expect(page.get_by_text("1 line, 1 FTE: £60,000 in 2016/17")).to_be_visible()
    press(page, "Save and continue")
    write_case(page)
    page.get_by_role("button", name="Continue").click()
    press(page, "Submit this drawdown")
    assert Drawdown.objects.latest("pk").state == State.SUBMITTED
    context.close()


def test_most_of_the_screen_is_for_lines_while_they_are_chosen(transactional_db: None, site: Page) -> None:
    """At 1280 x 900, however many limits there are, and with a phase of which nothing can be chosen."""
    case = make_case({2016: 950_000, 2017: 950_000, None: 950_000})
    case.submitted(case.line())
    closed = make_phase(case.programme, 2)
    make_authorisation(case.authorisation.decision, closed, limits={2030: 1_000})
    enter_line(closed, by=case.editor)
    for _ in range(4):
        case.line()
    drawdown = case.drafted(case.line())
    already_signed_in(site, case.officer)
    site.set_viewport_size({"width": 1280, "height": 900})
    site.goto(f"/drawdowns/{drawdown.reference}/lines/")
    panel = site.locator(".choosing-foot").bounding_box()
    assert panel
    assert panel["height"] <= 180
    shown = [row.bounding_box() for row in site.locator("[data-row]").all()]
    assert sum(box is not None and box["y"] + box["height"] <= panel["y"] for box in shown) >= 2
