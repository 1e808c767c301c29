"""The list of drawdowns: what each asks for, and whom it waits for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum

from approvals.decisions.models import DecisionRecord
from approvals.drawdowns.models import Drawdown, DrawdownAmount
from approvals.drawdowns.powers.queries import matters_of
from approvals.drawdowns.readiness.queries import standing_of_all
from approvals.drawdowns.readiness.rules import Readiness
from approvals.drawdowns.rules import State
from approvals.elsewhere.models import TakenElsewhere
from costing.measure import Measure, stored


def in_words(words: str) -> Q:
    """The drawdowns in whose title or reference every one of these words occurs."""
    found = Q()
    for word in words.split():
        found &= Q(title__icontains=word) | Q(reference__icontains=word)
    return found


def measures_of(drawdowns: QuerySet[Drawdown]) -> list[Measure]:
    """The measures in which these drawdowns ask for money, years first (one query, as long as they are many)."""
    amounts = DrawdownAmount.objects.filter(drawdown_line__drawdown__in=drawdowns.order_by().values("pk"))
    return sorted(map(stored, amounts.order_by().values_list("financial_year", flat=True).distinct()))


class Listed(NamedTuple):
    """A drawdown in the list. `amounts` are what was frozen, by measure; none before it is submitted.

    `readiness` is of one that is submitted, and `answering` names the offices that are still to answer on it. `published_on` and
    `effective_on` are of one that is signed off.
    """

    drawdown: Drawdown
    amounts: dict[Measure, Decimal]
    readiness: Readiness | None
    answering: list[str]
    published_on: date | None
    effective_on: date | None
    is_taken_elsewhere: bool = False


def listed(drawdowns: Sequence[Drawdown], day: date) -> list[Listed]:
    """What the list says of these drawdowns that day (seven queries; three more where one may not release what was submitted)."""
    amounts, published, elsewhere = _amounts_of(drawdowns), _published_of(drawdowns), _elsewhere_of(drawdowns)
    matters, asked = matters_of([each.pk for each in drawdowns], day)
    standing = standing_of_all(matters, day, asked)

    def of(drawdown: Drawdown) -> Listed:
        ready = standing[drawdown.pk].readiness if drawdown.pk in standing else None
        answering = [asked[each] for each in ready.answers] if ready else []
        frozen = amounts[drawdown.pk] if drawdown.submission else {}
        return Listed(drawdown, frozen, ready, answering, *published.get(drawdown.pk, (None, None)), drawdown.pk in elsewhere)

    return list(map(of, drawdowns))


def _amounts_of(drawdowns: Iterable[Drawdown]) -> dict[int, dict[Measure, Decimal]]:
    found: dict[int, dict[Measure, Decimal]] = defaultdict(dict)
    sums = DrawdownAmount.objects.filter(drawdown_line__drawdown__in=[each.pk for each in drawdowns])
    measure = F("financial_year").asc(nulls_last=True)
    for pk, year, pounds in (
        sums.values_list("drawdown_line__drawdown", "financial_year").annotate(Sum("pounds")).order_by(measure)
    ):
        found[pk][stored(year)] = pounds
    return found


def _published_of(drawdowns: Iterable[Drawdown]) -> dict[int, tuple[date | None, date | None]]:
    signed = [each.pk for each in drawdowns if each.state == State.SIGNED_OFF]
    records = DecisionRecord.objects.filter(drawdown__in=signed).values_list("drawdown", "published_on", "effective_on")
    return {pk: (published, effective) for pk, published, effective in records}


def _elsewhere_of(drawdowns: Iterable[Drawdown]) -> set[int]:
    """The drafts, by number, on which a decision taken elsewhere waits to be confirmed (one query, where there is a draft)."""
    drafts = [each.pk for each in drawdowns if each.state == State.DRAFT]
    waiting = TakenElsewhere.objects.filter(drawdown__in=drafts, state=TakenElsewhere.State.WAITING)
    return set(waiting.values_list("drawdown", flat=True)) if drafts else set()
