"""Which resolution of a body can decide on a drawdown. Pure: the trigger `resolution_in_order` of the database holds the same."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Resolved:
    """A resolution of the body that decides. `used_on` is the reference of another drawdown that it decided, or "".

    `about` holds the numbers of the authorisations whose money it decides on; `put_right`: a later decision corrects it;
    `gives_power`: it is the one that delegates the decision to the body.
    """

    decided_on: date
    about: Collection[int]
    used_on: str = ""
    put_right: bool = False
    gives_power: bool = False


def why_not_resolved_by(resolution: Resolved, *, power_since: date, money: Collection[int]) -> str:
    """Why it cannot decide on a drawdown of the money of these authorisations, in a sentence; "" where it can.

    `power_since` is the day of the resolution that delegates the decision to the body.
    """
    if resolution.decided_on < power_since:
        return "It is older than the power to decide on this."
    if resolution.used_on:
        return f"It has decided another drawdown: {resolution.used_on}."
    if resolution.put_right:
        return "Another decision has put it right since."
    if not money and resolution.gives_power:
        return "It gives the power to decide on this, and is not the decision itself."
    if not money and resolution.about:
        return "It is about money, and this decision releases none."
    if not set(money) <= set(resolution.about):
        return "It is not recorded as being about this money."
    return ""
