"""How long a file and how wide a function may be. The lists of what is too large today may only shrink."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.code.guards import NOT_THE_PRODUCT

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES, MOST_PARAMETERS = 450, 5

# By the file, and by the function's name wherever it stands: what each is today, and may not exceed.
TOO_LONG: dict[str, int] = {}
TOO_WIDE = {
    "_act": 7,
    "_no": 7,
    "_row": 7,
    "_say_no": 6,
    "answer": 6,
    "ask": 6,
    "record_answer": 7,
    "record_dispensation": 7,
    "sign_off": 6,
}


def _files() -> list[Path]:
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
    found = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in _files()}
    _compare(found, MOST_LINES, TOO_LONG)


def test_no_function_takes_more_than_a_value_object_would_tell():
    found: dict[str, int] = {}
    for path in _files():
        for name, width in _functions(ast.parse(path.read_text())):
            found[name] = max(width, found.get(name, 0))
    _compare(found, MOST_PARAMETERS, TOO_WIDE)


def _compare(found: dict[str, int], most: int, excused: dict[str, int]) -> None:
    assert {name: size for name, size in found.items() if size > excused.get(name, most)} == {}, f"more than {most}"
    assert [name for name in excused if found.get(name, 0) <= most] == [], "no longer needed: take it off the list"
