"""The table of inputs of a programme of more than 200 lines, in parts: a row is inserted, and its cells tell their history."""

import re

import pytest
from playwright.sync_api import Page, expect

from phases.models import Programme
from posts.models import CostLine
from tests.journeys.screens import LINES, SAVED, already_signed_in, cell, state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def third_part(demo: Programme, site: Page) -> Page:
    phase = demo.phases.get(number=3)
    CostLine.objects.bulk_create(
        CostLine(programme=demo, phase=phase, kind="post", title=f"Post {n}", fte=1, recruited_fte=0, position=1000 + 10 * n)
        for n in range(230)
    )
    already_signed_in(site, "finance-officer")
    site.goto(f"{LINES}?phase=3&page=3")
    return site


def test_a_row_is_inserted_above_a_line_of_a_later_part_without_leaving_it(third_part: Page) -> None:
    page = third_part
    below = page.locator("[data-row^=l]").nth(5).locator("[data-cell=title]")
    title = below.input_value()
    below.focus()
    page.keyboard.press("Alt+Enter")
    expect(page).to_have_url(re.compile(r"phase=3&page=3&above=\d+"))
    new = page.locator("[data-row^=new][data-row*=x] [data-cell=title]")
    expect(new).to_be_focused()
    page.keyboard.type("Inserted")
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_contain_text("Inserted: Saved")
    line, next_line = CostLine.objects.get(title="Inserted"), CostLine.objects.get(title=title)
    assert (line.phase_id, line.team_id) == (next_line.phase_id, next_line.team_id)
    assert line.position < next_line.position
    order = page.locator("[data-row^=l] [data-cell=title]").evaluate_all("cells => cells.map(cell => cell.value)")
    assert order.index("Inserted") == order.index(title) - 1


def test_a_row_far_below_is_gone_to_typed_into_and_told_with_its_history(third_part: Page) -> None:
    page = third_part
    page.locator("[data-row^=l] [data-cell=fte]").first.focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    title = page.evaluate("document.activeElement.value")
    last = cell(page, "Comment", title)
    last.focus()
    expect(last).to_be_in_viewport(ratio=1)
    page.keyboard.type("Agency")
    page.keyboard.press("ArrowUp")
    expect(state(page, title)).to_have_text(SAVED)
    last.focus()
    page.keyboard.type("Agency until March")
    page.keyboard.press("Shift+F4")
    history = page.get_by_role("dialog", name=re.compile("^History of Comment"))
    expect(history).to_contain_text("Agency until March")
    expect(history).to_contain_text("Finance officer")
    page.keyboard.press("Escape")
    expect(history).to_have_count(0)
    expect(last).to_be_focused()
    expect(state(page, title)).to_have_text(SAVED)
