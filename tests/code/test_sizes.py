"""How long a file and how wide a function may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.code.guards import NOT_THE_PRODUCT

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES, MOST_PARAMETERS = 450, 5


def _of_the_product() -> list[Path]:
    tops = [each for each in ROOT.iterdir() if each.is_dir() and each.name[0] not in "._" and each.name not in NOT_THE_PRODUCT]
    return sorted(path for top in tops for path in top.rglob("*.py") if "migrations" not in path.parts)


def _width(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Parameters, but the object itself and who acts (`by`)."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([each for each in given if each.arg not in ("self", "cls", "by")])


def _functions(node: ast.AST, inside: str = "") -> Iterator[tuple[str, int]]:
    for each in ast.iter_child_nodes(node):
        named = isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        name = f"{inside}.{each.name}".lstrip(".") if named else inside  # type: ignore[attr-defined]
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield name, _width(each)
        yield from _functions(each, name)


def test_no_file_is_longer_than_a_reader_holds():
    """A test's file too: what it is about, a name says, and nobody looks for the rest in it."""
    beside = [path for folder in ("tests", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
    found = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in (*_of_the_product(), *beside)}
    assert found.keys() >= {"tests/conftest.py", "bench/__main__.py", "accounts/models.py"}
    assert {path: lines for path, lines in found.items() if lines > MOST_LINES} == {}, f"more than {MOST_LINES} lines"


def test_no_function_takes_more_than_a_value_object_would_tell():
    found = {
        f"{path.relative_to(ROOT)}: {name}": width
        for path in _of_the_product()
        for name, width in _functions(ast.parse(path.read_text()))
        if width > MOST_PARAMETERS
    }
    assert found == {}, f"more than {MOST_PARAMETERS} parameters"
