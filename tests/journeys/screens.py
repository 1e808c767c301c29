"""What people see and do on our pages, by the names the pages themselves use."""

import re
from types import TracebackType
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from accounts.models import User

LINES = "/programmes/ofsted-2016/lines/"
EXPENDITURE = "/programmes/ofsted-2016/expenditure/"
SAVED = re.compile(r"Saved \d\d:\d\d")


class Complaints:
    """What the browser complained of while a page was used: errors of scripts, broken policies. Refused answers are none."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []

    def __enter__(self) -> "Complaints":
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._fail)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._fail)

    def _hear(self, message: ConsoleMessage) -> None:
        # A status of 400 or more, and a connection that a test cut, are reported here too.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.said.append(f"{self.page.url}: {message.text}")

    def _fail(self, error: Any) -> None:
        self.said.append(f"{self.page.url}: {error}")


def sign_in(page: Page, office: str) -> None:
    """By the button of the demonstration."""
    page.goto("/accounts/login/")
    page.get_by_role("button", name=office).first.click()
    expect(page.get_by_role("heading", level=1, name="Your tasks")).to_be_visible()


def already_signed_in(page: Page, person: str | User) -> None:
    """Without the sign-in page, for tests of other pages. A text names an account of the demonstration."""
    client = Client()
    client.force_login(User.objects.get(demo_account=person) if isinstance(person, str) else person)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}])


def cell(page: Page, name: str, line: str) -> Locator:
    """The first cell of this name and line, as screen readers call it."""
    return page.get_by_label(f"{name} of {line}", exact=True).first


def row(page: Page, line: str) -> Locator:
    """The row of inputs of a line."""
    return page.locator("[data-row]").filter(has=page.get_by_label(f"Post or other cost of {line}", exact=True)).first


def blank(page: Page, name: str, phase: int = 0) -> Locator:
    """A cell of the empty row at the end of a phase, counted from 0."""
    return page.get_by_label(f"{name} of the new line", exact=True).nth(phase)


def state(page: Page, line: str) -> Locator:
    """What a row says of itself: Saved 14:02."""
    return row(page, line).locator("[data-state]")


def totals(page: Page, label: str) -> Locator:
    """FTE and figures of a total row, in the order of its columns."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=label, exact=True)).locator("[data-total]")


def shows(total: Locator, *figures: str) -> None:
    expect(total).to_have_text(list(figures))


def open_menu(page: Page, line: str) -> Locator:
    row(page, line).get_by_role("button", name="More about").click()
    return row(page, line).get_by_role("group", name="More about this line")
