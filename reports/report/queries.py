"""The report that goes with a programme's paper, as one frozen object: front sheet, recommendations, finance section.

Screen, Word document and PDF print it. Its figures are those of the schedule and of the position; its texts name them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from accounts.governance.queries import governance_on
from accounts.joined.queries import Joined
from accounts.models import Council
from approvals.drawdowns.rules import Mode
from approvals.models import Delegation, DelegationStep
from display.formats import long_date
from phases.limits.queries import approval_limits
from phases.models import Body, FundingDecision, Programme
from posts.exempt.queries import exempt_lines
from reports.draft.queries import known_from, rules_on
from reports.facts import rules as facts
from reports.figures.rules import Figures, Piece, PieceState, pieces_of
from reports.front_sheet.models import FrontSheet
from reports.report.boxes import rules as front_sheet
from reports.report.boxes.rules import Box, Given
from reports.report.finance import rules as finance_section
from reports.report.finance.rules import Delegated, Drafted, ElsewhereMet, Sources
from reports.report.models import ReportParagraph
from reports.standing.position.queries import position_of
from reports.standing.position.rules import Position
from reports.standing.route.rules import routes
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule

Section = ReportParagraph.Section


class ShownText(NamedTuple):
    """A text with its figures marked. `place` is what messages call it; `number` is 0 for a box."""

    place: str
    pieces: list[Piece]
    number: int = 0
    paragraph: ReportParagraph | None = None

    @property
    def notes(self) -> list[Piece]:
        """What does not agree, or is found by its amount only."""
        return [piece for piece in self.pieces if piece.standing.is_wrong or piece.standing is PieceState.BY_AMOUNT]

    @property
    def outdated(self) -> int:
        """How many of its references have another value now."""
        return sum(piece.standing is PieceState.CHANGED for piece in self.pieces)

    @property
    def plain(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class ShownBox(NamedTuple):
    """A box of the front sheet with its text as it is printed, a paragraph for each line."""

    box: Box
    lines: list[ShownText]

    @property
    def is_printed(self) -> bool:
        """An empty box that may be empty is left out of the papers."""
        return bool(self.lines) or self.box.is_missing


class BodyAsked(NamedTuple):
    """What one body is asked. `number` counts the bodies in their order."""

    number: int
    body: Body
    paragraphs: list[ShownText]


@dataclass(frozen=True)
class CommitteeReport:
    """The whole report. `sheet` is a blank one while none is stored; `exempt` are the lines of which anything is exempt."""

    programme: Programme
    council: Council
    sheet: FrontSheet
    schedule: Schedule
    position: Position
    figures: Figures
    given: Given
    paragraphs: tuple[ReportParagraph, ...]
    exempt: frozenset[int]
    as_at: datetime

    @cached_property
    def boxes(self) -> list[ShownBox]:
        found = []
        for box in front_sheet.boxes_of(self.given):
            # The current budget is an amount of its own, in no table.
            plainly = box.name == "current_budget"
            lines = [ShownText(box.label, [Piece(line)] if plainly else pieces_of(line, self.figures)) for line in box.paragraphs]
            found.append(ShownBox(box, lines))
        return found

    def in_group(self, group: str) -> list[ShownBox]:
        """The boxes under one heading of the front sheet."""
        return [each for each in self.boxes if each.box.group == group]

    @property
    def about(self) -> list[ShownBox]:
        return self.in_group(front_sheet.ABOUT)

    @property
    def reason(self) -> list[ShownText]:
        return self.in_group(front_sheet.REASON)[0].lines

    @property
    def end(self) -> list[ShownBox]:
        return self.in_group(front_sheet.END)

    @property
    def grouped(self) -> list[tuple[str, list[ShownBox]]]:
        """The boxes between the recommendations and the finance section, by their headings."""
        groups = dict.fromkeys(each.box.group for each in self.boxes)
        left_out = (front_sheet.ABOUT, front_sheet.REASON, front_sheet.END)
        return [(group, self.in_group(group)) for group in groups if group not in left_out]

    @property
    def title(self) -> str:
        return next(box.text for box in front_sheet.boxes_of(self.given) if box.name == "title")

    @cached_property
    def finance(self) -> list[ShownText]:
        here = [each for each in self.paragraphs if each.section == Section.FINANCE]
        return [
            ShownText(f"Paragraph {number} of the finance section", pieces_of(each.text, self.figures), number, each)
            for number, each in enumerate(here, 1)
        ]

    @cached_property
    def recommendations(self) -> list[BodyAsked]:
        here = [each for each in self.paragraphs if each.section == Section.RECOMMENDATIONS]
        return [
            BodyAsked(
                place,
                body,
                [
                    ShownText(
                        f"{body}, recommendation {number}",
                        pieces_of(each.text, self.figures, recommended=True),
                        number,
                        each,
                    )
                    for number, each in enumerate([each for each in here if each.body == body], 1)
                ],
            )
            for place, body in enumerate(dict.fromkeys(each.body for each in here if each.body), 1)
        ]

    @property
    def texts(self) -> Iterator[ShownText]:
        """Everything printed, in order."""
        for box in self.boxes:
            yield from box.lines
        for asked in self.recommendations:
            yield from asked.paragraphs
        yield from self.finance

    @property
    def missing(self) -> list[Box]:
        """Boxes that must be filled and are empty."""
        return [each.box for each in self.boxes if each.box.is_missing]

    @property
    def disagreeing(self) -> list[ShownText]:
        """Texts with a figure that the table does not have, or has no more."""
        return [text for text in self.texts if any(piece.standing.is_wrong for piece in text.pieces)]

    @cached_property
    def giving_away(self) -> list[facts.Disagreement]:
        """Texts of a public report that name a line of which something is exempt information."""
        if self.sheet.part != 1 or not self.exempt:
            return []
        titles = dict.fromkeys(row.title for _, _, row in self.schedule.rows() if row.line_id in self.exempt)
        why = "Part of this line is exempt information, but this report is public."
        return [
            facts.Disagreement(text.place, title, why, is_error=True)
            for text in self.texts
            for title in titles
            if title.casefold() in text.plain.casefold()
        ]

    @property
    def outdated(self) -> int:
        """How many references can be brought up to date."""
        return sum(text.outdated for text in self.texts)

    @property
    def judged(self) -> facts.FrontSheet:
        """What the paper check judges of it: the boxes, and every text that disagrees with the table or gives something away."""
        found = [*self.giving_away, *self._disagreements]
        boxes = [each.box for each in self.boxes]
        return front_sheet.facts_of(self.given, boxes, found, recommended=bool(self.recommendations))

    @property
    def _disagreements(self) -> Iterator[facts.Disagreement]:
        return (
            facts.Disagreement(text.place, piece.text, piece.note, piece.is_error)
            for text in self.disagreeing
            for piece in text.pieces
            if piece.standing.is_wrong
        )


def report_of(programme: Programme, council: Council, *, as_at: datetime) -> CommitteeReport:
    """The report as it is stored now: a constant number of queries, whatever the number of lines and paragraphs."""
    schedule = schedule_for(programme, council, usual_options(programme, council), as_at=as_at)
    return report_with(programme, council, schedule, sheet_of(programme), as_at=as_at)


def sheet_of(programme: Programme) -> FrontSheet:
    """The stored front sheet, or a blank one that is stored nowhere."""
    return _SHEETS.one("t.programme_id = %s", [programme.pk]) or FrontSheet(programme=programme)


_SHEETS = Joined(FrontSheet, "funding_source")


def report_with(
    programme: Programme, council: Council, schedule: Schedule, sheet: FrontSheet, *, as_at: datetime
) -> CommitteeReport:
    """The report on a schedule that was read already."""
    stands = position_of(programme)
    figures = Figures(known_from(programme, schedule, stands, rules_on(_day(programme, as_at))))
    return CommitteeReport(
        programme=programme,
        council=council,
        sheet=sheet,
        schedule=schedule,
        position=stands,
        figures=figures,
        given=_given(programme, sheet, figures, stands, _day(programme, as_at)),
        paragraphs=tuple(ReportParagraph.objects.filter(programme=programme).select_related("body")),
        exempt=frozenset(line for line, _ in exempt_lines(programme.slug)),
        as_at=as_at,
    )


def _given(programme: Programme, sheet: FrontSheet, figures: Figures, stands: Position, day: date) -> Given:
    paying = dict.fromkeys(each.source for group in stands.groups for each in group.authorisations)
    used = {each.source for each in stands.authorisations}
    elsewhere = set(programme.excluded_items.values_list("funding_source__name", flat=True))
    names = programme.funding_sources.values_list("name", flat=True)
    recommended = FundingDecision.objects.filter(programme=programme, outcome=FundingDecision.Outcome.RECOMMENDED)
    recommends = programme.meeting_date is not None and recommended.filter(decided_on=programme.meeting_date).exists()
    asked_for = [name for name in names if name not in used | elsewhere]
    return Given(programme, sheet, figures, asked_for, list(paying), recommends, governance_on(day))


def _day(programme: Programme, as_at: datetime) -> date:
    return programme.meeting_date or as_at.date()


def drafts_of(report: CommitteeReport) -> dict[str, list[Drafted]]:
    """What the data give for each section now, in order (five queries more)."""
    sources = _sources(report)
    return {
        Section.RECOMMENDATIONS.value: finance_section.recommendations(sources),
        Section.FINANCE.value: finance_section.finance(sources),
    }


def _sources(report: CommitteeReport) -> Sources:
    programme = report.programme
    day = _day(programme, report.as_at)
    return Sources(
        schedule=report.schedule,
        figures=report.figures,
        position=report.position,
        routes=routes(report.position, approval_limits(), day),
        delegations=_delegations(programme),
        elsewhere=[
            ElsewhereMet(*item) for item in programme.excluded_items.order_by("id").values_list("title", "funding_source__name")
        ],
        committee=programme.committee.deciding if programme.committee else None,
        instrument=_instrument(report),
        exempt=report.exempt,
    )


def _instrument(report: CommitteeReport) -> str:
    """The kind of the money that is asked for, or else of the money in force."""
    chosen = report.sheet.funding_source
    if chosen:
        return str(chosen.kind)
    kinds = dict(report.programme.funding_sources.values_list("name", "kind"))
    return next((kinds[name] for name in (*report.given.asked_for, *report.given.paying) if name in kinds), "")


def _delegations(programme: Programme) -> list[Delegated]:
    found = (
        Delegation.objects.filter(programme=programme)
        .select_related("decision__body", "decision_maker", "decision_body")
        .order_by("id")
    )
    return [
        Delegated(
            each.pk,
            each.title,
            each.decision.body.name,
            long_date(each.decision.decided_on),
            each.decider,
            {mode.value: [_named(step) for step in each.steps.all() if step.mode == mode] for mode in Mode},
        )
        for each in found.prefetch_related("steps__office", "steps__body")
    ]


def _named(step: DelegationStep) -> str:
    """As inside a sentence: the Leader, the Improvement Board."""
    return step.body.in_sentence if step.body else f"the {step.office}"
