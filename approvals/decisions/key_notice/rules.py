"""Notice of key decisions (Executive Arrangements Regulations 2012, regulations 9 to 11). Pure: no store, no clock.

A clear day lies wholly between two days: neither the day of the notice nor the day of the decision counts. Weekends and bank
holidays do, as the Regulations say "clear days" and not "working days".
"""

from datetime import date, timedelta
from enum import StrEnum

from costing.financial_year import day_in_words


class Route(StrEnum):
    """How notice was given, under the values that decision records keep."""

    TWENTY_EIGHT_DAYS = "28_days"
    GENERAL_EXCEPTION = "reg_10"
    SPECIAL_URGENCY = "reg_11"


ROUTES = {
    Route.TWENTY_EIGHT_DAYS: "28 clear days' notice (regulation 9)",
    Route.GENERAL_EXCEPTION: "General exception: chairman notified, 5 clear days (regulation 10)",
    Route.SPECIAL_URGENCY: "Special urgency: chairman agrees it cannot be deferred (regulation 11)",
}
"""Each in words."""
CLEAR_DAYS = {Route.TWENTY_EIGHT_DAYS: 28, Route.GENERAL_EXCEPTION: 5}
"""How many clear days each route needs: whole days between the two.

Special urgency needs none: the chairman's agreement comes first, that is all."""


def earliest(route: Route, notice: date) -> date:
    """The first day on which a decision may be made under this route."""
    days = CLEAR_DAYS.get(route)
    return notice if days is None else notice + timedelta(days=days + 1)


def why_not(route: str, notice: date | None, decision: date) -> str:
    """Why a key decision may not be made that day, in a sentence; "" where notice suffices. `route` is "" where there is none."""
    if not route or notice is None:
        return "Key decisions need a notice route on file."
    first = earliest(Route(route), notice)
    if decision >= first:
        return ""
    if Route(route) is Route.SPECIAL_URGENCY:
        return f"The chairman’s agreement is dated {day_in_words(notice)}: a key decision cannot be made before it."
    return (
        f"{CLEAR_DAYS[Route(route)]} clear days from the notice of {day_in_words(notice)} have not passed: "
        f"this key decision can be made from {day_in_words(first)}."
    )
