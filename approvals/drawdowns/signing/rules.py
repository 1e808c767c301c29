"""Which resolution of a body can decide on a drawdown. Pure: the trigger `resolution_in_order` of the database holds the same."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto


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


class Unfit(Enum):
    """Why a resolution cannot decide on a drawdown."""

    OF_ANOTHER_BODY = auto()
    OLDER_THAN_THE_POWER = auto()
    USED = auto()
    """It has decided another drawdown."""
    PUT_RIGHT = auto()
    """Another decision has put it right since."""
    GIVES_POWER = auto()
    """It gives the power to decide, and is not the decision itself."""
    ABOUT_MONEY = auto()
    """It is about money, and the drawdown releases none."""
    NOT_ABOUT_THIS_MONEY = auto()


def why_not_resolved_by(resolution: Resolved, *, power_since: date, money: Collection[int]) -> Unfit | None:
    """Why it cannot decide on a drawdown of the money of these authorisations; None where it can.

    `power_since` is the day of the resolution that delegates the decision to the body.
    """
    if resolution.decided_on < power_since:
        return Unfit.OLDER_THAN_THE_POWER
    if resolution.used_on:
        return Unfit.USED
    if resolution.put_right:
        return Unfit.PUT_RIGHT
    if not money and resolution.gives_power:
        return Unfit.GIVES_POWER
    if not money and resolution.about:
        return Unfit.ABOUT_MONEY
    return None if set(money) <= set(resolution.about) else Unfit.NOT_ABOUT_THIS_MONEY
