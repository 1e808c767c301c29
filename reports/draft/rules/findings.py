"""What the check of a draft finds: one record for each finding, with the sentence it was found in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from reports.draft.rules.text import Paragraph


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "E"
    WARNING = "W"
    NOTE = "I"

    @property
    def label(self) -> str:
        return {"E": "Error", "W": "Warning", "I": "For information"}[self.value]


class Group(StrEnum):
    """What a finding is about, in the order of the report."""

    FIGURES = "Figures that differ from the table"
    UNSTATED = "Figures the paper should state"
    NUMBERING = "Paragraph numbers"
    REFERENCES = "Cross-references"
    DATES = "Dates"
    DELEGATION = "Agreement or consultation"
    PLACEHOLDERS = "Placeholders"
    ABBREVIATIONS = "Abbreviations"


@dataclass(frozen=True)
class Finding:
    """`rule` is the rule of the paper check it belongs to; `sentence` is quoted, `marked` are its words at fault."""

    group: Group
    rule: str
    severity: Severity
    text: str
    place: str = ""
    sentence: str = ""
    marked: tuple[int, int] = (0, 0)

    @property
    def quoted(self) -> tuple[str, str, str]:
        """The sentence in three pieces: before the cause, the cause, after it."""
        start, end = self.marked
        return self.sentence[:start], self.sentence[start:end], self.sentence[end:]


LONGEST_QUOTE = 400


class Fault(NamedTuple):
    """What is wrong, and how much it matters: the same in every place it is found."""

    group: Group
    rule: str
    severity: Severity


def finding(fault: Fault, text: str, paragraph: Paragraph, marked: tuple[int, int] | None = None) -> Finding:
    """A finding in a paragraph; `marked` are characters of it. A sentence too long to quote is cut round the mark."""
    begin, stop = marked or (0, 0)
    start, end = paragraph.sentence_at(begin)
    start, end = max(start, begin - LONGEST_QUOTE // 2), min(max(end, stop), stop + LONGEST_QUOTE)
    sentence = paragraph.text[start:end]
    indent = len(sentence) - len(sentence.lstrip())
    place = (begin - start - indent, stop - start - indent) if marked else (0, 0)
    return Finding(*fault, text, paragraph.place, sentence.strip(), place)
