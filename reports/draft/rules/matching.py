"""Every figure of a sentence against the committee table: which one it is, on which basis, or that it is none (PC14, PC15)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, pairwise

from display import formats
from reports.draft.rules.bases import only_basis
from reports.draft.rules.figures import Bound, Count, Money, counts_in, money_in, others_in
from reports.draft.rules.findings import Fault, Finding, Group, Severity, finding
from reports.draft.rules.known import Fact, Fte, Known, Of, Rank, in_pounds, phases_in_words
from reports.draft.rules.subjects import Subject, mentions_in, phases_named, subjects_of
from reports.draft.rules.text import Paragraph
from reports.draft.rules.years import FULL_YEAR, OVER_YEARS


class Status(StrEnum):
    """How a figure of the draft stands."""

    MATCHED = "matched"
    BY_AMOUNT = "by_amount"
    NOT_FOUND = "not_found"
    WRONG = "wrong"
    NOT_COMPARED = "not_compared"

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
    "not_compared": ("Not compared", "–"),
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
    is_figure: bool = True
    """False of the words from one figure to another that should not be added to it."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, and whether its figures must be in the table. `beside`: the phases named near it, as in its heading."""

    text: str
    demands: bool
    beside: frozenset[frozenset[int]] = frozenset()
    basis: str = ""
    """The only basis that it names, if it names one only."""


_OF_THE_TABLE = re.compile(r"\b(?:above\s+table|table\s+(?:above|below)|total(?:s|ling)?\s+resources)\b", re.IGNORECASE)
_OF_A_LIMIT = re.compile(
    r"\b(?:releas|limit|authori[sz]|approv|agree|contingency|estimate|fund|budget|left|leav|remain|headroom|draw|delegat|ceiling|maximum|"
    r"up to|excess|over(?:spend|spent|run)|supplementary|reserve|grant|threshold|exceed|short)",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\b(?:and|plus|together with|in addition to)\b|\+", re.IGNORECASE)
_NOT_ADDED = re.compile(
    r"\b(?:increas|ris|grow|effect|or|of which|then|compared|rather|but|against|falling|reduc|from|becom)", re.IGNORECASE
)
_AS_A_SUM = re.compile(r"\b(?:draw(?:n|ing)?[- ]?down|sum\s+of|combined)\b", re.IGNORECASE)
_PLUS = re.compile(r"\b(?:plus|together with|in addition to)\b|\+", re.IGNORECASE)


def marks_of(paragraph: Paragraph, known: Known, *, recommended: bool = False, heading: str = "") -> list[Mark]:
    """Every figure of a paragraph with how it stands, in order.

    `recommended`: the paragraph is part of the recommendations. `heading`: what it stands under.
    """
    found: list[Mark] = []
    if not _HAS_FIGURE.search(paragraph.text):
        return found
    beside = _phases_beside(paragraph.text, heading)
    for start, end in paragraph.sentences:
        text = paragraph.text[start:end]
        if not _HAS_FIGURE.search(text):
            continue
        demands = recommended or bool(phases_named(text)) or bool(_OF_THE_TABLE.search(text))
        sentence = Sentence(text, demands, beside, only_basis(text, known.years))
        found += [replace(mark, start=mark.start + start, end=mark.end + start) for mark in _marks(sentence, known)]
    return sorted(found, key=lambda mark: (mark.start, mark.end))


_NAMES_A_PHASE = re.compile("phase|tranche", re.IGNORECASE)
_HAS_FIGURE = re.compile(r"[0-9]|\b[fw]\.?t\.?e|time[- ]equivalent|\bposts\b", re.IGNORECASE)


def _phases_beside(text: str, heading: str) -> frozenset[frozenset[int]]:
    if not _NAMES_A_PHASE.search(text) and not _NAMES_A_PHASE.search(heading):
        return frozenset()
    named = [phases_named(sentence) for sentence in re.split(r"(?<=[.;:])\s", text)] + [phases_named(heading)]
    singles = {frozenset({number}) for each in named for number in each}
    return frozenset({*filter(None, named), *singles, frozenset().union(*named)} - {frozenset()})


def _marks(sentence: Sentence, known: Known) -> Iterator[Mark]:
    """The marks of one sentence, from its beginning."""
    text = sentence.text
    figures: list[Money | Count] = [each for each in money_in(text, known.years) if each.value != 0]
    figures += [
        count for count in counts_in(text) if not any(count.start < each.end and each.start < count.end for each in figures)
    ]
    figures.sort(key=lambda each: each.start)
    spans = [(each.start, each.end) for each in figures]
    subjects = _shared_out(text, figures, subjects_of(text, spans, mentions_in(text, known.every, known.phase_names)))
    marks = []
    for figure, subject in zip(figures, subjects, strict=True):
        if isinstance(figure, Money) and _is_a_change(figure, text):
            marks.append(_change_mark(figure, subject, known))
        elif isinstance(figure, Money):
            marks.append(_money_mark(figure, subject, sentence, known))
        else:
            marks.append(_count_mark(figure, subject, sentence, known))
    yield from marks
    yield from _sums_asked_for(text, [mark for mark, each in zip(marks, figures, strict=True) if isinstance(each, Money)])
    for start, end in others_in(text, spans):
        yield Mark(start, end, Status.NOT_COMPARED, "Neither an amount of money nor a number of FTE.")


def _shared_out(text: str, figures: Sequence[Money | Count], subjects: Sequence[Subject]) -> list[Subject]:
    """Phases One and Two cost £731k and £218k: as many figures on one basis as phases are said of one phase each, in order."""
    shared = list(subjects)
    groups: dict[tuple[Subject, str], list[int]] = {}
    for at, (figure, subject) in enumerate(zip(figures, subjects, strict=True)):
        if len(subject.phases) > 1 and not subject.is_total:
            groups.setdefault((subject, figure.basis if isinstance(figure, Money) else "FTE"), []).append(at)
    for (subject, _), places in groups.items():
        between = [text[figures[one].end : figures[two].start] for one, two in pairwise(places)]
        in_a_row = all(re.fullmatch(r"\s*(?:,|and|&|,\s*and)\s*", words, re.IGNORECASE) for words in between)
        if len(places) == len(subject.phases) and (in_a_row or "respectively" in text.lower()):
            for place, number in zip(places, sorted(subject.phases), strict=True):
                shared[place] = Subject(frozenset({number}))
    return shared


def _money_mark(money: Money, subject: Subject, sentence: Sentence, known: Known) -> Mark:
    if money.value is None:
        return Mark(money.start, money.end, Status.WRONG, f"This cannot be read: {money.problem}", severity=Severity.WARNING)
    fitting = [fact for fact in known.fitting(money) if not money.is_coarse or _is_meant(fact, sentence.text)]
    fitting.sort(key=lambda fact: _order(fact, money, subject, sentence))
    meant = [fact for fact in fitting if _may_be(fact, subject, sentence)]
    on_basis = [fact for fact in meant if _is_on_basis(fact, money, sentence)]
    if on_basis:
        return _matched(money, on_basis[0], subject, sentence, known)
    if others := [fact for fact in meant if _is_meant(fact, sentence.text) and fact.rank is not Rank.OVER_YEARS]:
        return _on_wrong_basis(money, others[0], known, money.basis or sentence.basis)
    of_others = [fact for fact in fitting if subject and fact.is_group and _is_on_basis(fact, money, sentence)]
    if not of_others and money.basis != OVER_YEARS and (wrong := _sum_of_two(money, known)):
        return wrong
    over_years = [fact for fact in meant if fact.rank is Rank.OVER_YEARS and not fact.title]
    if over_years and not money.certain:
        return _matched(money, over_years[0], subject, sentence, known)
    if of_others:
        return _of_another(money, of_others[0], subject, known)
    untitled = [fact for fact in fitting if fact.rank in (Rank.TEAM, Rank.LINE) and _is_on_basis(fact, money, sentence)]
    if untitled and not subject.is_total and (not subject or untitled[0].phases <= subject.phases):
        return _by_amount(money, untitled[0])
    return _not_found(money, subject, sentence, known)


_CHANGED = re.compile(
    r"\b(?:increas\w*|ris(?:es?|ing)|rose|grow(?:s|n|th|ing)?|grew|fall(?:s|en|ing)?|fell|reduc\w*|decreas\w*|differ\w*|higher|lower)"
    r"\s+(?:(?:in\s+)?(?:cost|costs)\s+)?(?:of|by)\s+(?:(?:about|around|some|approximately|a further)\s+)?$",
    re.IGNORECASE,
)
_TO_ANOTHER = re.compile(r"\s+to\s+£", re.IGNORECASE)
_FROM_ANOTHER = re.compile(
    r"\b(?:over|on|than|between|against|compared\s+(?:with|to))\s+(?:in\s+)?(?:20[0-9]{2}|[0-9]{2}/[0-9]{2}|(?:this|the\s+current|last)\s+year)",
    re.IGNORECASE,
)


def _is_a_change(money: Money, text: str) -> bool:
    """Whether a figure says by how much one differs from another: rises by £130k to £348k, an increase of £130k over 2016/17."""
    if money.value is None or not _CHANGED.search(text[: money.start]):
        return False
    return bool(_TO_ANOTHER.match(text, money.end) or _FROM_ANOTHER.search(text))


def _change_mark(money: Money, subject: Subject, known: Known) -> Mark:
    """Of one group of phases on two bases. The figure of one basis alone is no change, though it may be the same amount."""
    least, most = money.covers
    for one, two in combinations(known.groups, 2):
        of_them = one.phases == two.phases and (subject.may_be(one.phases) if subject else one.phases == known.every)
        if of_them and least <= abs(one.pounds - two.pounds) <= most:
            note = f"The difference between {one.in_words()} and {two.basis}."
            return Mark(money.start, money.end, Status.MATCHED, _sentence(note.rstrip(".")), one)
    note = "No two figures of what the sentence speaks of differ by this amount."
    return Mark(money.start, money.end, Status.NOT_FOUND, note, severity=Severity.WARNING)


def _is_on_basis(fact: Fact, money: Money, sentence: Sentence) -> bool:
    """Whether the fact stands on the basis that the words give the figure.

    A sum over years is meant where they say so. Figures on no basis, such as a note's, stand on any.
    """
    basis = money.basis or sentence.basis
    if basis == OVER_YEARS:
        return OVER_YEARS in fact.in_words()
    if fact.rank is Rank.OVER_YEARS:
        return bool(basis) and fact.basis == basis
    return not basis or fact.basis in (basis, "")


def _may_be(fact: Fact, subject: Subject, sentence: Sentence) -> bool:
    """Whether the sentence can speak of this fact: of the phases it names, and of a limit, line or note by a word of it."""
    if fact.rank is Rank.NOTE:
        return _shares_words(fact.title or fact.name, sentence.text)
    if fact.rank in (Rank.LIMIT, Rank.RULE, Rank.LEFT):
        apart = bool(subject and fact.phases) and not fact.phases & subject.phases
        return not apart and bool(_OF_A_LIMIT.search(sentence.text))
    if fact.rank in (Rank.TEAM, Rank.LINE) or fact.title:
        named = _is_titled(fact, sentence.text)
        return named and (not subject or subject.is_total or fact.phases <= subject.phases)
    return not subject or subject.may_be(fact.phases)


def _order(fact: Fact, money: Money, subject: Subject, sentence: Sentence) -> tuple[int, bool, bool, int, Decimal]:
    """The fact that is meant comes first: of the phases named, on the basis said, named by its title, of the highest rank."""
    named = subject.phases
    if not named or fact.rank in (Rank.LIMIT, Rank.RULE, Rank.LEFT, Rank.NOTE):
        place = 1 if named or fact.phases not in sentence.beside else 0
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
    return _shares_words(fact.title, text)


def _shares_words(title: str, text: str) -> bool:
    words = {word.lower() for word in re.findall(r"[A-Za-z]{5,}", title)} - _EVERYDAY
    said = text.lower()
    if not words:  # Head of service: the whole of it, up to a dash, bracket or mark
        whole = re.split(r"\s*[(*,]|\s[-–]\s", title.lower())[0].strip()
        return len(whole.split()) > 1 and bool(re.search(rf"(?<!\w){re.escape(whole)}(?!\w)", said))
    return any(word in said for word in words)


_EVERYDAY = {"service", "services", "phase", "social", "children", "child", "other", "posts", "roles", "costs"}
_EVERYDAY |= {
    "total",
    "costing",
    "table",
    "included",
    "above",
    "below",
    "elsewhere",
    "funding",
    "which",
    "their",
    "under",
    "where",
}


def _matched(money: Money, fact: Fact, subject: Subject, sentence: Sentence, known: Known) -> Mark:
    if not _is_titled(fact, sentence.text):
        return _by_amount(money, fact)
    is_part = fact.rank in (Rank.PHASE, Rank.SUM) or (fact.rank is Rank.OVER_YEARS and fact.phases != known.every)
    if subject.is_open or (is_part and not subject and fact.phases not in sentence.beside):
        return _by_amount(money, fact)
    return Mark(money.start, money.end, Status.MATCHED, _sentence(f"{fact.in_words()}{_exactly(money, fact)}"), fact)


def _by_amount(money: Money, fact: Fact) -> Mark:
    note = f"The same amount as {fact.in_words()}, which the sentence does not name."
    return Mark(money.start, money.end, Status.BY_AMOUNT, note, fact)


def _of_another(money: Money, fact: Fact, subject: Subject, known: Known) -> Mark:
    own = known.group(subject.phases, money.basis or fact.basis)
    instead = f" {_table_has(own)}" if own else ""
    said = "the total" if subject.is_total else phases_in_words(subject.phases)
    note = f"The sentence speaks of {said}, the figure is that of {fact.in_words()}.{instead}"
    return Mark(money.start, money.end, Status.WRONG, note, None, severity=Severity.WARNING)


def _exactly(money: Money, fact: Fact) -> str:
    if money.value == fact.pounds:
        return ""
    if money.bound is Bound.NEAR:
        return f", rounded from {in_pounds(fact.pounds)}"
    return f", which is {in_pounds(fact.pounds)}"


def _on_wrong_basis(money: Money, fact: Fact, known: Known, basis: str) -> Mark:
    note = f"The words say {basis}, but this is the figure of {fact.in_words()}."
    right = known.group(fact.phases, basis) if fact.is_group else None
    if right:
        note += f" {_table_has(right)}"
    elif fact.is_group:
        note += f" It has nothing for {fact.name}{_basis(basis)}."
    severity = Severity.ERROR if money.certain else Severity.WARNING
    return Mark(money.start, money.end, Status.WRONG, note, None, severity=severity)


def _table_has(fact: Fact) -> str:
    return f"The table has {in_pounds(fact.pounds)} for {fact.name}{_basis(fact.basis)}."


def _basis(basis: str) -> str:
    if not basis or basis == OVER_YEARS:
        return f" {basis}".rstrip()
    return " in a full year" if basis == FULL_YEAR else f" in {basis}"


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


def _not_found(money: Money, subject: Subject, sentence: Sentence, known: Known) -> Mark:
    note = "This figure is not in the committee table, in no limit and in no sum of phases."
    if subject and money.basis and (meant := known.group(subject.phases, money.basis)):
        note += f" {_table_has(meant)}"
    else:
        note += " Check it, or say where it comes from."
    severity = Severity.ERROR if sentence.demands else Severity.WARNING
    return Mark(money.start, money.end, Status.NOT_FOUND, note, None, severity=severity)


def _sums_asked_for(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """ "£141k part-year and £795k in a full year be drawn down" asks for both, as if they were two sums of money."""
    drawn = bool(_AS_A_SUM.search(text)) and len(marks) == 2
    for one, two in pairwise(marks):
        if not (one.fact and two.fact and one.fact.is_group and one.fact.phases == two.fact.phases and two.fact.is_group):
            continue
        between = text[one.end : two.start]
        mixed = (one.fact.basis == FULL_YEAR) != (two.fact.basis == FULL_YEAR)
        added = _PLUS.search(between) or (drawn and _ADDED.search(between))
        if mixed and len(between) < 60 and added and not _NOT_ADDED.search(between):
            note = (
                f"{_capital(one.fact.in_words())} and {two.fact.basis} stand side by side as if both were to be had: "
                "the one is part of what the other is for a full year. An in-year figure is never added to a full-year one."
            )
            yield Mark(one.start, two.end, Status.WRONG, note, None, "PC15", Severity.ERROR, is_figure=False)


def _count_mark(count: Count, subject: Subject, sentence: Sentence, known: Known) -> Mark:
    """FTE are compared with those of what the sentence speaks of; a number of posts only where it fits: it may count heads."""
    fitting = [each for each in known.ftes if each.fte == count.value and (count.is_fte or each.phases)]
    fitting.sort(key=lambda each: (each.phases != subject.phases, not each.phases))
    meant = [each for each in fitting if _is_meant_fte(each, subject, sentence, known)]
    at = (count.start, count.end)
    if meant:
        return Mark(*at, Status.MATCHED, _sentence(meant[0].name))
    if not count.is_fte:
        return Mark(*at, Status.NOT_COMPARED, "A number of posts is not always a number of FTE.")
    if subject and (own := next((each for each in known.ftes if each.of is Of.PHASES and each.phases == subject.phases), None)):
        if fitting and fitting[0].of in (Of.LINE, Of.TITLE, Of.TEAM) and not subject.is_total:
            return Mark(*at, Status.BY_AMOUNT, f"As many as {fitting[0].name}, which the sentence does not name.")
        note = f"{_capital(own.name)} is {formats.fte(own.fte)}, not {count.text}."
        return Mark(*at, Status.WRONG, note, None, severity=Severity.WARNING)
    if fitting:
        return Mark(*at, Status.BY_AMOUNT, f"As many as {fitting[0].name}, which the sentence does not name.")
    note = f"No phase, team or line of the table has {count.text}: the total is {formats.fte(known.schedule.total.fte)} FTE."
    return Mark(*at, Status.NOT_FOUND, note, None, severity=Severity.WARNING)


def _is_meant_fte(fte: Fte, subject: Subject, sentence: Sentence, known: Known) -> bool:
    if fte.of in (Of.LINE, Of.TEAM, Of.TITLE):
        return _shares_words(fte.name, sentence.text)
    if fte.of is Of.RECRUITED and not re.search(r"recruit|in post|filled|vacan|appoint", sentence.text, re.IGNORECASE):
        return False
    if subject:
        return subject.may_be(fte.phases)
    return fte.phases == known.every or fte.phases in sentence.beside


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
