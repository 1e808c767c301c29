"""A clean programme, in which the paper check finds nothing, and ways to spoil one thing of it. No database, no clock."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from costing.headroom import ApprovalLimit
from costing.intake import Intake
from costing.line_cost import Duration
from costing.measure import FULL_YEAR, in_year
from phases.bodies.rules import DecidingBody, Kind
from phases.ledger.rules import Authorised, Decided
from reports.checks.rules import BY_ID, Finding
from reports.facts.lines.rules import LineInputs, checked_lines
from reports.facts.rules import Decision, Delegated, Excluded, Facts, FrontSheet, Source, Use
from reports.table.rules import LineRecord
from tests.reports.schedules import PHASES, record, schedule

JULY = date(2016, 7, 20)
AUGUST = date(2016, 8, 1)
APPENDIX_KEY = (("FTE", "full-time equivalent"),)


class Line(NamedTuple):
    record: LineRecord
    inputs: LineInputs


def line(title: str = "Head of service", *, start: date | None = AUGUST, **changed: Any) -> Line:
    """£90,000 a year from 1 August 2016, recruited with its paperwork complete, as a paper states it."""
    inputs = {
        name: changed.pop(name)
        for name in ("annual_cost", "duration", "term_months", "intakes", "recruited_fte")
        if name in changed
    }
    made = record(title, **changed)
    given: dict[str, Any] = {
        "annual_cost": Decimal(90_000),
        "duration": Duration.RECURRING,
        "term_months": None,
        "intakes": (Intake(made.fte, start, None),) if start else (),
        "recruited_fte": made.fte,
    }
    return Line(made, LineInputs(**(given | inputs)))


def stated(*thousands: int | None) -> dict[str, Any]:
    """The figures of 2016/17, of 2017/18 and of a full year, in £'000."""
    first, second, full = (None if amount is None else amount * 1000 for amount in thousands)
    return {"years": ((first, True), (second, True)), "full_year": full}


EXECUTIVE = DecidingBody(1, "Executive", Kind.EXECUTIVE)
COUNCIL = DecidingBody(2, "Full Council", Kind.FULL_COUNCIL, with_article=False, call_in=False)

DECISION = Decision(
    1,
    "Release of resources",
    EXECUTIVE,
    JULY,
    resolved=True,
    recommended_text="A sum of up to £950k is released. It is used by the Chief Executive with the agreement of the Leader.",
    resolved_text="Agreed: £950k, by the Chief Executive with the agreement of the Leader.",
    is_key=True,
    notice="28 days’ notice of 1 June 2016",
)
MONEY = Authorised(
    1,
    "July release",
    Decided(1, "Release of resources", EXECUTIVE, JULY),
    "Contingency",
    one_off=False,
    phases=frozenset({1}),
    limits={in_year(2016): Decimal(950_000), FULL_YEAR: Decimal(950_000)},
)
DELEGATED = Delegated("Use of the release", 1, {"Leader": "agreement"})
FRONT_SHEET = FrontSheet(
    boxes=(("Ward", "All"), ("Contact officer", "Head of finance")),
    required=("Ward", "Contact officer"),
    decider=EXECUTIVE,
    is_key=True,
    notice="28_days",
    notice_on=date(2016, 8, 16),
    call_in=True,
    source="Contingency",
)
LIMITS = (
    ApprovalLimit(EXECUTIVE, Decimal(1_000_000), date(2010, 4, 1)),
    ApprovalLimit(COUNCIL, None, date(2010, 4, 1)),
)
EXCLUDED = Excluded(
    1, "Business lead", Decimal(69_000), "Capital Grant", "The Business lead of £69k is met from the Capital Grant."
)


def facts(*lines: Line, **changed: Any) -> Facts:
    """A programme of these lines, or of one; what of the schedule is to differ goes under `of_schedule`."""
    numbered = [Line(each.record._replace(line_id=number), each.inputs) for number, each in enumerate(lines or (line(),), 1)]
    given = {"abbreviations": APPENDIX_KEY, "notes": (EXCLUDED.note,)} | changed.pop("of_schedule", {})
    phases = [phase for phase in PHASES if phase[0] in {each.record.phase for each in numbered}]
    made = schedule(sorted((each.record for each in numbered), key=lambda each: each.phase), phases, **given)
    parts: dict[str, Any] = {
        "committee": EXECUTIVE,
        "report_number": "ED17012",
        "meeting_date": date(2016, 9, 14),
        "day": date(2016, 9, 14),
        "decisions": (DECISION,),
        "authorisations": (MONEY,),
        "sources": (Source("Contingency", balance=Decimal(2_000_000)), Source("Capital Grant")),
        "delegations": (DELEGATED,),
        "uses": (Use("DD-0001", frozenset({each.record.line_id for each in numbered}), live=True, waiting=False),),
        "excluded": (EXCLUDED,),
        "limits": {"central_contingency": LIMITS},
        "front_sheet": FRONT_SHEET,
    }
    inputs: Mapping[int, LineInputs] = {each.record.line_id: each.inputs for each in numbered}
    return Facts(made, checked_lines(made, inputs), **(parts | changed))


def found_by(rule: str, given: Facts) -> list[Finding]:
    """What one rule finds."""
    return list(BY_ID[rule].find(BY_ID[rule], given))


def the_finding(rule: str, given: Facts) -> Finding:
    """The only thing that a rule finds."""
    (finding,) = found_by(rule, given)
    return finding


def lines_of(findings: Iterable[Finding]) -> list[str | None]:
    return [finding.line for finding in findings]
