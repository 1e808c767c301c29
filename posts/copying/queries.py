"""What would be copied, and what the copy would come to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max

from costing.intake import Basis
from costing.measure import Measure
from phases.models import Phase, Programme
from posts.copying.rules import copy_of
from posts.exempt.queries import exempt_among
from posts.lines.queries import lines_of
from posts.lines.rules import amounts_of, state_of
from posts.models import CostLine


def lines_to_copy(programme: Programme, phase: Phase | None) -> list[CostLine]:
    """The lines of the phase, or of the whole programme, in printing order."""
    lines = lines_of(programme)
    return list(lines.filter(phase=phase) if phase else lines)


class Effect(NamedTuple):
    """What a copy would make. `sums` are the totals in whole pounds: as they are, and as the copy would have them."""

    lines: int
    stated: int
    exempt: int
    sums: list[tuple[Measure, Decimal | None, Decimal | None]]


def effect_of(lines: Sequence[CostLine], into: Programme, years: int, at: datetime) -> Effect:
    """What copying these lines into a programme would make of them (one query). `into` need not be stored yet."""
    before: dict[Measure, Decimal] = defaultdict(Decimal)
    after: dict[Measure, Decimal] = defaultdict(Decimal)
    for line in lines:
        for amount in line.amounts.all():
            if amount.amount is not None:
                before[amount.measure] += amount.amount
        copied = copy_of(state_of(line), phase=line.phase_id, years=years, by=0, at=at)
        for amount in amounts_of(copied, into.years, Basis(into.basis)):
            if amount.amount is not None:
                after[amount.measure] += amount.amount
    stated = sum(len(state_of(line).stated) for line in lines)
    exempt = exempt_among([line.pk for line in lines], {line.programme_id for line in lines})
    measures = sorted({*before, *after})
    sums = [(measure, before.get(measure), after.get(measure)) for measure in measures]
    return Effect(len(lines), stated, len({line for line, _ in exempt}), sums)


def next_number(programme: Programme) -> int:
    """The number that the next phase of a programme would have."""
    last = programme.phases.aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1
