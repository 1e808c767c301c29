"""The front sheet of a report: its boxes in the order of the source, each as typed or filled from the data.

Programme, front sheet and records are handed in as rows of the store; nothing here reads it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from accounts.governance.rules import Governance
from approvals.models import DecisionRecord
from display.formats import long_date, pounds
from display.words import listed
from phases.bodies.rules import DecidingBody, Duty, duty_of
from phases.models import Programme
from reports.draft.rules.years import FULL_YEAR
from reports.facts import rules as facts
from reports.figures.rules import Figures, plain
from reports.front_sheet.models import FrontSheet

ABOUT, REASON, POLICY, FINANCIAL, STAFF, LEGAL, CUSTOMERS, WARDS, END = (
    "",
    "Reason for report",
    "Corporate policy",
    "Financial",
    "Staff",
    "Legal",
    "Customer impact",
    "Ward councillor views",
    "At the end",
)
RECOMMENDED = "a recommendation to Full Council is outside call-in"


_CHOSEN = ("part", "is_urgent", "notice_route", "call_in", "ward_councillors_asked")


class Box(NamedTuple):
    """One box. `source` says what filled it where nobody typed; `optional` boxes may be empty. `name` is that of its field."""

    name: str
    label: str
    group: str
    text: str
    source: str = ""
    optional: bool = False

    @property
    def is_missing(self) -> bool:
        return not self.optional and not self.text.strip()

    @property
    def field_id(self) -> str:
        """The id of the first input of its field, for a link."""
        return f"{self.name}_0" if self.name in _CHOSEN else self.name

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


@dataclass(frozen=True)
class Given:
    """What the boxes are filled from. `asked_for` are sources from which nothing is authorised yet, `paying` those in force."""

    programme: Programme
    sheet: FrontSheet
    figures: Figures
    asked_for: Sequence[str]
    paying: Sequence[str]
    recommends: bool
    governance: Governance

    @property
    def makers(self) -> list[str]:
        """Who decides and when, a line for each; from the details of the paper where nobody typed."""
        if typed := self.sheet.decision_makers.strip():
            return [line.strip() for line in typed.splitlines() if line.strip()]
        day = self.programme.meeting_date
        when = f"{day:%A} {long_date(day)}" if day else ""
        return [text] if (text := ", ".join(filter(None, [str(self.programme.committee or ""), when]))) else []

    @property
    def decider(self) -> DecidingBody | None:
        """Who takes the final decision: the body chosen, or else the committee of the paper."""
        body = self.sheet.decider or self.programme.committee
        return body.deciding if body else None

    @property
    def is_outside_call_in(self) -> bool:
        return self.recommends or bool(self.duty and self.duty.call_in is False)

    @property
    def duty(self) -> Duty | None:
        """What the decision asks for; None while nobody is named who decides."""
        return duty_of(self.decider.maker, self.governance, self.sheet.is_key) if self.decider else None

    @property
    def call_in(self) -> bool | None:
        """Whether call-in applies, as said, or else as the deciding body makes it; None while that is not known."""
        if self.sheet.call_in is not None or not (self.decider or self.recommends):
            return self.sheet.call_in
        return not self.is_outside_call_in


def boxes_of(given: Given) -> tuple[Box, ...]:
    """Every box but the recommendations, in the order of the front sheet."""
    return (*_about(given), *_financial(given), *_others(given))


def _about(given: Given) -> Iterable[Box]:
    programme, sheet = given.programme, given.sheet
    details = "from the details of the committee paper"
    yield Box("report_number", "Report no.", ABOUT, programme.report_number, details)
    yield Box("part", "Part", ABOUT, "Part 1 (public)" if sheet.part == 1 else "Part 2 (exempt)")
    makers = "\n".join(given.makers)
    yield Box("decision_makers", "Decision maker(s) and date(s)", ABOUT, makers, "" if sheet.decision_makers else details)
    yield Box("is_urgent", "Decision type", ABOUT, decision_type(given))
    if sheet.is_key:
        yield Box("notice_route", "Notice of the key decision", ABOUT, notice(sheet), optional=True)
    yield _or_data(Box("title", "Title", ABOUT, sheet.title), programme.name, "from the name of the programme")
    yield Box("contact_officer", "Contact officer", ABOUT, sheet.contact_officer)
    yield Box("chief_officer", "Chief officer", ABOUT, sheet.chief_officer)
    yield Box("ward", "Ward", ABOUT, sheet.ward)
    yield Box("reason", "Reason for report", REASON, sheet.reason)
    yield Box("corporate_policy", "Corporate policy", POLICY, sheet.corporate_policy)


def decision_type(given: Given) -> str:
    """Non-urgent, executive, key; "" until all three are said. Whether who decides takes executive decisions, and could take a
    key one, follows from the council's governance: of others it is not asked.
    """
    sheet, duty = given.sheet, given.duty
    is_executive = False if duty and not duty.is_executive and not sheet.is_executive else sheet.is_executive
    words = [(sheet.is_urgent, "urgent"), (is_executive, "executive")]
    if duty is None or duty.takes_key_decisions or sheet.is_key:
        words.append((sheet.is_key, "key"))
    if any(said is None for said, _ in words):
        return ""
    return ", ".join(word if said else f"non-{word}" for said, word in words).capitalize()


def notice(sheet: FrontSheet) -> str:
    """How and when notice was given, in one line; "" where it is not on file."""
    if not sheet.notice_route:
        return ""
    label = DecisionRecord.NoticeRoute(sheet.notice_route).label
    return ", ".join(filter(None, [str(label), long_date(sheet.notice_on), sheet.notice_reference]))


def _financial(given: Given) -> Iterable[Box]:
    sheet, table = given.sheet, "from the committee table"
    known = given.figures.known
    years = [f"{figure.notation} in {year}" for year in known.bases[:-1] if (figure := given.figures.named(f"the total, {year}"))]
    full = given.figures.named(f"the total, {FULL_YEAR}")
    effect = f"{full.notation} in a full year" if full else ""
    has_lines = bool(known.schedule.total.line_count)
    cost = "; ".join(filter(None, [listed(years), effect])) if has_lines else ""
    yield _or_data(Box("cost_of_proposal", "Cost of proposal", FINANCIAL, sheet.cost_of_proposal), cost, table)
    ongoing = (f"Recurring: {effect}" if effect else "None: nothing recurs") if has_lines else ""
    yield _or_data(Box("ongoing_costs", "Ongoing costs", FINANCIAL, sheet.ongoing_costs), ongoing, table)
    yield Box("budget_head", "Budget head", FINANCIAL, sheet.budget_head)
    budget = "" if sheet.current_budget is None else pounds(sheet.current_budget)
    yield Box("current_budget", "Current budget for this head", FINANCIAL, budget)
    chosen = sheet.funding_source.name if sheet.funding_source else ""
    found = listed(given.asked_for or given.paying)
    yield _or_data(Box("funding_source", "Source of funding", FINANCIAL, chosen), found, "from the funding sources")
    total = known.schedule.total
    staff = Box("staff_numbers", "Number of staff", STAFF, sheet.staff_numbers)
    yield _or_data(staff, f"{total.fte_text} FTE" if total.fte else "", table)
    yield Box("staff_hours", "Staff hours, if from existing staff", STAFF, sheet.staff_hours)


def _others(given: Given) -> Iterable[Box]:
    sheet = given.sheet
    yield Box("legal_requirement", "Legal requirement", LEGAL, sheet.legal_requirement)
    why = "" if sheet.call_in is not None else "from the body that decides"
    yield Box("call_in", "Call-in", LEGAL, call_in(given), why)
    yield Box("customer_impact", "Customer impact", CUSTOMERS, sheet.customer_impact)
    asked = str(FrontSheet.WhetherAsked(sheet.ward_councillors_asked).label) if sheet.ward_councillors_asked else ""
    yield Box("ward_councillors_asked", "Ward councillors asked", WARDS, asked)
    needed = sheet.ward_councillors_asked == FrontSheet.WhetherAsked.YES
    yield Box("ward_councillor_views", "Their comments", WARDS, sheet.ward_councillor_views, optional=not needed)
    yield Box("sections_not_applicable", "Sections that do not apply", END, sheet.sections_not_applicable, optional=True)
    yield Box("background_documents", "Background documents", END, sheet.background_documents)


def call_in(given: Given) -> str:
    """Whether the decision is open to call-in, and where it is not, why."""
    applies = given.call_in
    if applies is None:
        return ""
    if applies:
        return "Applicable"
    reason = given.sheet.call_in_reason.strip() or (RECOMMENDED if given.recommends else given.duty.reason if given.duty else "")
    return f"Not applicable: {reason[:1].lower()}{reason[1:]}" if reason else "Not applicable"


def _or_data(box: Box, text: str, source: str) -> Box:
    """The box as it was typed; where nobody typed, with the text that the data give."""
    return box if box.text.strip() else box._replace(text=text, source=source)


def facts_of(
    given: Given, boxes: Sequence[Box], disagreements: Sequence[facts.Disagreement], *, recommended: bool
) -> facts.FrontSheet:
    """What the paper check judges of it. The report number is judged with the details of the paper."""
    sheet = given.sheet
    judged = [(box.label, plain(box.text)) for box in boxes if not box.optional and box.name != "report_number"]
    judged.insert(0, ("Recommendations", "recorded" if recommended else ""))
    return facts.FrontSheet(
        boxes=tuple(judged),
        required=tuple(label for label, _ in judged),
        decider=given.decider,
        is_key=sheet.is_key,
        notice=sheet.notice_route or None,
        notice_on=sheet.notice_on,
        call_in=given.call_in,
        source=sheet.funding_source.name if sheet.funding_source else "",
        disagreements=tuple(disagreements),
    )
