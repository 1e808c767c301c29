"""A drawdown from question to signature in a browser, with axe and reflow at 320 px on every page and state on the way."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Office
from approvals import actions
from approvals.drawdowns.rules import Mode, State
from approvals.models import Drawdown
from tests.approvals.case import LATER, NOW, Case, make_case, new_key
from tests.approvals.outside import body_of, make_case_with
from tests.journeys.inspecting import Inspection
from tests.journeys.screens import already_signed_in
from tests.making import make_decision

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_2016(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site lives on 28 September 2016: money of a year that has ended is not signed off."""
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)


@pytest.fixture
def case(transactional_db: None) -> Case:
    case = make_case({2016: 950_000, None: 1_000_000})
    Office.objects.filter(pk=case.offices["Director"].pk).update(statutory_role="section_151")
    return case


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def test_from_question_to_signature(case: Case, inspection: Inspection) -> None:
    page, drawdown = inspection.page, case.submitted(case.line(), case.costing(100_000))
    here = f"/drawdowns/{drawdown.reference}/"

    already_signed_in(page, case.people["Leader"])
    inspection.visit("home, asked to answer", "/")
    inspection.visit("drawdown, submitted", here)
    press(page, "Ask a question as Leader")
    inspection.look("a question")
    press(page, "Ask the question")
    expect(page).to_have_title("Error: Ask a question as Leader: " + drawdown.reference + " – Your council")
    inspection.look("a question with nothing in it")
    page.get_by_label("Your question").fill("Why now?")
    press(page, "Ask the question")
    inspection.look("drawdown with a question")

    already_signed_in(page, case.officer)
    page.goto("/")
    inspection.look("home, asked a question")
    page.get_by_role("link", name="Reply to a question of the Leader").click()
    inspection.look("a reply")
    page.get_by_label("Your reply").fill("Because of the inspection.")
    press(page, "Send the reply")
    inspection.look("drawdown with a reply")

    already_signed_in(page, case.people["Leader"])
    page.goto("/")
    page.get_by_role("link", name="Answer as Leader").click()
    inspection.look("answer")
    press(page, "Continue")
    inspection.look("answer with nothing in it")
    page.get_by_label("I agree").check()
    page.get_by_label("None", exact=True).check()
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what will be recorded")
    inspection.look("check of an answer")
    press(page, "Record this answer")
    expect(page.get_by_role("heading", name="Answer recorded")).to_be_visible()
    inspection.look("answer recorded")

    already_signed_in(page, case.people["Director"])
    inspection.visit("advice", f"{here}advice/")
    page.get_by_label("Your advice").fill("The contingency is enough.")
    press(page, "Record the advice")

    already_signed_in(page, case.clerk)
    inspection.visit("an answer to record", f"{here}record-answer/director/")
    press(page, "Record this answer")
    inspection.look("an answer to record with nothing in it")
    inspection.visit("a dispensation", f"{here}dispensations/")
    press(page, "Record the dispensation")
    inspection.look("a dispensation with nothing in it")

    already_signed_in(page, case.chief_executive)
    page.goto("/")
    inspection.look("home, ready to be signed")
    inspection.visit("return", f"{here}return/")
    inspection.visit("refuse", f"{here}refuse/")
    page.goto("/")
    page.get_by_role("link", name="Sign off: Phase One").click()
    inspection.look("sign off")
    stale = page.context.new_page()
    stale.goto(f"{here}sign-off/")
    press(page, "Continue to sign off")
    inspection.look("sign off, checked")
    press(page, "Sign off £160,000 in 2016/17, £190,000 in a full year")
    expect(page.get_by_role("heading", name="Signed off")).to_be_visible()
    inspection.look("signed")
    press(stale, "Continue to sign off")
    expect(stale.get_by_role("heading", level=1)).to_have_text("This changed after you opened it")
    stale.close()
    page.goto(here)
    inspection.look("drawdown, signed")
    assert Drawdown.objects.get(pk=drawdown.pk).state == State.SIGNED_OFF


def tabbed_to(page: Page, target: Locator) -> None:
    """Go there with the Tab key, as somebody without a mouse does; every stop on the way shows where the focus is."""
    expect(target).to_be_visible()
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
        ring = "element => getComputedStyle(element).outlineStyle + getComputedStyle(element).boxShadow"
        assert page.locator(":focus").first.evaluate(ring) != "nonenone"
    raise AssertionError(f"Not reached with the keyboard: {target}")


def test_an_answer_and_a_signature_are_given_with_the_keyboard_alone(case: Case, site: Page) -> None:
    drawdown = case.submitted(case.line())
    already_signed_in(site, case.people["Leader"])
    site.goto("/")
    tabbed_to(site, site.get_by_role("link", name="Answer as Leader"))
    site.keyboard.press("Enter")
    tabbed_to(site, site.get_by_label("I agree"))
    site.keyboard.press("Space")
    tabbed_to(site, site.get_by_label("None", exact=True))
    site.keyboard.press("Space")
    tabbed_to(site, site.get_by_role("button", name="Continue"))
    site.keyboard.press("Enter")
    tabbed_to(site, site.get_by_role("button", name="Record this answer"))
    site.keyboard.press("Enter")
    expect(site.get_by_role("heading", name="Answer recorded")).to_be_visible()

    case.answered(drawdown, "Director")
    already_signed_in(site, case.chief_executive)
    site.goto("/")
    tabbed_to(site, site.get_by_role("link", name="Sign off"))
    site.keyboard.press("Enter")
    tabbed_to(site, site.get_by_role("button", name="Continue to sign off"))
    site.keyboard.press("Enter")
    tabbed_to(site, site.get_by_role("button", name="Sign off £60,000 in 2016/17, £90,000 in a full year"))
    site.keyboard.press("Enter")
    expect(site).to_have_url(re.compile("/signed/$"))
    assert Drawdown.objects.get().state == State.SIGNED_OFF


def test_on_a_phone_the_buttons_stand_on_the_first_two_screens(case: Case, site: Page) -> None:
    """At 320 x 568: what is read comes first, the button within reach of one thumb, and everything else below it."""
    drawdown = case.ready(case.line(), case.costing(100_000))
    already_signed_in(site, case.chief_executive)
    site.set_viewport_size({"width": 320, "height": 568})
    site.goto(f"/drawdowns/{drawdown.reference}/sign-off/")
    for name in ("Continue to sign off", "Sign off £"):
        button = site.get_by_role("button", name=name)
        place = button.bounding_box()
        assert place
        assert place["y"] + place["height"] <= 2 * 568
        assert place["height"] >= 40
        button.click()
    expect(site).to_have_url(re.compile("/signed/$"))


def test_several_are_signed_one_after_another(case: Case, inspection: Inspection) -> None:
    page = inspection.page
    for pounds in (500_000, 300_000, 200_000):
        case.ready(case.costing(pounds))
    already_signed_in(page, case.chief_executive)
    inspection.visit("home, several to sign", "/")
    page.get_by_role("link", name="Sign one after another").click()
    inspection.look("several to sign")
    page.get_by_label("Place of DD-").nth(2).select_option("1")
    press(page, "Show the headroom in this order")
    inspection.look("several to sign, in another order")
    press(page, "Begin with the first")
    inspection.look("the first of several")
    press(page, "Continue to sign off")
    inspection.look("the first of several, checked")
    press(page, "Sign off £200,000 in 2016/17, £200,000 in a full year")
    inspection.look("the first of several, signed")
    page.get_by_role("button", name="Go on to the next").click()
    page.get_by_role("link", name="Skip this one").click()
    expect(page.get_by_text("3 of 3")).to_be_visible()
    page.get_by_role("link", name="Stop here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 3 signed")
    inspection.look("what became of several")


def test_pages_that_say_not_now(case: Case, inspection: Inspection) -> None:
    page, drawdown = inspection.page, case.answered(case.submitted(case.line()), "Director")
    here = f"/drawdowns/{drawdown.reference}/"
    already_signed_in(page, case.chief_executive)
    inspection.visit("sign off, an answer missing", f"{here}sign-off/")
    already_signed_in(page, case.people["Director"])
    inspection.visit("already answered", f"{here}answer/director/")
    already_signed_in(page, case.people["Leader"])
    page.goto(f"{here}answer/leader/")
    page.get_by_label("I agree").check()
    page.get_by_label("None", exact=True).check()
    drawdown = actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    press(page, "Continue")
    press(page, "Record this answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("This changed after you opened it")
    inspection.look("changed since it was opened")
    inspection.visit("a second submission", here)


def test_what_a_body_resolved(inspection: Inspection, transactional_db: None) -> None:
    case = make_case(body="Executive")
    drawdown = case.ready(case.line())
    make_decision(case.programme, title="Phase Three", about=[case.authorisation])
    already_signed_in(inspection.page, case.clerk)
    inspection.visit("resolution", f"/drawdowns/{drawdown.reference}/resolution/")
    inspection.page.get_by_label("Phase Three").check()
    press(inspection.page, "Continue")
    inspection.look("resolution, checked")
    press(inspection.page, "Record that £60,000 in 2016/17 was resolved")
    expect(inspection.page.get_by_role("heading", name="Signed off")).to_be_visible()
    inspection.look("resolved")


@pytest.mark.parametrize("mode", [Mode.CONSENT, Mode.ADVICE])
def test_the_clerk_records_what_an_outside_body_answered(transactional_db: None, inspection: Inspection, mode: Mode) -> None:
    case = make_case_with(mode)
    page, drawdown = inspection.page, case.submitted(case.line())
    already_signed_in(page, case.clerk)
    inspection.visit("an outside body's answer", f"/drawdowns/{drawdown.reference}/record-answer/outside/{body_of(case).pk}/")
    expect(page.get_by_text(f"What {mode} means")).to_be_visible()
    press(page, "Record this answer")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    inspection.look("an outside body's answer with nothing in it")
    page.get_by_label("Date of the letter or minute").fill("27 September 2016")
    page.get_by_label("Who wrote it").fill("The chair")
    page.get_by_label("Letter", exact=True).check()
    page.get_by_label("Evidence").set_input_files({"name": "letter.txt", "mimeType": "text/plain", "buffer": b"We have read it."})
    page.get_by_label("It consents" if mode is Mode.CONSENT else "It advises in favour").check()
    page.get_by_label("In its words").fill("We have read it.")
    press(page, "Record this answer")
    expect(page.get_by_text("We have read it.").first).to_be_visible()
    inspection.look("an outside body's answer recorded")
