"""A paper as it is about to be issued: its table, what of it is printed, what changed since the version before, and its PDF."""

import json
from copy import copy
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts import queries as accounts_queries
from display.formats import long_date
from phases.models import Programme
from printing.engine import Step, ignore
from reports.papers.actions import PaperToIssue
from reports.papers.exempt.rules import public, with_reasons
from reports.table.appendix import rules as pdf
from reports.table.comparison.rules import Reissue, changes_between
from reports.table.faces import rules as faces
from reports.table.forms import IssueForm
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule


def for_meeting(form: IssueForm) -> Programme:
    """The programme with the details of this paper, which are what the paper check judges; nothing of it is saved."""
    programme = copy(form.programme)
    for name in ("committee", "meeting_date", "appendix", "report_number"):
        setattr(programme, name, getattr(form.meeting, name))
    return programme


def table_for(form: IssueForm, at: datetime) -> Schedule:
    """The whole table, with what is exempt of it."""
    programme, council = for_meeting(form), accounts_queries.council()
    schedule = schedule_for(programme, council, usual_options(programme, council), as_at=at)
    version = form.previous.version + 1 if form.previous else 1
    given: dict[str, Any] = {"agenda_item": form.meeting.agenda_item, "part": form.meeting.part, "version": version}
    return with_reasons(schedule._replace(paper=schedule.paper._replace(**given)), form.exempt)


def printed(form: IssueForm, table: Schedule) -> Schedule:
    """What of the table is printed: all of it in Part 2."""
    return public(table, form.exempt) if form.meeting.part == 1 else table


def reissue_of(form: IssueForm, table: Schedule) -> Reissue | None:
    """What changed since the version before. In Part 1 nothing is told of a line that is exempt by now."""
    if form.previous is None:
        return None
    before = json.loads(form.previous.schedule)
    if form.meeting.part == 1:
        before = faces.as_json(public(faces.from_json(before), form.exempt))
    changes = changes_between(before, faces.as_json(printed(form, table)))
    issued_on = long_date(timezone.localtime(form.previous.issued_at).date())
    return Reissue(form.previous.version, issued_on, form.cleaned_data["reason"], changes)


def drawn(form: IssueForm, at: datetime, step: Step = ignore) -> PaperToIssue:
    """The paper of the data of this moment, drawn while nothing is locked: this takes a second, of thousands of lines many."""
    table = table_for(form, at)
    schedule = printed(form, table)
    beside = None if schedule is table or not form.exempt else table
    return PaperToIssue(
        programme=for_meeting(form),
        meeting=form.meeting,
        previous=form.previous,
        reason=form.cleaned_data["reason"],
        as_at=at,
        schedule=faces.as_json(schedule),
        content=pdf.render(schedule, reissue_of(form, table), beside=beside, step=step),
    )
