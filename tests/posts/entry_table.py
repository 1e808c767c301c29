"""The table of inputs as a browser sends it."""

from typing import Any

from django.test import Client

from phases.models import Phase
from tests.making import make_officer


def cells(phase: Phase, **typed: str) -> dict[str, str]:
    """The blank row of a phase, with these cells filled in."""
    given = {"title": "Head of service", "fte": "1", "annual_cost": "90,000", "start": "1 Aug 2016"} | typed
    return {f"new{phase.pk}-{name}": text for name, text in given.items()}


def posted(client: Client) -> dict[str, str]:
    """The form as a browser would send it back untouched."""
    response = client.get("/programmes/plan/lines/")
    page = response.context["page"]
    data: dict[str, str] = {}
    for row in page.rows:
        if row.version:
            data[f"{row.prefix}-version"] = str(row.version)
            data[f"{row.prefix}-phase"] = str(row.state.phase)
        data |= {f"{row.prefix}-{name}": text for name, text in row.cells.items() if not (name == "paperwork" and not text)}
    return data


def add(client: Client, phase: Phase, **typed: str) -> Any:
    return client.post("/programmes/plan/lines/", cells(phase, **typed), follow=True)


def theirs_too(opened: dict[str, str], **typed: str) -> None:
    """Another officer saves the same row first."""
    client = Client()
    client.force_login(make_officer())
    assert client.post("/programmes/plan/lines/", opened | typed).status_code == 302
