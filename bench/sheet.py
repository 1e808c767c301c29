"""The table of inputs of a programme of 5,000 lines against that of one of 22: it grows with what it shows."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.test import Client, override_settings

from accounts.models import User
from bench import case
from bench.measuring import Result, compare
from phases.models import Programme
from posts.entry.table.forms import open_page
from tests.making import make_officer

_FEW, _MANY = 22, 5000


def page() -> Result:
    """The page in which lines are typed: a hundred of 5,000, or all 22."""
    few, many = (f"/programmes/{_programme(lines).slug}/lines/" for lines in (_FEW, _MANY))
    with override_settings(DEBUG=False):
        visit = case.visitor(_officer())
        name = "table of inputs of 5,000 lines, first part / of 22 lines"
        return compare(name, 3.0, lambda: visit(many), lambda: visit(few), rounds=30)


def figures_while_typing() -> Result:
    """The figures of one row, and all totals, as asked for while an annual cost is typed."""
    with override_settings(DEBUG=False):
        name = "figures while one row is typed, 5,000 lines / 22 lines"
        return compare(name, 1.5, _typing(_programme(_MANY)), _typing(_programme(_FEW)), rounds=60)


def _typing(programme: Programme) -> Callable[[], object]:
    row = open_page(programme).phases[0].rows[0]
    data = {f"{row.prefix}-{name}": text for name, text in row.cells.items() if text}
    data |= {f"{row.prefix}-version": str(row.version), f"{row.prefix}-annual_cost": "45,678"}
    address, client = f"/programmes/{programme.slug}/lines/preview/", _client()

    def ask() -> None:
        if row.prefix not in _answered(client.post(address, data)).json()["figures"]:
            raise RuntimeError("No figures came.")

    return ask


def _answered(response: Any) -> Any:
    if response.status_code != 200:
        raise RuntimeError(f"The answer was {response.status_code}.")
    return response


@cache
def _client() -> Client:
    client = Client()
    client.force_login(_officer())
    return client


@cache
def _officer() -> User:
    return make_officer()


@cache
def _programme(lines: int) -> Programme:
    return case.make_programme_of(lines, _officer())


ALL = (page, figures_while_typing)
