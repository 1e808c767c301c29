"""A paper as it is about to be issued: its table, what of it is printed, what changed since the version before, and its PDF."""

import json
from copy import copy
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.council import queries as council_queries
from accounts.council.logo.queries import look
from display.formats import long_date
from phases.bodies.queries import body_named
from phases.models import Programme
from posts.exempt.queries import exempt_lines
from posts.exempt.rules import Exempt
from printing.engine import Step, ignore
from reports.exempt.rules import public, with_reasons
from reports.papers.actions import PaperToIssue, last_issued
from reports.papers.models import IssuedPaper
from reports.requests.rules import Meeting, PaperRequest
from reports.table.appendix import rules as pdf
from reports.table.comparison.rules import Reissue, changes_between
from reports.table.faces import rules as faces
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule


class Paper(NamedTuple):
    """A paper that is asked for, with what the store has for it: the version before, and what is exempt now."""

    programme: Programme
    request: PaperRequest
    previous: IssuedPaper | None
    exempt: Exempt

    @property
    def meeting(self) -> Meeting:
        return self.request.meeting

    @property
    def is_as_checked(self) -> bool:
        """Whether nothing has moved on since it was checked."""
        now = self.programme.version, self.previous.pk if self.previous else None
        return now == (self.request.version, self.request.supersedes)


def paper_of(programme: Programme, request: PaperRequest) -> Paper:
    """What the store has for a request (two queries)."""
    return Paper(programme, request, last_issued(programme, request.meeting), exempt_lines(programme.slug))


def for_meeting(paper: Paper) -> Programme:
    """The programme with the details of this paper, which are what the paper check judges; nothing of it is saved."""
    programme = copy(paper.programme)
    for name in ("meeting_date", "appendix", "report_number"):
        setattr(programme, name, getattr(paper.meeting, name))
    programme.committee = body_named(paper.meeting.committee)
    return programme


def table_for(paper: Paper, at: datetime) -> Schedule:
    """The whole table, with what is exempt of it."""
    programme, council = for_meeting(paper), council_queries.council()
    schedule = schedule_for(programme, council, usual_options(programme, council), as_at=at)
    version = paper.previous.version + 1 if paper.previous else 1
    given: dict[str, Any] = {name: getattr(paper.meeting, name) for name in ("committee", "agenda_item", "part")}
    given["version"] = version
    return with_reasons(schedule._replace(paper=schedule.paper._replace(**given)), paper.exempt)


def printed(paper: Paper, table: Schedule) -> Schedule:
    """What of the table is printed: all of it in Part 2."""
    return public(table, paper.exempt) if paper.meeting.part == 1 else table


def reissue_of(paper: Paper, table: Schedule) -> Reissue | None:
    """What changed since the version before. In Part 1 nothing is told of a line that is exempt by now."""
    if paper.previous is None:
        return None
    before = json.loads(paper.previous.schedule)
    if paper.meeting.part == 1:
        before = faces.as_json(public(faces.from_json(before), paper.exempt))
    changes = changes_between(before, faces.as_json(printed(paper, table)))
    issued_on = long_date(timezone.localtime(paper.previous.issued_at).date())
    return Reissue(paper.previous.version, issued_on, paper.request.reason, changes)


def drawn(paper: Paper, at: datetime, step: Step = ignore) -> PaperToIssue:
    """The paper of the data of this moment, drawn while nothing is locked: this takes a second, of thousands of lines many."""
    table = table_for(paper, at)
    schedule = printed(paper, table)
    beside = None if schedule is table or not paper.exempt else table
    return PaperToIssue(
        programme=for_meeting(paper),
        meeting=paper.meeting,
        previous=paper.previous,
        reason=paper.request.reason,
        as_at=at,
        schedule=faces.as_json(schedule),
        content=pdf.render(schedule, reissue_of(paper, table), beside=beside, step=step, look=look()),
    )
