"""The page of pasting as a browser without a script sends it: what is shown in its form goes back with what is changed."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse


class _Form(HTMLParser):
    """The fields of the form that is posted, with their values. Boxes and radios count where they are ticked."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, str] = {}
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("file", "submit"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif tag == "select":
            self._select, self.fields[name] = name, ""
        elif tag == "option" and self._select and "selected" in given:
            self.fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self._area], self._area = self.fields[self._area].removeprefix("\n"), ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


def fields(page: Any) -> dict[str, str]:
    """What the form of a page would send as it stands."""
    form = _Form()
    form.feed(page.content.decode())
    return {name: value for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}


def send(client: Client, slug: str, **data: Any) -> Any:
    return client.post(reverse("paste_lines", args=[slug]), data)


def onward(client: Client, slug: str, page: Any, do: str = "preview", **changed: str) -> Any:
    """The next step: the form as it stands, with what a person changed in it."""
    return client.post(reverse("paste_lines", args=[slug]), fields(page) | {"do": do} | changed)
