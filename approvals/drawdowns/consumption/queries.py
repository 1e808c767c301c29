"""Reads about drawdowns and what they consume, each a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple, Protocol

from django.db import connection
from django.db.models import F, Q, Sum

from approvals.drawdowns.models import Consumption, Drawdown, LimitDrawn
from approvals.drawdowns.rules import Before, State
from costing.measure import Measure, stored
from phases.models import Authorisation, AuthorisationLimit


class LimitStanding(NamedTuple):
    """How much of a limit is drawn, in pounds. `pending` is submitted and consumes nothing yet."""

    limit: AuthorisationLimit
    drawn: Decimal
    pending: Decimal
    lapsed: bool

    @property
    def headroom(self) -> Decimal:
        """What may still be drawn; nothing of a limit that has lapsed."""
        return Decimal(0) if self.lapsed else self.limit.amount - self.drawn


def standing_of(*authorisations: Authorisation) -> list[LimitStanding]:
    """Every limit of these authorisations, in the order of its measures (two queries)."""
    limits = (
        AuthorisationLimit.objects.filter(authorisation__in=authorisations)
        .select_related("drawn_row", "authorisation")
        .order_by("authorisation", F("financial_year").asc(nulls_last=True))
    )
    pending = {
        (authorisation, stored(year)): pounds
        for authorisation, year, pounds in Drawdown.objects.filter(state=State.SUBMITTED, lines__authorisation__in=authorisations)
        .values_list("lines__authorisation", "lines__amounts__financial_year")
        .annotate(pounds=Sum("lines__amounts__pounds"))
        .order_by()
    }
    return [_standing(limit, pending.get((limit.authorisation_id, limit.measure)) or Decimal(0)) for limit in limits]


def _standing(limit: AuthorisationLimit, pending: Decimal) -> LimitStanding:
    row: LimitDrawn | None = getattr(limit, "drawn_row", None)
    return LimitStanding(limit, row.drawn if row else Decimal(0), pending, bool(row and row.lapsed_at))


def pending_under(delegation: int) -> dict[Measure, Decimal]:
    """What drawdowns that are submitted under this delegation ask for, by measure (one query)."""
    rows = Drawdown.objects.filter(state=State.SUBMITTED, delegation=delegation).values_list("lines__amounts__financial_year")
    sums = rows.annotate(pounds=Sum("lines__amounts__pounds")).order_by()
    return {stored(year): pounds for year, pounds in sums if pounds is not None}


class Held(NamedTuple):
    """A row of consumption, and what reversals leave of it."""

    row: Consumption
    pounds: Decimal
    fte: Decimal | None

    @property
    def is_live(self) -> bool:
        return bool(self.pounds or self.fte)


def held(rows: Q, *named: str) -> list[Held]:
    """The rows that draw or take over, in their order, with what is left of each, and what is `named` of them (one query)."""
    found = Consumption.objects.filter(rows, reverses__isnull=True).order_by("id")
    found = found.annotate(back=Sum("reversals__pounds"), fte_back=Sum("reversals__fte"))
    if named:
        found = found.select_related(*named)
    return [
        Held(
            row,
            row.pounds + (row.back or 0),
            None if row.fte is None else row.fte + (row.fte_back or 0),
        )
        for row in found
    ]


# Of each line and measure, what is left of the rows that draw or take over. Money handed back while its FTE stay drawn counts as
# drawn still: the last draw takes no more than its own remainder. Handed back with FTE, it is free as they are. However often it
# was moved to a later authorisation, a row goes on from the first drawing. Of a line that several sources pay for, a row counts
# for the source of each authorisation that it was ever drawn under.
_BEFORE = """
WITH RECURSIVE goes_on AS (
    SELECT c.id AS row_id, c.id, c.pounds, c.continues_id, c.authorisation_id FROM approvals_consumption c
    WHERE c.line_id = ANY(%s) AND c.reverses_id IS NULL AND NOT c.id = ANY(%s)
    UNION ALL
    SELECT g.row_id, e.id, e.pounds, e.continues_id, e.authorisation_id
    FROM goes_on g JOIN approvals_consumption e ON e.id = g.continues_id
)
SELECT line_id, source, financial_year, coalesce(sum(fte_left), 0), sum(
    CASE WHEN fte_left IS NULL THEN pounds_left WHEN fte_left = 0 THEN 0 ELSE first_drawn + with_fte END
), bool_or(stands) FROM (
    SELECT c.line_id, of_source.source, c.financial_year, c.pounds + back.pounds AS pounds_left, c.fte + back.fte AS fte_left,
        earlier.first_drawn, earlier.with_fte, d.state <> 'superseded' AS stands
    FROM (
        SELECT g.row_id, sum(g.pounds) FILTER (WHERE g.continues_id IS NULL) AS first_drawn, coalesce(sum((
            SELECT sum(b.pounds) FROM approvals_consumption b WHERE b.reverses_id = g.id AND b.kind = 'hand_back' AND b.fte < 0
        )), 0) AS with_fte, array_agg(DISTINCT u.funding_source_id) AS sources
        FROM goes_on g JOIN phases_authorisation u ON u.id = g.authorisation_id GROUP BY g.row_id
    ) AS earlier
    CROSS JOIN LATERAL unnest(NULL::bigint || earlier.sources) AS of_source (source)
    JOIN approvals_consumption c ON c.id = earlier.row_id
    JOIN approvals_drawdown d ON d.id = c.drawdown_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.pounds), 0) AS pounds, coalesce(sum(r.fte), 0) AS fte
        FROM approvals_consumption r WHERE r.reverses_id = c.id
    ) AS back
) AS held GROUP BY line_id, source, financial_year
"""

Drawn = int | tuple[int, int]
"""What is drawn on: a line by its number, or of a line that several sources pay for, the part of one of them."""


def drawn_on(line: int, source: int | None) -> Drawn:
    """A line, or the part of it that `source` pays for."""
    return line if source is None else (line, source)


def held_before(lines: Iterable[int], leaving_out: Iterable[int] = ()) -> dict[Drawn, dict[Measure, Before]]:
    """What live drawdowns hold of each line by measure, under whichever authorisation, some rows left out (one statement).

    By the number of the line in all, and by line and source what is drawn of the money of each source.
    """
    found: dict[Drawn, dict[Measure, Before]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [list(lines), list(leaving_out)])
        for line, source, year, fte, pounds, taken in cursor.fetchall():
            found[drawn_on(line, source)][stored(year)] = Before(fte, pounds, taken)
    return found


class _Replacing(Protocol):
    """An authorisation, or what is known of one."""

    @property
    def pk(self) -> int: ...
    @property
    def replaces_id(self) -> int | None: ...


def waiting_for_transfer(authorisations: Iterable[_Replacing]) -> set[int]:
    """Those of them, by number, whose earlier authorisation still holds what it released (one query, if any replaces one)."""
    earlier = {each.replaces_id: each.pk for each in authorisations if each.replaces_id}
    if not earlier:
        return set()
    return {earlier[each.row.authorisation_id] for each in held(Q(authorisation__in=earlier)) if each.is_live}
