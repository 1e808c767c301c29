"""Packs of small papers, asked for and made."""

import io
from datetime import date
from typing import Any

import pdfplumber

from phases.models import Programme
from reports.models import IssuedPaper, Rendering
from reports.papers.background import actions as rendering
from reports.papers.packs import queries as packing
from reports.requests.rules import PackItem, PackRequest
from tests.making import NOON, make_clerk
from tests.reports.papers import MEETING, issued
from tests.working import work

APPENDICES = (MEETING, MEETING._replace(appendix="Appendix 4"))


def papers(programme: Programme, *contents: bytes) -> list[IssuedPaper]:
    """Appendix 3, 4 and so on of one meeting, with these PDFs."""
    meetings = [MEETING._replace(appendix=f"Appendix {number}") for number in range(3, 3 + len(contents))]
    return [
        issued(programme, meeting=meeting, content=content, previous=None)
        for meeting, content in zip(meetings, contents, strict=True)
    ]


def ask(programme: Programme, items: list[PackItem] | None = None, part: int = 1, **changed: Any) -> Rendering:
    given = {
        "title": "Improving our services",
        "committee": "Executive",
        "meeting_date": date(2016, 9, 14),
        "agenda_item": "7",
    }
    by = changed.pop("by", None) or make_clerk()
    items = list(reversed(packing.offered(programme, part))) if items is None else items
    request = PackRequest(items=tuple(items), part=part, **(given | changed))
    return rendering.ask_for_pack(programme=programme, request=request, by=by, at=NOON)


def made(programme: Programme, items: list[PackItem] | None = None, **changed: Any) -> Rendering:
    asked = ask(programme, items, **changed)
    work()
    asked.refresh_from_db()
    return asked


def texts(paper: bytes, first: int | None = None) -> list[str]:
    """What is printed on each page, or on the first so many."""
    with pdfplumber.open(io.BytesIO(paper)) as document:
        return [page.extract_text() for page in document.pages[:first]]
