"""Figures in a sentence: money, ranges of it, FTE and posts, and what the words beside them say of their basis."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from costing.financial_year import FinancialYear
from costing.typed import NotUnderstood, parse_amount
from reports.draft.rules.bases import with_basis

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
_DIGITS = r"[0-9]{1,3}(?:\s[0-9]{3})+(?![0-9])|[0-9](?:[0-9,]*[0-9])?(?:\.[0-9]+)?"
_AMOUNT = re.compile(
    rf"""(?<![\w.,/£])
    (?:(?:£|GBP)\s?(?P<pounds>{_DIGITS})(?:\s?(?P<unit>{_UNITS}))?
      |(?P<bare>[0-9](?:[0-9,]*[0-9])?(?:\.[0-9]+)?)(?:(?P<joined>k|m|mn|bn)|\s(?P<word>million|thousand|billion)|(?=\spounds\b)))
    (?![\w£]|[,.][0-9])""",
    re.VERBOSE | re.IGNORECASE,
)
_RANGE = re.compile(
    rf"£\s?([0-9][0-9,]*(?:\.[0-9]+)?)\s?[-–—]\s?£?([0-9][0-9,]*(?:\.[0-9]+)?)\s?({_UNITS})?(?![\w£]|[,.][0-9])", re.IGNORECASE
)
_SCALE = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000}
_SCALE |= {"bn": 1_000_000_000, "billion": 1_000_000_000}
_OVER = re.compile(
    r"(?<!\bno )(?<!\bnot )\b(?:over|(?:more|greater) than|above|at least|exceed(?:s|ing)|in excess of|just over|upwards of)\s+$",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"(?<!\bno )(?<!\bnot )\b(?:under|less than|below|nearly|almost|just under|just below|not quite)\s+$", re.IGNORECASE
)

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
    rf"(?<![\w.,£])(?P<count>{_NUMBER})\s*(?:(?:f|w)\.?t\.?e\.?'?s?\b|(?:full|whole)[- ]time[- ]equivalents?\b)"
    rf"|\b[FW]TE\s+(?:of|:|=)\s*(?P<after>[0-9]{{1,4}}(?:\.[0-9]{{1,2}})?)(?![\w%])",
    re.IGNORECASE,
)
_POSTS = re.compile(
    rf"(?<![\w.,£])(?<!phase )(?<!phases )(?<!tranche )(?P<count>{_NUMBER})\s+"
    r"(?:(?:additional|new|extra|further|permanent|funded)\s+)*posts\b",
    re.IGNORECASE,
)


def money_in(text: str, years: Sequence[FinancialYear]) -> list[Money]:
    """Every amount of money in a sentence, in order, each with the basis its words give it."""
    found = [*_ranges(text)]
    taken = {place for each in found for place in range(each.start, each.end)}
    for match in _AMOUNT.finditer(text):
        if match.start() not in taken and match.end() - 1 not in taken:
            figure = re.sub(r"\s", ",", match["pounds"] or match["bare"])
            unit = (match["unit"] or match["joined"] or match["word"] or "").lower()
            if not re.fullmatch("000", figure):  # £000 is the unit of a table
                found.append(_money(text, match.span(), figure, unit, _before(text, match)))
    found.sort(key=lambda each: each.start)
    return with_basis(text, found, years)


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
        if "," in figure or len(figure) > 9:
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


_BARE = re.compile(
    r"(?<![\w£.,/-])(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?\s?(?:%|per\s?cent\b))(?![\w£,]|\.[0-9]|\s(?:pounds\b|FTE))",
    re.IGNORECASE,
)


def others_in(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where figures stand that are neither money nor FTE, such as 1,250 without a pound sign, or 12%."""
    for match in _BARE.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield match.span()
