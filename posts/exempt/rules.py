"""What of which lines is exempt information, and whether a text that will be public gives it away."""

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol

from django.db.models import TextChoices


class Field(TextChoices):
    """What of a line may be kept out of Part 1 alone."""

    TITLE = "title", "Name"
    FTE = "fte", "FTE"
    AMOUNTS = "amounts", "Costs"
    PAPERWORK = "paperwork_complete", "Paperwork complete"
    RECRUITED = "recruited", "Recruited to post"
    COMMENT = "comment", "Comment"


class Exemption(Protocol):
    """That a line, or one field of it, is exempt: under which paragraph, and why."""

    @property
    def line_id(self) -> int: ...
    @property
    def field(self) -> str: ...
    @property
    def paragraph(self) -> int | None: ...
    @property
    def reason(self) -> str: ...


WHOLE = ""
"""Stands for every field of a line but its FTE and costs."""

Exempt = Mapping[tuple[int, str], Exemption]
"""What is exempt now: by the number of the line and its field, or WHOLE."""


def paragraph_of(exempt: Exempt, line_id: int, field: str) -> int | None:
    """The paragraph under which this of a line is not published; None where it is. A whole line keeps its FTE and costs."""
    alone = field in (Field.FTE, Field.AMOUNTS)
    found = exempt.get((line_id, field)) or (None if alone else exempt.get((line_id, WHOLE)))
    return found.paragraph if found else None


def named(exempt: Exempt, line_id: int, title: str) -> str:
    """What a text that will be public calls the line."""
    paragraph = paragraph_of(exempt, line_id, Field.TITLE)
    return f"an exempt line (paragraph {paragraph})" if paragraph else title


class Secret(NamedTuple):
    """What of one line no public text may say: the words, and the amounts in whole pounds."""

    paragraph: int
    words: frozenset[str]
    pounds: frozenset[Decimal]


_FIGURE = re.compile(r"(?<![\w.,])£?\s?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s?(k|m|thousand|million)?(?![\w]|[.,]\d)", re.IGNORECASE)
_TIMES = {"k": 1000, "thousand": 1000, "m": 1_000_000, "million": 1_000_000}
LEAST = 1000
"""Smaller amounts, in pounds, are not looked for: every paragraph has such numbers."""


def figures_in(text: str) -> Iterator[tuple[Decimal, int]]:
    """Each number of a text, in pounds, and the unit it was written in: 95,679 and 1; 96k and 1,000."""
    for digits, pence, unit in _FIGURE.findall(text):
        times = _TIMES.get(unit.lower(), 1)
        yield Decimal(digits.replace(",", "") + pence) * times, times


def given_away(text: str, secrets: Collection[Secret]) -> list[int]:
    """The paragraphs of the exempt lines whose name, comment or amount the text says, each once, in order."""
    said = _words_alone(text)
    figures = list(figures_in(text))
    return sorted({each.paragraph for each in secrets if _names(said, each.words) or _counts(figures, each.pounds)})


def _words_alone(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _names(said: str, words: Collection[str]) -> bool:
    return any((plain := _words_alone(each)) and f" {plain} " in f" {said} " for each in words)


def _counts(figures: Collection[tuple[Decimal, int]], pounds: Collection[Decimal]) -> bool:
    """A figure in thousands or millions says an amount where it is that amount to within half of its last place."""
    return any(
        figure == amount or (times > 1 and abs(figure - amount) <= Decimal(times) / (2 if times == 1000 else 200))
        for amount in pounds
        if amount >= LEAST
        for figure, times in figures
    )
