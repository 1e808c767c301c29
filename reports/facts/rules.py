"""What the paper check judges, as plain frozen records: the schedule, how its lines are costed, decisions, money, delegations.

None is "not recorded" throughout. Amounts are whole pounds.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from accounts.governance.rules import Governance
from accounts.governance.rules import on as governance_on
from approvals.dates.rules import Dated
from costing.financial_year import FinancialYear
from costing.headroom import ApprovalLimit
from display.formats import long_date
from phases.bodies.rules import DecidingBody, Duty, duty_of
from phases.ledger import rules as ledger
from phases.ledger.rules import Authorised
from reports.facts.lines.rules import CheckedLine
from reports.table.rules import Schedule


class Decision(NamedTuple):
    """What a body decided or recommended, word for word. Where it is of the executive, call-in and key decisions concern it."""

    pk: int
    title: str
    body: DecidingBody
    day: date
    resolved: bool
    recommended_text: str
    resolved_text: str
    is_key: bool | None = None
    notice: str | None = None

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Each text with what it is called: "as recommended" or "as resolved"; empty ones left out."""
        if self.recommended_text.strip():
            yield "as recommended", self.recommended_text
        if self.resolved_text.strip():
            yield "as resolved", self.resolved_text

    def cited(self, called: str = "") -> str:
        """As a sentence begins: title, body and date, and which of its texts."""
        return f"{self.title} ({self.body}, {long_date(self.day)}){called and ', ' + called}"


class Source(NamedTuple):
    """Where money comes from. `asked_for` says that nothing is authorised from it yet, `match` which part of what it helps to
    pay for, in per cent, others must pay.
    """

    name: str
    asked_for: bool = False
    balance: Decimal | None = None
    match: Decimal | None = None


class Delegated(NamedTuple):
    """A recorded delegation: who is asked before its decision maker decides, the offices each with "agreement" or "consultation",
    the bodies outside the council with "consent" or "advice".
    """

    title: str
    decision: int
    offices: Mapping[str, str]
    bodies: Mapping[str, str] = MappingProxyType({})


class Use(NamedTuple):
    """A drawdown: which lines it draws, whether it is live (signed off and not undone), whose agreement or consent is missing."""

    reference: str
    lines: frozenset[int]
    live: bool
    waiting: bool
    missing: tuple[str, ...] = ()
    is_key: bool | None = None
    noticed: bool = False


class Dispensation(NamedTuple):
    """A dispensation on one drawdown, who gave it (name and number), and the numbers of those who decide or decided on it."""

    reference: str
    giver: str
    giver_id: int
    deciders: frozenset[int]


class Excluded(NamedTuple):
    """An item met from elsewhere, its printed note and its source."""

    pk: int
    title: str
    amount: Decimal | None
    source: str
    note: str


class Disagreement(NamedTuple):
    """Words of the report that do not agree with the table: where they stand, and why, in a sentence."""

    place: str
    words: str
    note: str
    is_error: bool


class FrontSheet(NamedTuple):
    """The front sheet: its boxes by their labels, in order, and those that other rules read.

    `missing` boxes are those required and empty. `decider` takes the final decision; None: the committee of the paper.
    `disagreements` are of the texts of the whole report.
    """

    boxes: tuple[tuple[str, str], ...] = ()
    required: tuple[str, ...] = ()
    decider: DecidingBody | None = None
    is_key: bool | None = None
    notice: str | None = None
    notice_on: date | None = None
    call_in: bool | None = None
    source: str = ""
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        filled = {label for label, text in self.boxes if text.strip()}
        return tuple(label for label in self.required if label not in filled)


class Facts(NamedTuple):
    """Everything that the rules read. `front_sheet` None: none is recorded. `limits` are in force, by the kind of money."""

    schedule: Schedule
    lines: tuple[CheckedLine, ...]
    committee: DecidingBody | None
    report_number: str
    meeting_date: date | None
    day: date
    call_in_days: int = 5
    governance: tuple[Governance, ...] = ()
    decisions: tuple[Decision, ...] = ()
    authorisations: tuple[Authorised, ...] = ()
    sources: tuple[Source, ...] = ()
    delegations: tuple[Delegated, ...] = ()
    uses: tuple[Use, ...] = ()
    dispensations: tuple[Dispensation, ...] = ()
    dated: tuple[Dated, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    limits: Mapping[str, tuple[ApprovalLimit[DecidingBody], ...]] = {}
    front_sheet: FrontSheet | None = None

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        return self.schedule.years

    @property
    def decider(self) -> DecidingBody | None:
        """Who takes the final decision on the paper, as far as is recorded."""
        return (self.front_sheet and self.front_sheet.decider) or self.committee

    @property
    def meeting(self) -> str:
        """Whose meeting the paper goes to, as inside a sentence."""
        return self.committee.in_sentence if self.committee else "the meeting"

    def decision(self, pk: int) -> Decision:
        return next(decision for decision in self.decisions if decision.pk == pk)

    def duty(self, body: DecidingBody, day: date, is_key: bool | None = None) -> Duty:
        """What a decision of this body on this day asks for."""
        return duty_of(body.maker, governance_on(self.governance, day), is_key)

    @property
    def in_force(self) -> list[Authorised]:
        """The authorisations that no later one replaced."""
        return ledger.in_force(self.authorisations)

    def paying_for(self, phase: int) -> list[Authorised]:
        """Those in force that may pay for the phase."""
        return ledger.paying_for(self.authorisations, phase)
