"""Reads of one authorisation: how it stands in every measure, and what was drawn, passed on or given back of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, Sum

from approvals.drawdowns.consumption.queries import LimitStanding, held, standing_of
from approvals.drawdowns.models import Consumption
from approvals.drawdowns.rules import year_has_ended
from approvals.drawdowns.submission.rules import submitted
from costing.measure import Measure, stored
from phases.models import Authorisation


class Stand(NamedTuple):
    """How an authorisation stands in one measure, and whether that measure is a financial year that has ended."""

    standing: LimitStanding
    has_ended: bool

    @property
    def may_lapse(self) -> bool:
        return self.has_ended and not self.standing.lapsed

    @property
    def may_carry_forward(self) -> bool:
        return self.may_lapse and self.standing.headroom > 0


def stands_of(authorisation: Authorisation, day: date) -> list[Stand]:
    """In the order of its measures (two queries)."""
    return [Stand(each, year_has_ended(each.limit.measure, day)) for each in standing_of(authorisation)]


Amounts = tuple[tuple[str, Decimal | None], ...]


def _by_heading(amounts: Mapping[Measure, Decimal], measures: Iterable[Measure]) -> Amounts:
    return tuple((each.label, amounts.get(each)) for each in measures)


class Act(NamedTuple):
    """What one act did to an authorisation for one drawdown. `amounts` are by the measures asked for, in words."""

    entry: int
    at: datetime
    by: str
    reference: str
    title: str
    kind: str
    amounts: Amounts


def acts_on(authorisation: Authorisation, measures: Iterable[Measure]) -> list[Act]:
    """Every act that drew on it, or reversed, in their order (one query). A reversal is negative."""
    return acts_on_all([authorisation], measures)


def acts_on_all(authorisations: Sequence[Authorisation], measures: Iterable[Measure]) -> list[Act]:
    """The same of several authorisations together."""
    acts: dict[tuple[int, str, str], tuple[datetime, str, str, dict[Measure, Decimal]]] = {}
    rows = (
        Consumption.objects.filter(authorisation__in=authorisations)
        .values_list(
            *("entry", "drawdown__reference", "kind", "entry__at", "entry__actor__name", "drawdown__title", "financial_year")
        )
        .annotate(pounds=Sum("pounds"))
        .order_by("entry", "drawdown")
    )
    for entry, reference, kind, at, by, title, year, pounds in rows:
        acts.setdefault((entry, reference, kind), (at, by or "", title, {}))[-1][stored(year)] = pounds
    measures = tuple(measures)
    return [
        Act(entry, at, by, reference, title, str(Consumption.Kind(kind).label), _by_heading(amounts, measures))
        for (entry, reference, kind), (at, by, title, amounts) in acts.items()
    ]


def is_waiting_for_transfer(authorisation: Authorisation) -> bool:
    """Whether what the earlier authorisation holds is still to be moved over to this one, or to lapse (three queries)."""
    old = authorisation.replaces
    if old is None:
        return False
    return not all(each.lapsed for each in standing_of(old)) or any(each.is_live for each in held(Q(authorisation=old)))


class Moving(NamedTuple):
    """A line of a drawdown that moves to a later authorisation, with its amounts by measure; None where nothing does."""

    reference: str
    title: str
    fte: Decimal | None
    amounts: Amounts


def moving(rows: Sequence[Consumption], measures: Iterable[Measure]) -> list[Moving]:
    """The rows that take over, a line of a drawdown each, by the title it was submitted under."""
    titles = {(row.drawdown_id, line.line): line.title for row in rows for line in submitted(row.drawdown.content).lines}
    by_line: dict[tuple[int, int], dict[Measure, Consumption]] = {}
    for row in rows:
        by_line.setdefault((row.drawdown_id, row.line_id), {})[row.measure] = row
    measures = tuple(measures)
    return [
        Moving(
            first.drawdown.reference,
            titles[key],
            first.fte,
            _by_heading({measure: row.pounds for measure, row in moved.items()}, measures),
        )
        for key, moved in by_line.items()
        for first in [next(iter(moved.values()))]
    ]
