"""Which basis the words beside a figure give it: a financial year, a full year, all years together. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from costing.financial_year import FinancialYear
from reports.draft.rules.years import FULL_YEAR, OVER_YEARS, years_in

if TYPE_CHECKING:
    from reports.draft.rules.figures import Money

_WORDS = re.compile(
    r"""(?P<after>\bthereafter\b|\bfrom\s+then\s+on(?:wards)?\b|\b(?:in|for)\s+(?:later|subsequent|future)\s+years\b
      |\b(?:each|every)\s+(?:later|subsequent|following|future)\s+year\b)
    |(?P<over>\bwhole[- ]life\b|\blife[- ]?time\b|\b(?:both|all)\s+years\b|\bcumulative(?:ly)?\b
      |\b(?:two|three|four|five|six)[- ]year\b
      |\b(?:over|across|for|within)\s+(?:the\s+|all\s+|its\s+|next\s+|first\s+|these\s+)*(?:[\w-]+\s+)?(?:financial\s+)?years\b)
    |(?P<full>\bfull[- ](?:financial[- ])?year(?:[- ]effect)?\b|\bper\s+annum\b|\bp\.?a\.?(?![\w.])|\bper\s+year\b
      |\bannual(?:ly|ised)?\b|\ba\s+year\b|\b(?:each|every)\s+year\b|\bon-?going\b|\bsteady[- ]state\b
      |\bFYE\b(?!\s*(?:20|['’]?[0-9]|31|mar))
      |\brecurr(?:ing|ent)\s+(?:cost|costs|effect|sum|spend|spending|expenditure|pressure|commitment)\b)
    |(?P<next>\b(?:next|the\s+following|the\s+second)\s+(?:financial\s+)?year\b|\by(?:ea)?r\.?\s+(?:two|2)\b)
    |(?P<last>\b(?:last|the\s+previous|the\s+prior)\s+(?:financial\s+)?year\b)
    |(?P<in>\bin[- ]year\b(?!\s+(?:one|two|three|[1-9])\b)|\bpart[- ]year\b|\by(?:ea)?r\.?\s+(?:one|1)\b|\bPYE\b
      |\b(?:rest|remainder|end)\s+of\s+(?:the|this|the\s+current)\s+(?:financial\s+)?year\b
      |\b(?:this|the\s+current|the\s+first|current)\s+(?:financial\s+)?year\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_BY_MARCH = re.compile(r"\bby\s+(?:the\s+end\s+of\s+)?(?:31(?:st)?\s+)?march\s+(20[0-9]{2})\b", re.IGNORECASE)
_BEFORE_APRIL = re.compile(r"\bbefore\s+(?:1(?:st)?\s+)?april\s+(20[0-9]{2})\b", re.IGNORECASE)
_FROM_APRIL = re.compile(r"\bfrom\s+(?:1(?:st)?\s+)?april\s+(20[0-9]{2})(?:\s+on(?:wards)?)?\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\([^()]*[0-9][^()]*\)")
_JOINS = re.compile(r"\s*(?:,|and|to|[–-]|&|until|through(?:\s+to)?)\s*", re.IGNORECASE)
_JOINS_A = re.compile(r"\s*(?:,|and|,\s*and)\s+(?:in\s+)?(?:(?:a|the)\s+)?", re.IGNORECASE)
_CLOSE = re.compile(r"[\s(]*(?:(?:in|for|a|the|during|of|as|its|over|on|to|at|by|is|each)\b\s*)*", re.IGNORECASE)
TURNS = re.compile(
    r"[,;:.£]|\b(?:and|with|but|while|whereas|then|plus|increas\w*|ris\w*|grow\w*|fall\w*|reduc\w*|against|or|from|which|so)\b",
    re.IGNORECASE,
)
_PHASE_NAMES = re.compile(
    r"\b(?:phase|tranche)s?\s+\w+(?:\s*(?:,|and|to|&|[–-])\s*(?:(?:phase|tranche)s?\s+)?(?:one|two|three|four|five|six|[0-9]+)\b)*",
    re.IGNORECASE,
)
_LEADING = re.compile(r"[^,;.£0-9]*")
MOST_WORDS = 8
"""So many words may stand between a figure and its basis."""


class Said(NamedTuple):
    """Words that name a basis. `labels`: the years of a span such as 2016/17 and 2017/18, else the one basis."""

    start: int
    end: int
    labels: tuple[str, ...]


@lru_cache(maxsize=64)
def bases_in(text: str, years: tuple[FinancialYear, ...]) -> tuple[Said, ...]:
    """Every basis that a text names, in order; "in year" is the first year of the table, "next year" the second."""
    found = [Said(each.start, each.end, (each.label,)) for each in years_in(text)]
    found += _by_a_day(text, years)
    taken = [(each.start, each.end) for each in found]
    for match in _WORDS.finditer(text):
        label = _label(match, years)
        if label and not any(start < match.end() and match.start() < end for start, end in taken):
            found.append(Said(match.start(), match.end(), (label,)))
    if not found:
        found += [
            Said(*each.span(), (year.label,)) for each in _FROM_APRIL.finditer(text) for year in years[1:] if _is_in(each, year)
        ]
    return tuple(_spans(text, sorted(found)))


def _by_a_day(text: str, years: Sequence[FinancialYear]) -> Iterator[Said]:
    """The first year, by its last day. (By the end of a later one it would be what the years up to then come to.)"""
    for first in years[:1]:
        ends = [each for each in _BY_MARCH.finditer(text) if _is_in(each, FinancialYear(first.starts_in + 1))]
        ends += [each for each in _BEFORE_APRIL.finditer(text) if _is_in(each, FinancialYear(first.starts_in + 1))]
        yield from (Said(*each.span(), (first.label,)) for each in ends)


def _is_in(day: re.Match[str], year: FinancialYear) -> bool:
    return int(day[1]) == year.starts_in


def only_basis(text: str, years: tuple[FinancialYear, ...]) -> str:
    """The one basis that a text names, for whatever stands in it; "" where it names none, or several.

    What stands in brackets with a figure of its own is said of that figure alone: "£949k (full year £1,471k)".
    """
    own = [each.span() for each in _BRACKETED.finditer(text) if "£" in each[0]]
    inside = [(start, end) for start, end in own if "£" in text[:start] + text[end:]]
    words = [each for each in bases_in(text, years) if not any(start < each.start < end for start, end in inside)]
    named = {_as_one(each.labels, years) for each in words}
    return named.pop() if len(named) == 1 else ""


def _label(match: re.Match[str], years: Sequence[FinancialYear]) -> str:
    if match["over"]:
        return OVER_YEARS
    if match["full"] or match["after"]:
        return FULL_YEAR
    at = 1 if match["next"] else -1 if match["last"] else 0
    if at < 0:
        return FinancialYear(years[0].starts_in - 1).label if years else ""
    return years[at].label if at < len(years) else ""


def _spans(text: str, found: Sequence[Said]) -> list[Said]:
    """Years that only "and" or "to" part are said together; a full year with them, where each has a figure "respectively"."""
    joined: list[Said] = []
    in_turn = "respectively" in text.lower()
    for each in found:
        last = joined[-1] if joined else None
        is_year = each.labels[0] not in (FULL_YEAR, OVER_YEARS)
        if last and in_turn and each.labels == (FULL_YEAR,) and _JOINS_A.fullmatch(text[last.end : each.start]):
            joined[-1] = Said(last.start, each.end, (*last.labels, FULL_YEAR))
        elif last and is_year and "/" in last.labels[-1] and _JOINS.fullmatch(text[last.end : each.start]):
            joined[-1] = Said(last.start, each.end, (*last.labels, *each.labels))
        else:
            joined.append(each)
    return joined


def _as_one(labels: tuple[str, ...], years: Sequence[FinancialYear]) -> str:
    """The basis of one figure that years stand beside: it is their sum."""
    if len(labels) == 1 or FULL_YEAR in labels:
        return labels[0]
    every = tuple(year.label for year in years)
    return OVER_YEARS if (labels[0], labels[-1]) == (every[0], every[-1]) else f"{labels[0]} to {labels[-1]}"


def with_basis(text: str, found: Sequence["Money"], years: Sequence[FinancialYear]) -> list["Money"]:
    """Give every figure the basis beside it: the words just after it, or those that lead to it; or else the only one said."""
    words = bases_in(text, tuple(years))
    otherwise = only_basis(text, tuple(years))
    said: dict[int, str] = {}
    word = 0
    # Gap by gap: what stands between a figure and the next belongs to one of them, or to neither.
    for index in range(len(found) + 1):
        begin = found[index - 1].end if index else 0
        stop = found[index].start if index < len(found) else len(text)
        between = []
        while word < len(words) and words[word].start < stop:
            if words[word].start >= begin:
                between.append(words[word])
            word += 1
        if between and index and _goes_with_the_figure_before(text, begin, between[0], stop if index < len(found) else None):
            labels = between.pop(0).labels
            before = _in_a_row(text, found, index - 1, said)
            if len(labels) == len(before) > 1:
                said |= dict(zip(before, labels, strict=True))
            else:
                said[index - 1] = _as_one(labels, years)
        if between and index < len(found) and _leads_to(text[between[-1].end : stop]):
            labels, row = between[-1].labels, _row_from(text, found, index)
            if len(labels) == len(row) > 1:
                said = dict(zip(row, labels, strict=True)) | said
            else:
                said.setdefault(index, _as_one(labels, years))
    return [
        replace(each, basis=said[index], certain=True) if index in said else replace(each, basis=otherwise)
        for index, each in enumerate(found)
    ]


def _in_a_row(text: str, found: Sequence["Money"], last: int, said: dict[int, str]) -> list[int]:
    """The figures up to this one that only commas and "and" part, and that have no basis of their own: £141k and £795k."""
    row = [last]
    while row[0] and row[0] - 1 not in said and _JOINS.fullmatch(text[found[row[0] - 1].end : found[row[0]].start]):
        row.insert(0, row[0] - 1)
    return row


def _row_from(text: str, found: Sequence["Money"], first: int) -> list[int]:
    """The figures from this one on that only commas and "and" part."""
    row = [first]
    while row[-1] + 1 < len(found) and _JOINS.fullmatch(text[found[row[-1]].end : found[row[-1] + 1].start]):
        row.append(row[-1] + 1)
    return row


def _goes_with_the_figure_before(text: str, begin: int, word: Said, next_figure: int | None) -> bool:
    between = text[begin : word.start]
    if not _CLOSE.fullmatch(between):
        plain = _PHASE_NAMES.sub("", between)
        if TURNS.search(plain) or len(plain.split()) > MOST_WORDS:
            return False
    if re.fullmatch(r"\s+(?:in|for|during)\s+(?:the\s+)?", between):
        return True
    # "£141k full year effect of £795k" and "£949k (full year £1,471k)" say nothing of the first.
    after = "" if next_figure is None else text[word.end : next_figure]
    if next_figure is not None and "(" in between and re.fullmatch(r"\s*[:=]?\s*", after):
        return False
    return next_figure is None or not re.fullmatch(r"\s+(?:(?:cost|costs|effect|sum|total)\s+)?(?:is|are|of|at|to)\s+", after)


def _leads_to(between: str) -> bool:
    plain = _PHASE_NAMES.sub("", between)
    return bool(_LEADING.fullmatch(plain)) and len(plain.split()) <= MOST_WORDS
