"""What the figures of a sentence are said of: phases it names, or the whole of the programme. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from reports.draft.rules.bases import TURNS
from reports.draft.rules.figures import NUMBER_WORDS

Phases = frozenset[int]
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_NOUN = r"(?:phase|tranche)"
_ONE = rf"(?:[0-9]{{1,2}}|{'|'.join(NUMBER_WORDS)}|[ivIV]{{1,3}})\b"
_COUNTS = (
    r"(?!\s*(?:of\b|[fw]\.?t\.?e|posts?\b|staff\b|lines?\b|%|per\s?cent|[km]\b|months?\b|years?\b"
    r"|new\b|additional\b|social\b|[,.][0-9]))"
)
"""Not before these: in "Phase One, 7 of 7 FTE" the 7 is no phase."""
_PHASES = re.compile(rf"\b{_NOUN}s?\s+({_ONE}(?:\s*(?:,|and|to|or|&|[-–])+\s*(?:{_NOUN}s?\s+)?{_ONE}{_COUNTS})*)", re.IGNORECASE)
_AND_ONE_PRICED = re.compile(rf"\)\s*(?:,|and|,\s*and|&)\s*({_ONE})(?=\s*\(\s*£)", re.IGNORECASE)
"""Phases One (£731k) and Two (£218k)."""
_ORDINAL = re.compile(rf"\b({'|'.join(ORDINALS)})\s+{_NOUN}\b", re.IGNORECASE)
_FIRST_SO_MANY = re.compile(rf"\bfirst\s+(two|three|four|five|six)\s+{_NOUN}s\b", re.IGNORECASE)
_ALL_PHASES = re.compile(rf"\b(?:all|every|each\s+of)\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?{_NOUN}s?\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"""\b(?:the|a|an|in|grand|overall|combined|this|its)[- ]total\b(?!\s*£)
    |\btotals?\b(?=\s+(?:of|cost|resource|fund|expenditure|requirement|request|for|is|was|are|comes|over|in|budget|amount|sum|release
       |additional|FTE|posts?|staff)\b)
    |\b(?:altogether|in\s+all|overall|in\s+aggregate)\b|\btotals?\s*:""",
    re.VERBOSE | re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:the|this|our|whole|entire|full)\s+(?:\w+\s+){0,2}?(?:programme|proposals?|plan)\b|\bcommittee\s+table\b"
    r"|\b(?:above|following|attached|summary)\s+table\b|\btable\s+(?:above|below|sets|shows|identifies|in|at|has)\b|\bproposals?\b"
    r"|\bappendix\s+\w+\s+(?:shows|sets|identifies|has|lists)\b",
    re.IGNORECASE,
)
_BRINGS = re.compile(r"\b(?:bring|tak|mak|giv|rais|increas)\w*\s+(?:it\s+)?(?:\w+\s+){0,3}$", re.IGNORECASE)
_WITHOUT = re.compile(
    r"\b(?:without|excluding|except(?:\s+for)?|apart\s+from|other\s+than|exclusive\s+of|not\s+including|less|net\s+of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NOT_SO = re.compile(r"\s+(?:is|are|were|was)\s+not\s+(?:agreed|approved|included|counted|funded)\b", re.IGNORECASE)
_OF = re.compile(
    r"\s*(?:(?:cost|costs|funding|resources?|expenditure|sum|requested|required)\s+)*(?:of|for|in|under|on|:)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_BELONGS = re.compile(r"[\s(]*(?:\S+\s+){0,7}?(?:for|of|in|on|under|from|to|with)\s+(?:the\s+)?$", re.IGNORECASE)


_OF_A_SUM = re.compile(r"(?:^|[,;:(]\s*)(?:out\s+)?of\s+(?:the|this|that|these)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_PART_OF = re.compile(r"\s+(?:\([^)]*\)\s+)?(?:out\s+)?of\s+(?:the|this|that|a)\s+(?:\w+\s+){0,2}", re.IGNORECASE)
_PRICED = re.compile(r"(?:['’]s)?\s+(?:\w+\s+){0,2}(?:of|at)\s+|\s*\(", re.IGNORECASE)
_INCLUDED = re.compile(r"\b(?:including|inclusive\s+of)\s+(?:the\s+)?$", re.IGNORECASE)
_REST = re.compile(rf"\b(?:remaining|other)\s+(?:\w+\s+)?{_NOUN}s?\b|\brest\s+of\s+the\s+{_NOUN}s\b", re.IGNORECASE)
_SUBTRACTED = re.compile(r"[:;]|\b(?:less|minus)\b", re.IGNORECASE)


class Mention(NamedTuple):
    """Words that name phases. `is_total`: all of them, as the total. `phases` are none where the words do not say which.

    `left_out` are those that the words themselves name, where the sentence speaks of what there is without them.
    """

    start: int
    end: int
    phases: Phases
    is_total: bool = False
    left_out: Phases = frozenset()


@dataclass(frozen=True)
class Subject:
    """What a figure is said of. `either`: phases of which it may be said as well, where the sentence leaves that open.

    `is_open`: phases that the words do not say, such as "the remaining phases".
    """

    phases: Phases = frozenset()
    is_total: bool = False
    either: tuple[Phases, ...] = ()
    is_open: bool = False

    def __bool__(self) -> bool:
        return bool(self.phases)

    def may_be(self, phases: Phases) -> bool:
        """Whether a figure of these phases may be meant."""
        return phases == self.phases or phases in self.either


NOBODY = Subject()


def phases_named(text: str) -> Phases:
    """The numbers of the phases that a text names: Phase One, phases 1 to 3, the first phase, Tranche II."""
    return frozenset().union(*(each.phases for each in _named(text, ())))


def mentions_in(text: str, every: Phases, names: Collection[tuple[int, str]] = ()) -> list[Mention]:
    """Everything that a sentence speaks of, in order. `every` are the phases there are, `names` what the council calls each."""
    named = _named(text, tuple(names))
    turned = [_without(each, text, every) for each in named]
    totals = [*_matches(_ALL_PHASES, text, every)]
    for total in _matches(_TOTAL, text, every):
        of = _OF.match(text, total.end)
        if of and any(each.start == of.end() for each in named):
            continue  # the total of Phase One is said of Phase One
        if any(re.fullmatch(r"(?:\s+\w+){0,2}\s+", text[each.end : total.start]) for each in named) and not _BRINGS.search(
            text[: total.start]
        ):
            continue  # Phase One in total
        totals.append(total)
    if totals:  # "including Phase Three, the total"
        turned = [each for each in turned if not _INCLUDED.search(text[: each.start])]
    turned += _rest_in(text, named, every)
    found = sorted([*turned, *(each for each in totals if not _overlaps(each, turned))])
    return found or [*_matches(_WHOLE, text, every)]


def _rest_in(text: str, named: Sequence[Mention], every: Phases) -> list[Mention]:
    """The phases that the sentence did not name before; none, where it named none."""
    found = []
    for match in _REST.finditer(text):
        before = frozenset().union(*(each.phases for each in named if each.end <= match.start()))
        found.append(Mention(*match.span(), every - before if before else frozenset()))
    return found


def _matches(pattern: re.Pattern[str], text: str, every: Phases) -> Iterable[Mention]:
    return (Mention(match.start(), match.end(), every, is_total=True) for match in pattern.finditer(text))


def _overlaps(one: Mention, others: Iterable[Mention]) -> bool:
    return any(one.start < each.end and each.start < one.end for each in others)


def _named(text: str, names: tuple[tuple[int, str], ...]) -> list[Mention]:
    found = [Mention(*match.span(), frozenset({ORDINALS[match[1].lower()]})) for match in _ORDINAL.finditer(text)]
    for match in _FIRST_SO_MANY.finditer(text):
        found.append(Mention(*match.span(), frozenset(range(1, NUMBER_WORDS[match[1].lower()] + 1))))
    if found or _PHASES.search(text):
        found += [Mention(*match.span(1), frozenset({_number(match[1])})) for match in _AND_ONE_PRICED.finditer(text)]
    for match in _PHASES.finditer(text):
        numbers = [_number(word[0]) for word in re.finditer(_ONE, match[1], re.IGNORECASE)]
        spans = re.search(r"\bto\b|[-–]", match[1], re.IGNORECASE)
        whole = range(numbers[0], numbers[-1] + 1) if spans and len(numbers) == 2 else numbers
        found.append(Mention(*match.span(), frozenset(whole)))
    for number, pattern in _patterns(names):
        own = [Mention(*match.span(), frozenset({number})) for match in pattern.finditer(text)]
        found += [each for each in own if not _overlaps(each, found)]
    return sorted(found)


@cache
def _patterns(names: tuple[tuple[int, str], ...]) -> list[tuple[int, re.Pattern[str]]]:
    """What the council calls each phase, where that says more than its number."""
    own = [(number, name.strip()) for number, name in names if len(name.strip()) > 3 and not _PHASES.fullmatch(name.strip())]
    return [(number, re.compile(rf"\b{re.escape(name)}(?!\w)", re.IGNORECASE)) for number, name in own]


def _without(mention: Mention, text: str, every: Phases) -> Mention:
    """A mention, or all the others where the sentence speaks of what there is without it."""
    if every - mention.phases and (_WITHOUT.search(text[: mention.start]) or _NOT_SO.match(text, mention.end)):
        return mention._replace(phases=every - mention.phases, left_out=mention.phases)
    return mention


def _number(word: str) -> int:
    return NUMBER_WORDS.get(word.lower()) or _ROMAN.get(word.lower()) or (int(word) if word.isdecimal() else 0)


def subjects_of(text: str, spans: Sequence[tuple[int, int]], mentions: Sequence[Mention]) -> list[Subject]:
    """What each figure is said of: the words just after that belong to it, those before it, those of the last figure."""
    found: list[Subject] = []
    free = list(mentions)
    for index, (start, end) in enumerate(spans):
        last = spans[index - 1][1] if index else 0
        stop = spans[index + 1][0] if index + 1 < len(spans) else len(text)
        before = [each for each in free if last <= each.start < start]
        after = [each for each in free if end <= each.start < stop]
        if after and _belongs(text[end : after[0].start], text[after[0].end : stop], is_last=stop == len(text)):
            free.remove(after[0])
            found.append(_subject([after[0]], text))
        elif before and before[-1].left_out and _PRICED.fullmatch(text[before[-1].end : start]):
            found.append(Subject(before[-1].left_out))
        elif before:
            found.append(_subject(before, text))
        elif _OF_A_SUM.search(text[:start]):
            found.append(NOBODY)
        elif found:  # "£218k of the £1,090k" is said of two things
            found.append(NOBODY if _PART_OF.fullmatch(text[last:start]) else found[-1])
        else:
            later = [each for each in free if each.start >= end and not _SUBTRACTED.search(text[end : each.start])]
            found.append(_subject(later[:1], text) if later else NOBODY)
    return found


def _belongs(between: str, after: str, *, is_last: bool) -> bool:
    """Whether a mention after a figure is of it: £731k for Phase One; £731k (Phase One)."""
    if re.fullmatch(r"\s*\(\s*(?:for\s+)?", between):
        return True
    if TURNS.search(re.sub(r"\bwith\s+$", "", between)) or not _BELONGS.fullmatch(between):
        return False
    return is_last or not re.fullmatch(r"\s+(?:is|at|of|costs?)?\s*", after)


def _subject(mentions: Sequence[Mention], text: str) -> Subject:
    """What the last of these names; "with Phase Three" may be said of all phases up to it, counted together."""
    last = mentions[-1]
    if not last.phases:
        return Subject(is_open=True)
    others = [each.phases for each in mentions[:-1] if each.is_total != last.is_total]
    if re.search(r"\bwith\s+$", text[: last.start], re.IGNORECASE):
        others.append(frozenset(range(1, max(last.phases) + 1)))
    return Subject(last.phases, last.is_total, tuple(others))
