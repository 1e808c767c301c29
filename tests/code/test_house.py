"""The house: where a module may stand. The import contracts say who may import whom; what they cannot see is looked for here."""

import ast
import tomllib
from pathlib import Path

from tests.code.guards import faults

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "phases", "posts", "approvals", "reports")
SHELVES = {"urls", "views", "forms", "actions", "queries", "models", "rules"}
OF_DJANGO = {"migrations", "management", "templatetags"}
ALLAUTH = {"adapter"}
"""What the sign-in package looks for under a name of its own."""
NOT_THE_PRODUCT = {"tests", "bench", "docs", "fixtures", "findings", "templates", "build"}


def _packages() -> list[Path]:
    """Every folder of the product with Python in it."""
    tops = [each for each in ROOT.iterdir() if each.is_dir() and each.name[0] not in "._" and each.name not in NOT_THE_PRODUCT]
    return sorted({path.parent for top in tops for path in top.rglob("*.py")})


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _modules(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py")} - {"__init__"}


def test_every_module_of_an_app_is_a_shelf_of_its_noun():
    """A shelf may be a folder where it holds many rules of one kind. A noun that needs another module needs another noun."""
    found = {}
    for folder in _packages():
        parts = folder.relative_to(ROOT).parts
        if parts[0] in APPS and not (OF_DJANGO & set(parts) or SHELVES & set(parts)):
            found[_short(folder)] = _modules(folder) - (SHELVES | ({"apps"} | ALLAUTH if len(parts) == 1 else set()))
    assert set(APPS) <= set(found)
    assert {folder: sorted(others) for folder, others in found.items() if others} == {}


def test_every_folder_with_python_is_a_package_that_imports_nothing_by_itself():
    """The contracts see no folder without `__init__.py`, and what that imports runs before any module beside it."""
    folders = [each for each in _packages() if "migrations" not in each.parts and each.name != "rules"]
    assert faults([folder / "__init__.py" for folder in folders], _done_on_import) == {}


def _done_on_import(source: str) -> list[str]:
    body = ast.parse(source).body
    return [ast.unparse(node) for node in body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]


def test_the_contracts_know_every_package_and_are_few():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    tops = {folder.relative_to(ROOT).parts[0] for folder in _packages()}
    assert set(settings["root_packages"]) == tops
    assert len(settings["contracts"]) <= 6
    shelves = next(each for each in settings["contracts"] if "containers" in each and "(urls)" in each["layers"])
    assert set(shelves["containers"]) == {name for app in APPS for name in (app, f"{app}.**")}
    assert {layer.strip("()") for layer in shelves["layers"]} == SHELVES


def test_no_contract_names_a_single_file():
    """A package or a shelf may move house as one; a list of files is a second house that nobody can learn."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    keys = ("source_modules", "allowed_importers")
    named = [name for each in settings["contracts"] for key in keys for name in each.get(key, [])]
    files = [name for name in named if (ROOT / f"{name.replace('.', '/')}.py").is_file()]
    assert [name for name in files if name.rpartition(".")[2] not in SHELVES] == []
