"""The numbers that Word gives to the paragraphs of lists. The standard library only: a bounded process imports this."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Level:
    """One level of a list: where it starts, how its figures look, and the pattern that joins them."""

    start: int = 1
    look: str = "decimal"
    pattern: str = ""
    style: str = ""
    restarts: bool = True
    all_decimal: bool = False


@dataclass
class Lists:
    """The numbering of a document: every paragraph asks it, in order, for its number."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def number(self, list_id: str, at: int) -> str:
        """The number of the next paragraph of this list at this level, "" for a bullet."""
        abstract = self.abstract_of.get(list_id, "")
        levels = self.levels.get(abstract, {})
        if at not in levels:
            return ""
        counters = self.counters.setdefault(abstract, {})
        override = self.restarts.get(list_id, {}).get(at)
        if override is not None and (list_id, at) not in self.begun:
            counters[at] = override
        else:
            counters[at] = counters[at] + 1 if at in counters else levels[at].start
        self.begun.add((list_id, at))
        for deeper in [each for each in counters if each > at and levels.get(each, Level()).restarts]:
            del counters[deeper]
        if levels[at].look in ("bullet", "none"):
            return ""

        def figure(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            shape = levels.get(level, Level())
            count = counters.setdefault(level, shape.start)
            return LOOKS.get("decimal" if levels[at].all_decimal else shape.look, str)(count)

        return re.sub(r"%([1-9])", figure, levels[at].pattern)


ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix")),
    *((5, "v"), (4, "iv"), (1, "i")),
)


def _letters(count: int) -> str:
    return chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1) if 0 < count < 1000 else str(count)


def _roman(count: int) -> str:
    if not 0 < count < 4000:
        return str(count)
    said = ""
    for value, numeral in ROMAN:
        said += numeral * (count // value)
        count %= value
    return said


LOOKS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "decimalZero": lambda count: f"{count:02}",
    "none": lambda count: "",
    "bullet": lambda count: "",
}
