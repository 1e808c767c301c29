"""A typed text as its paragraphs and lists: lines that begin with a dash or a bullet are the entries of one list."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

_ENTRY = re.compile(r"\s*[-\N{BULLET}\N{EN DASH}]\s+(?=\S)")


class Passage(NamedTuple):
    """A paragraph, or the entries of a list: one of the two is empty."""

    paragraph: str
    entries: tuple[str, ...] = ()


def passages(text: str) -> Iterator[Passage]:
    """In the order of the text. Empty lines are none. A single dash between words, or before a figure (-863), begins no list."""
    lines = (line.strip() for line in text.splitlines())
    for is_entry, same in groupby((line for line in lines if line), key=lambda line: bool(_ENTRY.match(line))):
        if is_entry:
            yield Passage("", tuple(_ENTRY.sub("", line, count=1) for line in same))
        else:
            yield from map(Passage, same)
