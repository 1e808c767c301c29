"""The columns of the table of inputs: dragged with a pointer, widened with the keyboard, left out; kept for the person."""

import pytest
from playwright.sync_api import Page, expect

from phases.models import Programme
from posts.models import CostLine, SheetColumn
from tests.journeys.screens import LINES, SAVED, already_signed_in, cell, state

pytestmark = pytest.mark.django_db(transaction=True)


def width(page: Page, column: str) -> float:
    box = page.locator(f"th[data-column={column}]").bounding_box()
    assert box
    return round(box["width"])


def test_a_column_is_dragged_wider_and_stays_so(demo: Programme, site: Page) -> None:
    already_signed_in(site, "finance-officer")
    site.goto(LINES)
    before = width(site, "team")
    edge = site.locator("th[data-column=team] .column-edge").bounding_box()
    assert edge
    site.mouse.move(edge["x"] + 4, edge["y"] + 10)
    site.mouse.down()
    site.mouse.move(edge["x"] + 84, edge["y"] + 10, steps=3)
    site.mouse.up()
    expect(site.locator("[data-announce]")).to_contain_text(" pixels wide")
    assert abs(width(site, "team") - before - 80) <= 2
    cell(site, "FTE", "Director ECHS").focus()
    fte = width(site, "fte")
    site.keyboard.press("Alt+Shift+ArrowRight")
    site.keyboard.press("Alt+Shift+ArrowRight")
    expect(site.locator("[data-announce]")).to_contain_text("FTE: ")
    expect(cell(site, "FTE", "Director ECHS")).to_be_focused()
    after = (width(site, "team"), width(site, "fte"))
    assert after[1] > fte
    site.reload()
    assert (width(site, "team"), width(site, "fte")) == after
    assert SheetColumn.objects.count() == 2


def test_a_row_is_typed_and_saved_though_columns_are_left_out(demo: Programme, site: Page) -> None:
    already_signed_in(site, "finance-officer")
    site.goto(LINES)
    site.get_by_role("link", name="Columns", exact=True).click()
    site.get_by_label("Team", exact=True).uncheck()
    site.get_by_label("Paperwork complete", exact=True).uncheck()
    site.get_by_role("button", name="Save").click()
    expect(site.get_by_role("columnheader", name="Team")).to_have_count(0)
    cell(site, "Comment", "DM Post").fill("Typed")
    site.keyboard.press("Enter")
    expect(state(site, "DM Post")).to_have_text(SAVED)
    line = CostLine.objects.get(title="DM Post")
    assert line.team
    assert (line.comment, line.team.name, line.paperwork_complete) == ("Typed", "Safeguarding and Care Planning", True)
