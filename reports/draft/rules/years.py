"""Financial years as papers write them: 2016/17, 16/17, FY17, the year ending March 2017. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from costing.financial_year import FinancialYear, NotAFinancialYear

FULL_YEAR = "full year"
OVER_YEARS = "over all years"
"""A basis is the label of a financial year, FULL_YEAR, OVER_YEARS, two labels for a sum over them and the years between
(2016/17 to 2018/19), or "" where nothing is said."""

_END = r"(?:31(?:st)?\s+)?Mar(?:ch)?\.?[\s-]*"
_START = r"(?:1(?:st)?\s+)?Apr(?:il)?\.?\s+"
_YEAR = re.compile(
    rf"""(?<![0-9.,£/])(?P<first>20[0-9]{{2}})\s?(?:[/–—-]|\bto\b)\s?(?P<last>(?:20)?[0-9]{{2}}|[0-9])(?![0-9/]|[.,][0-9])
    |(?<![0-9.,£/–-])(?P<short>[0-9]{{2}})\s?/\s?(?P<end>[0-9]{{2}})(?![0-9/%]|[.,][0-9])
    |\b(?:FY|(?:in|for|during|of|year)\s)\s?(?P<open>[0-9]{{2}})\s?[–-]\s?(?P<close>[0-9]{{2}})(?![0-9/%]|[.,][0-9]|[\s-]years?[\s-]olds?)
    |\bFYE?\s?(?:20|['’])?(?P<ending>[0-9]{{2}})\b(?!\s?[/–-]\s?[0-9])
    |\b(?:years?|y/?e|FYE|twelve\s+months|12\s+months)\s+(?:(?:that\s+)?(?:ending|ends|ended|end|to|until)\s+)?(?:in\s+|on\s+)?(?:the\s+)?
      (?:{_END}|31[/.-]0?3[/.-])(?:20|['’])?(?P<to>[0-9]{{2}})\b
    |\byears?\s+(?:beginning|starting|commencing|from)\s+(?:in\s+|on\s+)?{_START}(?P<begun>20[0-9]{{2}})\b
    |\b{_START}(?P<april>20[0-9]{{2}})\s+(?:to|until|[–-])\s+{_END}(?P<march>20[0-9]{{2}})\b""",
    re.VERBOSE | re.IGNORECASE,
)


class YearSaid(NamedTuple):
    """Where a year stands in a text, and its label."""

    start: int
    end: int
    label: str


def years_in(text: str) -> Iterator[YearSaid]:
    """Every financial year that a text names, in order. FY17 is the year that ends in 2017."""
    for match in _YEAR.finditer(text):
        try:
            label = _label(match)
        except NotAFinancialYear:
            continue
        if label:
            yield YearSaid(match.start(), match.end(), label)


def _label(match: re.Match[str]) -> str:
    """The year; "" where the two that are named do not follow each other."""
    if closing := match["ending"] or match["to"]:
        return FinancialYear(1999 + int(closing)).label
    if match["begun"]:
        return FinancialYear(int(match["begun"])).label
    for first, last in (("first", "last"), ("short", "end"), ("open", "close"), ("april", "march")):
        if match[first]:
            start, digits = int(match[first]) % 100, len(match[last])
            follows = (start + 1) % 10 ** min(digits, 2) == int(match[last]) % 10 ** min(digits, 2)
            return FinancialYear(2000 + start).label if follows else ""
    return ""
