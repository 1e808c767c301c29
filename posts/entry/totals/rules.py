"""What the totals of the table of inputs add up, phase by phase: not the lines themselves, which may be thousands. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from costing.measure import Measure
from costing.size import FteTotal, PostSize, total_fte_counted


class Sum(NamedTuple):
    """The amounts of one measure: of how many lines, how many of them are figures, and their sum in pounds."""

    entries: int = 0
    present: int = 0
    pounds: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal | None:
        """As in costing.totals: None when there are entries but no amount; 0 when there is no entry at all."""
        return self.pounds if self.present or not self.entries else None

    def __add__(self, other: object) -> "Sum":
        if not isinstance(other, Sum):
            return NotImplemented
        return Sum(self.entries + other.entries, self.present + other.present, self.pounds + other.pounds)


@dataclass
class Sums:
    """Lines together: how many, how many posts of each size they are, and their amounts by measure."""

    lines: int = 0
    sizes: Counter[PostSize | None] = field(default_factory=Counter)
    amounts: dict[Measure, Sum] = field(default_factory=dict)

    def count(self, size: PostSize | None, amounts: Mapping[Measure, Decimal | None], times: int = 1) -> None:
        """Count a line in, or with `times` -1 out again."""
        self.lines += times
        self.sizes[size] += times
        for measure, amount in amounts.items():
            one = Sum(times, times * (amount is not None), times * (amount or Decimal(0)))
            self.amounts[measure] = self.amounts.get(measure, Sum()) + one

    @property
    def fte(self) -> FteTotal:
        """The FTE of the posts, and whether one of them states none."""
        return total_fte_counted(self.sizes)

    def of(self, measure: Measure) -> Decimal | None:
        """The total of a measure in pounds."""
        return self.amounts.get(measure, Sum()).total


def together(sums: Iterable[Sums]) -> Sums:
    """Several of them as one."""
    found = Sums()
    for each in sums:
        found.lines += each.lines
        found.sizes.update(each.sizes)
        for measure, amounts in each.amounts.items():
            found.amounts[measure] = found.amounts.get(measure, Sum()) + amounts
    return found
