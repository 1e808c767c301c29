"""What a copy of a line is: the same plan, moved by whole years."""

from calendar import isleap
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from costing.measure import WHOLE_LIFE, in_year, stored
from posts.lines.rules import LineState, Stated

MOST_YEARS = 20
"""So many years a plan may be moved, either way."""

NOT_COPIED = (
    "Approvals: decisions, authorisations, delegations and drawdowns",
    "Who is recruited, whether the paperwork is complete, and establishment numbers",
    "Comments and files on lines",
)
"""Said on the page before anything is copied."""


class Wanted(NamedTuple):
    """What a form asks for: `values` names the copy, `key` is the form's own. Two forms never have the same key."""

    values: Mapping[str, Any]
    years: int
    key: str


def moved_day(day: date | None, years: int) -> date | None:
    """The same day so many years later. The last day of February stays the last day of February."""
    return _moved(day, years) if day and years else day


def _moved(day: date, years: int) -> date:
    year = day.year + years
    if day.month == 2 and day.day == _days_of_february(day.year):
        return date(year, 2, _days_of_february(year))
    return day.replace(year=year)


def _days_of_february(year: int) -> int:
    return 29 if isleap(year) else 28


def moved_year(financial_year: int | None, years: int) -> int | None:
    """The measure of a stated amount so many years later, as it is stored: a full year and the whole life stay what they are."""
    measure = stored(financial_year)
    if financial_year is None or measure == WHOLE_LIFE:
        return financial_year
    return in_year(financial_year + years).financial_year


def copy_of(state: LineState, *, phase: int, years: int, by: int, at: datetime) -> LineState:
    """The line in another phase, moved by whole years, as nobody has begun to fill or to buy it.

    Whoever copies states its typed figures again, with the reasons they had.
    """
    return replace(
        state,
        phase=phase,
        intakes=tuple((fte, moved_day(start, years), moved_day(end, years)) for fte, start, end in state.intakes),
        cost_changes=tuple(each._replace(starts=_moved(each.starts, years)) for each in state.cost_changes),
        paid_by=tuple(
            replace(each, starts=moved_day(each.starts, years), ends=moved_day(each.ends, years)) for each in state.paid_by
        ),
        stated=tuple(_stated_again(each, years, by, at) for each in state.stated),
        paperwork_complete=False,
        recruited_fte=None if state.recruited_fte is None else Decimal(0),
        engaged="no" if state.engaged == "yes" else state.engaged,
        establishment_number="",
    )


def _stated_again(stated_before: Stated, years: int, by: int, at: datetime) -> Stated:
    return replace(stated_before, year=moved_year(stated_before.year, years), stated_by=by, stated_at=at)
