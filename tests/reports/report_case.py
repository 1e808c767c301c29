"""A small programme with a report: two lines in Phase One, a front sheet, a recommendation and two paragraphs."""

from datetime import date
from typing import Any

from accounts.council.queries import council
from phases.models import Programme
from reports.models import ReportParagraph
from reports.report import actions as report_actions
from reports.report.queries import CommitteeReport, report_of
from tests.making import NOON, make_body, make_clerk, make_officer, make_source
from tests.reports.papers import make_programme_to_issue

BOXES: dict[str, Any] = {
    "is_urgent": False,
    "is_executive": True,
    "is_key": True,
    "notice_route": "28_days",
    "notice_on": date(2016, 8, 1),
    "notice_reference": "Forward plan 17",
    "contact_officer": "Head of finance",
    "chief_officer": "Director of Children's Services",
    "ward": "All wards",
    "reason": "To ask for {the total, 2016/17: £120k} in 2016/17.",
    "corporate_policy": "Existing policy",
    "budget_head": "Children's services",
    "current_budget": 1_250_000,
    "staff_hours": "Not applicable",
    "legal_requirement": "Statutory requirement",
    "customer_impact": "300 children",
    "ward_councillors_asked": "n/a",
    "background_documents": "Report of 20 July 2016",
}


def make_report(**boxes: Any) -> Programme:
    """The programme, with a complete front sheet, and a finance section and recommendations drafted from the table."""
    programme = make_programme_to_issue()
    values = BOXES | {"funding_source": make_source(programme, name="Contingency")} | boxes
    report_actions.save_front_sheet(programme=programme, values=values, by=make_clerk(), at=NOON)
    officer = make_officer()
    for section in ReportParagraph.Section.values:
        report_actions.draft_section(programme=programme, section=section, by=officer, at=NOON)
    programme.refresh_from_db()
    return programme


def paragraph(programme: Programme, text: str = "It costs {the total, 2016/17: £120k}.", **values: Any) -> ReportParagraph:
    """A paragraph of the finance section, written by hand."""
    values = {"section": "finance"} | values
    if "body" in values:
        values["body"] = make_body(values["body"])
    section = values.pop("section")
    given = {"text": text} | values
    return report_actions.add_paragraph(programme=programme, section=section, values=given, by=make_officer(), at=NOON)


def read(programme: Programme) -> CommitteeReport:
    programme.refresh_from_db()
    return report_of(programme, council(), as_at=NOON)
