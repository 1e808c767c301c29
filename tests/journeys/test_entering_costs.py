"""A finance officer enters and changes costs, and they become the committee's table. In a real browser, on the real case."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from phases.models import Programme
from posts.models import CostLine
from tests.journeys.screens import (
    EXPENDITURE,
    LINES,
    SAVED,
    already_signed_in,
    blank,
    cell,
    open_menu,
    row,
    shows,
    sign_in,
    state,
    totals,
)

pytestmark = pytest.mark.django_db(transaction=True)

PHASE_ONE = ("20", "731,000", "1,171,000", "1,123,000")
ALL = ("34", "1,090,000", "2,314,000", "2,266,000")


@pytest.fixture
def lines(demo: Programme, site: Page) -> Page:
    already_signed_in(site, "finance-officer")
    site.goto(LINES)
    return site


def change(page: Page, name: str, line: str, text: str) -> None:
    """Type into a cell of a line and leave its row."""
    cell(page, name, line).fill(text)
    blank(page, "Post or other cost", 2).focus()


def test_a_post_is_typed_with_the_keyboard_alone_and_becomes_a_row_of_the_committee_table(demo: Programme, site: Page) -> None:
    sign_in(site, "Finance officer")
    site.goto(LINES)
    shows(totals(site, "Total Phase One"), *PHASE_ONE)
    shows(totals(site, "Total"), *ALL)

    blank(site, "Post or other cost").focus()
    keyboard = site.keyboard
    for text in ("Court team manager", "Safeguarding and Care Planning", "1", "90,000"):
        keyboard.type(text)
        keyboard.press("Tab")
    keyboard.type("1 Aug 2016")

    # The figures follow before anything is saved.
    expect(cell(site, "2016/17", "the new line")).to_have_value("60,000")
    expect(cell(site, "2017/18", "the new line")).to_have_value("90,000")
    expect(cell(site, "Full year", "the new line")).to_have_value("90,000")
    shows(totals(site, "Total Phase One"), "21", "791,000", "1,261,000", "1,213,000")
    shows(totals(site, "Total"), "35", "1,150,000", "2,404,000", "2,356,000")
    assert CostLine.objects.filter(title="Court team manager").count() == 0

    keyboard.press("Enter")  # down to the next row, in the same column
    expect(cell(site, "From", "6 Senior Practitioner roles")).to_be_focused()
    expect(state(site, "Court team manager")).to_have_text(SAVED)
    expect(blank(site, "Post or other cost")).to_have_value("")
    stored = CostLine.objects.get(title="Court team manager")
    assert list(stored.amounts.order_by("financial_year").values_list("amount", flat=True)) == [60_000, 90_000, 90_000]
    shows(totals(site, "Total"), "35", "1,150,000", "2,404,000", "2,356,000")

    site.goto(EXPENDITURE)
    printed = site.get_by_role("row").filter(has=site.get_by_role("rowheader", name="Court team manager"))
    expect(printed.get_by_role("cell")).to_have_text(["1", "60", "90", "90", "No", "No", ""])


def test_enter_and_arrows_move_like_a_spreadsheet_and_escape_brings_back(lines: Page) -> None:
    cost = cell(lines, "Annual cost", "Director ECHS")
    cost.focus()
    lines.keyboard.press("ArrowDown")
    expect(cell(lines, "Annual cost", "Head of service")).to_be_focused()
    lines.keyboard.press("Enter")
    expect(cell(lines, "Annual cost", "DM Post")).to_be_focused()
    lines.keyboard.press("Shift+Enter")
    lines.keyboard.press("ArrowUp")
    expect(cost).to_be_focused()
    lines.keyboard.press("ArrowRight")
    expect(cell(lines, "From", "Director ECHS")).to_be_focused()
    lines.keyboard.press("ArrowLeft")
    lines.keyboard.type("999,999")
    lines.keyboard.press("Escape")
    expect(cost).to_have_value("200,000")
    lines.keyboard.press("Shift+Tab")
    expect(cell(lines, "FTE", "Director ECHS")).to_be_focused()


def test_a_changed_cost_of_a_calculated_line_is_calculated_again(lines: Page) -> None:
    blank(lines, "Post or other cost").fill("Court team manager")
    blank(lines, "FTE").fill("1")
    blank(lines, "From").fill("1 Aug 2016")
    blank(lines, "Annual cost").fill("90k")
    blank(lines, "Post or other cost", 2).focus()
    expect(state(lines, "Court team manager")).to_have_text(SAVED)
    change(lines, "Annual cost", "Court team manager", "120,000")
    expect(cell(lines, "2016/17", "Court team manager")).to_have_value("80,000")
    expect(cell(lines, "Full year", "Court team manager")).to_have_value("120,000")
    expect(state(lines, "Court team manager")).to_have_text(SAVED)
    shows(totals(lines, "Total"), "35", "1,170,000", "2,434,000", "2,386,000")
    assert CostLine.objects.get(title="Court team manager").annual_cost == 120_000


def test_a_figure_typed_over_asks_why_and_then_stands_as_stated(lines: Page) -> None:
    blank(lines, "Post or other cost").fill("Court team manager")
    blank(lines, "FTE").fill("1")
    blank(lines, "From").fill("1 Aug 2016")
    blank(lines, "Annual cost").fill("90,000")
    blank(lines, "Post or other cost", 2).focus()
    expect(state(lines, "Court team manager")).to_have_text(SAVED)

    change(lines, "2016/17", "Court team manager", "61,500")
    expect(state(lines, "Court team manager")).to_have_text("Not saved")
    expect(row(lines, "Court team manager")).to_contain_text("Give a reason for 2016/17")
    expect(cell(lines, "2016/17", "Court team manager")).to_have_value("61,500")

    change(lines, "Reason", "Court team manager", "As agreed with the director")
    expect(state(lines, "Court team manager")).to_have_text(SAVED)
    expect(row(lines, "Court team manager")).to_contain_text("typed (calculated: 60,000)")
    shows(totals(lines, "Total"), "35", "1,151,500", "2,404,000", "2,356,000")


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [("FTE", "0", "more than 0"), ("To", "31/04/2017", "April"), ("Annual cost", "1e9", "in full")],
)
def test_a_wrong_cell_gets_its_message_and_what_was_typed_stays(lines: Page, name: str, typed: str, said: str) -> None:
    change(lines, name, "Director ECHS", typed)
    wrong = cell(lines, name, "Director ECHS")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile(said))
    expect(wrong).to_have_value(typed)
    expect(state(lines, "Director ECHS")).to_have_text("Not saved")
    assert CostLine.objects.get(title="Director ECHS").version == 1


def test_a_line_is_duplicated_moved_removed_and_brought_back(lines: Page) -> None:
    open_menu(lines, "Director ECHS").get_by_role("button", name="Duplicate").click()
    expect(lines.get_by_role("alert")).to_contain_text("“Director ECHS” was duplicated.")
    names = lines.locator("[data-cell=title]")
    expect(names.nth(1)).to_have_value("Director ECHS (copy)")
    open_menu(lines, "Director ECHS (copy)").get_by_role("button", name="Move down").click()
    expect(names.nth(2)).to_have_value("Director ECHS (copy)")
    open_menu(lines, "Director ECHS (copy)").get_by_role("button", name="Remove").click()
    expect(lines.get_by_role("alert")).to_contain_text("was removed")
    shows(totals(lines, "Total"), *ALL)
    lines.get_by_role("button", name="Undo your last change").click()
    expect(lines.get_by_role("alert")).to_contain_text("The change was undone.")
    expect(names.nth(2)).to_have_value("Director ECHS (copy)")
    shows(totals(lines, "Total"), "35", "1,173,000", "2,514,000", "2,466,000")


def test_the_sheet_fills_the_window_and_keeps_headings_titles_and_totals_in_sight(lines: Page) -> None:
    """As measured: at 1280 px the title of a programme of five years was 12 px wide, and a box showed 9 of 22 lines."""
    Programme.objects.update(last_year=2020)
    for width, height in ((1280, 900), (1920, 1080)):
        lines.set_viewport_size({"width": width, "height": height})
        lines.reload()
        sheet = lines.get_by_role("region", name="Posts and other costs in pounds")
        box = sheet.bounding_box()
        assert box
        assert box["x"] < 20
        assert box["width"] > width - 40
        assert box["height"] > height * 0.7
        assert lines.evaluate("document.documentElement.scrollHeight") <= height
        assert cell(lines, "Post or other cost", "Director ECHS").evaluate("cell => cell.clientWidth") > 190
        sheet.evaluate("sheet => sheet.scrollTo(sheet.scrollWidth, sheet.scrollHeight)")
        expect(lines.get_by_role("columnheader", name="Post or other cost")).to_be_in_viewport(ratio=1)
        expect(cell(lines, "Post or other cost", "Head of service")).not_to_be_in_viewport()
        expect(blank(lines, "Post or other cost", 2)).to_be_in_viewport(ratio=1)
        expect(totals(lines, "Total").last).to_be_in_viewport()
    # The figures stand inside their cells: nothing overprints the next one.
    wide = "figures => figures.filter(figure => figure.scrollWidth > figure.clientWidth).map(figure => figure.textContent)"
    assert lines.locator("[data-total]").evaluate_all(wide) == []


def test_phases_and_teams_are_folded_and_jumped_to_and_a_message_opens_what_hides_it(lines: Page) -> None:
    first = cell(lines, "FTE", "Director ECHS")
    lines.get_by_role("button", name="Children's Social Care").first.click()
    expect(first).to_be_hidden()
    expect(cell(lines, "FTE", "DM Post")).to_be_visible()
    lines.get_by_role("button", name="Phase One").click()
    expect(cell(lines, "FTE", "DM Post")).to_be_hidden()
    expect(totals(lines, "Total Phase One").first).to_be_visible()
    lines.reload()
    expect(lines.get_by_role("button", name="Phase One")).to_have_attribute("aria-expanded", "false")
    lines.get_by_role("button", name="Phase One").click()
    expect(cell(lines, "FTE", "DM Post")).to_be_visible()
    expect(first).to_be_hidden()
    line = CostLine.objects.get(title="Director ECHS")
    lines.goto(f"{LINES}#l{line.pk}-comment")
    expect(cell(lines, "Comment", "Director ECHS")).to_be_focused()

    lines.get_by_role("link", name="Phase Three").click()
    expect(lines.get_by_role("rowheader", name="Phase Three", exact=True)).to_be_in_viewport(ratio=1)


def test_the_acts_of_a_row_lie_inside_the_window_and_afterwards_one_is_at_the_row(lines: Page) -> None:
    for line in CostLine.objects.filter(title__in=["Director ECHS", "Head of service", "Placement Officer"]):
        menu = open_menu(lines, line.title)
        expect(menu.get_by_role("button", name="Remove")).to_be_visible()
        for act in menu.locator("> *").all():
            expect(act).to_be_in_viewport(ratio=1)
            act.click(trial=True)
        lines.keyboard.press("Escape")
        expect(row(lines, line.title).get_by_role("button", name="More about")).to_be_focused()
        expect(menu).to_have_count(0)
    last = CostLine.objects.filter(programme__slug="ofsted-2016").order_by("phase__number", "position").last()
    assert last
    open_menu(lines, last.title).get_by_role("button", name="Duplicate").click()
    expect(lines.get_by_role("alert")).to_contain_text("was duplicated")
    expect(lines.locator(f"#l{last.pk}-title")).to_be_focused()
    expect(lines.locator(f"#l{last.pk}-title")).to_be_in_viewport(ratio=1)


def test_a_line_that_is_drawn_says_so_in_its_row(lines: Page) -> None:
    expect(row(lines, "DM Post").get_by_role("rowheader")).to_contain_text("signed")
    expect(row(lines, "Placement Officer").locator(".row-drawn")).to_have_count(0)


def test_two_officers_on_one_row_see_three_versions_and_nothing_is_overwritten(
    lines: Page, browser: Browser, live_server: object
) -> None:
    theirs = browser.new_context(base_url=live_server.url, locale="en-GB").new_page()  # type: ignore[attr-defined]
    already_signed_in(theirs, "second-finance-officer")
    theirs.goto(LINES)
    change(theirs, "Comment", "Director ECHS", "Theirs")
    expect(state(theirs, "Director ECHS")).to_have_text(SAVED)
    theirs.context.close()

    cell(lines, "Comment", "Director ECHS").fill("Mine")
    lines.get_by_role("button", name="Save all").click()
    versions = lines.get_by_role("region", name="The three versions of Director ECHS")
    expect(versions.get_by_role("row").nth(1)).to_have_text("Comment Mine Theirs From Nov 2016")
    expect(cell(lines, "Comment", "Director ECHS")).to_have_value("Mine")
    assert CostLine.objects.get(title="Director ECHS").comment == "Theirs"

    # Passing through the row again is no choice; the button is.
    cell(lines, "Comment", "Director ECHS").focus()
    blank(lines, "Post or other cost", 2).focus()
    expect(state(lines, "Director ECHS")).to_have_text("Not saved")
    lines.get_by_role("button", name="Save mine over theirs").click()
    expect(lines.get_by_role("alert")).to_contain_text("Saved")
    line = CostLine.objects.get(title="Director ECHS")
    assert (line.comment, line.version) == ("Mine", 3)


def test_while_the_server_is_away_what_was_typed_stays_and_is_saved_afterwards(lines: Page) -> None:
    lines.route("**/lines/**", lambda route: route.abort("connectionfailed"))
    change(lines, "Comment", "Director ECHS", "Typed meanwhile")
    expect(state(lines, "Director ECHS")).to_have_text("Not saved: no connection or signed out")
    expect(cell(lines, "Comment", "Director ECHS")).to_have_value("Typed meanwhile")
    assert CostLine.objects.get(title="Director ECHS").version == 1

    lines.unroute("**/lines/**")
    cell(lines, "Comment", "Director ECHS").focus()
    blank(lines, "Post or other cost", 2).focus()
    expect(state(lines, "Director ECHS")).to_have_text(SAVED)
    assert CostLine.objects.get(title="Director ECHS").comment == "Typed meanwhile"


def test_what_is_typed_into_the_new_row_while_it_is_being_saved_goes_to_the_same_line(lines: Page) -> None:
    held: list[Route] = []
    lines.route(f"**{LINES}", lambda route: held.append(route), times=1)  # noqa: PLW0108 (its arguments are counted)
    blank(lines, "Post or other cost").fill("Court team manager")
    blank(lines, "FTE").fill("1")
    with lines.expect_request(lambda request: request.method == "POST" and request.url.endswith(LINES)):
        blank(lines, "Post or other cost", 2).focus()
    blank(lines, "Comment").fill("Typed later")
    held[0].continue_()
    expect(cell(lines, "Comment", "Court team manager")).to_have_value("Typed later")
    expect(cell(lines, "Comment", "Court team manager")).to_be_focused()
    blank(lines, "Post or other cost", 2).focus()
    expect(state(lines, "Court team manager")).to_have_text(SAVED)
    assert CostLine.objects.get(title="Court team manager").comment == "Typed later"


def test_save_all_sends_every_row_and_a_message_leads_to_its_cell(lines: Page) -> None:
    cell(lines, "FTE", "Director ECHS").fill("0")
    lines.get_by_role("button", name="Save all").click()
    summary = lines.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_visible()
    summary.get_by_role("link", name="Director ECHS, FTE").click()
    expect(cell(lines, "FTE", "Director ECHS")).to_be_focused()


def test_a_figure_of_the_committee_table_opens_its_workings_and_closing_leads_back(demo: Programme, site: Page) -> None:
    already_signed_in(site, "clerk")
    site.goto(EXPENDITURE)
    figure = site.get_by_role("row", name="Director ECHS").get_by_role("link", name="83")
    figure.click()
    dialog = site.get_by_role("dialog", name="Director ECHS")
    expect(dialog).to_contain_text("2016/17")
    expect(dialog).to_contain_text("£200,000 × 5/12, from 1 November 2016")
    expect(dialog).to_contain_text("Typed by Finance officer")
    site.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(figure).to_be_focused()


def test_the_table_is_downloaded_and_every_face_holds_the_figures_of_the_screen(
    demo: Programme, site: Page, tmp_path: Path
) -> None:
    already_signed_in(site, "clerk")
    site.goto(EXPENDITURE)
    with site.expect_download() as workbook:
        site.get_by_role("link", name="Excel workbook").click()
    assert workbook.value.suggested_filename.endswith(".xlsx")
    assert Path(workbook.value.path()).read_bytes().startswith(b"PK")
    pdf = site.request.get("/programmes/ofsted-2016/expenditure.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")

    schedule = json.loads(site.request.get("/programmes/ofsted-2016/expenditure.json").body())
    on_screen = site.locator("tr.total td.number")
    expect(on_screen).to_have_text(["34", "1,090", "2,314", "2,266"])
    assert json.dumps(schedule["total"]).count("1090000") == 1, schedule["total"]
