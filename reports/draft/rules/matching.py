"""Every figure of a sentence against the committee table: which one it is, on which basis, or that it is none (PC14, PC15)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from display import formats
from reports.draft.rules.figures import FULL_YEAR, NUMBER_WORDS, Bound, Count, Money, counts_in, money_in
from reports.draft.rules.findings import Fault, Finding, Group, Severity, finding
from reports.draft.rules.known import Fact, Known, Rank, in_pounds, phases_in_words
from reports.draft.rules.text import Paragraph


class Status(StrEnum):
    """How a figure of the draft stands."""

    MATCHED = "matched"
    BY_AMOUNT = "by_amount"
    NOT_FOUND = "not_found"
    WRONG = "wrong"

    @property
    def label(self) -> str:
        return _LABELS[self.value][0]

    @property
    def symbol(self) -> str:
        """What stands beside the figure, so that its colour says nothing alone."""
        return _LABELS[self.value][1]


_LABELS = {
    "matched": ("Matched", "✓"),
    "by_amount": ("By its amount only", "≈"),
    "not_found": ("Not found", "?"),
    "wrong": ("Wrong", "✗"),
}


@dataclass(frozen=True)
class Mark:
    """A figure in place: its characters, how it stands, and in words what it is or what is wrong."""

    start: int
    end: int
    status: Status
    note: str
    fact: Fact | None = None
    rule: str = "PC14"
    severity: Severity | None = None


@dataclass(frozen=True)
class Sentence:
    """A sentence and what it speaks of: `phases` it names, and whether it is a recommendation or names the table."""

    text: str
    phases: frozenset[int]
    demands: bool


_OVER_YEARS = re.compile(
    r"\b(?:whole[- ]life|life[- ]?time|both\s+years|all\s+years|"
    r"(?:over|across|for)\s+(?:the\s+|all\s+|its\s+)*(?:[\w-]+\s+)?(?:financial\s+)?years)\b",
    re.IGNORECASE,
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
_ONE = rf"(?:[0-9]{{1,2}}|{'|'.join(NUMBER_WORDS)})\b"
_PHASES = re.compile(rf"\bphases?\s+({_ONE}(?:\s*(?:,|and|to|&|[-–])\s*(?:phase\s+)?{_ONE})*)", re.IGNORECASE)
_ORDINAL_PHASE = re.compile(rf"\b({'|'.join(_ORDINALS)})\s+phase\b", re.IGNORECASE)
_OF_THE_TABLE = re.compile(r"\b(?:above\s+table|table\s+(?:above|below)|total(?:s|ling)?\s+resources)\b", re.IGNORECASE)
_ADDED = re.compile(r"\b(?:and|plus|together with|in addition to)\b|\+", re.IGNORECASE)
_NOT_ADDED = re.compile(
    r"\b(?:increas|ris|grow|effect|or|of which|then|compared|rather|but|against|falling|reduc|from|becom)", re.IGNORECASE
)
_AS_A_SUM = re.compile(
    r"\b(?:draw(?:n|ing)?[- ]?down|total(?:s|ling)?|altogether|in all|release[ds]?|combined|sum)\b", re.IGNORECASE
)


def phases_named(text: str) -> frozenset[int]:
    """The numbers of the phases that a sentence names: Phase One, phases 1 to 3, the first phase."""
    named = {_ORDINALS[match[1].lower()] for match in _ORDINAL_PHASE.finditer(text)}
    for match in _PHASES.finditer(text):
        numbers = [_number(word[0]) for word in re.finditer(_ONE, match[1], re.IGNORECASE)]
        spans = re.search(r"\bto\b|[-–]", match[1], re.IGNORECASE)
        named |= set(range(numbers[0], numbers[-1] + 1)) if spans and len(numbers) == 2 else set(numbers)
    return frozenset(named)


def _number(word: str) -> int:
    return NUMBER_WORDS.get(word.lower()) or int(word)


def marks_of(paragraph: Paragraph, known: Known, *, recommended: bool = False) -> list[Mark]:
    """Every figure of a paragraph with how it stands, in order. `recommended`: the paragraph is part of the recommendations."""
    found: list[Mark] = []
    for start, end in paragraph.sentences:
        text = paragraph.text[start:end]
        phases = phases_named(text)
        sentence = Sentence(text, phases, recommended or bool(phases) or bool(_OF_THE_TABLE.search(text)))
        marks = [_money_mark(money, sentence, known) for money in money_in(text, known.years) if money.value != 0]
        marks += _sums_asked_for(text, marks)
        counts = [mark for count in counts_in(text) if (mark := _count_mark(count, sentence, known))]
        found += [replace(mark, start=mark.start + start, end=mark.end + start) for mark in [*marks, *counts]]
    return sorted(found, key=lambda mark: (mark.start, mark.end))


def _money_mark(money: Money, sentence: Sentence, known: Known) -> Mark:
    if money.value is None:
        return Mark(money.start, money.end, Status.WRONG, f"This cannot be read: {money.problem}", severity=Severity.WARNING)
    fitting = [fact for fact in known.fitting(money) if not money.is_coarse or _is_meant(fact, sentence.text)]
    # A sum over years is an amount of two years together: where the words do not say so, an in-year figure added to a full-year
    # one (PC15) is looked for first.
    over_years = [fact for fact in fitting if fact.rank is Rank.OVER_YEARS]
    if not _OVER_YEARS.search(sentence.text):
        fitting = [fact for fact in fitting if fact.rank is not Rank.OVER_YEARS]
    over_years.sort(key=lambda fact: _order(fact, money, sentence))
    fitting.sort(key=lambda fact: _order(fact, money, sentence))
    on_basis = [fact for fact in fitting if not money.certain or fact.basis in (money.basis, "")]
    if on_basis:
        return _matched(money, on_basis[0], sentence, known)
    if others := [fact for fact in fitting if _is_meant(fact, sentence.text)]:
        return _on_wrong_basis(money, others[0], known)
    if wrong := _sum_of_two(money, known):
        return wrong
    if over_years and not money.certain and not over_years[0].title:
        return _matched(money, over_years[0], sentence, known)
    return _not_found(money, sentence, known)


def _order(fact: Fact, money: Money, sentence: Sentence) -> tuple[int, bool, bool, int, Decimal]:
    """The fact that is meant comes first: of the phases named, on the basis said, named by its title, of the highest rank."""
    named = sentence.phases
    if not named or fact.rank in (Rank.LIMIT, Rank.RULE, Rank.LEFT, Rank.NOTE):
        place = 1
    else:
        place = 0 if fact.phases == named else 2 if fact.phases > named else 3 if fact.phases & named else 4
    away = abs(fact.pounds - (money.value or 0))
    basis_differs = bool(money.basis) and fact.basis not in (money.basis, "")
    return place, basis_differs, not _is_titled(fact, sentence.text), fact.rank, away


def _is_meant(fact: Fact, text: str) -> bool:
    """Totals and limits always can be; a line or a team only where the sentence names it, for some line fits by chance."""
    return (fact.rank <= Rank.LEFT and not fact.title) or (fact.rank is not Rank.NOTE and _is_titled(fact, text))


def _is_titled(fact: Fact, text: str) -> bool:
    """Whether the sentence speaks of this line or team by a word of its title."""
    if fact.rank not in (Rank.TEAM, Rank.LINE) and not fact.title:
        return True
    words = {word.lower() for word in re.findall(r"[A-Za-z]{5,}", fact.title)} - _EVERYDAY
    said = text.lower()
    return bool(words) and any(word in said for word in words)


_EVERYDAY = {"service", "services", "phase", "social", "children", "child", "other", "posts", "roles", "costs"}


def _matched(money: Money, fact: Fact, sentence: Sentence, known: Known) -> Mark:
    note = _sentence(f"{fact.in_words()}{_exactly(money, fact)}")
    at = (money.start, money.end)
    if not _is_titled(fact, sentence.text):
        return Mark(*at, Status.BY_AMOUNT, f"The same amount as {fact.in_words()}, which the sentence does not name.", fact)
    named = sentence.phases
    if fact.rank is Rank.PHASE and len(named) == 1 and not fact.phases & named:
        own = known.group(named, fact.basis)
        instead = f" {_table_has(own)}" if own else ""
        note = f"The sentence speaks of {phases_in_words(named)}, the figure is that of {fact.in_words()}.{instead}"
        return Mark(*at, Status.WRONG, note, None, severity=Severity.WARNING)
    return Mark(*at, Status.MATCHED, note, fact)


def _exactly(money: Money, fact: Fact) -> str:
    if money.value == fact.pounds:
        return ""
    if money.bound is Bound.NEAR:
        return f", rounded from {in_pounds(fact.pounds)}"
    return f", which is {in_pounds(fact.pounds)}"


def _on_wrong_basis(money: Money, fact: Fact, known: Known) -> Mark:
    note = f"The words say {money.basis}, but this is the figure of {fact.in_words()}."
    right = known.group(fact.phases, money.basis) if fact.is_group else None
    if right:
        note += f" {_table_has(right)}"
    elif fact.is_group:
        note += f" It has nothing for {fact.name} in {_basis(money.basis)}."
    return Mark(money.start, money.end, Status.WRONG, note, None, severity=Severity.ERROR)


def _table_has(fact: Fact) -> str:
    return f"The table has {in_pounds(fact.pounds)} for {fact.name} in {_basis(fact.basis)}."


def _basis(basis: str) -> str:
    return "a full year" if basis == FULL_YEAR else basis


def _sum_of_two(money: Money, known: Known) -> Mark | None:
    """An in-year total added to a full-year one, of the same phases or of two phases: that is no amount of anything."""
    if money.is_coarse:
        return None
    least, most = money.covers
    years = [fact for fact in known.groups if fact.basis != FULL_YEAR]
    for full in (fact for fact in known.groups if fact.basis == FULL_YEAR):
        for year in years:
            related = year.phases == full.phases or (len(year.phases) == len(full.phases) == 1)
            if related and least <= year.pounds + full.pounds <= most:
                note = (
                    f"This adds {year.in_words()} ({in_pounds(year.pounds)}) to {full.in_words()} "
                    f"({in_pounds(full.pounds)}): an in-year figure is never added to a full-year one."
                )
                return Mark(money.start, money.end, Status.WRONG, note, None, "PC15", Severity.ERROR)
    return None


def _not_found(money: Money, sentence: Sentence, known: Known) -> Mark:
    note = "This figure is not in the committee table, in no limit and in no sum of phases."
    if sentence.phases and money.basis and (meant := known.group(sentence.phases, money.basis)):
        note += f" {_table_has(meant)}"
    else:
        note += " Check it, or say where it comes from."
    severity = Severity.ERROR if sentence.demands else Severity.WARNING
    return Mark(money.start, money.end, Status.NOT_FOUND, note, None, severity=severity)


def _sums_asked_for(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """ "£141k part-year and £795k in a full year be drawn down" asks for both, as if they were two sums of money."""
    if not _AS_A_SUM.search(text):
        return
    for one, two in pairwise(marks):
        if not (one.fact and two.fact and one.fact.is_group and one.fact.phases == two.fact.phases and two.fact.is_group):
            continue
        between = text[one.end : two.start]
        mixed = (one.fact.basis == FULL_YEAR) != (two.fact.basis == FULL_YEAR)
        if mixed and len(between) < 60 and _ADDED.search(between) and not _NOT_ADDED.search(between):
            note = (
                f"{_capital(one.fact.in_words())} and {two.fact.basis} stand side by side as if both were to be had: "
                "the one is part of what the other is for a full year. An in-year figure is never added to a full-year one."
            )
            yield Mark(one.start, two.end, Status.WRONG, note, None, "PC15", Severity.ERROR)


def _count_mark(count: Count, sentence: Sentence, known: Known) -> Mark | None:
    """FTE are compared; a number of posts is shown where it fits, and says nothing where it does not."""
    fitting = [(each.name, each.phases) for each in known.ftes if each.fte == count.value]
    if not count.is_fte:
        fitting = [(name, phases) for name, phases in fitting if phases]
    if fitting:
        name = min(fitting, key=lambda each: (each[1] != sentence.phases, not each[1]))[0]
        return Mark(count.start, count.end, Status.MATCHED, _sentence(name))
    if not count.is_fte:
        return None
    note = f"No phase, team or line of the table has {count.text}: the total is {formats.fte(known.schedule.total.fte)} FTE."
    return Mark(count.start, count.end, Status.NOT_FOUND, note, None, severity=Severity.WARNING)


def mark_findings(paragraph: Paragraph, marks: Sequence[Mark]) -> Iterator[Finding]:
    """What is wrong with the figures of a paragraph."""
    for mark in marks:
        if mark.severity:
            yield finding(Fault(Group.FIGURES, mark.rule, mark.severity), mark.note, paragraph, (mark.start, mark.end))
        elif mark.status is Status.BY_AMOUNT:
            yield finding(Fault(Group.FIGURES, "PC14", Severity.NOTE), mark.note, paragraph, (mark.start, mark.end))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    return f"{_capital(text)}."
