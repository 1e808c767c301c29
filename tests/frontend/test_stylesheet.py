"""The site's style sheet: every component's file is in it, nothing in it is without use, and it is fetched once."""

import re
from pathlib import Path

import pytest
from django.test import Client

from improvement_budget.stylesheet import rules as stylesheet

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(stylesheet.FOLDER.glob("*.css"))
USERS = [
    path
    for folder in (
        "templates",
        "improvement_budget",
        "accounts",
        "phases",
        "posts",
        "approvals",
        "reports",
        "display",
        "printing",
    )
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".html", ".svg", ".js", ".py"} and "vendor" not in path.parts
]


def test_every_component_is_in_the_sheet_once() -> None:
    assert sorted(stylesheet.COMPONENTS) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_component_is_longer_than_can_be_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 450


def test_every_class_in_the_sheet_is_used() -> None:
    """Somewhere as a word; or as finding--e is, whose last part a template or script fills in."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in USERS)
    words = set(re.findall(r"[\w-]+", text))
    begun = set(re.findall(r"([\w-]+(?:--|__))(?=\{|\$\{)", text))
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", stylesheet.CONTENT, flags=re.DOTALL)
    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))
    assert [name for name in sorted(classes - words) if re.sub(r"(.*(?:--|__)).*", r"\1", name) not in begun] == []


def test_the_address_with_the_version_may_be_kept_for_ever() -> None:
    client = Client(headers={"accept-encoding": "gzip"})
    kept, passing = client.get(f"/app.css?{stylesheet.VERSION}"), client.get("/app.css")
    assert "immutable" in kept["Cache-Control"]
    assert "max-age=60" in passing["Cache-Control"]
    assert kept["Content-Encoding"] == "gzip"
    assert kept["Content-Type"] == "text/css; charset=utf-8"
    assert not kept.cookies


@pytest.mark.django_db
def test_pages_use_the_address_with_the_version() -> None:
    assert f'href="/app.css?{stylesheet.VERSION}"' in Client().get("/accounts/login/").text
