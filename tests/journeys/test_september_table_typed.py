"""The table of the September paper, typed into an empty programme with nothing but the keyboard, prints as the paper does."""

import re

import pytest
from playwright.sync_api import Page, expect

from phases.models import Programme
from posts.entry.rows.forms import EntryRow
from posts.entry.table.forms import open_page
from posts.models import CostLine
from tests.journeys.screens import already_signed_in, shows, totals
from tests.making import make_phase, make_programme

pytestmark = pytest.mark.django_db(transaction=True)
PAPER_IN_THOUSANDS = [
    ["20", "731", "1,171", "1,123"],
    ["7", "218", "348", "348"],
    ["7", "141", "795", "795"],
    ["34", "1,090", "2,314", "2,266"],
]


def to_the_table(page: Page) -> None:
    """With Tab, past everything above it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.cell === 'title'"):
            return


def type_line(page: Page, row: EntryRow, columns: list[str]) -> None:
    """From the title of the empty row to the end of the line, cell by cell with Tab, as an officer reads it off the paper."""
    for name in columns:
        text = row.cells[name]
        if name == "paperwork":
            if text:
                page.keyboard.press("Space")
        elif text and (name in row.stated or not re.fullmatch(r"y\d{4}|full_year", name)):
            page.keyboard.type(text)
        if name != columns[-1]:
            page.keyboard.press("Tab")


def test_the_september_table_is_typed_with_the_keyboard_alone(demo: Programme, site: Page) -> None:
    paper = open_page(demo)
    copy = make_programme(slug="typed", name="Typed from the paper")
    for phase in demo.phases.order_by("number"):
        make_phase(copy, name=phase.name, number=phase.number)
    columns = [column.name for column in paper.frame.columns]
    already_signed_in(site, "finance-officer")
    site.goto("/programmes/typed/lines/")
    to_the_table(site)
    for at, entry in enumerate(paper.phases):
        empty = site.get_by_label("Post or other cost of the new line", exact=True).nth(at)
        for row in entry.rows:
            expect(empty).to_be_focused()
            type_line(site, row, columns)
            site.keyboard.press("Enter")  # leaves the row, which saves it; of the last phase there is no row below
            expect(site.locator("[data-announce]")).to_contain_text(f"{row.cells['title'].strip()}: Saved")
            if entry is not paper.phases[-1]:
                site.keyboard.press("ArrowUp")
            site.keyboard.press("Home")
        if entry is not paper.phases[-1]:
            site.keyboard.press("ArrowDown")
    assert CostLine.objects.filter(programme=copy).count() == 22
    shows(totals(site, "Total").first, "34")
    assert [row.cells for entry in open_page(copy).phases for row in entry.rows] == [
        row.cells for entry in paper.phases for row in entry.rows
    ]

    site.goto("/programmes/typed/expenditure/")
    sums = site.locator("tr.phase-total, tr.total").all_inner_texts()
    assert [re.findall(r"[\d,]+", text)[:4] for text in sums] == PAPER_IN_THOUSANDS
