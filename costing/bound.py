"""Words that stand before a stated figure and belong to it: at least, about, up to. And what they make of a total."""

import re
from collections.abc import Iterable
from enum import StrEnum


class Bound(StrEnum):
    """What a figure is where it is not exactly so much. The value is how it is stored, and what is printed before the figure."""

    AT_LEAST = "at least"
    ABOUT = "about"
    UP_TO = "up to"


_WORDS = {
    Bound.AT_LEAST: r"at least|more than|over|above|in excess of|not less than|no less than|(?:a )?minimum(?: of)?|min\.?"
    r"|upwards of|>=?|≥",
    Bound.ABOUT: r"about|around|approximately|approx\.?|roughly|circa|ca?\.|c(?=\s?£)|some|nearly|almost|in the region of"
    r"|est\.?|estimated|~|≈",
    Bound.UP_TO: r"up to|at most|no more than|not more than|less than|under|below|not exceeding|(?:a )?maximum(?: of)?|max\.?"
    r"|<=?|≤",
}
_PATTERNS = [(bound, re.compile(rf"(?:{words})(?![a-z])\s*", re.IGNORECASE)) for bound, words in _WORDS.items()]
_AFTER = [
    (Bound.AT_LEAST, re.compile(r"\s*(?:\+|or more|and above|minimum|min\.?)\Z", re.IGNORECASE)),
    (Bound.UP_TO, re.compile(r"\s*(?:or less|maximum|max\.?)\Z", re.IGNORECASE)),
    (Bound.ABOUT, re.compile(r"\s*(?:approx\.?|approximately|or so|\(?est\.?\)?)\Z", re.IGNORECASE)),
]


def split(text: str) -> tuple[Bound | None, str]:
    """The word of a typed figure, if it has one, and the figure without it: "more than £400,000", "£400k+", "c. £210,000"."""
    for bound, pattern in _PATTERNS:
        if (match := pattern.match(text)) and match.end() < len(text):
            return bound, text[match.end() :]
    for bound, pattern in _AFTER:
        if (match := pattern.search(text)) and match.start() > 0:
            return bound, text[: match.start()]
    return None, text


def of_sum(words: Iterable[Bound | None]) -> Bound | None:
    """What a total over figures with these words is. One word among exact figures stays; of several kinds it is about so much."""
    found = {word for word in words if word}
    return next(iter(found)) if len(found) == 1 else Bound.ABOUT if found else None
