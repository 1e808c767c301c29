"""The report on the use of a release as a PDF: A4 portrait, PDF/UA-1 and PDF/A-3a. The same report gives the same bytes."""

from django.template.loader import render_to_string

from accounts.models import Council
from improvement_budget.display.formats import long_moment
from reports.pdf import draw, printable
from reports.progress import Progress


def render(progress: Progress, council: Council) -> bytes:
    """The finished paper."""
    return draw(page(progress, council), "progress.css")


def page(progress: Progress, council: Council) -> str:
    """The paper as one HTML page."""
    context = {
        "progress": progress,
        "delegation": progress.delegation,
        "programme": progress.delegation.programme,
        "council": council.name,
        "moment": progress.as_at.isoformat(timespec="seconds"),
        "as_at": long_moment(progress.as_at),
    }
    return printable(render_to_string("reports/pdf/progress.html", context))
