"""What is made in the background: packs, long papers as they are issued, and long committee tables. No page waits for it.

Each is asked for by an action, which queues its task in the same transaction. The task counts its steps while it goes on, and
ends with the PDF or with the reason in words.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.utils import timezone
from django_tasks import TaskContext, task

from accounts.audit.actions import record
from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.council.logo.queries import look
from accounts.models import User
from accounts.permissions.rules import Permission, require
from costing.frozen import canonical, digest
from phases.models import Programme
from posts.exempt.queries import exempt_lines
from printing.engine import Step
from reports.checks.queries import findings_of, judged
from reports.exempt.queries import whole
from reports.papers import actions
from reports.papers.actions import PaperOvertaken, StoppedByFindings
from reports.papers.annex.queries import annexes
from reports.papers.background.models import Rendering
from reports.papers.background.queries import KEPT
from reports.papers.issue import queries as issuing
from reports.papers.packs import queries as packing
from reports.papers.packs.queries import Changed, NotForThisPart
from reports.requests.rules import LongPaperRequest, PackRequest, PaperRequest, TableRequest, written
from reports.table.appendix import rules as pdf
from reports.table.faces import rules as faces
from reports.table.queries import Options, schedule_for

Kind, State = Rendering.Kind, Rendering.State
Clock = Callable[[], datetime]

UNDER_WAY = (State.QUEUED, State.MAKING)
MOST_AT_ONCE = 5
"""So many of one person's may be under way: the next would keep everybody else's waiting."""
TRIES = 3
"""So often something is begun whose worker was killed: it may be what kills it."""

_log = logging.getLogger(__name__)


@transaction.atomic
def ask_for_pack(*, programme: Programme, request: PackRequest, by: User, at: datetime) -> Rendering:
    """Have these papers joined into one, in this order. The same once more where this person waits for it already.

    Raises NotForThisPart, and then nothing was written.
    """
    require(by, Permission.ISSUE_PAPERS)
    if any(item.part > request.part for item in request.items):
        raise NotForThisPart
    Programme.objects.select_for_update().get(pk=programme.pk)
    told: dict[str, Any] = {
        name: getattr(request, name) for name in ("title", "committee", "meeting_date", "agenda_item", "part")
    }
    wanted = written(request)
    same = {"programme": programme, "kind": Kind.PACK, **told, "wanted": wanted, "asked_by": by}
    if waiting := Rendering.objects.filter(**same, state__in=UNDER_WAY).first():
        return waiting
    details = {**told, "papers": [[item.key, item.sha256] for item in request.items]}
    entry = record(action="pack_asked_for", subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    return _queued(Rendering(**same, asked_at=at, asked=entry))


@transaction.atomic
def ask_for_paper(*, programme: Programme, request: PaperRequest, by: User, at: datetime) -> Rendering:
    """Have a long paper drawn and issued as it was checked. The same once more where it is under way already.

    Raises PaperOvertaken or StoppedByFindings. What is issued is the table of this moment, or nothing.
    """
    require(by, Permission.ISSUE_PAPERS)
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    paper, meeting = issuing.paper_of(programme, request), request.meeting
    if not paper.is_as_checked:
        raise PaperOvertaken
    findings = findings_of(issuing.for_meeting(paper), council_queries.council(), as_at=at)
    if stopped := [each for each in judged(programme, findings) if each.stops_the_paper]:
        raise StoppedByFindings(stopped)
    same = {
        "programme": programme,
        "kind": Kind.PAPER,
        "title": meeting.appendix,
        "committee": meeting.committee,
        "meeting_date": meeting.meeting_date,
        "part": meeting.part,
    }
    if under_way := Rendering.objects.filter(**same, state__in=UNDER_WAY).first():
        return under_way
    face = faces.as_json(issuing.printed(paper, issuing.table_for(paper, at)))
    wanted = written(LongPaperRequest.of(request, at, digest(canonical(face))))
    given = {"agenda_item": meeting.agenda_item, "wanted": wanted, "asked_by": by, "asked_at": at}
    return _queued(Rendering(**same, **given))


@transaction.atomic
def ask_for_table(*, programme: Programme, request: TableRequest, by: User, at: datetime) -> Rendering:
    """Have the committee table drawn as it stands when its turn comes.

    The same once more where this person waits for it already. Those of earlier weeks are thrown away.
    """
    require(by, Permission.VIEW_PROGRAMMES)
    Programme.objects.select_for_update().get(pk=programme.pk)
    tables = Rendering.objects.filter(programme=programme, kind=Kind.TABLE)
    tables.filter(asked_at__lt=at - KEPT).delete()
    wanted = written(request)
    if waiting := tables.filter(wanted=wanted, asked_by=by, state__in=UNDER_WAY).first():
        return waiting
    title = "Committee table, internal version" if request.annexes else "Committee table"
    part = 2 if exempt_lines(programme.slug) else 1
    given = {"title": title, "wanted": wanted, "part": part, "asked_by": by, "asked_at": at}
    return _queued(Rendering(programme=programme, kind=Kind.TABLE, **given))


@transaction.atomic
def ask_again(*, rendering: Rendering, by: User) -> None:
    """Have something made that was not. A paper is not made again without its check; what is not failed is left alone."""
    require(by, Permission.ISSUE_PAPERS if rendering.kind == Kind.PACK else Permission.VIEW_PROGRAMMES)
    failed = Rendering.objects.filter(pk=rendering.pk, state=State.FAILED).exclude(kind=Kind.PAPER)
    if failed.update(state=State.QUEUED, failure="", finished_at=None, done=0, total=0):
        make.enqueue(rendering.pk)


class TooManyWaiting(Exception):
    """This person waits for so many already that no more is begun. Nothing was written."""


def _queued(rendering: Rendering) -> Rendering:
    """Raises TooManyWaiting. What one person asks for is counted under a lock, so that asking at once gains nothing."""
    User.objects.select_for_update(no_key=True).get(pk=rendering.asked_by_id)
    if Rendering.objects.filter(asked_by=rendering.asked_by_id, state__in=UNDER_WAY).count() >= MOST_AT_ONCE:
        raise TooManyWaiting
    rendering.full_clean()
    rendering.save(force_insert=True)
    make.enqueue(rendering.pk)
    return rendering


@task(takes_context=True, queue_name="papers")
def make(context: TaskContext, pk: int) -> None:
    """Make what was asked for, or say why not. What it was killed in is started again."""
    if not Rendering.objects.filter(pk=pk, state__in=UNDER_WAY).update(state=State.MAKING, done=0, total=0):
        return
    rendering = Rendering.objects.select_related("programme", "asked_by").get(pk=pk)
    given_up = "It was stopped each time. It may be too long."
    failure = _made(rendering, clock.localtime) if context.attempt <= TRIES else given_up
    if failure:
        Rendering.objects.filter(pk=pk).update(state=State.FAILED, failure=failure, finished_at=clock.now())


def _made(rendering: Rendering, clock: Clock) -> str:
    """Why it could not be made; "" where it is ready. The clock is asked when it begins and when it is ready.

    Without the database there is nobody to tell, and it is tried again.
    """

    def step(done: int, of: int) -> None:
        Rendering.objects.filter(pk=rendering.pk).update(done=done, total=of)

    try:
        _MAKERS[rendering.kind](rendering, step, clock)
    except PaperOvertaken:
        return "Something changed since it was checked, so it was not issued. Check it again."
    except StoppedByFindings:
        return "A finding of the paper check stops it, so it was not issued. Check it again."
    except Changed:
        return "The report changed since the pack was asked for. Ask for a new pack."
    except NotForThisPart:
        return "It is public and would include exempt information."
    except PermissionDenied as error:
        return f"{rendering.asked_by.name}: {error}"
    except Error:
        raise
    except Exception:
        _log.exception("Rendering %s was not made.", rendering.pk)
        return "Something went wrong while it was made. The server's log says what."
    return ""


def _make_pack(rendering: Rendering, step: Step, clock: Clock) -> None:
    content = packing.render(rendering, step)
    with transaction.atomic():
        details = {"title": rendering.title, "rendering": rendering.pk, "part": rendering.part, "sha256": digest(content)}
        subject = f"programme:{rendering.programme.slug}"
        entry = record(action="pack_made", subject=subject, details=details, by=rendering.asked_by, at=clock())
        _finish(rendering, clock(), content=content, sha256=details["sha256"], entry=entry)


def _make_paper(rendering: Rendering, step: Step, clock: Clock) -> None:
    """Draws the paper and issues it, if it still is what was checked. Raises PaperOvertaken or StoppedByFindings."""
    wanted = rendering.request
    assert isinstance(wanted, LongPaperRequest)
    asked = issuing.paper_of(rendering.programme, wanted)
    if not asked.is_as_checked:
        raise PaperOvertaken
    paper = issuing.drawn(asked, timezone.localtime(wanted.as_at), lambda done, of: step(done, of + 1))
    # The council's settings, which the table depends on too, have no version.
    if digest(canonical(paper.schedule)) != wanted.schedule:
        raise PaperOvertaken
    with transaction.atomic():
        _finish(rendering, clock(), paper=actions.issue(paper=paper, by=rendering.asked_by, at=clock()))


def _make_table(rendering: Rendering, step: Step, clock: Clock) -> None:
    wanted, programme = rendering.request, rendering.programme
    assert isinstance(wanted, TableRequest)
    years = tuple(year for year in programme.years if not wanted.years or year.starts_in in wanted.years)
    options = Options(wanted.unit, wanted.rounding, years, wanted.total, wanted.fte_by_year, wanted.without)
    schedule = whole(schedule_for(programme, council_queries.council(), options, as_at=clock()))
    if wanted.annexes:
        content = pdf.render_internal(schedule, "".join(annex(schedule) for annex in annexes(wanted.annexes)), look=look())
    else:
        content = pdf.render(schedule, step=lambda done, of: step(done, of + 1), look=look())
    _finish(rendering, clock(), content=content, sha256=digest(content))


def _finish(rendering: Rendering, at: datetime, **result: Any) -> None:
    rendering.refresh_from_db(fields=["state", "done", "total"])
    total = max(rendering.total, 1)
    given = {"state": State.READY, "finished_at": at, "done": total, "total": total, **result}
    Rendering.objects.filter(pk=rendering.pk, state=State.MAKING).update(**given)


_MAKERS: Mapping[str, Callable[[Rendering, Step, Clock], None]] = {
    Kind.PACK: _make_pack,
    Kind.PAPER: _make_paper,
    Kind.TABLE: _make_table,
}
