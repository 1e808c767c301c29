"""What two submissions of a drawdown say differently, word by word. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from approvals.decisions.key_notice.rules import ROUTES, Route
from approvals.drawdowns.rules import Authority
from approvals.drawdowns.submission.rules import (
    FrozenAuthorisation,
    FrozenCase,
    FrozenDelegation,
    FrozenLine,
    FrozenPart,
    SubmissionContent,
)
from approvals.drawdowns.totals.rules import amounts_in_words, part_drawn, totals_of
from costing.measure import Measure
from display import formats

MOST_COMPARED = 2_000_000
"""Texts with more pairs of words than this are compared line by line: word by word takes seconds."""
KEPT = 12
"""So many words that stay are shown on either side of a change."""


class Kept(StrEnum):
    """What became of a piece of a text."""

    SAME = "same"
    LEFT_OUT = "left_out"
    ADDED = "added"


class Piece(NamedTuple):
    """A run of words, and what became of it."""

    kept: Kept
    text: str


class Difference(NamedTuple):
    """One thing that was so and is so now, both in words; "" where nothing is said of it."""

    what: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        """The two texts as one, with what was left out and what was added, in reading order."""
        return list(_shortened(list(_pieces(_tokens(self.before, self.after), self.before, self.after))))


def differences(before: SubmissionContent, after: SubmissionContent) -> list[Difference]:
    """What changed from one submission to a later one, of everything that is decided; the number and day of each are not."""
    old, new = _said(before), _said(after)
    names = list(dict.fromkeys([*old, *new]))
    return [Difference(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name, "") != new.get(name, "")]


def _said(content: SubmissionContent) -> dict[str, str]:
    return {name: text for section in said_of(content).values() for name, text in section.items()}


def said_of(content: SubmissionContent) -> dict[str, dict[str, str]]:
    """Everything that is decided, in words, each under its name, by section. No name comes twice."""
    asked = {
        "Title": content.title,
        **({"What is to be decided": content.proposal} if content.proposal else {}),
        "Programme": content.programme,
        "Prepared by": content.prepared_by,
        "Released in total": totals_of(content).in_words,
    }
    titles = {each.id: each.title for each in content.authorisations}
    money: dict[str, str] = {}
    lines: dict[str, str] = {}
    for each in content.authorisations:
        money |= _authorisation(each)
    for line in content.lines:
        lines |= _line(line, titles[line.authorisation], lines)
    return {
        "What is asked": asked,
        "Lines": lines,
        "Money": money,
        "The case": _case(content.case) if content.case else {},
        "The power": _delegation(content.delegation),
        "Papers": {f"Paper: {paper.name}": f"SHA-256 {paper.sha256}" for paper in content.papers},
    }


def _delegation(scheme: FrozenDelegation) -> dict[str, str]:
    given = scheme.decision
    minute = f", minute {given.minute}" if given.minute else ""
    return {
        "Delegation": scheme.title,
        "Text of the delegation": scheme.text,
        "Given by": f"{given.title}, {given.body}, {formats.long_date(given.date)}{minute}",
        "Ends": formats.long_date(scheme.expires),
        "Limits of the delegation": amounts_in_words(scheme.limits),
        "Decision maker": scheme.decision_maker,
        "Asked first": ", ".join(f"{step.office} ({step.mode})" for step in scheme.steps),
        "First day of the delegation": formats.long_date(scheme.earliest),
        "Conditions of the delegation": "\n".join(scheme.conditions),
        "Parts of the delegation": "\n".join(map(_part, scheme.parts)),
    }


def _part(part: FrozenPart) -> str:
    """£50,000 in 2016/17, not before 1 October 2016, once confirmed: ..."""
    when = f", not before {formats.long_date(part.not_before)}" if part.not_before else ""
    once = f", once confirmed: {'; '.join(part.conditions)}" if part.conditions else ""
    return f"{formats.pounds(part.amount)} {part.measure.in_words}{when}{once}"


def _authorisation(money: FrozenAuthorisation) -> dict[str, str]:
    return {
        f"{money.title}: limits": amounts_in_words(money.limits),
        f"{money.title}: released by": money.decision,
        f"{money.title}: source": f"{money.source}, {money.term.replace('_', '-')}",
    }


def _line(line: FrozenLine, money: str, before: Mapping[str, str]) -> dict[str, str]:
    part = part_drawn(line)
    facts = [
        *([f"{part} FTE"] if part else []),
        amounts_in_words(line.consumed),
        f"from {money}",
        *([] if line.source is None else ["the part of it that this source pays for"]),
        *([line.team] if line.team else []),
        str(line.duration).replace("_", "-"),
        f"costs {_amounts(line.amounts)}",
        *(f"{_AUTHORITY[how]} {year.name}" for year, how in sorted(line.authority.items())),
    ]
    name = f"{line.phase}: {line.title}"
    if name in before:  # of the same title, or drawn on a second authorisation
        name = f"{name} ({line.line}, {money})"
    return {name: "; ".join(facts)}


_AUTHORITY = {
    Authority.LIMITED: "released within the limit of",
    Authority.THROUGH_WHOLE_LIFE: "released through the limit over its whole life in",
    Authority.THROUGH_FULL_YEAR: "released through the full-year limit in",
    Authority.NOTHING_RELEASED: "nothing released in",
}


def _amounts(amounts: Mapping[Measure, object]) -> str:
    stated = {measure: amount for measure, amount in amounts.items() if amount is not None}
    return amounts_in_words(stated) or "not stated"  # type: ignore[arg-type]


_CASE = {
    "reasons": "Reasons",
    "alternatives": "Alternatives considered and rejected",
    "financial_comments": "Financial comments",
    "financial_comments_on": "Date of the financial comments",
    "legal_comments": "Legal comments",
    "legal_comments_on": "Date of the legal comments",
    "background_papers": "Background papers",
    "wards": "Wards affected",
    "report_author": "Report author",
    "is_key": "Key decision",
    "not_key_reason": "Why it is not a key decision",
    "notice_route": "How notice was given",
    "notice_on": "Date of the notice",
    "notice_reference": "Where the notice is",
    "exempt_paragraph": "Exempt under Schedule 12A, paragraph",
    "public_interest": "Why the public interest is against publishing",
}


def _case(case: FrozenCase) -> dict[str, str]:
    said = {label: _value(getattr(case, name)) for name, label in _CASE.items()}
    return said | {_CASE["notice_route"]: ROUTES[Route(case.notice_route)] if case.notice_route else ""}


def _value(value: str | date | bool | None) -> str:
    if isinstance(value, bool):
        return formats.yes_no(value)
    return formats.long_date(value) if isinstance(value, date) else value or ""


def _tokens(before: str, after: str) -> re.Pattern[str]:
    words = re.compile(r"\S+\s*|\s+")
    few = len(words.findall(before)) * len(words.findall(after)) <= MOST_COMPARED
    return words if few else re.compile(r"[^\n]*\n|[^\n]+")


def _pieces(tokens: re.Pattern[str], before: str, after: str) -> Iterator[Piece]:
    old, new = tokens.findall(before), tokens.findall(after)
    # Words are the same whatever space follows them: the last word of a text has none.
    bare_old, bare_new = [each.strip() for each in old], [each.strip() for each in new]
    for tag, start, end, new_start, new_end in SequenceMatcher(None, bare_old, bare_new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Kept.SAME, "".join(new[new_start:new_end]))
            continue
        if start < end:
            yield Piece(Kept.LEFT_OUT, "".join(old[start:end]))
        if new_start < new_end:
            yield Piece(Kept.ADDED, "".join(new[new_start:new_end]))


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Long runs that stay the same, without their middle: what changed is what is read."""
    for place, piece in enumerate(pieces):
        words = re.findall(r"\S+\s*", piece.text)
        if piece.kept is not Kept.SAME or len(words) <= 3 * KEPT:
            yield piece
            continue
        first = [] if place == 0 else words[:KEPT]
        last = [] if place == len(pieces) - 1 else words[-KEPT:]
        yield Piece(Kept.SAME, " … ".join("".join(part).rstrip("\n") for part in (first, last)))
