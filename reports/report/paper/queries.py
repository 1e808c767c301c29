"""The report as a PDF: A4 portrait, PDF/UA-1 and PDF/A-3a. The same report gives the same bytes."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.council import queries as council_queries
from accounts.council.logo.queries import look
from display.formats import long_moment
from phases.models import Programme
from printing.engine import draw
from printing.fonts import printable
from reports.report.queries import CommitteeReport, report_of
from reports.report.summary.rules import table_of
from reports.table.wording import rules as wording


def report_pdf(programme: Programme, at: datetime) -> bytes:
    """The finished report of a programme as it is stored now, for a pack or by itself. `at` is the moment that it bears.

    Top right and bottom centre are clear for the stamps of an agenda pack. A programme whose report nobody began has one too: its
    boxes say what is not stated.
    """
    return render(report_of(programme, council_queries.council(), as_at=timezone.localtime(at)))


def render(report: CommitteeReport) -> bytes:
    """The finished paper."""
    return draw(page(report), "report.css", look=look())


def page(report: CommitteeReport) -> str:
    """The paper as one HTML page."""
    schedule = report.schedule
    context = {
        "report": report,
        "council": schedule.council,
        "programme": schedule.programme,
        "title": report.title,
        "moment": report.as_at.isoformat(timespec="seconds"),
        "as_at": f"Figures as at {long_moment(report.as_at)}",
        "head": wording.report_heading(schedule),
        "part": "Part 1 (public)" if report.sheet.part == 1 else "Part 2 (exempt)",
        "table": table_of(schedule),
    }
    return printable(render_to_string("papers/report.html", context))
