"""Two officers at one table see each other, and at which row the other is."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from phases.models import Programme
from tests.journeys.screens import LINES, already_signed_in, cell, row

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_else_is_here_is_said_and_shown_at_the_row(demo: Programme, site: Page, browser: Browser, live_server: Any) -> None:
    already_signed_in(site, "finance-officer")
    site.goto(LINES)
    theirs = browser.new_context(base_url=live_server.url, locale="en-GB").new_page()
    already_signed_in(theirs, "second-finance-officer")
    theirs.goto(LINES)
    with theirs.expect_response("**/presence/"):
        cell(theirs, "FTE", "DM Post").focus()
    with site.expect_response("**/presence/"):
        cell(site, "FTE", "Director ECHS").focus()
    expect(site.locator("[data-here]")).to_contain_text("Also here: ")
    expect(row(site, "DM Post").get_by_role("rowheader")).to_contain_text("is here")
    expect(row(site, "Director ECHS").get_by_role("rowheader")).not_to_contain_text("is here")
    theirs.context.close()
