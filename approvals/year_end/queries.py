"""What a financial year that has ended leaves, the decisions that may carry it forward, and what was carried."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from approvals.delegations.models import Delegation
from approvals.drawdowns.consumption.queries import LimitStanding, waiting_for_transfer
from approvals.drawdowns.models import Drawdown
from approvals.year_end.rules import Carrying
from costing.financial_year import FinancialYear
from costing.measure import WHOLE_LIFE_STORED, in_year
from phases.models import Authorisation, AuthorisationLimit, CarryForward, FundingDecision, Programme


class Unspent(NamedTuple):
    """What is left of an authorisation in a year that has ended, in pounds: it is to lapse, or to be carried forward."""

    authorisation: int
    title: str
    slug: str
    programme: str
    year: FinancialYear
    limit: Decimal
    left: Decimal


class _Replacing(NamedTuple):
    """An authorisation, and the one it replaces, by number."""

    pk: int
    replaces_id: int | None


def unspent(programmes: Sequence[Programme] | QuerySet[Programme], day: date) -> list[Unspent]:
    """Of every authorisation in force, the oldest year first (one query; one more where some replace others).

    Money that is still to take over what an earlier authorisation released is left out: that is moved first.
    """
    ended = AuthorisationLimit.objects.filter(
        authorisation__programme__in=programmes,
        authorisation__replaced_by__isnull=True,
        financial_year__gt=WHOLE_LIFE_STORED,
        financial_year__lt=FinancialYear.containing(day).starts_in,
        drawn_row__lapsed_at__isnull=True,
    )
    left = ended.annotate(left=F("amount") - Coalesce("drawn_row__drawn", Decimal(0))).filter(left__gt=0)
    of = ("authorisation", "authorisation__title", "authorisation__programme__slug", "authorisation__programme__name")
    rows = list(
        left.order_by("financial_year", "authorisation").values_list(
            "authorisation__replaces", *of, "financial_year", "amount", "left"
        )
    )
    waiting = waiting_for_transfer(_Replacing(row[1], row[0]) for row in rows)
    return [
        Unspent(pk, title, slug, programme, FinancialYear(year), amount, remaining)
        for _, pk, title, slug, programme, year, amount, remaining in rows
        if year is not None and pk not in waiting
    ]


def may_carry_forward(authorisation: Authorisation, from_year: int, day: date) -> QuerySet[FundingDecision]:
    """Resolutions that may carry this year's money of the authorisation forward: of its programme, not older than its own
    decision, taken by that day, about no other money, used for nothing else, and not for this already.
    """
    elsewhere = Q(authorisations__isnull=False) | Q(corrections__isnull=False)
    return (
        FundingDecision.objects.filter(
            programme=authorisation.programme_id,
            outcome=FundingDecision.Outcome.RESOLVED,
            decided_on__range=(authorisation.decision.decided_on, day),
        )
        .exclude(elsewhere)
        .filter(Q(about__isnull=True) | Q(about=authorisation))
        .exclude(pk__in=Delegation.objects.values("decision"))
        .exclude(pk__in=Drawdown.objects.filter(resolution__isnull=False).values("resolution"))
        .exclude(pk__in=CarryForward.objects.filter(authorisation=authorisation, from_year=from_year).values("decision"))
        .select_related("body")
        .order_by("-decided_on", "-pk")
        .distinct()
    )


class Carried(NamedTuple):
    """Money that was carried forward, in pounds, by which decision, and the entry of the audit record."""

    from_year: FinancialYear
    to_year: FinancialYear
    amount: Decimal
    decision: FundingDecision
    at: datetime
    by: str
    entry: int


def carried_of(*authorisations: Authorisation) -> list[Carried]:
    """In the order in which it was recorded (one query)."""
    rows = CarryForward.objects.filter(authorisation__in=authorisations).select_related("decision__body", "entry__actor")
    return [
        Carried(
            FinancialYear(row.from_year),
            FinancialYear(row.to_year),
            row.pounds,
            row.decision,
            row.entry.at,
            row.entry.actor.name if row.entry.actor else "",
            row.entry_id,
        )
        for row in rows
    ]


class Shift(NamedTuple):
    """A limit before and after money is carried forward, in pounds."""

    of: str
    before: Decimal
    after: Decimal


def shifts(standings: Sequence[LimitStanding], carrying: Carrying) -> list[Shift]:
    """The two years, then the whole, which stays."""
    limits = {each.limit.measure: each.limit.amount for each in standings}
    before = {year: limits.get(in_year(year), Decimal(0)) for year in (carrying.from_year, carrying.to_year)}
    after = {carrying.from_year: -carrying.amount, carrying.to_year: carrying.amount}
    rows = [Shift(FinancialYear(year).label, pounds, pounds + after[year]) for year, pounds in before.items()]
    return [*rows, Shift("Both years", sum(before.values(), Decimal(0)), sum((row.after for row in rows), Decimal(0)))]
