"""What the drafts of these tests are compared with: the published table, the July release, the council's own limit."""

from datetime import date
from decimal import Decimal

from costing.measure import in_year
from phases.bodies.rules import DecidingBody, Kind
from phases.ledger.rules import Authorised, Decided
from reports.draft.rules.known import Known, known_figures
from reports.draft.rules.report import Report, check
from reports.draft.rules.text import from_text
from tests.reports.schedules import published, schedule

JULY = Authorised(
    1,
    "July release",
    Decided(1, "Ofsted inspection", DecidingBody(1, "Executive", Kind.EXECUTIVE), date(2016, 7, 20)),
    "Central contingency",
    one_off=True,
    phases=frozenset({1, 2}),
    limits={in_year(2016): Decimal(950_000)},
)


def the_known() -> Known:
    return known_figures(schedule(published()), [JULY], [(Decimal(1_000_000), "the Executive", True)])


def checked(text: str) -> Report:
    """The report on a pasted text."""
    return check(from_text(text), the_known())


def said(report: Report, rule: str = "") -> list[tuple[str, str, str]]:
    """Severity, the words at fault, and the message of each finding of this rule, or of all."""
    return [(each.severity.value, each.quoted[1], each.text) for each in report.findings if each.rule == rule or not rule]
