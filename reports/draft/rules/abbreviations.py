"""Abbreviations: each explained where it is first used, or in the key of the committee table (PC26)."""

import re
from collections.abc import Collection, Iterator

from reports.draft.rules.findings import Fault, Finding, Group, Severity, finding
from reports.draft.rules.text import Draft, Paragraph

KNOWN = frozenset({"UK", "PDF", "VAT", "OK", "CEO", "HR", "IT", "ICT", "NHS", "GP", "EU", "BBC"})
"""Short forms that every reader of a committee paper knows."""

_SHORT = re.compile(r"(?<![\w/@.-])(?:[A-Z]{2,8}|[A-Z][a-z]{1,3}[A-Z]{1,4}|[A-Z]&[A-Z])(?:s|'s|’s)?(?![\w@])")
_ROMAN = re.compile(r"[IVX]+")


def abbreviation_findings(draft: Draft, keyed: Collection[str]) -> Iterator[Finding]:
    """Each short form that is not explained, or only after it was used; once each. `keyed` are those of the table's key."""
    first: dict[str, tuple[int, Paragraph, tuple[int, int]]] = {}
    explained: dict[str, int] = {}
    for at, paragraph in enumerate(draft.paragraphs):
        # In a line of capitals nothing tells a short form from a word.
        if paragraph.text.isupper():
            continue
        for match in _SHORT.finditer(paragraph.text):
            short = re.sub(r"(?:'s|’s|s)$", "", match[0])
            if not short.isupper() and not re.search(r"[A-Z].*[A-Z]", short):
                continue
            if _is_explained(paragraph.text, match):
                explained.setdefault(short, at)
            first.setdefault(short, (at, paragraph, match.span()))
    for short, (at, paragraph, marked) in first.items():
        if (
            short in KNOWN
            or short in keyed
            or _ROMAN.fullmatch(short)
            or re.fullmatch("X+", short)
            or short in ("TBC", "TBA", "TBD")
        ):
            continue
        if short not in explained:
            text = f"{short} is not explained."
        elif explained[short] > at:
            text = f"{short} is explained only later, in {draft.paragraphs[explained[short]].place or 'the text'}."
        else:
            continue
        yield finding(Fault(Group.ABBREVIATIONS, "PC26", Severity.NOTE), text, paragraph, marked)


def _is_explained(text: str, match: re.Match[str]) -> bool:
    """Whether the words beside it explain it: "Director of Children's Services (DCS)" or "DCS (Director of ...)"."""
    before, after = text[max(0, match.start() - 200) : match.start()].rstrip(" “‘\"'"), text[match.end() : match.end() + 200]
    letters = re.sub(r"[^A-Z]", "", match[0])
    if before.endswith("(") and re.match(r"[\s”’\"']*\)", after):
        words = re.findall(r"[A-Za-z][\w’'-]*", before)[-(2 * len(letters) + 4) :]
        return any(word[0].upper() == letters[0] for word in words) and len(words) >= 2
    meaning = re.match(r"\s*(?:\(|[-–—=:]\s)\s*([A-Za-z][^()]{3,120})", after)
    return bool(meaning and meaning[1][0].upper() == letters[0] and len(meaning[1].split()) >= 2)
