"""Limits: what is left of an authorisation, and who may approve a running total. Exactly the limit is within it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Generic, TypeVar

Body = TypeVar("Body")


def headroom(limit: Decimal | None, used: Decimal) -> Decimal | None:
    """What is left of the limit, in pounds, negative when it is exceeded; None when the measure is not limited."""
    return None if limit is None else limit - used


def exceeds(limit: Decimal | None, planned: Decimal) -> bool:
    """Whether the plan is above the limit. Exactly the limit is within it; nothing exceeds no limit."""
    return limit is not None and planned > limit


def running_totals(full_year_costs: Iterable[Decimal | None]) -> tuple[Decimal, ...]:
    """The cumulative full-year effect after each entry; an entry without full-year effect adds nothing."""
    return tuple(accumulate(cost or Decimal(0) for cost in full_year_costs))


@dataclass(frozen=True, slots=True)
class ApprovalLimit(Generic[Body]):
    """A body may approve up to an amount (None: any amount), from a day until a day (None: until further notice)."""

    body: Body
    up_to: Decimal | None
    starts: date
    ends: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the limit applies on the day; its last day is included."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


def able(running_total: Decimal, limits: Iterable[ApprovalLimit[Body]], day: date) -> tuple[ApprovalLimit[Body], ...]:
    """The limits in force that the running total is within, the lowest first, any amount last."""
    within = [limit for limit in limits if limit.in_force(day) and not exceeds(limit.up_to, running_total)]
    return tuple(sorted(within, key=lambda limit: (limit.up_to is None, limit.up_to or Decimal(0))))


def approver(running_total: Decimal, limits: Iterable[ApprovalLimit[Body]], day: date) -> ApprovalLimit[Body] | None:
    """The lowest limit in force that the running total is within, or None when nobody may approve it."""
    return next(iter(able(running_total, limits, day)), None)
