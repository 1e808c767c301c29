"""What may be released under a delegation. Pure: the trigger `line_under_its_delegation` of the database holds the same."""

from collections.abc import Collection


def may_release(money: Collection[int], decision: int) -> bool:
    """Whether money that this decision authorised may be released under a delegation given with the money of these decisions."""
    return decision in money
