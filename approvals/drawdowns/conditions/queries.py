"""What a drawdown waits for of the conditions and parts of its delegation."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from approvals.delegations.conditions.queries import conditions_of, parts_for
from approvals.delegations.conditions.rules import HeldBack, held_back, is_met
from approvals.drawdowns.models import Drawdown, DrawdownAmount
from costing.measure import Measure


class Awaited(NamedTuple):
    """The conditions that nobody has confirmed who did not prepare it, and where it asks for more than is released."""

    unmet: list[str]
    held_back: list[HeldBack]


def awaited_by(drawdown: Drawdown, asked: Mapping[tuple[int, Measure], Decimal], day: date) -> Awaited:
    """Were it submitted that day with what is `asked`, in pounds by authorisation and measure (eight queries at most)."""
    preparers = _preparers(drawdown)
    unmet = [
        each.text
        for each in conditions_of(drawdown.delegation)
        if each.part_id is None and not is_met([given.confirmed_by_id for given in each.standing], preparers)
    ]
    return Awaited(unmet, _held_back(drawdown, _by_measure((measure, pounds) for (_, measure), pounds in asked.items()), day))


def why_held_back(drawdown: Drawdown, day: date) -> list[HeldBack]:
    """Where what is stored with its lines is more than the parts of its delegation release (six queries at most)."""
    asked = DrawdownAmount.objects.filter(drawdown_line__drawdown=drawdown)
    return _held_back(drawdown, _by_measure((each.measure, each.pounds) for each in asked), day)


def _held_back(drawdown: Drawdown, asked: Mapping[Measure, Decimal], day: date) -> list[HeldBack]:
    drawn = {limit.measure: limit.drawn for limit in drawdown.delegation.limits.all()}
    return held_back(parts_for(drawdown.delegation, _preparers(drawdown)), asked, drawn, day) if drawn else []


def _by_measure(amounts: Iterable[tuple[Measure, Decimal]]) -> dict[Measure, Decimal]:
    sums: dict[Measure, Decimal] = {}
    for measure, pounds in amounts:
        sums[measure] = sums.get(measure, Decimal(0)) + pounds
    return sums


def _preparers(drawdown: Drawdown) -> frozenset[int]:
    return frozenset(drawdown.preparers.values_list("person", flat=True))
