"""The walk of the README: Phase Two answered, signed and published; Council's September decision; the Executive's of January."""

import re

import pytest
from playwright.sync_api import Page, expect

from approvals.drawdowns.rules import State
from approvals.models import Drawdown, LimitDrawn
from phases.models import Authorisation, Programme
from tests.journeys.screens import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

OFFICES = ("Leader of the Council", "Care Services Portfolio Holder", "Resources Portfolio Holder", "Director of Finance")
PROGRAMME = "/programmes/ofsted-2016/"
COUNCIL = "Funding of Phases One and Two"


def enter(page: Page, office: str) -> None:
    """By the button of the demonstration, whoever was signed in before."""
    page.context.clear_cookies()
    sign_in(page, office)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def move_on(page: Page, button: str, day: str) -> None:
    """The demonstration's clock."""
    press(page, button)
    expect(page.locator(".site-demo")).to_contain_text(f"today is {day}.")


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", name=text).first).to_be_visible()


def agree(page: Page, office: str) -> None:
    enter(page, office)
    page.get_by_role("link", name=f"Answer as {office}: Phase Two posts").click()
    page.get_by_label("I agree", exact=True).check()
    page.get_by_label("None", exact=True).check()
    press(page, "Continue")
    press(page, "Record this answer")
    heading(page, "Answer recorded")


def publish(page: Page, reference: str) -> None:
    page.goto(f"/drawdowns/{reference}/record/publish/")
    press(page, "Continue")
    press(page, "Publish the record")
    heading(page, "Record of the decision")


def record_decision(page: Page, title: str, body: str, day: str, text: str, recommended: str = "", about: str = "") -> None:
    """`recommended` is what Home says of the recommendation that it decides on, `about` the money that it releases."""
    if recommended:
        page.goto("/")
        page.get_by_role("listitem").filter(has_text=recommended).get_by_role("link", name="Record what was resolved").click()
        page.get_by_role("button", name="Record what was resolved").click()
    else:
        page.goto(f"{PROGRAMME}decisions/record/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Body or officer").select_option(body)
    page.get_by_label("Date", exact=True).fill(day)
    page.get_by_label("Resolved", exact=True).check()
    if about:
        page.get_by_label(about, exact=True).check()
    page.get_by_label("Text as resolved").fill(text)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text(f"{title} was recorded.")


def authorise(page: Page, decision: str, title: str, limits: dict[str, str], phases: list[str], replaces: str = "") -> None:
    page.goto(f"{PROGRAMME}decisions/")
    page.get_by_role("heading", name=decision, exact=True).get_by_role("link").click()
    page.get_by_role("button", name=re.compile("Record (the money this decision allows|more money)")).click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Funding source").select_option("Supplementary estimate")
    page.get_by_label("Recurring", exact=True).check()
    for label, amount in limits.items():
        page.get_by_label(label, exact=True).fill(amount)
    for phase in phases:
        page.get_by_label(phase, exact=True).check()
    if replaces:
        page.get_by_label("Replaces an earlier authorisation").select_option(replaces)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text(f"{title} was recorded.")


def drawn(title: str) -> dict[int | None, int]:
    rows = LimitDrawn.objects.filter(limit__authorisation__title=title)
    return {row.limit.financial_year: int(row.drawn) for row in rows.select_related("limit")}


def sign_phase_two(page: Page) -> None:
    for office in OFFICES:
        agree(page, office)
    enter(page, "Chief Executive")
    page.get_by_role("link", name="Sign off: Phase Two posts").click()
    press(page, "Continue to sign off")
    press(page, "Sign off £218,000 in 2016/17")
    heading(page, "Signed off")
    assert drawn("July release") == {2016: 949_000}


def test_a_new_user_finishes_the_story(demo: Programme, site: Page) -> None:
    page = site
    sign_phase_two(page)

    # The clerk publishes, then records what Council resolved in September: it takes the release over.
    enter(page, "Committee clerk")
    publish(page, Drawdown.objects.get(title="Phase Two posts").reference)
    move_on(page, "Next meeting", "26 September 2016")
    limits = {"Limit in 2016/17": "949k", "Limit in a full year": "1,471k"}
    said = "Funding of £949k in 2016/17, £1,471k in a full year."
    record_decision(page, COUNCIL, "Full Council", "26 September 2016", said, recommended="funding of Phases One and Two")
    authorise(page, COUNCIL, "September estimate", limits, ["Phase One", "Phase Two"], replaces="July release")
    page.goto("/")
    page.get_by_role("link", name="Move what was drawn to September estimate").click()
    press(page, "Move it over")
    heading(page, "September estimate")
    assert drawn("September estimate") == {2016: 949_000, None: 1_471_000}
    assert drawn("July release") == {2016: 0}

    # Phase Three: Council's money, and the Executive decides in January.
    limits = {"Limit in 2016/17": "141k", "Limit in a full year": "795k"}
    authorise(page, COUNCIL, "Phase Three estimate", limits, ["Phase Three"])
    page.goto(f"{PROGRAMME}delegations/record/")
    page.get_by_label("Resolution that delegates").select_option(label=COUNCIL)
    page.get_by_label("Title").fill("Phase Three spending")
    page.get_by_label("Text of the delegation").fill("Phase Three is drawn down as the Executive agrees.")
    page.get_by_label("Body that decides").select_option("Executive")
    press(page, "Record the delegation")
    expect(page.get_by_role("link", name="Phase Three spending", exact=True)).to_be_visible()
    move_on(page, "Next meeting", "10 January 2017")
    move_on(page, "Next day", "11 January 2017")
    said = "That £141k and £795k be drawn down."
    record_decision(page, "Phase Three spending plan", "Executive", "11 January 2017", said, about="Phase Three estimate")
    reference = ask_for_phase_three(page)
    enter(page, "Committee clerk")
    page.goto(f"/drawdowns/{reference}/resolution/")
    page.get_by_label("Phase Three spending plan (11 January 2017)").check()
    press(page, "Continue")
    press(page, "Record that £141,000 in 2016/17, £795,000 in a full year was resolved")
    heading(page, "Signed off")
    assert drawn("Phase Three estimate") == {2016: 141_000, None: 795_000}
    assert Drawdown.objects.get(reference=reference).state == State.SIGNED_OFF
    assert Authorisation.objects.filter(replaced_by__isnull=False).count() == 1


def ask_for_phase_three(page: Page) -> str:
    """The finance officer's part; the reference."""
    enter(page, "Finance officer")
    page.goto("/drawdowns/new/?programme=ofsted-2016")
    page.get_by_label(re.compile("Phase Three spending")).check()
    page.get_by_label("Title").fill("Phase Three posts")
    press(page, "Continue")
    page.get_by_role("button", name=re.compile("^Tick the whole phase ?: Phase Three")).click()
    expect(page.locator("#headroom")).to_contain_text("£0")
    press(page, "Save and continue")
    page.get_by_label("Alternatives considered and rejected").fill("None, because the posts are needed.")
    page.get_by_label("No", exact=True).check()
    expect(
        page.get_by_text("It releases £795,000 in a full year: your council counts a decision as key from £500,000")
    ).to_be_visible()
    page.get_by_label("If it is not a key decision, why").fill("Full Council resolved on the money in September.")
    press(page, "Save and continue")
    page.get_by_role("button", name="Continue", exact=True).click()
    press(page, "Submit this drawdown")
    expect(page).to_have_url(re.compile(r"/drawdowns/DD-\d+/$"))
    return page.url.rstrip("/").rsplit("/", 1)[-1]
