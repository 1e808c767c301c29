"""What is left of each limit before a drawdown, and after it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from approvals.decisions.models import DecisionRecord
from approvals.decisions.rules import released
from approvals.delegations.models import Delegation
from approvals.drawdowns.consumption.queries import pending_under, standing_of
from approvals.drawdowns.headroom.rules import Left, Money
from costing.measure import Measure, stored
from phases.models import Authorisation


def left_as_signed(record: DecisionRecord) -> list[Left]:
    """Every limit drawn on, as it was before and after the signature, from the record. No query."""
    return [
        Left(row.authorisation, row.measure, row.limit, row.before, row.released, Decimal(0))
        for row in released(record.money).rows
    ]


def left_of(asked: Mapping[tuple[int, Measure], Decimal], delegation: Delegation, *, is_pending: bool) -> list[Left]:
    """Every limit of the authorisations asked for, and of the delegation, as they stand (four queries at most).

    `is_pending`: what is asked counts among what is submitted already.
    """
    found = []
    authorisations = {authorisation for authorisation, _ in asked}
    for standing in standing_of(*Authorisation.objects.filter(pk__in=authorisations)):
        limit = standing.limit
        pounds = asked.get((limit.authorisation_id, limit.measure), Decimal(0))
        elsewhere = standing.pending - (pounds if is_pending else 0)
        found.append(Left(str(limit.authorisation), limit.measure, limit.amount, standing.headroom, pounds, elsewhere))
    sums, limits = _by_measure(asked.items()), list(delegation.limits.all())
    pending = pending_under(delegation.pk) if limits else {}
    for row in limits:
        pounds = sums.get(row.measure, Decimal(0))
        elsewhere = pending.get(row.measure, Decimal(0)) - (pounds if is_pending else 0)
        left = row.amount - row.drawn
        found.append(Left(f"{delegation} (delegation)", row.measure, row.amount, left, pounds, elsewhere))
    return found


def _by_measure(asked: Iterable[tuple[tuple[int, Measure], Decimal]]) -> dict[Measure, Decimal]:
    sums: dict[Measure, Decimal] = {}
    for (_, measure), pounds in asked:
        sums[measure] = sums.get(measure, Decimal(0)) + pounds
    return sums


# The text stands in a function of the database (migration 0055), which each connection plans once.
_MONEY = "SELECT * FROM approvals_money_of(%s::bigint[])"


def money_of(drawdowns: Collection[int]) -> dict[int, Money]:
    """Of drawdowns that are submitted, by number, what each asks for and of which limits (one query; none of none)."""
    found: dict[int, Money] = defaultdict(lambda: Money({}, []))
    if not drawdowns:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_MONEY, [list(drawdowns)])
        rows = cursor.fetchall()
    asked = sorted((row for row in rows if row[0] is not None), key=lambda row: (row[2], stored(row[3])))
    limits = {tuple(row[1:4]): row[4:8] for row in rows if row[0] is None}
    of_delegations: dict[tuple[int, int, Measure], Decimal] = {}
    for pk, delegation, authorisation, year, pounds, *_, draws in asked:
        money, measure = found[pk], stored(year)
        money.asked[measure] = money.asked.get(measure, Decimal(0)) + pounds
        if draws and measure not in money.draws:
            found[pk] = money._replace(draws=money.draws | {measure})
        under = pk, delegation, measure
        of_delegations[under] = of_delegations.get(under, Decimal(0)) + pounds
        if limit := limits.get((None, authorisation, year)):
            money.limits.append(_left(limit, f"authorisation {authorisation}", measure, pounds))
    for (pk, delegation, measure), pounds in of_delegations.items():
        if limit := limits.get((delegation, None, measure.financial_year)):
            found[pk].limits.append(_left(limit, f"delegation {delegation}", measure, pounds))
    return found


def _left(limit: Sequence[Any], key: str, measure: Measure, pounds: Decimal) -> Left:
    pending, of, amount, left = limit
    return Left(of, measure, amount, left, pounds, pending - pounds, key)
