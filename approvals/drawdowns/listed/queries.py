"""The list of drawdowns: what each asks for, and whom it waits for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum

from approvals.decisions.models import DecisionRecord
from approvals.delegations.models import DelegationStep
from approvals.drawdowns import rules
from approvals.drawdowns.models import Answer, Drawdown, DrawdownAmount
from approvals.drawdowns.rules import Measure, Mode, Reply, State
from display.formats import long_date


def in_words(words: str) -> Q:
    """The drawdowns in whose title or reference every one of these words occurs."""
    found = Q()
    for word in words.split():
        found &= Q(title__icontains=word) | Q(reference__icontains=word)
    return found


def measures_of(drawdowns: QuerySet[Drawdown]) -> list[Measure]:
    """The measures in which these drawdowns ask for money, years first (one query, as long as they are many)."""
    amounts = DrawdownAmount.objects.filter(drawdown_line__drawdown__in=drawdowns.order_by().values("pk"))
    in_order = F("financial_year").asc(nulls_last=True)
    return list(amounts.order_by(in_order).values_list("financial_year", flat=True).distinct())


class Listed(NamedTuple):
    """A drawdown in the list. `amounts` are what was frozen, by measure; none before it is submitted. `waits_for` is in words."""

    drawdown: Drawdown
    amounts: dict[Measure, Decimal]
    waits_for: str


def listed(drawdowns: Sequence[Drawdown], day: date) -> list[Listed]:
    """What the list says of these drawdowns that day (four queries)."""
    amounts, missing, published = _amounts_of(drawdowns), _missing_of(drawdowns, day), _published_of(drawdowns)
    return [
        Listed(
            each,
            amounts[each.pk] if each.submission else {},
            _waits_for(each, missing[each.pk], *published.get(each.pk, (None, None))),
        )
        for each in drawdowns
    ]


def _amounts_of(drawdowns: Iterable[Drawdown]) -> dict[int, dict[Measure, Decimal]]:
    found: dict[int, dict[Measure, Decimal]] = defaultdict(dict)
    sums = DrawdownAmount.objects.filter(drawdown_line__drawdown__in=[each.pk for each in drawdowns])
    measure = F("financial_year").asc(nulls_last=True)
    for pk, year, pounds in (
        sums.values_list("drawdown_line__drawdown", "financial_year").annotate(Sum("pounds")).order_by(measure)
    ):
        found[pk][year] = pounds
    return found


def _missing_of(drawdowns: Iterable[Drawdown], day: date) -> dict[int, list[str]]:
    """The names of the offices that each submitted drawdown cannot be signed without (two queries)."""
    submitted = [each for each in drawdowns if each.state == State.SUBMITTED]
    steps: dict[int, dict[str, Mode]] = defaultdict(dict)
    asked = DelegationStep.objects.filter(delegation__in={each.delegation_id for each in submitted})
    for delegation, office, mode in asked.values_list("delegation", "office__name", "mode").order_by("id"):
        steps[delegation][office] = Mode(mode)
    answers: dict[int, dict[str, Reply]] = defaultdict(dict)
    given = Answer.objects.filter(drawdown__in=[each.pk for each in submitted], sha256=F("drawdown__sha256"))
    for pk, office, reply in given.values_list("drawdown", "office__name", "answer"):
        answers[pk][office] = Reply(reply)
    found: dict[int, list[str]] = defaultdict(list)
    for each in submitted:
        found[each.pk] = rules.missing(steps[each.delegation_id], answers[each.pk], each.answer_by or day, day)
    return found


def _published_of(drawdowns: Iterable[Drawdown]) -> dict[int, tuple[date | None, date | None]]:
    signed = [each.pk for each in drawdowns if each.state == State.SIGNED_OFF]
    records = DecisionRecord.objects.filter(drawdown__in=signed).values_list("drawdown", "published_on", "effective_on")
    return {pk: (published, effective) for pk, published, effective in records}


def _waits_for(drawdown: Drawdown, missing: Sequence[str], published: date | None, effective: date | None) -> str:
    match State(drawdown.state):
        case State.DRAFT | State.RETURNED | State.WITHDRAWN:
            return f"{drawdown.prepared_by.name}, to submit it"
        case State.SUBMITTED:
            return f"{', '.join(missing)}, to answer" if missing else f"{drawdown.delegation.decided_by}, to decide"
        case State.SIGNED_OFF:
            if published is None:
                return "The clerk, to publish the decision"
            return f"Takes effect on {long_date(effective)}"
        case State.CALLED_IN:
            return "The outcome of the call-in"
        case _:
            return "Nobody"
