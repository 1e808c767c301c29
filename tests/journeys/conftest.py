"""What every journey stands on: the demonstration, loaded and switched on, and a page that reports what went wrong inside it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from phases.models import Programme
from tests.journeys.inspecting import Inspection
from tests.journeys.screens import Complaints


@pytest.fixture
def demo(demonstration_template: str, transactional_db: None, settings: Any) -> Programme:
    """The demonstration's programme, with the buttons of its people on the sign-in page."""
    settings.DEMONSTRATION = True
    return Programme.objects.get(slug="ofsted-2016")


@pytest.fixture
def site(live_server: Any, page: Page) -> Iterator[Page]:
    """A page whose addresses may leave out the host. Afterwards: no script failed, and no policy was broken."""
    # Milliseconds, enough for two papers drawn in one request on a busy machine; a test that waits longer has failed already.
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    with Complaints(page) as complaints:
        yield page
    assert complaints.said == []


@pytest.fixture
def inspection(transactional_db: None, page: Page) -> Iterator[Inspection]:
    """Everything that was found is reported together when the test ends."""
    inspection = Inspection(page)
    with Complaints(page) as complaints:
        yield inspection
    report = inspection.found + complaints.said
    assert not report, "\n" + "\n".join(report)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    # Room for every column of the table of inputs.
    return browser_context_args | {"base_url": live_server.url, "viewport": {"width": 1440, "height": 900}}
