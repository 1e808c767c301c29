"""A later authorisation takes over what was drawn of an earlier one."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.drawdowns import rules
from approvals.drawdowns.actions import NotAllowedNow, lock_programme, record_of
from approvals.drawdowns.consumption.actions import (
    check_delegation_limits,
    draw,
    lapse_limits,
    locked_limits,
    reverse,
    said,
    save_rows,
    too_much,
)
from approvals.drawdowns.consumption.queries import (
    Held,
    LimitStanding,
    drawn_on,
    held,
    held_before,
    standing_of,
    waiting_for_transfer,
)
from approvals.drawdowns.models import Consumption, Drawdown
from approvals.drawdowns.rules import Authority, Before, CannotBeDrawn, LineDraw
from approvals.drawdowns.submission.queries import frozen_line, titles_of
from costing.measure import FULL_YEAR, Measure
from phases.models import Authorisation


@dataclasses.dataclass(frozen=True, slots=True)
class TakenOver:
    """What a line consumes in one measure of the later authorisation. It `continues` a row of the earlier one."""

    measure: Measure
    pounds: Decimal
    fte: Decimal | None
    continues: Consumption | None = None


@transaction.atomic
def replace(*, authorisation: Authorisation, by: User, at: datetime) -> list[Consumption]:
    """Move what is drawn of the authorisation that this one replaces over to this one, by transfer records; the rest lapses.

    In a measure that only this one limits, each line consumes its frozen amount. Raises OverTheLimit where a limit of this one
    would be exceeded, NotAllowedNow where it does not pay for what is drawn: then nothing is moved.
    """
    require(by, Permission.RECORD_DECISIONS)
    old = authorisation.replaces
    if old is None:
        raise NotAllowedNow(f"{authorisation} does not replace another authorisation.")
    lock_programme(authorisation.programme_id)
    limits = locked_limits(old.pk, authorisation.pk)
    live, rows = _moved(old, authorisation)
    details = {
        "from": old.title,
        "to": authorisation.title,
        "moved": list(_said(live)),
        "drawn": [_drawn(row) for row in rows],
    }
    check_delegation_limits(rows, live)
    entry = record_of(authorisation.programme, "authorisation_replaced", details, by, at)
    reverse(live, Consumption.Kind.TRANSFER_OUT, entry)
    lapse_limits([limit for limit in limits if limit.authorisation_id == old.pk], at)
    draw(limits, rows)
    save_rows(rows, entry)
    return rows


def _said(live: Iterable[Held]) -> Iterator[dict[str, Any]]:
    for drawdown, group in groupby(live, key=lambda each: each.row.drawdown):
        titles = titles_of(drawdown)
        yield from (said(each, titles) for each in group)


def _drawn(row: Consumption) -> dict[str, Any]:
    return {
        "drawdown": row.drawdown_id,
        "drawdown_title": row.drawdown.reference,
        "line": row.line_id,
        "measure": row.financial_year,
        "pounds": str(row.pounds),
    }


class Measured(NamedTuple):
    """How the later authorisation stands in one measure, and what it would take over there, in pounds."""

    standing: LimitStanding
    taken_over: Decimal

    @property
    def headroom(self) -> Decimal:
        """What would be left; negative where it cannot take this over."""
        return self.standing.headroom - self.taken_over


class Replacement(NamedTuple):
    """What `replace` would do now. Where there are `refusals`, in sentences, it would do nothing."""

    rows: list[Consumption]
    lapsing: list[LimitStanding]
    measures: list[Measured]
    refusals: list[str]

    @property
    def has_pending(self) -> bool:
        """Whether submitted drawdowns still ask for money of the earlier authorisation."""
        return any(each.pending for each in self.lapsing)


def look_ahead(authorisation: Authorisation) -> Replacement:
    """What `replace` would move, what would lapse, and what would be left; nothing is locked or written."""
    old = authorisation.replaces
    if old is None:
        raise NotAllowedNow(f"{authorisation} does not replace another authorisation.")
    rows: list[Consumption] = []
    refusals = []
    try:
        live, rows = _moved(old, authorisation)
        check_delegation_limits(rows, live)
    except NotAllowedNow as error:
        refusals.append(str(error))
    measures = [Measured(each, _sum(rows, each.limit.measure)) for each in standing_of(authorisation)]
    for each in measures:
        if each.headroom < 0:
            now = each.standing
            refusals.append(too_much(now.limit, each.taken_over, now.drawn, lapsed=now.lapsed))
    return Replacement(rows, standing_of(old), measures, refusals)


def _sum(rows: Iterable[Consumption], measure: Measure) -> Decimal:
    return sum((row.pounds for row in rows if row.measure == measure), Decimal(0))


def _moved(old: Authorisation, authorisation: Authorisation) -> tuple[list[Held], list[Consumption]]:
    """What is live of the earlier authorisation, and the rows that take it over. Raises NotAllowedNow."""
    if old.replaces and waiting_for_transfer([old]):
        raise NotAllowedNow(f"{old} has not yet taken over what {old.replaces} released: move that first.")
    live = [each for each in held(Q(authorisation=old), "drawdown") if each.is_live]
    limited = [limit.measure for limit in authorisation.limits.order_by("pk")]
    return live, _taken_over(live, authorisation, limited)


def _taken_over(live: Sequence[Held], authorisation: Authorisation, limited: Sequence[Measure]) -> list[Consumption]:
    """What the live rows of the earlier authorisation become under this one. What was handed back is not drawn again."""
    ever = held(Q(drawdown__in={each.row.drawdown_id for each in live}))
    drawn_before = {(each.row.drawdown_id, each.row.line_id, each.row.measure) for each in ever}
    phases = set(authorisation.phases.values_list("pk", flat=True))
    before = held_before({each.row.line_id for each in live}, leaving_out=[each.row.pk for each in live])
    rows: list[Consumption] = []
    for (drawdown, line_id), group in _by_line(live).items():
        asked, phase, source = frozen_line(drawdown, line_id, group[0].row.authorisation_id)
        line = drawn_on(line_id, source)
        if phase not in phases:
            raise NotAllowedNow(f"{authorisation} does not pay for the phase of {asked.title}.")
        _still_authorised(asked, group, authorisation, limited)
        moved = {each.row.measure: each for each in group}
        fte = max((each.fte for each in group if each.fte is not None), default=None)
        only_here = [measure for measure in limited if (drawdown.pk, line_id, measure) not in drawn_before]
        try:
            drawn = rules.consumed(dataclasses.replace(asked, fte_drawn=fte), only_here, before.get(line, {}))
        except CannotBeDrawn as error:
            raise NotAllowedNow(str(error)) from None
        for measure in limited:
            if measure in moved:
                each = moved[measure]
                rows.append(_row(drawdown, line_id, authorisation, TakenOver(measure, each.pounds, each.fte, each.row)))
            elif measure in drawn:
                rows.append(_row(drawdown, line_id, authorisation, TakenOver(measure, drawn[measure], fte)))
                earlier = before.setdefault(line, {}).get(measure, Before())
                before[line][measure] = Before(earlier.fte + (fte or 0), earlier.pounds + drawn[measure])
    return rows


def _by_line(live: Iterable[Held]) -> dict[tuple[Drawdown, int], list[Held]]:
    found: dict[tuple[Drawdown, int], list[Held]] = {}
    for each in live:
        found.setdefault((each.row.drawdown, each.row.line_id), []).append(each)
    return found


def _still_authorised(asked: LineDraw, group: Iterable[Held], authorisation: Authorisation, limited: Sequence[Measure]) -> None:
    """What is drawn in a measure must go on under a limit for it, or for recurring money in a year, under a full-year limit."""
    for each in group:
        measure = each.row.measure
        if each.pounds and not _covers(measure, asked, authorisation, limited):
            raise NotAllowedNow(f"{authorisation} allows nothing {measure.in_words}, in which {asked.title} is drawn.")


def _covers(measure: Measure, asked: LineDraw, authorisation: Authorisation, limited: Sequence[Measure]) -> bool:
    if measure == FULL_YEAR:
        return FULL_YEAR in limited
    one_off = authorisation.term == Authorisation.Term.ONE_OFF
    return rules.authority(measure, asked.recurring, limited, one_off) is not Authority.NOTHING_RELEASED


def _row(drawdown: Drawdown, line_id: int, authorisation: Authorisation, taken: TakenOver) -> Consumption:
    return Consumption(
        drawdown=drawdown,
        line_id=line_id,
        authorisation=authorisation,
        financial_year=taken.measure.financial_year,
        kind=Consumption.Kind.TRANSFER_IN,
        pounds=taken.pounds,
        fte=taken.fte,
        continues=taken.continues,
    )
