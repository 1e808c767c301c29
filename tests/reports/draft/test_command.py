"""`manage.py check_draft`: the counts and findings it prints, and what it refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker

from tests.around import AFTERWARDS, the_demonstration
from tests.reports.draft.documents import document, paragraph, table

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with the_demonstration(django_db_blocker, AFTERWARDS):
        yield


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Check a file of this content; gives what was printed."""

    def run(content: str | bytes, name: str = "draft.docx", slug: str = "ofsted-2016") -> dict[str, Any]:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("check_draft", slug, str(file))
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return run


def test_it_counts_every_figure_and_quotes_what_it_finds(run: Any):
    rows = [["", "FTE", "2016/17 £'000", "Full year £'000", "2018/19"], ["Quality Audits", "", "39", "150", "12"]]
    text = "Phase Three costs £141k in 2016/17 and £142k in 2017/18. A hall costs £37k."
    said = run(document(paragraph(f"6.1 {text}") + table(rows)))
    counts = {name: said[name] for name in ("figures", "matched", "wrong", "not_found", "by_amount", "not_compared")}
    assert counts == {"figures": 6, "matched": 2, "wrong": 1, "not_found": 2, "by_amount": 1, "not_compared": 1}
    assert said["compared_in_words"] == "5 of 6 figures were compared."
    wrong = {"rule": "PC14", "severity": "E", "quote": "Quality Audits | 39 | 150 | 12", "place": "the table after paragraph 6.1"}
    assert {**wrong, "text": "Quality Audits, 2016/17: the committee table has 38, the paper 39."} in said["findings"]
    assert said["not_read"] == []


def test_what_cannot_be_read_is_refused_in_a_sentence(run: Any):
    with pytest.raises(CommandError, match="This is a web page"):
        run("<html>£141k</html>", "draft.html")
    with pytest.raises(CommandError, match="no programme with the address nowhere"):
        run("Nothing.", slug="nowhere")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_draft", "ofsted-2016", "/nowhere/draft.docx")
