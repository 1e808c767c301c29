"""Paragraph numbers: in order, without gaps and repeats (PC21)."""

import re
from collections.abc import Iterator

from reports.draft.rules.findings import Fault, Finding, Group, Severity, finding
from reports.draft.rules.text import Draft, Paragraph

Levels = tuple[int, ...]
_PART = re.compile(r"\s*\(([a-z]{1,4}|[0-9]{1,2})\)", re.IGNORECASE)


def number_findings(draft: Draft) -> Iterator[Finding]:
    """A number used twice, one that comes too late, and numbers that are left out."""
    seen: dict[Levels, dict[str, Paragraph]] = {}
    last: Levels = ()
    furthest: Levels = ()
    for paragraph in draft.paragraphs:
        levels = paragraph.levels
        if not levels:
            continue
        if levels in seen:
            first = seen[levels].get(_part_of(paragraph))
            if len(levels) > 1 and first:
                yield _repeated(paragraph, first)
        elif furthest and levels < furthest and len(levels) > 1 and not follows(last, levels):
            text = f"{paragraph.number} comes after {_written(last)}: the numbers are out of order."
            yield _of(paragraph, Severity.WARNING, text)
        elif furthest and len(levels) > 1 and not any(follows(before, levels) for before in (last, furthest)):
            text = f"{paragraph.number} follows {_written(last)}: there is no paragraph {_written(_missing(last, levels))}."
            yield _of(paragraph, Severity.WARNING, text)
        seen.setdefault(levels, {}).setdefault(_part_of(paragraph), paragraph)
        last, furthest = levels, max(furthest, levels)


def _part_of(paragraph: Paragraph) -> str:
    """2.1 (i) follows 2.1 (h), and is another paragraph."""
    part = _PART.match(paragraph.text)
    return part[1].lower() if part else ""


def follows(before: Levels, levels: Levels) -> bool:
    """Whether a paragraph may stand next: the next of its level or of one above, the first below; a section may be left out."""
    if levels == (*before, 1):
        return True
    if len(levels) > 1 and levels[0] != before[0]:
        return levels[0] > before[0] and set(levels[1:]) == {1}
    for depth in range(len(before)):
        step = (*before[:depth], before[depth] + 1)
        if levels[: len(step)] == step and set(levels[len(step) :]) <= {1}:
            return True
    return False


def _missing(before: Levels, levels: Levels) -> Levels:
    """The first number that is left out."""
    same = 0
    while same < min(len(before), len(levels)) and before[same] == levels[same]:
        same += 1
    if same == len(before) or same == len(levels):
        return (*levels[:same], 1)
    step = (*before[:same], before[same] + 1)
    return (*step, 1) if step == levels[: len(step)] or same == 0 else step


def _repeated(paragraph: Paragraph, first: Paragraph) -> Finding:
    text = (
        f"Two paragraphs have the number {paragraph.number}: a reference to it is unclear. "
        f"The first begins “{_beginning(first)}”, the second “{_beginning(paragraph)}”."
    )
    return _of(paragraph, Severity.ERROR, text)


def _of(paragraph: Paragraph, severity: Severity, text: str) -> Finding:
    return finding(Fault(Group.NUMBERING, "PC21", severity), text, paragraph)


def _beginning(paragraph: Paragraph) -> str:
    words = paragraph.text.split()
    return " ".join(words[:6]) + (" ..." if len(words) > 6 else "")


def _written(levels: Levels) -> str:
    return ".".join(map(str, levels))
