"""An annual cost that changes from a day on, as it is typed: for the whole line, or for one intake (money rule 17)."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from costing.typed import NotUnderstood, parse_amount, parse_date
from posts.lines.rules import CostChange

MOST_CHANGES = 30


class TypedChange(NamedTuple):
    """One change as it is typed; blank where nothing is. `intake` blank: the whole line."""

    starts: str
    annual_cost: str
    intake: str


Errors = dict[tuple[str, int], str]
"""A message by the field (change_from, change_cost, change_intake) and the number of the row."""


def read_changes(typed: Mapping[int, TypedChange], intakes: int, *, credits: bool) -> tuple[tuple[CostChange, ...], Errors]:
    """The changes in the order of their days, and what is wrong with them. Rows left blank are none."""
    found: dict[int, CostChange] = {}
    errors: Errors = {}
    for number, row in typed.items():
        if not any(text.strip() for text in row):
            continue
        read: list[Any] = []
        amount, intake_number = partial(parse_amount, credits=credits), partial(_intake, intakes=intakes)
        ways: tuple[Callable[[str], Any], ...] = (parse_date, amount, intake_number)
        for field, text, way in zip(("change_from", "change_cost", "change_intake"), row, ways, strict=True):
            try:
                read.append(way(text))
            except NotUnderstood as error:
                errors[field, number] = str(error)
                read.append(None)
        starts, annual, intake = read
        if starts is None:
            errors.setdefault(("change_from", number), "Enter the day from which this cost holds.")
        if annual is None:
            errors.setdefault(("change_cost", number), "Enter the annual cost from that day, or clear the row.")
        if starts and isinstance(annual, Decimal):
            if any((each.starts, each.intake) == (starts, intake) for each in found.values()):
                errors.setdefault(("change_from", number), "Another row has the same day: keep one of them.")
            found[number] = CostChange(starts, annual, intake)
    return tuple(sorted(found.values(), key=lambda each: (each.starts, each.intake or 0))), errors


def _intake(text: str, *, intakes: int) -> int | None:
    typed = text.strip().lower().removeprefix("intake").strip()
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", typed) or not 1 <= int(typed) <= intakes:
        of = f"a number from 1 to {intakes}" if intakes > 1 else "1" if intakes else "none: this line has no dates"
        raise NotUnderstood(f"Leave this blank for the whole line, or write the number of an intake: {of}.")
    return int(typed)
