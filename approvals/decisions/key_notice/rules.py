"""Notice of key decisions. Pure: no store, no clock.

With an executive: Executive Arrangements Regulations 2012, regulations 9 to 11. In a combined authority: part 3 of the Combined
Authorities (Overview and Scrutiny Committees, Access to Information and Audit Committees) Order 2017, whose article 11 asks for
28 clear days as well; its exceptions are held to the same days here.

A clear day lies wholly between two days: neither the day of the notice nor the day of the decision counts. Weekends and bank
holidays do, as the Regulations say "clear days" and not "working days".
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Route(StrEnum):
    """How notice was given, under the values that decision records keep."""

    TWENTY_EIGHT_DAYS = "28_days"
    GENERAL_EXCEPTION = "reg_10"
    SPECIAL_URGENCY = "reg_11"


ROUTES = {
    Route.TWENTY_EIGHT_DAYS: "28 clear days' notice",
    Route.GENERAL_EXCEPTION: "General exception: chairman notified, 5 clear days",
    Route.SPECIAL_URGENCY: "Special urgency: chairman agrees it cannot be deferred",
}
"""Each in words that are true under every governance."""
_REGULATIONS = {Route.TWENTY_EIGHT_DAYS: 9, Route.GENERAL_EXCEPTION: 10, Route.SPECIAL_URGENCY: 11}


def routes(*, has_executive: bool) -> Mapping[Route, str]:
    """Each route in words; with its regulation of 2012 where the council has an executive, to which alone these apply."""
    if not has_executive:
        return ROUTES
    return {route: f"{said} (regulation {_REGULATIONS[route]})" for route, said in ROUTES.items()}


CLEAR_DAYS = {Route.TWENTY_EIGHT_DAYS: 28, Route.GENERAL_EXCEPTION: 5}
"""How many clear days each route needs: whole days between the two.

Special urgency needs none: the chairman's agreement comes first, that is all."""


def earliest(route: Route, notice: date) -> date:
    """The first day on which a decision may be made under this route."""
    days = CLEAR_DAYS.get(route)
    return notice if days is None else notice + timedelta(days=days + 1)


class Thresholds(NamedTuple):
    """From how many pounds in a year, and from how many wards, the council counts a decision as key; None where it names none."""

    pounds: int | None
    wards: int | None


class OverThreshold(NamedTuple):
    """A decision is key by one of the council's own thresholds: by what it releases, or by the wards it affects.

    `most` is the greatest amount it releases in a year, or in a full year, after the name of that year; None where wards count.
    """

    threshold: int
    most: tuple[str, Decimal] | None = None
    wards: int = 0


def why_key(thresholds: Thresholds, most: tuple[str, Decimal] | None, wards: str) -> OverThreshold | None:
    """Why a decision is key by the council's own thresholds; None where it is below them, or there are none.

    `most` is the greatest amount it releases in a year, or in a full year, after the name of that year. `wards` are as typed.
    """
    if most and thresholds.pounds is not None and most[1] >= thresholds.pounds:
        return OverThreshold(thresholds.pounds, most)
    if thresholds.wards is not None and wards_in(wards) >= thresholds.wards:
        return OverThreshold(thresholds.wards, wards=wards_in(wards))
    return None


ALL = 1000
"""More wards than any council has."""


def wards_in(typed: str) -> int:
    """How many wards are named, each on a line or after a comma; ALL for all of them, or borough-wide."""
    if re.match(r"\s*(all\b|(borough|district|county|city|council)[- ]?wide)", typed, re.IGNORECASE):
        return ALL
    return sum(bool(part.strip()) for part in re.split(r"[,;\n]|\band\b", typed))


class Unnoticed(NamedTuple):
    """Why a key decision may not be made: no notice is on file, it was withdrawn, or its days have not passed.

    `route` and `on` are of a notice that was given, and `first` the day on which its days have passed; None where none was.
    `withdrawn` is the reference of the notice in the forward plan, where that was withdrawn since.
    """

    route: Route | None = None
    on: date | None = None
    first: date | None = None
    withdrawn: str = ""


def unnoticed(route: str, notice: date | None, decision: date) -> Unnoticed | None:
    """Why a key decision may not be made that day; None where notice suffices. `route` is "" where there is none."""
    if not route or notice is None:
        return Unnoticed()
    first = earliest(Route(route), notice)
    return None if decision >= first else Unnoticed(Route(route), notice, first)
