"""What the source must not do, as functions over its text: so that a test can also show that they see a planted fault."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeGuard

NOT_THE_PRODUCT = {"tests", "bench", "docs", "fixtures", "findings", "templates"}
ABOUT_TODAY = {"operations"}
"""The database, the worker, backups: what runs the product on a day, and is imported by none of it."""

_MOMENTS = {"now", "today", "utcnow", "localtime", "localdate", "time", "time_ns", "gmtime", "Now"}
_CLOCKS = {"datetime", "date", "timezone", "time", "functions"}
_OURS = "clock"
"""What `accounts.clock.queries` is called wherever it is asked."""
_WITHOUT_ARGUMENT = {"localtime", "localdate", "gmtime"}
"""Given a moment they only turn it; without one they ask the clock."""
_EXCUSE = re.compile(r"#.*\bnot money: \w")


def product_files(root: Path) -> list[Path]:
    """Every Python file of the product, whatever its folder, but migrations and what is only about running it."""
    tops = [each for each in root.iterdir() if each.is_dir() and each.name[0] not in "._"]
    inside = [top for top in tops if top.name not in NOT_THE_PRODUCT | ABOUT_TODAY]
    return sorted(path for top in inside for path in top.rglob("*.py") if "migrations" not in path.parts)


def faults(paths: Iterable[Path], look: Callable[[str], list[Any]]) -> dict[str, list[Any]]:
    """What a guard sees in these files, by file; those without a fault are left out.

    One test asks it of all: a thousand files are a thousand tests otherwise, and to prepare a test takes longer than to look.
    """
    found = {str(path): look(path.read_text()) for path in paths}
    assert found, "nothing is looked at"
    return {path: seen for path, seen in found.items() if seen}


def floats_in(source: str) -> list[int]:
    """The lines that name `float` or write one. A line is excused by a comment such as `# not money: millimetres`."""
    lines = source.splitlines()
    found = {
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Attribute) and node.attr == "FloatField")
    }
    return sorted(number for number in found if not _EXCUSE.search(lines[number - 1]))


def clocks_in(source: str) -> list[int]:
    """The lines that ask what time it is, but where something begins: there it is asked once and passed on."""
    tree = ast.parse(source)
    return sorted(set(_clocks_below(tree, _called(tree))))


def real_clocks_in(source: str) -> list[int]:
    """The lines that ask any clock but that of `accounts.clock`, wherever they stand: the demonstration has a day of its own."""
    tree = ast.parse(source)
    called = _called(tree)
    asking = [node for node in ast.walk(tree) if _asks(node, called)]
    return sorted({node.lineno for node in asking if _OURS not in ast.unparse(node).split(".")})  # type: ignore[attr-defined]


def _called(tree: ast.AST) -> dict[str, str]:
    """What the modules and classes of clocks are called in this file."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {each.asname or each.name: each.name for node in imports for each in node.names}


def _clocks_below(node: ast.AST, called: dict[str, str]) -> Iterator[int]:
    for each in ast.iter_child_nodes(node):
        if _begins_something(each):
            continue
        if _asks(each, called):
            yield each.lineno  # type: ignore[attr-defined]
        yield from _clocks_below(each, called)


def _begins_something(node: ast.AST) -> bool:
    """A view or a part of one (it takes the request), a command, what the worker begins, and what allauth calls in a request."""
    if isinstance(node, ast.ClassDef):
        return any(ast.unparse(base).endswith("AccountAdapter") for base in node.bases)
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    arguments = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    is_task = any(re.match(r"(\w+\.)*task\b", ast.unparse(each)) for each in node.decorator_list)
    return is_task or "request" in arguments[:2] or (node.name == "handle" and arguments[:1] == ["self"])


def _asks(node: ast.AST, called: dict[str, str]) -> bool:
    """`timezone.now` counts without being called too: a field's default is called later."""
    if isinstance(node, ast.ImportFrom):
        return node.module in ("django.utils.timezone", "time") and any(each.name in _MOMENTS for each in node.names)
    if isinstance(node, ast.keyword):
        return node.arg in ("auto_now", "auto_now_add")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _WITHOUT_ARGUMENT:
        return not (node.args or node.keywords) and _is_of_a_clock(node.func, called)
    return isinstance(node, ast.Attribute) and node.attr not in _WITHOUT_ARGUMENT and _is_of_a_clock(node, called)


def _is_of_a_clock(node: ast.Attribute, called: dict[str, str]) -> bool:
    if node.attr not in _MOMENTS:  # nearly everything, and putting it into words takes long
        return False
    name = ast.unparse(node.value).rpartition(".")[2]
    return called.get(name, name) in _CLOCKS or name == _OURS


_READ = re.compile(r"#.*\bread from: \w")
_CUTS = {"startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition"}
_OF_WORDS = re.compile(r"[A-Za-z]{2,} |[A-Z][a-z]{2,}|\b[a-z]+: ")


def steered_by_words_in(source: str) -> list[int]:
    """The lines where the words of a message or a label decide what happens: `"FTE" in str(error)`, `name.startswith("a note")`.

    What a person typed or wrote can only be read by its words. Such a line is excused by a comment like `# read from: a draft`.
    """
    lines = source.splitlines()
    found = {node.lineno for node in ast.walk(ast.parse(source)) if _asks_a_message(node) or _cuts_words(node)}
    return sorted(number for number in found if not _READ.search(lines[number - 1]))


def _asks_a_message(node: ast.AST) -> TypeGuard[ast.Compare]:
    return isinstance(node, ast.Compare) and any(_is_message(each) for each in (node.left, *node.comparators))


def _cuts_words(node: ast.AST) -> TypeGuard[ast.Call]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CUTS):
        return False
    words = [each.value for argument in node.args for each in ast.walk(argument) if isinstance(each, ast.Constant)]
    return _is_message(node.func.value) or any(isinstance(each, str) and _OF_WORDS.search(each) for each in words)


def _is_message(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "str"
        and ast.unparse(node).rstrip(")").endswith(_ERRORS)
    )


_ERRORS = ("error", "exception", "exc", ".message", "refused", "refusal")


def uncounted_in(source: str) -> list[int]:
    """The lines of a test where queries are counted of a page that may not have been shown, or are only "at most" so many."""
    counting = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.With) and _counts(node)]
    bare = {each.lineno for node in counting for each in node.body if isinstance(each, ast.Expr) and _asks_a_page(each.value)}
    return sorted(bare | {number for number, line in enumerate(source.splitlines(), 1) if "assert_max_num_" + "queries" in line})


def _counts(node: ast.With) -> bool:
    return any(re.search(r"num_queries|CaptureQueries", ast.unparse(each.context_expr)) for each in node.items)


def _asks_a_page(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "post")


_NUMBER = "int | None"


def numbers_for_measures_in(source: str) -> list[int]:
    """The lines that take a measure for a number or nothing: a name that says measure, an alias, or what amounts are kept by."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as kind) | ast.AnnAssign(target=ast.Name(id=name), annotation=kind):
                is_one = "measure" in name and _NUMBER in ast.unparse(kind)
            case ast.FunctionDef(name=name, returns=ast.expr() as kind):
                is_one = "measure" in name and _NUMBER in ast.unparse(kind)
            case ast.Assign(value=value):
                is_one = ast.unparse(value) == _NUMBER
            case ast.Subscript(slice=ast.Tuple(elts=[key, value])):
                is_one = _NUMBER in ast.unparse(key) and ast.unparse(value).partition(" ")[0] in ("Decimal", "Before", "Sums")
            case _:
                is_one = False
        if is_one:
            found.add(node.lineno)  # type: ignore[attr-defined]
    return sorted(found)


def reasons_in_words_in(source: str) -> list[int]:
    """The lines where a function that says why (`why_not_confirm`) gives a sentence in place of a reason of its own type."""
    asked = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef) and each.name.startswith("why_")]
    return [each.lineno for each in asked if each.returns and re.search(r"\bstr\b", ast.unparse(each.returns))]


def submissions_read_in(source: str) -> list[int]:
    """The lines that take the frozen content of a drawdown apart by themselves: it has one reader, `submitted`."""
    calls = [
        each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call) and ast.unparse(each.func) == "json.loads"
    ]
    return [each.lineno for each in calls if re.search(r"(drawdown|submission|\bsince|\bbefore)\.content\b", ast.unparse(each))]
