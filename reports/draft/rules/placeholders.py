"""What was meant to be filled in: [TBC], XXX, £k (PC25)."""

import re
from collections.abc import Iterator

from reports.draft.rules.findings import Fault, Finding, Group, Severity, finding
from reports.draft.rules.text import Draft

_EMPTY = re.compile(
    r"""\[[^\[\]]{0,60}(?i:\b(?:tbc|tba|tbd|insert|add|date|name|number|amount|figure|delete|complete|to\ be)\b|xx|\?|\.{3}|_)
        [^\[\]]{0,60}\]
    |\[\s*\]|\bX{2,}\b|\bx{3,}\b|£\s?[xX]+(?:[km]|,[xX]+)*\b|£\s?\[[^\]]{0,60}\]
    |£\s?(?:_+|\.{2,}|\?+|-{2,})(?!\w)
    |\b[Tt][Bb][CcAaDd]\b|\?{2,}|_{3,}|\b20[0-9]{2}/(?:[Xx]{2}|\?\?)
    |<[^<>\n]{0,40}(?:insert|name|date|amount|figure)[^<>\n]{0,40}>|\blorem\ ipsum\b""",
    re.VERBOSE,
)
_MAY_BE = re.compile(r"[\[£?_<]|[xX]{2}|[Tt][Bb]|lorem")
"""Without any of these nothing is missing: most of a paper is passed over quickly."""
_AMOUNT = re.compile(r"£\s?(?:(?:k|m|mn|bn|million|thousand)\b)?(?!['’‘]?0{3}|\s?[0-9(]|\w)", re.IGNORECASE)
"""A pound sign without a figure: the unit of a heading (2016/17 £m, (£), in £k), or an amount that is still to come."""
_AWAITED = re.compile(
    r"\b(?:costs?|costing|is|are|was|be|of|at|by|to|about|around|approximately|circa|over|under|totals?|totall?ing|release[ds]?|"
    r"another|further|additional|approve|agree|and|or|saves?|saving)\s+$",
    re.IGNORECASE,
)
_IS_A_UNIT = re.compile(
    r"\b(?:figures|amounts|values|units?|shown|stated|expressed|rounded|presented|thousands|millions)\b[^.;£]*$",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\bto be (?:confirmed|advised|agreed with|determined|completed|inserted|added)\b", re.IGNORECASE)


def _missing(text: str) -> Iterator[re.Match[str]]:
    """What stands for something still to be filled in."""
    if not _MAY_BE.search(text):
        return
    yield from _EMPTY.finditer(text)
    for match in _AMOUNT.finditer(text):
        before = text[: match.start()]
        if _AWAITED.search(before) and not _IS_A_UNIT.search(before):
            yield match


def placeholder_findings(draft: Draft) -> Iterator[Finding]:
    """Every place where words or a figure are still missing, tables included."""
    for paragraph in draft.paragraphs:
        for match in _missing(paragraph.text):
            text = f"“{match[0]}” stands for something that is still to be filled in."
            yield finding(Fault(Group.PLACEHOLDERS, "PC25", Severity.ERROR), text, paragraph, match.span())
        for match in _OPEN.finditer(paragraph.text):
            text = "Something is left open here: check that the paper can go out like this."
            yield finding(Fault(Group.PLACEHOLDERS, "PC25", Severity.WARNING), text, paragraph, match.span())
    for table in draft.tables:
        for row in table.rows:
            for cell in row:
                if found := next(_missing(cell), None):
                    text = f"“{found[0]}” stands for something that is still to be filled in."
                    row_text = " | ".join(filter(None, row))
                    start = row_text.index(found[0])
                    yield Finding(
                        Group.PLACEHOLDERS, "PC25", Severity.ERROR, text, table.place, row_text, (start, start + len(found[0]))
                    )
