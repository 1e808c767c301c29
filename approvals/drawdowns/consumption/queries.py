"""Reads about drawdowns and what they consume, each a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from approvals.drawdowns.rules import Before, Measure, State
from approvals.models import Answer, Consumption, DecisionRecord, Dispensation, Drawdown, LimitDrawn
from phases.models import Authorisation, AuthorisationLimit


class Standing(NamedTuple):
    """How much of a limit is drawn, in pounds. `pending` is submitted and consumes nothing yet."""

    limit: AuthorisationLimit
    drawn: Decimal
    pending: Decimal
    lapsed: bool

    @property
    def headroom(self) -> Decimal:
        """What may still be drawn; nothing of a limit that has lapsed."""
        return Decimal(0) if self.lapsed else self.limit.amount - self.drawn


def standing_of(*authorisations: Authorisation) -> list[Standing]:
    """Every limit of these authorisations, in the order of its measures (two queries)."""
    limits = (
        AuthorisationLimit.objects.filter(authorisation__in=authorisations)
        .select_related("drawn_row", "authorisation")
        .order_by("authorisation", F("financial_year").asc(nulls_last=True))
    )
    pending = {
        (authorisation, measure): pounds
        for authorisation, measure, pounds in Drawdown.objects.filter(
            state=State.SUBMITTED, lines__authorisation__in=authorisations
        )
        .values_list("lines__authorisation", "lines__amounts__financial_year")
        .annotate(pounds=Sum("lines__amounts__pounds"))
        .order_by()
    }
    return [_standing(limit, pending.get((limit.authorisation_id, limit.financial_year)) or Decimal(0)) for limit in limits]


def _standing(limit: AuthorisationLimit, pending: Decimal) -> Standing:
    row: LimitDrawn | None = getattr(limit, "drawn_row", None)
    return Standing(limit, row.drawn if row else Decimal(0), pending, bool(row and row.lapsed_at))


class Held(NamedTuple):
    """A row of consumption, what reversals leave of it, and what was first drawn on it, before any transfer."""

    row: Consumption
    pounds: Decimal
    fte: Decimal | None
    first_drawn: Decimal

    @property
    def is_live(self) -> bool:
        return bool(self.pounds or self.fte)


def held(rows: Q, *named: str) -> list[Held]:
    """The rows that draw or take over, in their order, with what is left of each, and what is `named` of them (one query)."""
    found = Consumption.objects.filter(rows, reverses__isnull=True).order_by("id")
    found = found.annotate(back=Sum("reversals__pounds"), fte_back=Sum("reversals__fte"))
    found = found.annotate(first_drawn=Coalesce("continues__pounds", "pounds"))
    if named:
        found = found.select_related(*named)
    return [
        Held(
            row,
            row.pounds + (row.back or 0),
            None if row.fte is None else row.fte + (row.fte_back or 0),
            row.first_drawn,
        )
        for row in found
    ]


def held_before(lines: Iterable[int], leaving_out: Iterable[int] = ()) -> dict[int, dict[Measure, Before]]:
    """What live drawdowns hold of each line by measure, under whichever authorisation, some rows left out.

    Money handed back while its FTE stay drawn counts as drawn still: the last draw takes no more than its own remainder.
    """
    found: dict[int, dict[Measure, Before]] = defaultdict(dict)
    for each in held(Q(line_id__in=list(lines)) & ~Q(pk__in=list(leaving_out))):
        before = found[each.row.line_id].get(each.row.financial_year, Before())
        kept = each.pounds if each.fte is None else each.first_drawn if each.fte else Decimal(0)
        found[each.row.line_id][each.row.financial_year] = Before(before.fte + (each.fte or 0), before.pounds + kept)
    return found


class Grounds(NamedTuple):
    """What a decision rests on: the answers to what is submitted now, the dispensations, and the case (None: not written)."""

    answers: list[Answer]
    dispensations: list[Dispensation]
    case: DecisionRecord | None


def grounds_of(drawdown: Drawdown) -> Grounds:
    """Three queries."""
    return Grounds(
        list(answers_now(drawdown).select_related("office", "person")),
        list(drawdown.dispensations.select_related("giver")),
        DecisionRecord.objects.filter(drawdown=drawdown).first(),
    )


def answers_now(drawdown: Drawdown) -> QuerySet[Answer]:
    """The answers to what is submitted now."""
    return Answer.objects.filter(drawdown=drawdown, sha256=drawdown.sha256)
