"""Money against limits: drawing, reversing and lapsing, each with its row of consumption, under locked limits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F

from accounts.joined.queries import Joined
from accounts.models import AuditEntry
from approvals.delegations.models import DelegationLimit
from approvals.drawdowns.actions import NotAllowedNow, OverTheLimit
from approvals.drawdowns.consumption.queries import Held, waiting_for_transfer
from approvals.drawdowns.consumption.wording.rules import NOT_MOVED_YET
from approvals.drawdowns.models import Consumption, Drawdown, LimitDrawn
from costing.measure import Measure
from phases.models import Authorisation, AuthorisationLimit

_LIMITS = Joined(AuthorisationLimit, "authorisation", "authorisation__funding_source", "authorisation__replaced_by")
_LOCKED = "ORDER BY t.id FOR UPDATE OF t"
_OF_AUTHORISATIONS = f"t.authorisation_id = ANY(%s) {_LOCKED}"
_DRAWN_BY = f"t.authorisation_id IN (SELECT authorisation_id FROM approvals_consumption WHERE drawdown_id = %s) {_LOCKED}"


def locked_limits(*authorisations: int) -> list[AuthorisationLimit]:
    """The limits of these authorisations, locked in the order of their numbers, so that no two signers wait for each other."""
    return _LIMITS.read(_OF_AUTHORISATIONS, [list(authorisations)])


def locked_limits_in(authorisation: int, *years: int) -> list[AuthorisationLimit]:
    """As locked_limits, of these financial years alone."""
    return _LIMITS.read(f"t.financial_year = ANY(%s) AND {_OF_AUTHORISATIONS}", [list(years), [authorisation]])


def lock_limits_drawn_by(drawdown: Drawdown) -> None:
    """As locked_limits, of the authorisations whose money it drew."""
    _LIMITS.read(_DRAWN_BY, [drawdown.pk])


_ADD = """
UPDATE approvals_limitdrawn d SET drawn = d.drawn + asked.pounds
FROM unnest(%s::bigint[], %s::numeric[]) AS asked (limit_id, pounds)
WHERE d.limit_id = asked.limit_id AND d.drawn <= d.ceiling - asked.pounds AND (d.lapsed_at IS NULL OR asked.pounds = 0)
RETURNING d.limit_id, d.drawn
"""


def draw(limits: Sequence[AuthorisationLimit], rows: Iterable[Consumption]) -> dict[int, Decimal]:
    """Add the rows to what is drawn of each limit, by an UPDATE that finds no row where a limit would be exceeded.

    What is drawn of each afterwards, by its number. Raises OverTheLimit.
    """
    sums: dict[tuple[int, Measure], Decimal] = {}
    for row in rows:
        measure = (row.authorisation_id, row.measure)
        sums[measure] = sums.get(measure, Decimal(0)) + row.pounds
    asked = {limit.pk: sums.pop(of) for limit in limits if (of := (limit.authorisation_id, limit.measure)) in sums}
    drawn = _added(asked)
    for limit in limits:
        if limit.pk in asked and limit.pk not in drawn:
            drawn |= _first_drawn(limit, asked[limit.pk])
    if sums:
        raise NotAllowedNow("A measure is no longer limited: return it, and submit it again.")
    return drawn


def _added(pounds: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What is drawn now of each of these limits that had the room for it (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(pounds), list(pounds.values())])
        return dict(cursor.fetchall())


def _first_drawn(limit: AuthorisationLimit, pounds: Decimal) -> dict[int, Decimal]:
    """The row that counts what is drawn of a limit is made with the first drawing. Raises OverTheLimit."""
    row, is_new = LimitDrawn.objects.get_or_create(limit=limit, defaults={"ceiling": limit.amount})
    drawn = _added({limit.pk: pounds}) if is_new else {}
    if not drawn:
        raise OverTheLimit(too_much(limit, pounds, row.drawn, lapsed=row.lapsed_at is not None))
    return drawn


def too_much(limit: AuthorisationLimit, pounds: Decimal, drawn: Decimal, *, lapsed: bool) -> str:
    """The sentence for what would exceed a limit, or be drawn of one that has lapsed."""
    left = "it has lapsed" if lapsed else f"£{limit.amount - drawn:,} of £{limit.amount:,} is left"
    return f"£{pounds:,} cannot be drawn from {limit.authorisation} {limit.measure.in_words}: {left}."


def check_delegation_limits(rows: Iterable[Consumption], released: Iterable[Held] = ()) -> None:
    """The limits of the delegations themselves hold, with `rows` drawn and `released` given up. Raises OverTheLimit.

    The programme is locked, so nobody draws meanwhile; the database refuses in any case.
    """
    sums: dict[tuple[int, Measure], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row.drawdown.delegation_id, row.measure] += row.pounds
    for each in released:
        sums[each.row.drawdown.delegation_id, each.row.measure] -= each.pounds
    for limit in DelegationLimit.objects.filter(delegation__in={delegation for delegation, _ in sums}):
        pounds, left = sums[limit.delegation_id, limit.measure], limit.amount - limit.drawn
        if pounds > left:
            raise OverTheLimit(
                f"£{pounds:,} cannot be drawn under {limit.delegation} {limit.measure.in_words}: "
                f"£{left:,} of £{limit.amount:,} is left."
            )


def reverse(live: Iterable[Held], kind: Consumption.Kind, entry: AuditEntry) -> None:
    """A reversing row for each, of the pounds and FTE it names, and as much less drawn of its limit."""
    for each in live:
        row = each.row
        LimitDrawn.objects.filter(
            limit__authorisation=row.authorisation_id, **in_measure("limit__financial_year", row.measure)
        ).update(drawn=F("drawn") - each.pounds)
        Consumption.objects.create(
            drawdown_id=row.drawdown_id,
            line_id=row.line_id,
            authorisation_id=row.authorisation_id,
            financial_year=row.financial_year,
            kind=kind,
            pounds=-each.pounds,
            fte=None if each.fte is None else -each.fte,
            reverses=row,
            entry=entry,
        )


def in_measure(name: str, measure: Measure) -> dict[str, Any]:
    """The filter that finds it in a column `financial_year`."""
    year = measure.financial_year
    return {f"{name}__isnull": True} if year is None else {name: year}


def save_rows(rows: Iterable[Consumption], entry: AuditEntry) -> None:
    for row in rows:
        row.entry = entry
    Consumption.objects.bulk_create(rows)


def lapse_limits(limits: Iterable[AuthorisationLimit], at: datetime) -> None:
    for limit in limits:
        LimitDrawn.objects.get_or_create(limit=limit, defaults={"ceiling": limit.amount})
        LimitDrawn.objects.filter(limit=limit, lapsed_at__isnull=True).update(lapsed_at=at)


def not_waiting_for_transfer(authorisations: Iterable[Authorisation]) -> None:
    """What an authorisation replaces is moved over first, or the same headroom would be drawn twice."""
    if waiting_for_transfer(authorisations):
        raise NotAllowedNow(NOT_MOVED_YET)


def said(each: Held, titles: Mapping[int, str]) -> dict[str, Any]:
    """A row as the audit record keeps it, with the name its line was frozen under (see `titles_of`)."""
    row = each.row
    return {
        "row": row.pk,
        "line": row.line_id,
        "line_title": titles[row.line_id],
        "measure": row.financial_year,
        "pounds": str(each.pounds),
    }


def nought(fte: Decimal | None) -> Decimal | None:
    return None if fte is None else Decimal(0)
