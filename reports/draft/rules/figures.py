"""Figures in a sentence: money, ranges of it, FTE and posts, and what the words beside them say of their basis."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from costing.financial_year import FinancialYear
from costing.typed import NotUnderstood, parse_amount

FULL_YEAR = "full year"
IN_YEAR = "in year"
"""A basis is the label of a financial year, FULL_YEAR, or "" where nothing is said."""

COARSE = Decimal(10_000)
"""Figures rounded to so much or more (£2.3m) stand for a line only where it is named: some line would fit by chance."""


class Bound(StrEnum):
    """What a word before a figure makes of it."""

    NEAR = "near"
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True)
class Money:
    """An amount as written. `value` is None where it cannot be read, and `problem` says why; `step` is what it is rounded to."""

    start: int
    end: int
    text: str
    value: Decimal | None
    step: Decimal = Decimal(1)
    bound: Bound = Bound.NEAR
    basis: str = ""
    certain: bool = False
    problem: str = ""

    @property
    def is_coarse(self) -> bool:
        return self.step >= COARSE

    @property
    def covers(self) -> tuple[Decimal, Decimal]:
        """The least and the greatest amount in whole pounds that the figure, as exact as it is written, can stand for."""
        if self.value is None:
            return Decimal(1), Decimal(0)
        if self.bound is Bound.OVER:
            return self.value, self.value + min(self.step, self.value / 10)
        if self.bound is Bound.UNDER:
            return self.value - min(self.step, self.value / 10), self.value
        half = min(self.step / 2, self.value / 40) if self.is_coarse else self.step / 2
        return self.value - half, self.value + half


@dataclass(frozen=True)
class Count:
    """A number of FTE or of posts as written."""

    start: int
    end: int
    text: str
    value: Decimal
    is_fte: bool


_UNITS = r"k|mn|m|bn|million|thousand|billion"
_AMOUNT = re.compile(
    rf"""(?<![\w.,/£])
    (?:£\s?(?P<pounds>[0-9](?:[0-9,]*[0-9])?(?:\.[0-9]+)?)(?:\s?(?P<unit>{_UNITS}))?
      |(?P<bare>[0-9](?:[0-9,]*[0-9])?(?:\.[0-9]+)?)(?:(?P<joined>k|m|mn|bn)|\s(?P<word>million|thousand|billion)))
    (?![\w£]|[,.][0-9])""",
    re.VERBOSE | re.IGNORECASE,
)
_RANGE = re.compile(
    rf"£\s?([0-9][0-9,]*(?:\.[0-9]+)?)\s?[-–—]\s?£?([0-9][0-9,]*(?:\.[0-9]+)?)\s?({_UNITS})?(?![\w£]|[,.][0-9])", re.IGNORECASE
)
_SCALE = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000}
_SCALE |= {"bn": 1_000_000_000, "billion": 1_000_000_000}
_OVER = re.compile(
    r"\b(?:over|(?:more|greater) than|above|at least|exceed(?:s|ing)|in excess of|just over|upwards of)\s+$", re.IGNORECASE
)
_UNDER = re.compile(r"\b(?:under|less than|below|nearly|almost|just under|just below|not quite)\s+$", re.IGNORECASE)

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        (
            *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
            *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
        ),
        start=1,
    )
}
_NUMBER = rf"[0-9]{{1,4}}(?:\.[0-9]{{1,2}})?|{'|'.join(NUMBER_WORDS)}"
_FTE = re.compile(
    rf"(?<![\w.,£])(?P<count>{_NUMBER})\s*(?:f\.?t\.?e\.?'?s?\b|(?:full|whole)[- ]time[- ]equivalents?\b)"
    rf"|\bFTE\s+(?:of|:|=)\s*(?P<after>[0-9]{{1,4}}(?:\.[0-9]{{1,2}})?)(?![\w%])",
    re.IGNORECASE,
)
_POSTS = re.compile(
    rf"(?<![\w.,£])(?P<count>{_NUMBER})\s+(?:(?:additional|new|extra|further|permanent|funded)\s+)*posts\b", re.IGNORECASE
)


def money_in(text: str, years: Sequence[FinancialYear]) -> list[Money]:
    """Every amount of money in a sentence, in order, each with the basis its words give it."""
    found = [*_ranges(text)]
    taken = {place for each in found for place in range(each.start, each.end)}
    for match in _AMOUNT.finditer(text):
        if match.start() not in taken and match.end() - 1 not in taken:
            figure, unit = match["pounds"] or match["bare"], (match["unit"] or match["joined"] or match["word"] or "").lower()
            if not re.fullmatch("000", figure):  # £000 is the unit of a table
                found.append(_money(text, match.span(), figure, unit, _before(text, match)))
    found.sort(key=lambda each: each.start)
    return _with_basis(text, found, years)


def _ranges(text: str) -> Iterator[Money]:
    for match in _RANGE.finditer(text):
        unit = (match[3] or "").lower()
        if unit == "" and "," not in match[0]:
            continue
        yield _money(text, (match.start(), match.end(1)), match[1], unit, _before(text, match))
        yield _money(text, (match.start(2), match.end()), match[2], unit, "")


def _before(text: str, match: re.Match[str]) -> str:
    """The words just before an amount, which say whether it is a bound."""
    return text[max(0, match.start() - 30) : match.start()]


def _money(text: str, span: tuple[int, int], figure: str, unit: str, before: str) -> Money:
    (start, end), scale = span, _SCALE[unit]
    written = text[start:end]
    try:
        parse_amount(figure.partition(".")[0])
    except NotUnderstood as error:
        return Money(start, end, written, None, problem=str(error))
    value = Decimal(figure.replace(",", "")) * scale
    step = Decimal(scale) / 10 ** len(figure.partition(".")[2])
    if not unit and value >= COARSE and figure.endswith("000"):
        step = Decimal(1000)
    bound = Bound.OVER if _OVER.search(before) else Bound.UNDER if _UNDER.search(before) else Bound.NEAR
    return Money(start, end, written, value, step, bound)


def counts_in(text: str) -> list[Count]:
    """Every number of FTE or posts in a sentence, in order."""
    found = [*_counts(_FTE, text, is_fte=True), *_counts(_POSTS, text, is_fte=False)]
    return sorted(found, key=lambda each: each.start)


def _counts(pattern: re.Pattern[str], text: str, *, is_fte: bool) -> Iterator[Count]:
    for match in pattern.finditer(text):
        written = (match["count"] or match.groupdict().get("after") or "").lower()
        yield Count(match.start(), match.end(), match[0], Decimal(NUMBER_WORDS.get(written, written)), is_fte)


_BASIS = re.compile(
    r"""(?P<year>\b20[0-9]{2}\s?[/–-]\s?(?:20)?[0-9]{2}\b)
    |(?P<full>\bfull[- ]year(?:[- ]effect)?\b|\bper\s+annum\b|\bp\.a\.|\bper\s+year\b|\bannually\b|\ba\s+year\b|\beach\s+year\b
      |\bon-?going\b)
    |(?P<next>\bnext\s+(?:financial\s+)?year\b|\bthe\s+following\s+year\b)
    |(?P<in>\bin[- ]year\b|\bpart[- ]year\b|\b(?:this|the\s+current)\s+(?:financial\s+)?year\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_CLOSE = re.compile(r"[\s(]*(?:(?:in|for|a|the|during|of|as|its|over)\b\s*)*", re.IGNORECASE)
_LEADING = re.compile(r"[^,;.£0-9]*")


def basis_said(match: re.Match[str], years: Sequence[FinancialYear]) -> str:
    """The basis that these words name; "in year" is the first year of the table, "next year" the second."""
    if match["year"]:
        start = int(match["year"][:4])
        end = int(re.search(r"[0-9]{2}$", match["year"])[0])  # type: ignore[index]
        return FinancialYear(start).label if (start + 1) % 100 == end else ""
    if match["full"]:
        return FULL_YEAR
    at = 1 if match["next"] else 0
    return years[at].label if at < len(years) else ""


def _with_basis(text: str, found: Sequence[Money], years: Sequence[FinancialYear]) -> list[Money]:
    """Give every figure the basis beside it: the words just after it, or those that lead to it without a comma between."""
    words = [(match.start(), match.end(), basis) for match in _BASIS.finditer(text) if (basis := basis_said(match, years))]
    alone = {basis for _, _, basis in words}
    otherwise = alone.pop() if len(alone) == 1 else ""
    said: dict[int, str] = {}
    word = 0
    # Gap by gap: what stands between a figure and the next belongs to one of them, or to neither.
    for index in range(len(found) + 1):
        begin = found[index - 1].end if index else 0
        stop = found[index].start if index < len(found) else len(text)
        between = []
        while word < len(words) and words[word][0] < stop:
            if words[word][0] >= begin:
                between.append(words[word])
            word += 1
        if between and index and _goes_with_the_figure_before(text, begin, between[0], stop if index < len(found) else None):
            said[index - 1] = between.pop(0)[2]
        if between and index < len(found) and _leads_to(text[between[-1][1] : stop]):
            said.setdefault(index, between[-1][2])
    return [
        replace(each, basis=said[index], certain=True) if index in said else replace(each, basis=otherwise)
        for index, each in enumerate(found)
    ]


def _goes_with_the_figure_before(text: str, begin: int, word: tuple[int, int, str], next_figure: int | None) -> bool:
    start, end, _ = word
    if not _CLOSE.fullmatch(text[begin:start]):
        return False
    # "£141k full year effect of £795k" says nothing of £141k.
    return next_figure is None or not re.fullmatch(r"\s+(?:(?:cost|effect|sum|total)\s+)?(?:is|of)\s+", text[end:next_figure])


def _leads_to(between: str) -> bool:
    return bool(_LEADING.fullmatch(between)) and len(between.split()) <= 8
