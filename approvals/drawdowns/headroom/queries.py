"""What is left of each limit before a drawdown, and after it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from approvals.decisions.models import DecisionRecord
from approvals.decisions.rules import released
from approvals.delegations.models import Delegation
from approvals.drawdowns.consumption.queries import standing_of
from approvals.drawdowns.rules import Measure
from approvals.drawdowns.totals.rules import heading
from phases.models import Authorisation


class Left(NamedTuple):
    """One limit, and what is left of it, in whole pounds. `elsewhere` is what other drawdowns that wait ask of it."""

    of: str
    measure: Measure
    limit: Decimal
    before: Decimal
    asked: Decimal
    elsewhere: Decimal

    @property
    def after(self) -> Decimal:
        return self.before - self.asked

    @property
    def is_over(self) -> bool:
        return self.after < 0

    @property
    def excess(self) -> Decimal:
        """How much more is asked than is left; only of a limit that is exceeded."""
        return self.asked - self.before

    @property
    def heading(self) -> str:
        return heading(self.measure)


def left_as_signed(record: DecisionRecord) -> list[Left]:
    """Every limit drawn on, as it was before and after the signature, from the record. No query."""
    return [
        Left(row.authorisation, row.measure, row.limit, row.before, row.released, Decimal(0))
        for row in released(record.money).rows
    ]


def left_of(asked: Mapping[tuple[int, Measure], Decimal], delegation: Delegation, *, is_pending: bool) -> list[Left]:
    """Every limit of the authorisations asked for, and of the delegation, as they stand (three queries).

    `is_pending`: what is asked counts among what is submitted already.
    """
    found = []
    authorisations = {authorisation for authorisation, _ in asked}
    for standing in standing_of(*Authorisation.objects.filter(pk__in=authorisations)):
        limit = standing.limit
        pounds = asked.get((limit.authorisation_id, limit.financial_year), Decimal(0))
        elsewhere = standing.pending - (pounds if is_pending else 0)
        found.append(Left(str(limit.authorisation), limit.financial_year, limit.amount, standing.headroom, pounds, elsewhere))
    sums = _by_measure(asked.items())
    for row in delegation.limits.all():
        pounds = sums.get(row.financial_year, Decimal(0))
        left = row.amount - row.drawn
        found.append(Left(f"{delegation} (delegation)", row.financial_year, row.amount, left, pounds, Decimal(0)))
    return found


def _by_measure(asked: Iterable[tuple[tuple[int, Measure], Decimal]]) -> dict[Measure, Decimal]:
    sums: dict[Measure, Decimal] = {}
    for (_, measure), pounds in asked:
        sums[measure] = sums.get(measure, Decimal(0)) + pounds
    return sums
