"""What the browser is sent: nothing of GOV.UK's own identity, nothing fetched from elsewhere, nothing inline."""

import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command
from django.template.loader import render_to_string
from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "improvement_budget" / "static"
SHEETS = sorted(STATIC.rglob("*.css"))
SENT = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".mjs", ".svg"}]
PRINTED = ROOT / "templates" / "papers"  # carries its style sheets itself
PAGES = [path for path in (ROOT / "templates").rglob("*.html") if PRINTED not in path.parents]

TYPE = STATIC / "improvement_budget" / "fonts.css"  # our own type: the one sheet that may name files
VENDORED = sorted({path.parent for path in (STATIC / "vendor").rglob("*") if path.is_file()})


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", SENT, ids=names(SENT))
def test_nothing_sent_holds_the_fonts_crest_or_crown_of_govuk(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert not re.search(r"gds transport|govuk-crest|crown", text)
    assert path == TYPE or "@font-face" not in text


def test_our_own_type_is_sent_from_here_with_its_licence() -> None:
    named = [(TYPE.parent / address).resolve() for address in re.findall(r'url\("([^"]+)"\)', TYPE.read_text(encoding="utf-8"))]
    assert [path.name for path in named] == ["SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"]
    assert all(path.is_file() and path.parent in VENDORED for path in named)


def test_no_file_is_an_emblem_or_font_of_govuk() -> None:
    assert not [path for path in STATIC.rglob("*") if re.search(r"crest|crown|logotype|transport|opengraph", path.name, re.I)]


@pytest.mark.parametrize("folder", VENDORED, ids=names(VENDORED))
def test_every_vendored_folder_carries_its_licence_and_says_where_it_is_from(folder: Path) -> None:
    assert (folder / "LICENSE").read_text(encoding="utf-8").strip()
    assert (folder / "README.md").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("path", SHEETS, ids=names(SHEETS))
def test_style_sheets_fetch_nothing(path: Path) -> None:
    assert path == TYPE or not re.search(r"url\(|@import|sourceMappingURL", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_templates_have_no_inline_style_or_script_and_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|(?:src|href)=\"(?:https?:)?//", text)
    assert not re.search(r"<script(?![^>]*(?:src=|type=\"application/json\"))", text)


def test_manifest_storage_finds_every_file_that_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    backend = f"{ManifestStaticFilesStorage.__module__}.{ManifestStaticFilesStorage.__qualname__}"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_the_page_for_a_failure_needs_no_context() -> None:
    page = render_to_string("500.html")
    for address in re.findall(r'href="/static/([^"]+)"', page):
        assert (STATIC / address).exists()


class Example(forms.Form):
    amount = forms.CharField(label="Annual cost", help_text="In pounds", widget=forms.TextInput(attrs={"class": "input-money"}))
    kind = forms.ChoiceField(choices=[("post", "Post"), ("other", "Other cost")], widget=forms.RadioSelect)


def test_a_field_in_error_ties_its_hint_and_message_to_the_input() -> None:
    html = str(Example({})["amount"].as_field_group())
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert 'id="id_amount_helptext"' in html
    assert 'id="id_amount_error"' in html
    assert 'class="govuk-input input-money"' in html


def test_the_error_summary_leads_to_the_input_and_to_the_first_choice() -> None:
    html = render_to_string("_components/error_summary.html", {"form": Example({})})
    assert 'href="#id_amount"' in html
    assert 'href="#id_kind_0"' in html


def test_there_is_no_error_summary_without_an_error() -> None:
    assert "There is a problem" not in render_to_string("_components/error_summary.html", {"form": Example()})
