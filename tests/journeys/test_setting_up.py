"""A council that starts from nothing, until its position page says what is planned against what was authorised."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.journeys.screens import SAVED, blank, state
from tests.making import PASSWORD
from tests.working import work

pytestmark = pytest.mark.django_db(transaction=True)

ADMINISTRATOR, OFFICER, CLERK = "administrator@borough.example", "officer@borough.example", "clerk@borough.example"


def enter(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your tasks")


def leave(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def press(page: Page, name: str, said: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(said)


def add_person(page: Page, email: str, name: str, role: str) -> None:
    page.goto("/people/")
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Full name").fill(name)
    page.get_by_label(role).check()
    press(page, "Save", f"{name} was added.")


def choose_a_password(page: Page, email: str) -> None:
    """By the link that a letter brings."""
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
    work()
    letter = mail.outbox[-1]
    assert letter.to == [email]
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", str(letter.body))
    assert link, letter.body
    page.goto(link[1])
    page.get_by_label("New Password", exact=True).fill(PASSWORD)
    page.get_by_label("New Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your password is changed")


def test_a_council_from_nothing(transactional_db: None, site: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", PASSWORD)
    call_command("create_administrator", email=ADMINISTRATOR, name="First Administrator")

    enter(site, ADMINISTRATOR)
    site.get_by_role("link", name="Settings").click()
    site.get_by_label("Name of the council").fill("Borough of Exampleton")
    site.get_by_label("Colour").fill("#5a1f6f")
    press(site, "Save the settings", "was changed")
    expect(site.get_by_role("banner")).to_contain_text("Borough of Exampleton")
    expect(site.locator(".site-header")).to_have_css("background-color", "rgb(90, 31, 111)")
    site.goto("/bodies/")
    site.get_by_role("link", name="Add the first body").click()
    site.get_by_label("Name", exact=True).fill("Executive")
    site.get_by_label("Executive or cabinet").check()
    press(site, "Save", "Executive was added.")
    add_person(site, OFFICER, "Olive Officer", "Finance officer")
    add_person(site, CLERK, "Clara Clerk", "Committee clerk")
    leave(site)

    choose_a_password(site, OFFICER)
    enter(site, OFFICER)
    site.get_by_role("link", name="Set up the first programme").click()
    site.get_by_label("Name", exact=True).fill("Improvement plan")
    site.get_by_label("Title of the committee table").fill("EXPENDITURE OF THE IMPROVEMENT PLAN")
    site.get_by_label("First financial year").fill("2016/17")
    site.get_by_label("Last financial year").fill("2017/18")
    press(site, "Set up the programme", "Improvement plan was set up.")
    site.get_by_role("button", name="Add a phase").click()
    site.get_by_label("Number").fill("1")
    site.get_by_label("Name", exact=True).fill("Phase One")
    press(site, "Save", "Phase One was added.")
    site.get_by_role("button", name="Add a funding source").click()
    site.get_by_label("Name", exact=True).fill("Central contingency")
    site.get_by_label("Central contingency", exact=True).check()
    press(site, "Save", "Central contingency was added.")
    leave(site)

    choose_a_password(site, CLERK)
    enter(site, CLERK)
    site.goto("/programmes/improvement-plan/decisions/")
    site.get_by_role("link", name="Record a decision").click()
    site.get_by_label("Title").fill("Release of resources")
    site.get_by_label("Body or officer").select_option("Executive")
    site.get_by_label("Date").fill("20 July 2016")
    site.get_by_label("Resolved", exact=True).check()
    site.get_by_label("Text as resolved").fill("Executive agreed the release of £100k.")
    press(site, "Save", "Release of resources")
    site.get_by_role("link", name="Release of resources", exact=True).click()
    site.get_by_role("button", name="Record the money this decision allows").click()
    site.get_by_label("Title").fill("July release")
    site.get_by_label("Funding source").select_option("Central contingency")
    site.get_by_label("One-off").check()
    site.get_by_label("Limit in 2016/17").fill("100k")
    site.get_by_label("Phase One").check()
    press(site, "Save", "July release")
    leave(site)

    enter(site, OFFICER)
    site.goto("/programmes/improvement-plan/lines/")
    blank(site, "Post or other cost").fill("Head of service")
    blank(site, "FTE").fill("1")
    blank(site, "Annual cost").fill("90,000")
    blank(site, "From").fill("1 Aug 2016")
    blank(site, "From").press("Enter")
    expect(state(site, "Head of service")).to_have_text(SAVED)

    site.get_by_role("navigation", name="This programme").get_by_role("link", name="Position").click()
    table = site.get_by_role("table", name="Limits, planned and drawn")
    expect(table.get_by_role("row", name="Limit £100,000")).to_be_visible()
    expect(table.get_by_role("row", name="Phase One £60,000")).to_be_visible()
    expect(table.get_by_role("row", name="Not yet planned £40,000")).to_be_visible()
    expect(site.get_by_text("Within limits")).to_be_visible()
