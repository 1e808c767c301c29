"""Cross-references: whether the paragraph, section, appendix or table they name is there (PC21)."""

import re
from collections import Counter
from collections.abc import Iterator

from reports.draft.rules.findings import Fault, Finding, Group, Severity, finding
from reports.draft.rules.text import Draft, Kind, Paragraph

_TARGET = r"[0-9]{1,2}(?:\.[0-9]{1,3})*"
_REFERENCE = re.compile(
    rf"\b(?P<what>para(?:graph)?s?\.?|sections?|recommendations?)\s+(?P<targets>{_TARGET}(?:\s*(?:,|and|to|or|&|[-–])\s*{_TARGET})*)(?![\w(])",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\s*(?:\([a-z0-9]+\)\s*)*,?\s*(?:of|in|to|under)\s+(?:the\s+|this\s+|that\s+)?"
    r"(?:[\w’'&.-]+\s+){0,6}?(?:Act|Regulations?|Order|Rules|Code|Constitution|Reports?|minutes?|Schedule|Directive|agreement)\b",
)
_APPENDIX = re.compile(
    r"\bAppendi(?:x|ces)\s+([0-9]{1,2}|[A-Z])((?:\s*(?:,|and|to|&|[-–])\s*(?:[0-9]{1,2}|[A-Z])\b(?!\w))*)", re.IGNORECASE
)
_TABLE = re.compile(r"\b(?:the\s+)?(?:table\s+(?:above|below)|above\s+table|following\s+table)\b", re.IGNORECASE)


def reference_findings(draft: Draft, own_appendix: str = "") -> Iterator[Finding]:
    """References that land nowhere, or in two places. `own_appendix` is that of the committee table: 3, or Appendix 3."""
    used = Counter(paragraph.levels for paragraph in draft.paragraphs if paragraph.levels)
    for paragraph in draft.paragraphs:
        yield from _paragraphs(paragraph, draft, used)
        if not draft.tables and (match := _TABLE.search(paragraph.text)):
            text = "There is no table of figures in this draft."
            yield finding(Fault(Group.REFERENCES, "PC21", Severity.WARNING), text, paragraph, match.span())
    yield from _appendices(draft, own_appendix)


def _paragraphs(paragraph: Paragraph, draft: Draft, used: Counter[tuple[int, ...]]) -> Iterator[Finding]:
    for match in _REFERENCE.finditer(paragraph.text):
        if _ELSEWHERE.match(paragraph.text, match.end()):
            continue
        for target in re.finditer(_TARGET, match["targets"]):
            levels = tuple(map(int, target[0].split(".")))
            at = (match.start("targets") + target.start(), match.start("targets") + target.end())
            whole = (match.start(), at[1])
            if problem := _problem(levels, draft, used, match["what"].lower()):
                yield finding(Fault(Group.REFERENCES, "PC21", problem[0]), problem[1], paragraph, whole)


def _problem(levels: tuple[int, ...], draft: Draft, used: Counter[tuple[int, ...]], what: str) -> tuple[Severity, str] | None:
    written = ".".join(map(str, levels))
    name = "section" if len(levels) == 1 else "paragraph"
    if used[levels] > 1 and len(levels) > 1:
        return Severity.ERROR, f"There are {used[levels]} paragraphs {written}: it is unclear which is meant."
    if used[levels] or any(number[: len(levels)] == levels for number in used):
        return None
    if len(levels) == 1 and not what.startswith("section"):
        return None
    if not any(number[0] == levels[0] for number in used):
        text = f"Section {levels[0]} is not in this draft, so the reference to {name} {written} was not checked."
        return Severity.NOTE, text
    return Severity.ERROR, f"There is no {name} {written} in this draft."


def _appendices(draft: Draft, own_appendix: str) -> Iterator[Finding]:
    own_appendix = re.sub(r"^appendi(?:x|ces)\s+", "", own_appendix.strip(), flags=re.IGNORECASE)
    first: dict[str, tuple[Paragraph, tuple[int, int]]] = {}
    inside = set()
    for paragraph in draft.paragraphs:
        for match in _APPENDIX.finditer(paragraph.text):
            for name in re.findall(r"[0-9]{1,2}|\b[A-Z]\b", match[1].upper() + match[2]):
                if match.start() == 0 and (paragraph.kind is Kind.HEADING or len(paragraph.text) < 80):
                    inside.add(name)
                else:
                    first.setdefault(name, (paragraph, match.span()))
    figures = sorted(int(name) for name in first if name.isdigit())
    known = inside | {own_appendix}
    for missing in sorted(
        set(range(*((figures[0], figures[-1]) if figures else (0, 0)))) - set(figures) - {int(n) for n in known if n.isdigit()}
    ):
        paragraph, marked = first[str(min(number for number in figures if number > missing))]
        text = f"The paper speaks of this appendix, and never of Appendix {missing}."
        yield finding(Fault(Group.REFERENCES, "PC21", Severity.WARNING), text, paragraph, marked)
    for name, (paragraph, marked) in sorted(first.items()):
        if name not in known:
            text = f"Appendix {name} is not in this file: make sure it goes into the pack."
            yield finding(Fault(Group.REFERENCES, "PC21", Severity.NOTE), text, paragraph, marked)
    if own_appendix and own_appendix not in first and not draft.tables:
        text = f"The committee table is Appendix {own_appendix}, and the paper never refers to it."
        yield Finding(Group.REFERENCES, "PC21", Severity.WARNING, text)
