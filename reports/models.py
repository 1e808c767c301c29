"""The models of the app, each on the shelf of its noun."""

from reports.checks.models import FindingReview
from reports.front_sheet.models import FrontSheet
from reports.papers.background.models import Rendering
from reports.papers.models import IssuedPaper
from reports.papers.published.models import PublishedPaper, PublishedPlan
from reports.report.models import ReportParagraph

__all__ = [
    "FindingReview",
    "FrontSheet",
    "IssuedPaper",
    "PublishedPaper",
    "PublishedPlan",
    "Rendering",
    "ReportParagraph",
]
