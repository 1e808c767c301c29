"""The table of inputs moves as a spreadsheet does: choosing, editing, blocks of cells, undoing. In a real browser."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from phases.models import Programme
from posts.models import CostLine
from tests.journeys.screens import LINES, SAVED, already_signed_in, blank, cell, row, state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines(demo: Programme, site: Page) -> Page:
    already_signed_in(site, "finance-officer")
    site.set_default_timeout(8_000)
    expect.set_options(timeout=8_000)
    site.context.grant_permissions(["clipboard-read", "clipboard-write"])
    site.goto(LINES)
    return site


def said(page: Page) -> Locator:
    return page.locator("[data-announce]")


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def titles(**filters: object) -> list[str]:
    lines = CostLine.objects.filter(**filters).order_by("phase__number", "team__position", "team_id", "position", "pk")
    return list(lines.values_list("title", flat=True))


def test_a_click_chooses_a_cell_typing_replaces_it_and_a_second_click_or_f2_edits_it(lines: Page) -> None:
    comment = cell(lines, "Comment", "Director ECHS")
    comment.click()
    lines.keyboard.type("New")
    expect(comment).to_have_value("New")
    lines.keyboard.press("Escape")
    expect(comment).to_have_value("From Nov 2016")
    lines.keyboard.press("F2")
    lines.keyboard.type(", as agreed")
    lines.keyboard.press("Home")
    lines.keyboard.press("ArrowRight")
    expect(comment).to_be_focused()
    expect(comment).to_have_value("From Nov 2016, as agreed")
    lines.keyboard.press("Escape")
    cell(lines, "FTE", "Director ECHS").click()
    comment.click()
    comment.click()
    lines.keyboard.press("End")
    lines.keyboard.type("!")
    expect(comment).to_have_value("From Nov 2016!")
    lines.keyboard.press("Enter")
    expect(cell(lines, "Comment", "Head of service")).to_be_focused()
    expect(state(lines, "Director ECHS")).to_have_text(SAVED)


def test_home_end_and_control_with_arrows_go_to_the_edges(lines: Page) -> None:
    keyboard = lines.keyboard
    cell(lines, "FTE", "DM Post").focus()
    keyboard.press("Home")
    expect(cell(lines, "Post or other cost", "DM Post")).to_be_focused()
    keyboard.press("End")
    expect(cell(lines, "Reason", "DM Post")).to_be_focused()
    keyboard.press("Control+Home")
    expect(cell(lines, "Post or other cost", "Director ECHS")).to_be_focused()
    keyboard.press("Control+ArrowDown")
    expect(cell(lines, "Post or other cost", "Child Protection Independent Chair")).to_be_focused()
    keyboard.press("Control+End")
    expect(blank(lines, "Reason", 2)).to_be_focused()
    cell(lines, "Annual cost", "Director ECHS").focus()
    keyboard.press("Control+ArrowRight")
    expect(cell(lines, "From", "Director ECHS")).to_be_focused()
    # In a cell with a tick too, Enter moves and nothing is sent.
    cell(lines, "Paperwork complete", "Director ECHS").focus()
    keyboard.press("Enter")
    expect(cell(lines, "Paperwork complete", "Head of service")).to_be_focused()


def test_a_range_is_copied_as_a_spreadsheet_takes_it(lines: Page) -> None:
    cell(lines, "FTE", "Director ECHS").click()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        lines.keyboard.press(f"Shift+{key}")
    expect(said(lines)).to_have_text("2 rows by 3 chosen")
    lines.keyboard.press("Control+C")
    expect(said(lines)).to_have_text("Copied 6 cells")
    copied = lines.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == "1\t200,000\t1 Nov 2016\n1\t90,000\t"
    # And is the same where it came from: nothing to be saved.
    lines.keyboard.press("ArrowUp")
    cell(lines, "FTE", "Director ECHS").click()
    lines.keyboard.press("Control+V")
    expect(said(lines)).to_have_text("Pasted 2 rows by 3, saved")
    assert CostLine.objects.get(title="Director ECHS").version == 1


def test_a_block_is_pasted_into_the_cells_with_rows_added_and_undone_and_done_again_as_one(lines: Page) -> None:
    blank(lines, "Post or other cost", 2).click()
    paste(
        lines,
        "Court manager\tCourt\t1\t£90k\tAug 2016\nReviewer\tCourt\t2.5\t100,000\t1/1/2017\n"
        '"Quality ""audit"""\t\t\t£ 150,000\t1 April 2016\n',
    )
    expect(said(lines)).to_have_text("Pasted 3 rows by 5, saved")
    expect(cell(lines, "2016/17", "Court manager")).to_have_value("60,000")
    expect(cell(lines, "2016/17", "Reviewer")).to_have_value("25,000")
    expect(cell(lines, "2016/17", 'Quality "audit"')).to_have_value("150,000")
    stored = titles(phase__number=3)
    assert (stored[:2], stored[-1]) == (["Court manager", "Reviewer"], 'Quality "audit"'), "in their order, by team"
    expect(blank(lines, "Post or other cost", 2)).to_have_value("")

    cell(lines, "Comment", "Reviewer").click()
    lines.keyboard.type("Later")
    lines.keyboard.press("Enter")
    expect(state(lines, "Reviewer")).to_have_text(SAVED)
    lines.keyboard.press("Control+Z")
    expect(cell(lines, "Comment", "Reviewer")).to_have_value("")
    lines.keyboard.press("Control+Z")
    expect(cell(lines, "FTE", "Reviewer")).to_have_count(0)
    expect(said(lines)).to_have_text("The change was undone.")
    assert not CostLine.objects.filter(title="Court manager").exists()
    lines.keyboard.press("Control+Z")
    expect(said(lines)).to_have_text("Nothing to undo")
    lines.keyboard.press("Control+Y")
    expect(cell(lines, "2016/17", "Court manager")).to_have_value("60,000")
    lines.keyboard.press("Control+Y")
    expect(cell(lines, "Comment", "Reviewer")).to_have_value("Later")


def test_of_a_block_nothing_is_dropped_what_does_not_fit_or_cannot_be_read_is_said(lines: Page) -> None:
    cell(lines, "Comment", "Director ECHS").click()
    paste(lines, "One\tTwo\tThree")
    expect(said(lines)).to_have_text("The block is 3 columns wide; from here on there are 2. Nothing was pasted.")
    expect(cell(lines, "Comment", "Director ECHS")).to_have_value("From Nov 2016")

    cell(lines, "FTE", "Director ECHS").click()
    paste(lines, "2\t123,000\n0\t99,000")
    expect(said(lines)).to_have_text("Pasted 2 rows by 2, not saved: correct what is marked")
    expect(cell(lines, "FTE", "Head of service")).to_have_accessible_description(re.compile("more than 0"))
    expect(cell(lines, "Annual cost", "Director ECHS")).to_have_value("123,000")
    assert CostLine.objects.get(title="Director ECHS").annual_cost == 200_000, "all of it or none"

    cell(lines, "Paperwork complete", "DM Post").focus()
    paste(lines, "perhaps\tYes")
    expect(cell(lines, "Paperwork complete", "DM Post")).to_have_accessible_description(re.compile("Write Yes or No"))


def test_a_block_is_filled_down_and_cleared(lines: Page) -> None:
    cell(lines, "Comment", "Director ECHS").click()
    lines.keyboard.press("Shift+ArrowDown")
    lines.keyboard.press("Shift+ArrowDown")
    lines.keyboard.press("Control+D")
    expect(said(lines)).to_have_text("Filled down 2 rows, saved")
    expect(cell(lines, "Comment", "DM Post")).to_have_value("From Nov 2016")
    assert CostLine.objects.filter(comment="From Nov 2016").count() == 3
    cell(lines, "Comment", "Director ECHS").click()
    cell(lines, "Comment", "DM Post").click(modifiers=["Shift"])
    lines.keyboard.press("Delete")
    expect(said(lines)).to_have_text("Cleared 3 cells, saved")
    assert not CostLine.objects.filter(comment="From Nov 2016").exists()


def test_rows_are_moved_duplicated_and_inserted_with_the_keyboard_without_losing_the_place(lines: Page) -> None:
    fte = cell(lines, "FTE", "Director ECHS")
    fte.focus()
    lines.keyboard.press("Alt+ArrowDown")
    expect(lines.get_by_role("alert")).to_contain_text("was moved down")
    expect(cell(lines, "FTE", "Director ECHS")).to_be_focused()
    assert titles()[:2] == ["Head of service", "Director ECHS"]
    lines.keyboard.press("Alt+Shift+ArrowDown")
    expect(lines.get_by_role("alert")).to_contain_text("was duplicated")
    expect(cell(lines, "FTE", "Director ECHS")).to_be_focused()
    lines.keyboard.press("Alt+Enter")
    expect(lines).to_have_url(re.compile("above="))
    expect(blank(lines, "Post or other cost")).to_be_focused()
    lines.keyboard.type("Court manager")
    for _ in range(2):
        lines.keyboard.press("Tab")
    lines.keyboard.type("1")
    lines.keyboard.press("ArrowDown")
    expect(state(lines, "Court manager")).to_have_text(SAVED)
    assert titles()[:4] == ["Head of service", "Court manager", "Director ECHS", "Director ECHS (copy)"]
    expect(cell(lines, "FTE", "Director ECHS")).to_be_focused()


def test_a_row_is_read_aloud_with_its_title_its_columns_and_its_figures(lines: Page) -> None:
    """From the tree that screen readers are given: a table, its headings, inputs with names of their own."""
    heads = lines.get_by_role("table", name="Posts and other costs in pounds").get_by_role("columnheader").all_inner_texts()
    expected = ["Post or other cost", "Team", "FTE", "Annual cost", "From", "To", "2016/17", "2017/18", "Full year"]
    assert [" ".join(head.split()) for head in heads[:9]] == expected
    one = row(lines, "Director ECHS").get_by_role("row")
    expect(one.get_by_role("rowheader", name="Director ECHS")).to_be_visible()
    expect(one).to_match_aria_snapshot("""
      - row:
        - rowheader "Director ECHS":
          - button "More about Director ECHS"
          - textbox "Post or other cost of Director ECHS": Director ECHS
        - cell:
          - combobox "Team of Director ECHS": Children's Social Care
        - cell:
          - textbox "FTE of Director ECHS": "1"
        - cell:
          - textbox "Annual cost of Director ECHS": 200,000
        - cell:
          - textbox "From of Director ECHS": 1 Nov 2016
    """)
    expect(cell(lines, "2016/17", "Director ECHS")).to_have_accessible_description(re.compile(r"typed \(\s*calculated: 83,333"))
