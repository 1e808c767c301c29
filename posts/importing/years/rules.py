"""Financial years in headings, in every spelling that finance officers use. Pure."""

import re

from costing.financial_year import FinancialYear, NotAFinancialYear

DASHES = (
    "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"
    "\N{MINUS SIGN}\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}"
)
"""Every sign that stands for a hyphen."""
_AS_HYPHEN = dict.fromkeys(map(ord, DASHES), "-") | {0xAD: None}

_SPAN = re.compile(r"(?<![\d/-])(?:fy ?)?((?:19|20)?\d\d)(?: ?[/-] ?| to )((?:19|20)?\d\d)(?![\d/-])")
_SHORT = re.compile(r"(?<![\d/-])(?:fy ?)?((?:19|20)\d\d) ?[/-] ?(\d)(?![\d/-])")
# Without anything between them: never 1920 or 2021, which may be a single year.
_TOGETHER = re.compile(r"(?<![\d/-])(?:fy ?)?((?:19|20)\d\d(?=\d\d(?!\d))|(?!19|20)\d\d)(\d\d)(?![\d/-])")
_FROM_APRIL = re.compile(r"\bapr(?:il)?[ -]?((?:20)?\d\d) ?(?:-|to) ?mar(?:ch)?[ -]?((?:20)?\d\d)\b")
_ENDING = re.compile(
    r"\b(?:fye|y/?e|(?:f/?y|(?:financial )?year|(?:12|twelve) months)(?: to| end(?:ing|ed)?)?)(?: on)?[ :]*"
    r"(?:(?:31(?:st)? ?)?mar(?:ch)?|31[/.-]0?3[/.-]?)[ /.,-]*((?:20)?\d\d)(?!\d)"
)
# What a heading may say of a year beside the year, without being about something else than its amount.
_BESIDE = re.compile(
    r"(?:costs?|budget(?:ed)?|forecasts?|estimated?s?|project(?:ed|ion)|plan(?:ned)?|actuals?|outturn|part|full|years?|yr|effects?|"
    r"fye|pye|py|fy|in|for|of|the|total|financial|spend|expenditure|amounts?|impact|additional|net|gross|revised|original|"
    r"proposed|approved|requested|draft|current|this|next|first|second|final|"
    r"\d{1,2} ?(?:months?|mths?)|months?|mths?|q[1-4]|quarters?|onwards?|"
    r"staffing|staff|employment|incl?|including|on|oncosts?|request|requirement|bid|pressure|growth|provision|resources?|"
    r"funding required|p/?y|f/?y|a|to|"
    r"year ?\d|yr ?\d|y\d|\d)"
)


def plain_dashes(text: str) -> str:
    """The text with every dash as a hyphen, and without soft hyphens."""
    return text.translate(_AS_HYPHEN)


def year_named(heading: str) -> FinancialYear | None:
    """The year whose amounts stand under a heading: 2016/17, 16-17, FY16/17 Forecast, year ending March 2017. None for no year.

    A single number (FY17, 2017) may be the year it begins or the year it ends in: it names none.
    """
    text = " ".join(re.sub(r"[^a-z0-9/.:-]+", " ", plain_dashes(heading).casefold().replace("_", "-").replace("\\", "/")).split())
    for pattern in (_FROM_APRIL, _ENDING, _SPAN, _SHORT, _TOGETHER):
        found = list(pattern.finditer(text))
        if len(found) != 1:
            continue
        match = found[0]
        beside = f"{text[: match.start()]} {text[match.end() :]}".replace("-", " ").replace(":", " ").replace(".", " ")
        if all(_BESIDE.fullmatch(word) for word in beside.split()):
            return _year(match.group(1), match.group(2)) if match.re is not _ENDING else _ending(match.group(1))
    return None


def _four(digits: str) -> int:
    return int(digits) if len(digits) == 4 else int(digits) + (1900 if int(digits) >= 90 else 2000)


def _year(first: str, last: str) -> FinancialYear | None:
    starts = _four(first)
    if len(last) == 1:
        last = f"{first[2]}{last}" if last != "0" else f"{int(first[2]) + 1}0"
    try:
        return FinancialYear(starts) if (starts + 1) % 100 == int(last) % 100 and _four(last) == starts + 1 else None
    except NotAFinancialYear:
        return None


def _ending(last: str) -> FinancialYear | None:
    try:
        return FinancialYear(_four(last) - 1)
    except NotAFinancialYear:
        return None
