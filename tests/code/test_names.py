"""A name means one thing. Classes whose name still stands in several modules are counted; the list only becomes shorter."""

import ast
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.code.guards import product_files

ROOT = Path(__file__).resolve().parents[2]
FILES = product_files(ROOT)
BY_DJANGO = {"Command"}
"""Django finds them by this name, one a module."""

# When a name gets one meaning, or one module fewer holds it, it is taken out here or its number is lowered.
LEFT = """
7: Part
5: Kind
4: Money Paper Piece Place Row Source Standing _Reader
3: Column Delegated Look Reading Said Step Sums _Part
2: About Act ApprovalLimit Became Before Beside Block Bound Box Carried Changed ConfirmForm Correction Counted Dated
Decided Decision Dispensation Effect Fault Figure Finding Frame FrontSheet Fte Given Group Intake Joined Kept KeyNotice
Known Letter Link Mark Missing NotRead Outcome Outside PaperForm Planned Question Reader Refused Released Role Route
Section Severity Sheet StoredLine Sum Table Team Term Terms Total Totals Unreadable Use Wanted WhoPays WithdrawForm
WorkedOut _Block _Replacing
"""


def left() -> dict[str, int]:
    counts, most = {}, 0
    for word in LEFT.split():
        if word.endswith(":"):
            most = int(word[:-1])
        else:
            counts[word] = most
    return counts


def doubled(sources: Iterable[str]) -> dict[str, int]:
    """Classes at the top of several of these modules, each with how many hold one of that name."""
    named = Counter(node.name for source in sources for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return {name: modules for name, modules in named.items() if modules > 1 and name not in BY_DJANGO}


def test_no_class_gets_a_name_that_means_something_already():
    assert doubled(path.read_text() for path in FILES) == left()


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        (["class Part: ...", "class Part(NamedTuple): ..."], {"Part": 2}),
        (["class Part: ...", "class Piece: ..."], {}),
        (["class Form:\n    class Meta: ...", "class Other:\n    class Meta: ..."], {}),
    ],
)
def test_a_second_meaning_is_seen(sources: list[str], found: dict[str, int]):
    assert doubled(sources) == found
