"""The words that people read: plain, active English in every page, message and mail, without turns that sound translated.

Read are the text of the templates, without their comments and tags, and every text in the code that is no docstring.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.code.guards import faults

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt", ".svg"})
FOLDERS = (
    "accounts",
    "approvals",
    "costing",
    "display",
    "improvement_budget",
    "operations",
    "phases",
    "posts",
    "printing",
    "reports",
)
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)

# What was once on the screen, as it could come back, and what to write instead.
INSTEAD = {
    r"\bwhat (?:else )?waits for you\b": "your tasks",
    r"\bnothing waits for you\b": "you have nothing to do",
    r"\byet to answer\b": "still to answer",
    r"\bbesides\b": "also, or leave it out",
    r"\banew\b": "again; reload the page",
    r"\bmend(?:s|ed|ing)?\b": "correct, fix",
    r"\bis left: it cannot\b": "this is £1 more than is left, so it cannot",
    r"(?<!say )\bso(?=[.:;])": "say what cannot be done: “so it cannot be signed off”",
    r"(?:£[\d,]+|\}) are left\b": "£40,000 of £100,000 is left",
    r"\brecorded is\b": "the recorded date is",
    r"\bcompared is\b": "is compared",
    r"\bholder is no deputy\b": "the holder cannot be their own deputy",
    r"\b(?:is|are) no more\b": "no longer applies",
    r"\bin no total\b": "not included in any total",
    r"\bafresh\b": "again",
    r"\breckon(?:s|ed|ing)?\b": "calculate, count",
    r"\bnoughts?\b": "zero, nil",
    r"\bis waited for\b": "everyone has answered",
    r"\bbeside the committee table\b": "outside the committee table",
    r"\bthe one or the other\b": "one of them",
    r"\bnot a letter of it\b": "is identical",
    r"\bgenuine\?": "check a paper",
    r"\bwhat becomes of\b": "what will happen",
    r"\bstands? (?:above|below|beside)\b": "is above, is below, is next to",
}
PHRASES = {re.compile(pattern, re.IGNORECASE): better for pattern, better in INSTEAD.items()}


def _unfit(sentences: Iterator[str]) -> list[str]:
    return [
        f"“{found[0]}” in “{said}”: {better}"
        for said in sentences
        for each, better in PHRASES.items()
        if (found := each.search(said))
    ]


def _said_in_template(text: str) -> Iterator[str]:
    """The text between the tags, and the texts given to tags and attributes, with the spaces of a page."""
    text = re.sub(r"{#.*?#}|{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", "", text, flags=re.DOTALL)
    yield from re.findall(r'(?:aria-label|data-label|title|text|label|note|summary)="([^"]+)"', text)
    text = re.sub(
        r"{%\s*(?:empty_state|endempty_state|block|endblock)\b.*?%}|{{.*?}}|</?(?:a|b|strong|span|em|code)\b[^>]*>", "", text
    )
    for said in re.split(r"{%.*?%}|<[^>]+>", text):
        yield " ".join(said.split())


def _said_in_module(source: str) -> Iterator[str]:
    """Every text that is no docstring and holds a space; what an f-string fills in is shown as braces."""
    tree = ast.parse(source)
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                silent.add(id(first.value))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))  # what is said of a field under it
        elif isinstance(node, ast.JoinedStr):
            silent |= {id(part) for part in node.values}
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent and " " in node.value:
            yield node.value


def test_templates_say_it_in_plain_english():
    assert faults(TEMPLATES, lambda text: _unfit(_said_in_template(text))) == {}


def test_messages_and_mail_say_it_in_plain_english():
    assert faults(MODULES, lambda source: _unfit(_said_in_module(source))) == {}


@pytest.mark.parametrize(
    "said",
    [
        "Yet to answer besides: the Leader of the Council.",
        "Nothing\n    waits for you today.",
        "More than is left: it cannot be signed off so.",
        "£40,000 of £100,000 are left.",
        "Recorded is 31 March.",
        "Open the page anew to keep theirs.",
        "It is in no total.",
    ],
)
def test_the_guard_sees_a_planted_phrase(said: str):
    assert _unfit(_said_in_template(f'<p class="govuk-body">\n  {said}\n</p>'))
    assert _unfit(_said_in_template(f'{{% empty_state "None" %}}\n  {said}\n{{% endempty_state %}}'))
    assert _unfit(_said_in_module(f'"""Besides."""\nSAID = {" ".join(said.split())!r}'))
    assert not _unfit(_said_in_module('"""Yet to answer besides."""'))
