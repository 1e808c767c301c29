"""A programme that the paper check lets pass, and papers issued of it."""

import hashlib
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.council.queries import council
from accounts.models import User
from costing.frozen import canonical
from costing.money import Rounding, Unit
from phases.models import Programme
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import state_of
from posts.models import CostLine
from reports.models import IssuedPaper, Rendering
from reports.papers.actions import PaperToIssue, issue, last_issued
from reports.requests.rules import Meeting, TableRequest, written
from reports.table.faces import rules as faces
from reports.table.queries import schedule_for, usual_options
from tests.making import NOON, enter_line, make_approval_limit, make_clerk, make_officer, make_phase, make_programme

MEETING = Meeting("Executive", date(2016, 9, 14), "Appendix 3", "7", "ED17012")


def make_programme_to_issue() -> Programme:
    """One phase with a head of service (£60,000 in 2016/17) and an auditor; nothing stops its paper."""
    made = make_programme(
        slug="small",
        name="Small programme",
        table_title="EXPENDITURE",
        committee="Executive",
        meeting_date=date(2016, 9, 14),
        appendix="Appendix 3",
        report_number="ED17012",
        abbreviations="FTE = full-time equivalent",
    )
    phase = make_phase(made, name="Phase One")
    for title in ("Head of service", "Auditor"):
        enter_line(phase, title=title)
    make_approval_limit()
    made.refresh_from_db()
    return made


def change(line: CostLine, at: datetime = NOON, **values: Any) -> None:
    """A finance officer changes these fields of a line."""
    line = CostLine.objects.select_related("team").prefetch_related("intakes", "amounts").get(pk=line.pk)
    made = LineChange(line.pk, line.version, replace(state_of(line), **values))
    change_lines(programme=Programme.objects.get(pk=line.programme_id), line_changes=[made], by=make_officer(), at=at)


def dearer(programme: Programme, at: datetime = NOON) -> None:
    """The head of service costs £96,000 a year instead of £90,000: £64,000 in 2016/17."""
    change(CostLine.objects.get(programme=programme, title="Head of service"), at, annual_cost=Decimal(96_000))
    programme.refresh_from_db()


def paper_of(programme: Programme, at: datetime = NOON, **changed: Any) -> PaperToIssue:
    """A paper as the page makes it, but that its PDF is only a few bytes."""
    schedule = schedule_for(programme, council(), usual_options(programme, council()), as_at=at)
    face = faces.as_json(schedule)
    given: dict[str, Any] = {
        "programme": programme,
        "meeting": MEETING,
        "previous": last_issued(programme, MEETING),
        "reason": "",
        "as_at": at,
        "schedule": face,
        "content": b"%PDF-1.7 " + canonical(face).encode(),
    }
    return PaperToIssue(**(given | changed))


def issued(programme: Programme, at: datetime = NOON, by: User | None = None, **changed: Any) -> IssuedPaper:
    return issue(paper=paper_of(programme, at, **changed), by=by or make_clerk(), at=at)


def ready_table(programme: Programme, **given: Any) -> Rendering:
    """A long committee table that was made in the background, of only a few bytes."""
    content = b"%PDF-1.7"
    return Rendering.objects.create(
        programme=programme,
        kind=Rendering.Kind.TABLE,
        title="Committee table",
        wanted=written(TableRequest(Unit.THOUSANDS, Rounding.SUM_OF_ROUNDED)),
        state=Rendering.State.READY,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        asked_by=make_officer(),
        asked_at=NOON,
        finished_at=NOON,
        **given,
    )
