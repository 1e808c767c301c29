"""The report on the use of a release as a PDF: A4 portrait, PDF/UA-1 and PDF/A-3a. The same report gives the same bytes."""

from base64 import b64encode

from django.template.loader import render_to_string

from accounts.models import Council
from display.formats import long_moment
from printing.engine import PLAIN, draw
from printing.fonts import printable
from printing.look import Look
from reports.progress.chart.rules import ON_PAPER, UseChart, use_chart
from reports.progress.queries import Progress


def render(progress: Progress, council: Council, look: Look = PLAIN) -> bytes:
    """The finished paper."""
    return draw(page(progress, council), "report.css", look=look)


def page(progress: Progress, council: Council) -> str:
    """The paper as one HTML page."""
    chart = use_chart(progress.limits, ON_PAPER)
    context = {
        "progress": progress,
        "chart": chart,
        "drawing": _drawing(chart) if chart else "",
        "delegation": progress.delegation,
        "programme": progress.delegation.programme,
        "council": council.name,
        "moment": progress.as_at.isoformat(timespec="seconds"),
        "as_at": long_moment(progress.as_at),
    }
    return printable(render_to_string("papers/progress.html", context))


def _drawing(chart: UseChart) -> str:
    """The chart as an address that holds it: as a picture it has words that take its place."""
    drawn = printable(render_to_string("reports/progress/use_chart.svg", {"chart": chart}))
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
