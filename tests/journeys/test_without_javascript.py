"""The whole job without a script: forms sent, pages answered."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from phases.models import Programme
from posts.models import CostLine
from tests.journeys.screens import EXPENDITURE, LINES, blank, cell, row, shows, sign_in, totals

pytestmark = pytest.mark.django_db(transaction=True)

BLOCK = """Phase\tTeam\tPost\tFTE\tAnnual cost\tFrom
1\tReferral and Assessment\tPasted practitioner\t2\t{cost}\t1 Aug 2016
2\t\tPasted auditor\t1\t60,000\t1 Apr 2016
"""


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"java_script_enabled": False}


@pytest.fixture
def lines(demo: Programme, site: Page) -> Page:
    sign_in(site, "Finance officer")
    site.goto(LINES)
    return site


def save(page: Page) -> None:
    page.get_by_role("button", name="Save all").click()


def add(page: Page, title: str, fte: str = "1", cost: str = "90,000") -> None:
    blank(page, "Post or other cost").fill(title)
    blank(page, "FTE").fill(fte)
    blank(page, "Annual cost").fill(cost)
    blank(page, "From").fill("1 Aug 2016")
    save(page)


def test_a_post_is_added_and_changed_and_printed_in_the_committee_table(lines: Page) -> None:
    add(lines, "Court team manager")
    expect(lines.get_by_role("alert")).to_contain_text("Saved ")
    shows(totals(lines, "Total"), "35", "1,150,000", "2,404,000", "2,356,000")

    cell(lines, "Annual cost", "Court team manager").fill("120,000")
    save(lines)
    expect(cell(lines, "2016/17", "Court team manager")).to_have_value("80,000")

    lines.goto(EXPENDITURE)
    printed = lines.get_by_role("row").filter(has=lines.get_by_role("rowheader", name="Court team manager"))
    expect(printed.get_by_role("cell")).to_have_text(["1", "80", "120", "120", "No", "No", ""])
    printed.get_by_role("link", name="80").click()
    expect(lines.get_by_role("heading", level=1)).to_have_text("Court team manager")
    expect(lines.get_by_text("£120,000 × 8/12, from 1 August 2016").first).to_be_visible()


def test_a_figure_is_stated_with_its_reason(lines: Page) -> None:
    add(lines, "Court team manager")
    cell(lines, "2016/17", "Court team manager").fill("61,500")
    save(lines)
    expect(lines.get_by_role("alert")).to_contain_text("Give a reason for 2016/17")
    cell(lines, "Reason", "Court team manager").fill("As agreed")
    save(lines)
    expect(row(lines, "Court team manager")).to_contain_text("typed (calculated: 60,000)")


def test_a_wrong_cell_is_named_in_the_summary_which_leads_to_it_and_nothing_typed_is_lost(lines: Page) -> None:
    add(lines, "Court team manager", fte="one")
    expect(lines).to_have_title("Error: Posts and other costs – London Borough of Bromley")
    lines.get_by_role("alert").get_by_role("link", name="Court team manager, FTE").click()
    wrong = cell(lines, "FTE", "Court team manager")
    expect(wrong).to_have_value("one")
    assert wrong.evaluate("cell => cell.matches(':target')")
    expect(cell(lines, "Annual cost", "Court team manager")).to_have_value("90,000")
    wrong.fill("1")
    save(lines)
    assert CostLine.objects.get(title="Court team manager").fte == 1


def test_a_line_is_duplicated_removed_and_brought_back(lines: Page) -> None:
    """The acts of a row stand on the page of its line, to which the row's button leads."""
    row(lines, "Director ECHS").get_by_role("button", name="More about").click()
    expect(lines.get_by_role("heading", level=1, name="Director ECHS")).to_be_visible()
    lines.get_by_role("button", name="Duplicate").click()
    expect(cell(lines, "FTE", "Director ECHS (copy)")).to_have_value("1")
    row(lines, "Director ECHS (copy)").get_by_role("button", name="More about").click()
    lines.get_by_role("button", name="Remove").click()
    expect(lines.get_by_role("alert")).to_contain_text("was removed")
    expect(cell(lines, "FTE", "Director ECHS (copy)")).to_have_count(0)
    lines.get_by_role("button", name="Undo your last change").click()
    expect(cell(lines, "FTE", "Director ECHS (copy)")).to_have_value("1")


def test_a_block_is_checked_mended_applied_and_undone(lines: Page) -> None:
    lines.get_by_role("link", name="Paste from Excel").click()
    lines.get_by_label("The rows, copied from Excel").fill(BLOCK.format(cost="-1"))
    lines.get_by_role("button", name="Check").click()
    expect(lines.get_by_role("alert")).to_contain_text("0 or more")
    assert not CostLine.objects.filter(title__startswith="Pasted").exists()

    lines.get_by_role("button", name="Back").click()
    lines.get_by_label("The rows, copied from Excel").fill(BLOCK.format(cost="90,000"))
    lines.get_by_role("button", name="Check").click()
    expect(lines.get_by_role("row", name="Pasted auditor")).to_contain_text("New")
    lines.locator("[name=do][value=apply]").click()
    expect(cell(lines, "2016/17", "Pasted practitioner")).to_have_value("60,000")
    expect(cell(lines, "2016/17", "Pasted auditor")).to_have_value("60,000")
    lines.get_by_role("button", name="Undo your last change").click()
    assert not CostLine.objects.filter(title__startswith="Pasted").exists()


def test_a_changed_line_shows_in_the_report_which_is_brought_up_to_date(lines: Page) -> None:
    report = "/programmes/ofsted-2016/report/"
    add(lines, "Court team manager")
    lines.goto(report)
    expect(lines.get_by_text("The total, 2016/17: £1,150k now, £1,090k in the text.")).to_be_visible()
    lines.get_by_role("button", name="Bring every figure up to date").click()
    expect(lines.get_by_role("alert")).to_contain_text("brought up to date")
    expect(lines.get_by_text("in the text.")).to_have_count(0)

    lines.get_by_role("link", name="Add a paragraph").click()
    lines.get_by_label("Text", exact=True).fill("The court team adds to {Phase One, 2016/17}.")
    lines.get_by_role("button", name="Save", exact=True).click()
    last = lines.get_by_role("listitem").filter(has_text="The court team adds to £791k.")
    expect(last).to_be_visible()
    last.get_by_role("button", name="Up").click()
    last.get_by_role("link", name="Remove").click()
    lines.get_by_role("button", name="Remove", exact=True).click()
    expect(lines.get_by_text("The court team adds to")).to_have_count(0)
