"""A block of rows, pasted through the actions: what a check finds, and what is stored."""

from decimal import Decimal
from typing import Any

from accounts.models import AuditEntry, User
from phases.models import Programme
from posts.importing import actions as paste
from posts.importing.actions import Choices
from posts.importing.table.rules import cells_of
from posts.models import CostLine
from tests.making import NOON

HEADINGS = "Phase\tTeam\tPost\tFTE\tAnnual cost\tFrom\t2016/17\t2017/18\tFull year\tRecruited\tComment\n"
MANAGER = "Phase 1\tAdoption\tManager\t1\t200,000\t1 Nov 2016\t\t\t\tNo\tFirst\n"


def look(programme: Programme, text: str, officer: User, unit: int = 0, **choices: Any) -> paste.Preview:
    if unit:
        choices["units"] = (unit,) * max(len(cells) for cells in cells_of(text))
    programme = Programme.objects.get(pk=programme.pk)
    return paste.look(programme, Choices(text, **({"reason": "As pasted"} | choices)), by=officer, at=NOON)


def put(programme: Programme, text: str, officer: User, **choices: Any) -> AuditEntry | None:
    preview = look(programme, text, officer, **choices)
    assert not preview.refused, [outcome.errors for outcome in preview.outcomes] + preview.errors + preview.block.errors
    return paste.apply(preview, by=officer, at=NOON)


def counts(preview: paste.Preview) -> dict[str, int]:
    return {status: preview.count(status) for status in ("new", "changed", "same", "refused") if preview.count(status)}


def amounts(line: CostLine) -> dict[int | None, tuple[Decimal | None, str]]:
    return {amount.financial_year: (amount.amount, amount.origin) for amount in line.amounts.all()}
