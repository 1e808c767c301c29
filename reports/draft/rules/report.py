"""The whole check of a draft: its findings, and its figures in place."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reports.draft.rules.abbreviations import abbreviation_findings
from reports.draft.rules.dates import dates_in
from reports.draft.rules.delegation import delegation_findings
from reports.draft.rules.findings import Fault, Finding, Group, Severity, finding
from reports.draft.rules.known import Fact, Known, in_pounds
from reports.draft.rules.matching import Mark, Status, mark_findings, marks_of
from reports.draft.rules.numbering import number_findings
from reports.draft.rules.placeholders import placeholder_findings
from reports.draft.rules.references import reference_findings
from reports.draft.rules.tables import CheckedCell, CheckedTable, check_table
from reports.draft.rules.text import Draft, Kind, Paragraph, Table


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph; `mark` where they are a figure."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True)
class MarkedParagraph:
    """A paragraph with its figures marked in place."""

    paragraph: Paragraph
    marks: tuple[Mark, ...]

    @property
    def pieces(self) -> list[Piece]:
        """The text cut at its figures. A mark across other marks, such as of two figures added, is left to the notes."""
        pieces, at = [], 0
        for mark in sorted(self.marks, key=lambda each: (each.end, -each.start)):
            if mark.start >= at:
                pieces += [Piece(self.paragraph.text[at : mark.start]), Piece(self.paragraph.text[mark.start : mark.end], mark)]
                at = mark.end
        return [piece for piece in [*pieces, Piece(self.paragraph.text[at:])] if piece.text]

    @property
    def notes(self) -> list[tuple[str, Mark]]:
        """The words of each mark, in order."""
        return [(self.paragraph.text[mark.start : mark.end], mark) for mark in self.marks]


@dataclass(frozen=True)
class Counted:
    """How many figures stand how, and why those that are compared with nothing are not."""

    by_status: Counter[Status]
    reasons: Counter[str]

    def of(self, status: Status) -> int:
        return self.by_status[status]

    @property
    def all(self) -> int:
        return self.by_status.total()

    @property
    def compared(self) -> int:
        return self.all - self.of(Status.NOT_COMPARED)

    @property
    def in_words(self) -> str:
        """A sentence for the head of the page: 61 of 64 figures were compared."""
        if not self.all:
            return "There is no figure in this draft that could be compared."
        if self.compared == self.all:
            return "The one figure was compared." if self.all == 1 else f"All {self.all:,} figures were compared."
        return f"{self.compared:,} of {self.all:,} figures {'was' if self.compared == 1 else 'were'} compared."

    @property
    def reasons_in_words(self) -> list[str]:
        """Why the rest was not, each reason once with how many figures it keeps from being compared."""
        return [f"{count:,} not compared. {reason}" for reason, count in self.reasons.most_common()]


@dataclass(frozen=True)
class Report:
    """What was found in a draft. `shown` are the blocks that hold figures, in reading order."""

    draft: Draft
    findings: tuple[Finding, ...]
    shown: tuple[MarkedParagraph | CheckedTable, ...]

    @cached_property
    def grouped(self) -> list[tuple[Group, list[Finding]]]:
        """The findings by what they are about, gravest first within a group."""
        order = list(Severity)
        by_group = {group: [each for each in self.findings if each.group is group] for group in Group}
        return [(group, sorted(each, key=lambda one: order.index(one.severity))) for group, each in by_group.items() if each]

    def count(self, severity: Severity) -> int:
        return sum(each.severity is severity for each in self.findings)

    @property
    def tiles(self) -> list[dict[str, str]]:
        """The counts at the head of the page: figures by how they stand, then findings by how grave they are."""
        figures = [(status.label, self.figures(status), "figures", status is Status.WRONG) for status in Status]
        found = [
            (f"{each.label}s", self.count(each), "findings", each is Severity.ERROR)
            for each in Severity
            if each is not Severity.NOTE
        ]
        found.append((Severity.NOTE.label, self.count(Severity.NOTE), "findings", False))
        return [
            {"label": label, "value": f"{count:,}", "note": note, "kind": "over" if grave and count else ""}
            for label, count, note, grave in (*figures, *found)
            if count or note == "findings" or label == Status.MATCHED.label
        ]

    @property
    def statuses(self) -> list[Status]:
        """Those that occur, for the key."""
        return [status for status in Status if self.figures(status)]

    @property
    def without_figures(self) -> int:
        return len(self.draft.blocks) - len(self.shown)

    @property
    def marks(self) -> list[Mark]:
        return [mark for each in self.shown if isinstance(each, MarkedParagraph) for mark in each.marks]

    @cached_property
    def counted(self) -> Counted:
        """The figures of text and tables by how they stand. A mark across two figures that are added is none of its own."""
        cells = [
            cell for each in self.shown if isinstance(each, CheckedTable) for row in each.rows for cell in row if cell.status
        ]
        found: list[Mark | CheckedCell] = [*(mark for mark in self.marks if mark.is_figure), *cells]
        reasons = [each.note for each in found if each.status is Status.NOT_COMPARED]
        return Counted(Counter(each.status for each in found if each.status), Counter(reasons))

    def figures(self, status: Status) -> int:
        """How many figures of text and tables stand so."""
        return self.counted.of(status)


def check(draft: Draft, known: Known) -> Report:
    """Everything that the check of a draft finds."""
    shown = tuple(_shown(draft, known))
    marked = [each for each in shown if isinstance(each, MarkedParagraph)]
    tables = [each for each in shown if isinstance(each, CheckedTable)]
    found = [
        *(each for one in marked for each in mark_findings(one.paragraph, one.marks)),
        *(each for table in tables for each in table.findings),
        *unstated(marked, tables, known),
        *number_findings(draft),
        *reference_findings(draft, known.schedule.paper.appendix),
        *date_findings(draft),
        *delegation_findings(draft),
        *placeholder_findings(draft),
        *abbreviation_findings(draft, {short for short, _ in known.schedule.abbreviations}),
    ]
    return Report(draft, tuple(found), shown)


def _shown(draft: Draft, known: Known) -> Iterator[MarkedParagraph | CheckedTable]:
    recommended, heading = False, ""
    before: CheckedTable | None = None
    for block in draft.blocks:
        if isinstance(block, Table):
            table = check_table(block, known, before)
            before = table if table.compared else before
            yield table
            continue
        if block.kind is Kind.HEADING or len(block.levels) == 1:
            heading = block.text
            recommended = bool(re.match(r"(?:\W*)recommend", block.text, re.IGNORECASE))
        if marks := marks_of(block, known, recommended=recommended, heading=heading):
            yield MarkedParagraph(block, tuple(marks))


def date_findings(draft: Draft) -> Iterator[Finding]:
    """Weekdays that do not fit their dates, and days that do not exist (PC22)."""
    for paragraph in draft.paragraphs:
        for each in dates_in(paragraph.text):
            if each.problem:
                yield finding(Fault(Group.DATES, "PC22", Severity.ERROR), each.problem, paragraph, (each.start, each.end))


def unstated(marked: Sequence[MarkedParagraph], tables: Iterable[CheckedTable], known: Known) -> Iterator[Finding]:
    """A total that the paper states on one basis and not on another, and the whole table where it is never stated."""
    stated = {key for table in tables for key in table.stated}
    first: dict[frozenset[int], tuple[Paragraph, Mark]] = {}
    for one in marked:
        for mark in one.marks:
            if mark.fact and mark.fact.is_group and mark.status is Status.MATCHED:
                stated.add((mark.fact.phases, mark.fact.basis))
                first.setdefault(mark.fact.phases, (one.paragraph, mark))
    for phases, (paragraph, mark) in first.items():
        totals = [fact for basis in known.bases if (fact := known.group(phases, basis))]
        said = [fact for fact in totals if (phases, fact.basis) in stated]
        for fact in totals:
            if fact not in said and fact.pounds not in {each.pounds for each in said}:
                text = f"{_capital(fact.in_words())}, is {in_pounds(fact.pounds)}, which the paper never states. {_only(said)}"
                yield finding(Fault(Group.UNSTATED, "PC14", Severity.NOTE), text, paragraph, (mark.start, mark.end))
    everything = frozenset(phase.number for phase in known.schedule.phases)
    totals = [fact for basis in known.bases if (fact := known.group(everything, basis))]
    if totals and not any((everything, fact.basis) in stated for fact in totals):
        amounts = "; ".join(f"{in_pounds(fact.pounds)} in {_in(fact)}" for fact in totals)
        text = f"The total of the committee table is never stated: {amounts}."
        yield Finding(Group.UNSTATED, "PC14", Severity.WARNING, text)


def _only(said: Sequence[Fact]) -> str:
    names = " and ".join(_in(fact) for fact in said)
    return f"It says only what it is in {names}."


def _in(fact: Fact) -> str:
    return "a full year" if fact.basis == "full year" else fact.basis


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
