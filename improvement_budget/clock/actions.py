"""The demonstration moves on, and what happens day by day happens."""

from datetime import date

from accounts.clock.actions import move_to
from accounts.clock.rules import opening
from accounts.models import User
from approvals.actions import publish_planned, take_effect_of_all
from approvals.notices.actions import remind
from improvement_budget import demonstration
from improvement_budget.clock.rules import days_between


def move_on(*, today: date, to: date, by: User) -> None:
    """The demonstration lives on `to`; on each day on the way planned records were published, decisions took effect,
    people were reminded and the story went on.

    Raises ClockStays.
    """
    move_to(to, by=by)
    demonstration.go_on(after=opening(today), until=opening(to))
    for day in days_between(today, to):
        publish_planned(opening(day))
        take_effect_of_all(opening(day))
        remind(opening(day))
