"""A pack in the browser: chosen, made in the background while one watches, downloaded; and each state of its pages."""

import re
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from phases.models import Programme
from reports.models import Rendering
from reports.papers.background import actions as rendering
from reports.papers.packs import queries as packing
from reports.requests.rules import PackRequest
from reports.table.appendix import rules as pdf
from tests.journeys.inspecting import Inspection
from tests.journeys.screens import already_signed_in
from tests.journeys.test_story import heading, press
from tests.making import NOON, make_clerk
from tests.reports.papers import MEETING, dearer, issued, make_programme_to_issue
from tests.reports.schedules import published, schedule
from tests.working import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    """Appendix 3 in two versions and Appendix 4 are issued."""
    made, content = make_programme_to_issue(), pdf.render(schedule(published()))
    issued(made, content=content)
    issued(made, at=NOON + timedelta(hours=1), reason="The grade was wrong.", content=content)
    issued(made, meeting=MEETING._replace(appendix="Appendix 4"), previous=None, content=content)
    return made


def reports(page: Page, done: int, total: int, said: str) -> None:
    """The page shows this by itself, within a few refreshes."""
    Rendering.objects.update(state="making", done=done, total=total)
    expect(page.get_by_role("status")).to_have_text(said)
    bar = page.get_by_role("progressbar", name="It is being made")
    assert (bar.get_attribute("value"), bar.get_attribute("max")) == (str(done), str(total))


def test_a_clerk_makes_a_pack_watches_it_being_made_and_downloads_it(site: Page, programme: Programme, tmp_path: Path):
    already_signed_in(site, make_clerk())
    site.goto("/programmes/small/papers/")
    site.get_by_role("link", name="Packs").click()
    heading(site, "Packs")
    site.get_by_role("button", name="Make a pack").click()
    heading(site, "Make a pack")
    expect(site.get_by_role("checkbox", name=re.compile("^Appendix 3.*Version 1"))).not_to_be_checked()
    site.get_by_label("Title").fill("Improving our services")
    site.get_by_label("Agenda item").fill("7")
    site.get_by_label(re.compile("^Place of Appendix 3, Version 2")).fill("1")
    site.get_by_label(re.compile("^Place of Appendix 4")).fill("2")
    press(site, "Make the pack")

    heading(site, "Improving our services")
    expect(site.get_by_role("heading", name="It is waiting")).to_be_visible()
    reports(site, 1, 4, "1 of 4 steps done, 25%.")
    reports(site, 3, 4, "3 of 4 steps done, 75%.")
    work()
    expect(site.get_by_role("alert")).to_have_text("It is ready.")
    expect(site).to_have_title(re.compile("^Ready: Improving our services"))

    site.get_by_role("link", name="Issued papers").first.click()
    site.get_by_role("link", name="Packs").click()
    expect(site.get_by_role("row", name=re.compile("Improving our services"))).to_contain_text("Ready")
    with site.expect_download() as download:
        site.get_by_role("link", name="PDF of Improving our services").click()
    file = tmp_path / "pack.pdf"
    download.value.save_as(file)
    with pikepdf.open(file) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root][1:] == ["1. Appendix 3", "2. Appendix 4"]


def test_the_page_of_a_pack_does_not_refresh_itself_when_asked_not_to(site: Page, programme: Programme):
    already_signed_in(site, make_clerk())
    asked = a_pack(programme)
    site.goto(f"/programmes/small/renderings/{asked.pk}/")
    site.get_by_role("link", name="Do not refresh").click()
    expect(site.get_by_role("link", name="Refresh by itself")).to_be_visible()
    work()
    site.wait_for_timeout(4000)
    expect(site.get_by_role("heading", name="It is waiting")).to_be_visible()
    site.get_by_role("link", name="Refresh by itself").click()
    expect(site.get_by_role("alert")).to_have_text("It is ready.")


def a_pack(programme: Programme) -> Rendering:
    items = tuple(packing.offered(programme, 1))
    request = PackRequest("Papers for September", "Executive", date(2016, 9, 14), "7", 1, items)
    return rendering.ask_for_pack(programme=programme, request=request, by=make_clerk(), at=NOON)


def test_the_states_of_packs_and_of_what_is_made_in_the_background(
    programme: Programme, inspection: Inspection, monkeypatch: pytest.MonkeyPatch
):
    page, papers = inspection.page, "/programmes/small/papers/"
    already_signed_in(page, make_clerk())
    inspection.visit("no pack", "/programmes/small/packs/")
    inspection.visit("a new pack", "/programmes/small/packs/new/")
    page.get_by_label(re.compile("^Place of Appendix 4")).fill("first")
    page.get_by_label("Title").fill("")
    press(page, "Make the pack")
    inspection.look("a pack with errors")
    asked = a_pack(programme)
    here = f"/programmes/small/renderings/{asked.pk}/?still=yes"
    inspection.visit("a pack that waits", here)
    Rendering.objects.update(state="making", done=2, total=5)
    inspection.visit("a pack being made", here)
    Rendering.objects.update(state="failed", failure="Something went wrong.", finished_at=NOON)
    inspection.visit("a pack that was not made", here)
    press(page, "Make it again")
    work()
    inspection.visit("a pack that is ready", here)
    page.goto("/programmes/small/packs/")
    inspection.look("packs")

    monkeypatch.setattr(pdf, "LONG", 2)
    inspection.visit("a long table", "/programmes/small/expenditure.pdf")
    press(page, "Make the PDF")
    page.goto("/programmes/small/papers/issue/")
    page.get_by_label("Why it is issued again").fill("Once more.")
    press(page, "Continue")
    press(page, "Issue this paper")
    page.goto(papers)
    inspection.look("a long paper under way")
    dearer(programme)
    work()
    page.goto(papers)
    inspection.look("a long paper that was not issued")
    page.get_by_role("link", name=re.compile("^Appendix 3, Executive")).click()
    inspection.look("why a long paper was not issued")
    page.goto("/programmes/small/expenditure.pdf")
    inspection.look("long tables")
