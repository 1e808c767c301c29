"""Rules about words: figures in recommendations, delegations, re-profiling, abbreviations, placeholders, personal data."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from costing.line_cost import pounds
from costing.totals import total
from display.formats import long_date
from display.words import listed
from reports.checks.rules.findings import About, Finding, Place, Rule, Severity, Spot
from reports.draft.rules.figures import money_in
from reports.draft.rules.known import Known, known_figures
from reports.draft.rules.matching import Mark, Status, marks_of
from reports.draft.rules.subjects import phases_named
from reports.draft.rules.text import Paragraph, from_text
from reports.draft.rules.years import FULL_YEAR
from reports.facts.rules import Decision, Facts


def known_of(facts: Facts) -> Known:
    """The figures a text may speak of: of phases, teams, lines and notes, limits of money and of bodies."""
    limits = {limit for limits in facts.limits.values() for limit in limits if limit.up_to is not None}
    rules = [(limit.up_to, limit.body.in_sentence, True) for limit in limits if limit.up_to is not None]
    return known_figures(facts.schedule, facts.authorisations, rules)


class Said(NamedTuple):
    """A paragraph of a decision's text, its figures marked against what is known."""

    decision: Decision
    called: str
    paragraph: Paragraph
    marks: tuple[Mark, ...]

    def words(self, mark: Mark) -> str:
        return self.paragraph.text[mark.start : mark.end]


def said_in(facts: Facts) -> list[Said]:
    """Every paragraph with figures, of every text of every decision."""
    texts = [(decision, called, text) for decision in facts.decisions for called, text in decision.texts if "£" in text]
    if not texts:
        return []
    known = known_of(facts)
    read = [
        Said(decision, called, paragraph, tuple(marks_of(paragraph, known, recommended=True)))
        for decision, called, text in texts
        for paragraph in from_text(text).paragraphs
    ]
    return [said for said in read if said.marks]


def figures_in_the_table(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC14."""
    said = said_in(facts)
    yield from _marked(rule, said)
    for decision in dict.fromkeys(each.decision for each in said):
        yield from _years_left_out(rule, facts, decision, [each for each in said if each.decision == decision])
    for each in facts.front_sheet.disagreements if facts.front_sheet else ():
        yield rule.found(
            f"{each.place} of the report: “{each.words}”. {each.note}",
            About(("report", each.place, each.words), figures=(each.note,), stated=each.words),
            Spot(Place.REPORT),
            severity=Severity.ERROR if each.is_error else Severity.WARNING,
        )


def bases_not_added(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC15."""
    yield from _marked(rule, said_in(facts))


def _marked(rule: Rule, said: Iterable[Said]) -> Iterator[Finding]:
    for each in said:
        for mark in each.marks:
            if mark.severity and mark.rule == rule.id:
                yield rule.found(
                    f"{each.decision.cited(each.called)}: “{each.words(mark)}”. {mark.note}",
                    About((each.decision.pk, each.called, each.words(mark)), figures=(mark.note,), stated=each.words(mark)),
                    Spot(Place.DECISION, place_id=each.decision.pk),
                    severity=Severity(mark.severity.value),
                )


def _years_left_out(rule: Rule, facts: Facts, decision: Decision, said: Iterable[Said]) -> Iterator[Finding]:
    """What is stated of phases in one year and in a full year says nothing of a year that costs otherwise."""
    stated: dict[frozenset[int], set[str]] = {}
    for mark in (mark for each in said for mark in each.marks):
        if mark.fact and mark.fact.is_group and mark.status is Status.MATCHED:
            stated.setdefault(mark.fact.phases, set()).add(mark.fact.basis)
    for numbers, bases in stated.items():
        if FULL_YEAR not in bases or len(bases) < 2:
            continue
        phases = [phase for phase in facts.schedule.phases if phase.number in numbers]
        full = total(phase.total.full_year.pounds for phase in phases)
        for column, year in enumerate(facts.years):
            amount = total(phase.total.years[column].pounds for phase in phases)
            if year.label not in bases and amount and amount != full:
                named = listed([phase.name for phase in phases])
                years = listed([*sorted(bases - {FULL_YEAR}), "a full year"])
                yield rule.found(
                    f"{decision.cited()} states what {named} cost in {years}, and not the {pounds(amount)} of {year}.",
                    About((decision.pk, named, year), expected=amount),
                    Spot(Place.DECISION, place_id=decision.pk, phase=named),
                    severity=Severity.INFORMATION,
                )


_DELEGATES = re.compile(
    r"\b(?:[Bb]y|[Tt]o)\s+(?P<maker>the\s+[A-Z][\w’' -]*?)\s+(?:with|in|on|subject\s+to|following|after)\s+(?:the\s+)?"
    r"(?:taking\s+(?:the\s+)?)?(?P<mode>agreement|consultation|consent|advice)\s+(?:of|with|from)\s+(?P<asked>[^.;]+)",
)
_FURTHER = re.compile(
    r"(?:,?\s+and|,)\s+(?:(?:with|in|on|subject\s+to|following|after)\s+)?(?:taking\s+)?(?:the\s+)?"
    r"(?P<mode>agreement|consultation|consent|advice)\s+(?:of|with|from)\s+",
)
_WITH = {
    "agreement": "with the agreement of others",
    "consultation": "in consultation with others",
    "consent": "with the consent of others",
    "advice": "after taking the advice of others",
}
_CONDITIONS = (("agreement", "consultation"), ("consent", "advice"))
_IDLE = {"the", "of", "for", "and", "council", "as", "previously", "agreed", "a", "an"}


class Clause(NamedTuple):
    """What a text says of a delegation: who decides, and who is asked in which mode, as it says it, and by the words of it."""

    decision: Decision
    called: str
    maker: str
    said: tuple[tuple[str, str], ...]
    asked: Mapping[str, frozenset[str]]

    @property
    def words(self) -> str:
        """Of all that are asked, as the text names them."""
        return "; ".join(text for _, text in self.said)

    @property
    def modes(self) -> str:
        return " and ".join(self.asked)

    @property
    def in_full(self) -> str:
        """The modes with who is asked in each."""
        return "; ".join(f"{mode}: {text}" for mode, text in self.said)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold())) - _IDLE


def clauses(facts: Facts) -> list[Clause]:
    """Every delegation that the texts of decisions speak of, in the order of the decisions."""
    found = []
    for decision in sorted(facts.decisions, key=lambda each: (each.day, each.pk)):
        for called, text in decision.texts:
            for match in _DELEGATES.finditer(text):
                first, *further = _FURTHER.split(match["asked"].split(" as previously")[0])
                said = [(match["mode"], first.strip()), *zip(further[::2], map(str.strip, further[1::2]), strict=True)]
                maker = match["maker"].removeprefix("the ").strip()  # read from: a decision's text
                found.append(Clause(decision, called, maker, tuple(said), _by_mode(said, _words)))
    return found


def _by_mode(asked: Iterable[tuple[str, str]], words: Callable[[str], frozenset[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for mode, text in asked:
        found[mode] = found.get(mode, frozenset()) | words(text)
    return found


def one_delegation(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC16."""
    last: dict[str, Clause] = {}
    for clause in clauses(facts):
        before = last.get(clause.maker.casefold())
        last[clause.maker.casefold()] = clause
        if before and before.asked != clause.asked:
            yield _delegated_otherwise(rule, before, clause)
    for delegation in facts.delegations:
        steps = [*delegation.offices.items(), *delegation.bodies.items()]
        asked = _by_mode([(mode, name) for name, mode in steps], _words)
        for clause in (each for each in last.values() if each.decision.pk == delegation.decision):
            if asked != clause.asked:
                recorded = listed([f"{name} ({mode})" for name, mode in steps]) or "nobody asked first"
                asks = f"{clause.decision.title} asks for {clause.in_full}."
                text = f"{asks} {delegation.title} is recorded with {recorded}."
                yield rule.found(
                    text,
                    About((delegation.title, clause.called), stated=recorded, expected=clause.in_full),
                    Spot(Place.DECISION, place_id=clause.decision.pk),
                )


def _delegated_otherwise(rule: Rule, before: Clause, clause: Clause) -> Finding:
    def said(each: Clause) -> str:
        where = f"({each.decision.body}, {long_date(each.decision.day)}, {each.called})"
        return f"{' and '.join(_WITH[mode] for mode in each.asked)} {where}"

    names = [frozenset().union(*each.asked.values()) for each in (before, clause)]
    offices = "" if names[0] == names[1] else f" Who is asked differs: {before.words}; {clause.words}."
    differ = before.asked.keys() ^ clause.asked.keys()
    modes = "".join(
        f" {condition.capitalize()} is a condition, {other} is not."
        for condition, other in _CONDITIONS
        if {condition, other} <= differ
    )
    text = f"The {clause.maker} decides {said(before)}, and {said(clause)}.{modes}{offices}"
    return rule.found(
        text,
        About(
            (before.decision.pk, before.called, clause.decision.pk, clause.called),
            figures=(before.words, clause.words),
            stated=clause.modes,
            expected=before.modes,
        ),
        Spot(Place.DECISION, place_id=clause.decision.pk),
    )


_REPROFILED = re.compile(r"\bre-?\s?profil", re.IGNORECASE)


def reprofiled(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC20."""
    texts = [(decision, called, text) for decision in facts.decisions for called, text in decision.texts]
    changed = [(decision, called, text) for decision, called, text in texts if _REPROFILED.search(text)]
    known = known_of(facts) if changed else None
    for decision, called, text in changed:
        assert known is not None
        figures = [money for paragraph in from_text(text).paragraphs for money in money_in(paragraph.text, facts.years)]
        for phase in facts.schedule.phases:
            own = {fact.basis: fact.pounds for fact in known.groups if fact.phases == {phase.number}}
            same = [money for money in figures if money.certain and own.get(money.basis) == money.value]
            if same and phase.number in phases_named(text):
                written = listed(list(dict.fromkeys(money.text for money in same)))
                yield rule.found(
                    f"{decision.cited(called)}: {phase.name} is said to be re-profiled, and its totals are still {written}.",
                    About((decision.pk, called, phase.number), stated=written, expected="totals of the re-profiled plan"),
                    Spot(Place.DECISION, place_id=decision.pk, phase=phase.name),
                )


_NO_ABBREVIATIONS = {"NO", "YES", "II", "III", "IV", "VI"}
_SHORTHAND = {"mth", "mths", "yr", "yrs", "hr", "hrs", "temp", "perm", "p/t", "f/t"}


def short_forms(text: str) -> set[str]:
    """The abbreviations of titles and comments: two to six capitals, or everyday shorthand."""
    words = {word.strip(".,;:()[]“”\"'") for word in set(text.split())}
    return {word for word in words if word in _SHORTHAND or (word.isupper() and word.isalpha() and 2 <= len(word) <= 6)}


def abbreviations_keyed(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC26."""
    keyed = {short.casefold() for short, _ in facts.schedule.abbreviations}
    teams = {line.team.name for line in facts.lines}
    texts = [*teams, *(text for line in facts.lines for text in (line.row.title, line.row.comment))]
    for short in sorted({"FTE", *short_forms("\n".join(texts))} - _NO_ABBREVIATIONS):
        if short.casefold() not in keyed and short.casefold().removesuffix("s") not in keyed:
            where = "the heading of a column" if short == "FTE" else f"“{next(text for text in texts if short in text)}”"
            text = f"{short}, in {where}, is not in the key to abbreviations."
            yield rule.found(
                text,
                About(short, stated=short, expected="an entry in the key"),
                Spot(Place.PAPER),
            )


_PLACEHOLDER = re.compile(
    r"\bX{2,}\b|\bTB[CAD]\b|\bto be (?:confirmed|completed|added|inserted)\b|\?{2,}|\[[^\]]*\]|\blorem ipsum\b|<[^>]+>",
    re.IGNORECASE,
)


def front_sheet_complete(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC25."""
    paper = [("report number", facts.report_number), ("decision maker", facts.committee.name if facts.committee else "")]
    lacking = [name for name, text in paper if not text.strip()]
    if facts.meeting_date is None:
        lacking.append("meeting date")
    sheet = facts.front_sheet
    boxes = [*paper, *(sheet.boxes if sheet else ())]
    held = [f"{label} (“{match[0]}”)" for label, text in boxes if (match := _PLACEHOLDER.search(text))]
    lacking += [label for label in (sheet.missing if sheet else ()) if label not in lacking]
    said = []
    if lacking:
        said.append(f"Empty: {', '.join(lacking)}.")
    if held:
        said.append(f"Placeholders: {', '.join(held)}.")
    if sheet is None:
        said.append("The boxes of the front sheet are not recorded.")
    if said:
        yield rule.found(
            f"The front sheet is not complete. {' '.join(said)}",
            About(
                "front sheet", figures=said, stated=", ".join([*held, *lacking]) or "not recorded", expected="every box filled"
            ),
            Spot(Place.FRONT_SHEET),
        )


_PERSONAL = (
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")),
    ("a telephone number", re.compile(r"(?<!\d)(?:\+44\s?|0)\d{2,4}[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)")),
    ("a national insurance number", re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b")),
    ("a name", re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Cllr|Councillor|Sir|Dame)\.?\s+[A-Z][\w’'-]+")),
    ("a pay point", re.compile(r"\b(?:SCP|spinal (?:column )?point|pay point)\s*\d+", re.IGNORECASE)),
    ("an employee number", re.compile(r"\b(?:employee|payroll|staff)\s+(?:no\.?|number)\s*:?\s*\d+", re.IGNORECASE)),
)


def no_personal_data(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC29."""
    if facts.schedule.paper.part != 1:
        return
    # Few tables can hold any of it: single lines are read only where the whole of them may.
    texts = [f"{line.row.title}\n{line.row.comment}" for line in facts.lines]
    suspect = _may_be_personal("\n\n".join(texts))
    for line, said in zip(facts.lines, texts, strict=True) if suspect else ():
        for what, found in _personal(said):
            text = f"{line.name}: {what} (“{found}”) would be published in Part 1."
            yield rule.found(
                text,
                About((line.row.line_id, what), stated=found, expected="nothing about a person"),
                Spot.on(line),
            )
    for note in facts.schedule.notes:
        for what, found in _personal(note):
            yield rule.found(
                f"A note under the table: {what} (“{found}”) would be published in Part 1.",
                About(("note", what), stated=found, expected="nothing about a person"),
                Spot(Place.SET_UP),
            )


_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){5,}")
_TELLING = (
    "@",
    "Mr",
    "Ms",
    "Miss",
    "Mx",
    "Dr",
    "Cllr",
    "Councillor",
    "Sir",
    "Dame",
    "SCP",
    "point",
    "mployee",
    "ayroll",
    "taff n",
)


def _may_be_personal(text: str) -> bool:
    return any(each in text for each in _TELLING) or _LONG_NUMBER.search(text) is not None


def _personal(text: str) -> Iterator[tuple[str, str]]:
    return ((what, match[0]) for what, pattern in _PERSONAL if (match := pattern.search(text)))
