"""What the table of inputs opens beside a row: the line's own form, with the keyboard, at every width. In a real browser."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from phases.models import Programme
from posts.models import CostLine
from tests.journeys.screens import LINES, SAVED, already_signed_in, blank, cell, open_menu, row, state

SOCIAL_WORKERS = "Safeguarding and care planning - 3 social workers"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines(demo: Programme, site: Page) -> Page:
    already_signed_in(site, "finance-officer")
    site.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    site.goto(LINES)
    return site


def panel(page: Page, line: str) -> Locator:
    return page.get_by_role("dialog", name=line, exact=True)


def said(page: Page) -> Locator:
    return page.locator("[data-announce]")


def test_intakes_and_a_stated_figure_are_typed_beside_the_row_without_leaving_the_table(lines: Page) -> None:
    fte = cell(lines, "FTE", SOCIAL_WORKERS)
    fte.focus()
    lines.keyboard.press("Shift+F2")
    beside = panel(lines, SOCIAL_WORKERS)
    expect(beside.get_by_label("FTE", exact=True)).to_be_focused()
    beside.get_by_label("FTE, intake 1").fill("1")
    beside.get_by_label("From, intake 1").fill("Jan 2017")
    beside.get_by_label("FTE, intake 2").fill("2")
    beside.get_by_label("From, intake 2").fill("1 Feb 2017")
    beside.get_by_label("From, intake 2").press("Enter")
    expect(beside).to_have_count(0)
    expect(cell(lines, "FTE", SOCIAL_WORKERS)).to_be_focused()
    expect(state(lines, SOCIAL_WORKERS)).to_have_text(SAVED)
    expect(row(lines, SOCIAL_WORKERS).get_by_role("link", name="2 intakes")).to_be_visible()
    assert CostLine.objects.get(title=SOCIAL_WORKERS).intakes.count() == 2
    expect(lines).to_have_url(re.compile(f"{LINES}$"))


def test_what_is_wrong_stays_beside_the_row_and_escape_does_not_lose_what_was_typed(lines: Page) -> None:
    cell(lines, "Comment", "DM Post").focus()
    lines.keyboard.press("Shift+F2")
    beside = panel(lines, "DM Post")
    first = beside.get_by_label("From, intake 1")
    first.fill("some day")
    first.press("Enter")
    expect(first).to_have_accessible_description(re.compile("Error"))
    expect(first).to_have_value("some day")
    first.fill("1 Sep 2016")
    lines.keyboard.press("Escape")
    expect(said(lines)).to_contain_text("Not saved: choose Save")
    expect(first).to_have_value("1 Sep 2016")
    lines.keyboard.press("Escape")
    expect(beside).to_have_count(0)
    expect(cell(lines, "Comment", "DM Post")).to_be_focused()
    assert CostLine.objects.get(title="DM Post").version == 1


def test_a_new_row_is_saved_first_and_what_somebody_else_saved_meanwhile_is_kept(lines: Page) -> None:
    blank(lines, "Post or other cost", 2).click()
    lines.keyboard.type("Laptops")
    lines.keyboard.press("Shift+F2")
    beside = panel(lines, "Laptops")
    CostLine.objects.filter(title="Laptops").update(comment="Theirs")
    beside.get_by_label("Annual cost", exact=True).fill("150,000")
    beside.get_by_label("One-off").check()
    beside.get_by_label("From, period 1").fill("1 Feb 2017")
    beside.get_by_role("button", name="Save").click()
    expect(cell(lines, "2016/17", "Laptops")).to_have_value("150,000")
    expect(cell(lines, "Full year", "Laptops")).to_have_value("-")
    expect(cell(lines, "Post or other cost", "Laptops")).to_be_focused()
    assert CostLine.objects.get(title="Laptops").duration == "one_off"


def test_in_a_narrow_window_it_covers_the_table_and_goes_back_to_the_row(lines: Page) -> None:
    lines.set_viewport_size({"width": 320, "height": 640})
    menu = open_menu(lines, "Director ECHS")
    opened, button = menu.bounding_box(), row(lines, "Director ECHS").get_by_role("button", name="More about").bounding_box()
    assert opened
    assert button
    assert abs(opened["y"] - button["y"]) < 40, "it opens at its row"
    menu.get_by_role("link", name="Details and intakes").click()
    beside = panel(lines, "Director ECHS")
    box = beside.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 320)
    assert lines.evaluate("document.querySelector('[data-panel]').scrollWidth <= 320"), "nothing is beyond the window"
    lines.keyboard.press("Escape")
    expect(beside).to_have_count(0)
    expect(cell(lines, "Post or other cost", "Director ECHS")).to_be_focused()
