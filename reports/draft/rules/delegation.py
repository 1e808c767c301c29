"""Whether the paper says one thing of how a power is used: with the agreement of others, or in consultation (PC16)."""

import re
from collections.abc import Iterator

from reports.draft.rules.findings import Fault, Finding, Group, Severity, finding
from reports.draft.rules.text import Draft, Paragraph

_AGREEMENT = re.compile(r"\b(?:with|subject to) the agreement of\b|\bin agreement with\b", re.IGNORECASE)
_CONSULTATION = re.compile(r"\b(?:in|after|following|subject to) consultation with\b", re.IGNORECASE)
_OFFICE = re.compile(r"\b(?:Leader|Portfolio Holders?|Chief Executive|(?:Executive )?Directors?|Cabinet Member|Chairman|Chair)\b")


def delegation_findings(draft: Draft) -> Iterator[Finding]:
    """Both words, said of offices in one paper: agreement is a condition, consultation is not."""
    agreed, consulted = _first(draft, _AGREEMENT), _first(draft, _CONSULTATION)
    if agreed and consulted:
        (one, first), (two, second) = agreed, consulted
        text = (
            f"This says “{second[0]}”, {one.place} says “{first[0]}”: agreement is a condition, consultation is not. "
            "Say one of them throughout, as the decision does."
        )
        yield finding(Fault(Group.DELEGATION, "PC16", Severity.ERROR), text, two, second.span())


def _first(draft: Draft, pattern: re.Pattern[str]) -> tuple[Paragraph, re.Match[str]] | None:
    for paragraph in draft.paragraphs:
        if not _OFFICE.search(paragraph.text):
            continue
        for match in pattern.finditer(paragraph.text):
            if _OFFICE.search(paragraph.text[match.end() : match.end() + 120]):
                return paragraph, match
    return None
