"""What is left of a limit before and after a drawdown, and if everything else that waits is signed too. Pure."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import NamedTuple

from costing.measure import Measure


class Left(NamedTuple):
    """One limit, and what is left of it, in whole pounds. `elsewhere` is what other drawdowns that wait ask of it.

    `key` tells it from every other limit of its measure, whatever their names, where several drawdowns are looked at.
    """

    of: str
    measure: Measure
    limit: Decimal
    before: Decimal
    asked: Decimal
    elsewhere: Decimal
    key: str = ""

    @property
    def after(self) -> Decimal:
        return self.before - self.asked

    @property
    def after_all(self) -> Decimal:
        """What is left if every drawdown that waits is signed off."""
        return self.after - self.elsewhere

    @property
    def is_over(self) -> bool:
        return self.after < 0

    @property
    def is_over_with_all(self) -> bool:
        """This one is within the limit, and not all that wait are."""
        return not self.is_over and self.after_all < 0

    @property
    def excess(self) -> Decimal:
        """How much more is asked than is left; only of a limit that is exceeded."""
        return self.asked - self.before

    @property
    def excess_with_all(self) -> Decimal:
        """How much more is asked by all that wait than is left; only where that is exceeded."""
        return -self.after_all

    @property
    def heading(self) -> str:
        return self.measure.label


class Money(NamedTuple):
    """What a drawdown asks for by measure, and what is left of each limit that it draws on.

    `draws` holds the measures in which any of its lines draws, whatever credits leave of the sum.
    """

    asked: dict[Measure, Decimal]
    limits: list[Left]
    draws: AbstractSet[Measure] = frozenset()

    @property
    def first_year(self) -> Measure | None:
        """The earliest financial year of whose money it draws; None where it draws of none."""
        return min((each for each in self.draws if each.financial_year is not None), default=None)

    @property
    def after(self) -> dict[Measure, Decimal]:
        """The tightest headroom in each limited measure once it is signed."""
        return tightest((each.measure, each.after) for each in self.limits)

    @property
    def after_all(self) -> dict[Measure, Decimal]:
        """The same once everything that waits is signed; of the measures alone in which something else is asked."""
        more = {each.measure for each in self.limits if each.elsewhere}
        return tightest((each.measure, each.after_all) for each in self.limits if each.measure in more)


def tightest(found: Iterable[tuple[Measure, Decimal]]) -> dict[Measure, Decimal]:
    """The least in each measure."""
    least: dict[Measure, Decimal] = {}
    for measure, pounds in found:
        least[measure] = min(pounds, least.get(measure, pounds))
    return least


def running(waiting: Iterable[Money]) -> list[list[Left]]:
    """Every limit each of these draws on, as it stands if those before it were signed off first, in this order."""
    signed: dict[tuple[str, Measure], Decimal] = {}
    found = []
    for each in waiting:
        rows = []
        for limit in each.limits:
            earlier = signed.get((limit.key, limit.measure), Decimal(0))
            rows.append(limit._replace(before=limit.before - earlier, elsewhere=limit.elsewhere - earlier))
            signed[limit.key, limit.measure] = earlier + limit.asked
        found.append(rows)
    return found


def left_after(waiting: Iterable[Money]) -> dict[Measure, Decimal]:
    """The tightest headroom in each measure once all of these are signed off."""
    last = {(limit.key, limit.measure): limit for limits in running(waiting) for limit in limits}
    return tightest((limit.measure, limit.after) for limit in last.values())


def in_order(waiting: Iterable[Money]) -> list[dict[Measure, Decimal]]:
    """The tightest headroom in each measure after each of these, if they are signed off one after the other in this order."""
    return [tightest((limit.measure, limit.after) for limit in limits) for limits in running(waiting)]
