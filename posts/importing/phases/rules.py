"""The phases that cells and headings of a block name. Pure."""

import re
from collections.abc import Sequence

from posts.importing.block.rules import Frame
from posts.importing.units.rules import TAGS

_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
PHASE_HEADING = re.compile(rf"phase\s+(?:\d+|{'|'.join(_NUMBERS)})\b", re.IGNORECASE)


_WITH_WORDS = re.compile(
    r"(phase (?:[a-z]+|\d{1,2})) (?:(?:additional|new|proposed|resources?|posts?|costs?|requests?|requested|required|bids?|"
    r"proposals?|staffing|funding|table|and|other) ?)+"
)
"""A phase with what stands under its heading: Phase Three resources requested."""


def phase_named(text: str, phases: Sequence[tuple[int, str]]) -> int | None:
    """The number of the phase that a cell or heading means: by its name, its number, or as PHASE ONE."""
    plain = " ".join(TAGS.sub("", text).casefold().split())
    for number, name in phases:
        if plain == name.casefold():
            return number
    found = re.fullmatch(r"(phase\s+|ph\.?\s*|p\s?(?=\d))?([a-z]+|\d{1,2})(?:\s*[:(–-].*)?", plain)
    if not found:
        said_of = _WITH_WORDS.fullmatch(plain)
        return phase_named(said_of[1], phases) if said_of else None
    said = found[2]
    number = int(said) if said.isdigit() else next((at for at, word in enumerate(_NUMBERS, 1) if word == said), 0)
    if found[1] and said in _ROMAN:
        number = _ROMAN.index(said) + 1
    return number if number in dict(phases) else None


def no_such_phase(text: str, frame: Frame) -> str:
    """The message about a phase that the programme has not."""
    if not frame.phases:
        return "This programme has no phases yet: set up the first one, then paste again."
    return f"There is no phase “{text[:60]}” in this programme. Its phases: {', '.join(name for _, name in frame.phases)}."
