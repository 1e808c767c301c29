"""Reads about drawdowns and what they consume, each a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Office
from approvals.drawdowns import rules
from approvals.drawdowns.rules import Before, Measure, Mode, Reply, State
from approvals.models import Answer, Consumption, DecisionRecord, DelegationStep, Dispensation, Drawdown, LimitDrawn
from phases.models import Authorisation, AuthorisationLimit
from posts.models import LineRevision


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

    @property
    def people_who_answered(self) -> set[int]:
        """Everybody who answered, and whom they acted for."""
        return {person for each in self.answers for person in (each.person_id, each.acting_for_id) if person is not None}


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


def missing_answers(drawdown: Drawdown, day: date, answers: Iterable[Answer] | None = None) -> list[Office]:
    """The offices without whose answer it cannot be signed that day (two queries; one where the `answers` are given)."""
    steps = DelegationStep.objects.filter(delegation=drawdown.delegation_id).select_related("office")
    given = {each.office_id: Reply(each.answer) for each in (answers_now(drawdown) if answers is None else answers)}
    offices = {step.office_id: step.office for step in steps}
    modes = {step.office_id: Mode(step.mode) for step in steps}
    return [offices[pk] for pk in rules.missing(modes, given, drawdown.answer_by or day, day)]


def preparers_of(drawdown: Drawdown) -> set[int]:
    """Who wrote it, or changed a line of it before it was submitted, or has changed one since (one query)."""
    edited = LineRevision.objects.filter(line_id__in=drawdown.lines.values("line_id"), entry__at__gte=drawdown.submitted_at)
    people = drawdown.preparers.order_by().values_list("person").union(edited.order_by().values_list("entry__actor"))
    return {drawdown.prepared_by_id, *(person for (person,) in people if person is not None)}
