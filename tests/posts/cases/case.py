"""What a case of pasting says: the block, what is asked and answered, and what stands after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Figures = tuple[int | None, ...]
"""FTE is left out: 2016/17, 2017/18, full year."""


@dataclass(frozen=True)
class Case:
    """`block`: cells parted by bars, as tabs. `fates`: how many lines are new, changed, same. `three`: Phase Three after it.

    `asks`: keys of the questions that stop it until `answers` are given. `stops`: words of the messages that refuse it. `says`:
    words that the page must show. `lines`: of rows, their amounts. `totals`: how many are confirmed. `after`: what was
    pasted before.
    """

    block: str
    fates: tuple[int, int, int] = (0, 0, 0)
    three: tuple[float, int, int, int] | None = None
    asks: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    lines: Mapping[int, Figures] = field(default_factory=dict)
    totals: int = 0
    after: str = ""
    bars: bool = True

    @property
    def text(self) -> str:
        return self.block.replace("|", "\t") if self.bars else self.block


YEARS = "Phase|Post|FTE|2016/17|2017/18|Full year\n"
WITH_TEAM = "Phase|Team|Post|FTE|2016/17|2017/18|Full year\n"
P3 = "Phase Three|"
