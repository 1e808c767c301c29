"""What a module says of itself is so."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("accounts", "approvals", "costing", "display", "improvement_budget", "phases", "posts", "printing", "reports")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
}
STORE = re.compile(r"^(django\.db|psycopg2)\b|(^|\.)models$")


def _claims(words: str) -> list[str]:
    """What says so of itself. A file in which it stands nowhere need not be parsed."""
    texts = ((name, path.read_text()) for name, path in MODULES.items())
    named = ((name, ast.parse(text)) for name, text in texts if words in text.lower())
    return [name for name, tree in named if words in (ast.get_docstring(tree) or "").lower()]


@cache
def _imported(module: str) -> list[str]:
    """Each module is read once, however many stand on it."""
    return list(_imports(module))


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module


@cache
def _needs(module: str) -> frozenset[str]:
    """Everything the module imports, and what that imports, as far as it is ours."""
    found, to_read = {module}, [module]
    while to_read:
        for name in _imported(to_read.pop()):
            if name not in found:
                found.add(name)
                to_read += [name] if name in MODULES else []
    return frozenset(found)


@pytest.mark.parametrize("module", _claims("no store"))
def test_who_says_to_know_no_store_imports_none(module: str):
    assert sorted(name for name in _needs(module) if STORE.search(name)) == []


@pytest.mark.parametrize("module", _claims("no django"))
def test_who_says_to_know_no_django_imports_none(module: str):
    assert sorted(name for name in _needs(module) if name.partition(".")[0] == "django") == []


def test_an_import_of_an_import_is_seen():
    assert "accounts.models" in _needs("phases.models")
    assert "django.contrib.auth.base_user" in _needs("phases.programmes.queries")


@pytest.mark.parametrize("document", ["README.md", "docs/security.md", "docs/deployment.md"])
def test_every_file_that_is_named_exists(document: str):
    named = re.findall(
        r"`((?:tests|docs|operations|improvement_budget|accounts|templates)/[\w*./-]*)`", (ROOT / document).read_text()
    )
    assert [path for path in named if not list(ROOT.glob(path.removesuffix("/")))] == []
