"""What the drafts of these tests are compared with: the published table, the July release, the council's own limit."""

from datetime import date
from decimal import Decimal

from reports.draft.rules.known import Known, known_figures
from reports.draft.rules.report import Report, check
from reports.draft.rules.text import from_text
from reports.standing.position.rules import Authorised
from tests.reports.schedules import published, schedule

MEASURES = ("2016/17", "2017/18", "Full year")
JULY = Authorised(
    title="July release",
    decision="Ofsted inspection",
    body="Executive",
    decided_on=date(2016, 7, 20),
    source="Central contingency",
    one_off=True,
    phases=frozenset({1, 2}),
    limits=(Decimal(950_000), None, None),
)


def the_known() -> Known:
    return known_figures(schedule(published()), [JULY], MEASURES, [(Decimal(1_000_000), "Executive", True)])


def checked(text: str) -> Report:
    """The report on a pasted text."""
    return check(from_text(text), the_known())


def said(report: Report, rule: str = "") -> list[tuple[str, str, str]]:
    """Severity, the words at fault, and the message of each finding of this rule, or of all."""
    return [(each.severity.value, each.quoted[1], each.text) for each in report.findings if each.rule == rule or not rule]
