"""One drawdown, its case and its papers, and the lists of them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Office, User
from accounts.permissions.rules import Permission
from approvals.decisions.models import DecisionRecord
from approvals.delegations.models import DelegationStep
from approvals.drawdowns.models import Consumption, Drawdown, DrawdownAmount, DrawdownLine, Paper
from approvals.drawdowns.rules import Mode, State
from costing.financial_year import FinancialYear
from costing.measure import WHOLE_LIFE_STORED
from phases.programmes.queries import programmes_for, sees_programmes
from posts.exempt.queries import check_reader
from posts.frozen.queries import Frozen
from posts.standing.rules import Standing


def drawdowns_for(user: User) -> QuerySet[Drawdown]:
    """The drawdowns of the programmes this person may see, newest first."""
    return Drawdown.objects.filter(programme__in=programmes_for(user)).select_related(
        "programme", "delegation__decision_maker", "delegation__decision_body", "prepared_by"
    )


def drawdown_for(user: User, reference: str) -> Drawdown:
    """One drawdown by itself, or Http404 for one that is unknown or that this person may not know of.

    Raises PermissionDenied as `check_reader` does: its pages name every line.
    """
    return _as_read_by(user, get_object_or_404(Drawdown.objects.filter(programme__in=programmes_for(user)), reference=reference))


def _as_read_by(user: User, drawdown: Drawdown) -> Drawdown:
    if not user.may(Permission.READ_EXEMPT):  # asked first: the programme is read for nobody else
        check_reader(user, drawdown.programme.slug)
    return drawdown


def drawdown_seen(user: User, reference: str) -> Drawdown:
    """As drawdown_for, with what a form that acts carries, and nothing more: the action reads it again under its lock."""
    row = None
    if sees_programmes(user):
        with connection.cursor() as cursor:
            cursor.execute(_SEEN, [reference])
            row = cursor.fetchone()
    if row is None:
        raise Http404("No such drawdown.")
    return Drawdown.from_db(connection.alias, _CARRIED, row)


_CARRIED = ("id", "reference", "version", "sha256")
_SEEN = f"SELECT {', '.join(_CARRIED)} FROM approvals_drawdown WHERE reference = %s"


def drawdown_in_full(user: User, reference: str) -> Drawdown:
    """As drawdown_for, with all that its own page names: source decision, signature, resolution (one query)."""
    named = (
        "delegation__decision__body",
        "delegation__report_back_body",
        "signed_by",
        "signed_for",
        "signed_entry",
        "resolution",
    )
    return _as_read_by(user, get_object_or_404(drawdowns_for(user).select_related(*named), reference=reference))


def acted_since_asked(drawdown: Drawdown, office: Office, day: date) -> QuerySet[User]:
    """Who held the office or deputised for it on any day since the drawdown was submitted, by name."""
    asked = timezone.localdate(drawdown.submitted_at) if drawdown.submitted_at else day
    held = Q(holdings__in=office.holdings.within(asked, day))
    return User.objects.filter(held | Q(deputy_appointments__in=office.deputies.within(asked, day))).distinct().order_by("name")


def step_of(drawdown: Drawdown, slug: str) -> tuple[Office, Mode]:
    """The office of this slug, and how it is asked. Http404 for one that is not."""
    steps = DelegationStep.objects.select_related("office")
    step = get_object_or_404(steps, delegation=drawdown.delegation_id, office__slug=slug)
    assert step.office is not None  # it was found by it
    return step.office, Mode(step.mode)


def supporting(drawdown: Drawdown) -> QuerySet[Paper]:
    """What supports the drawdown, in the order it was attached, without the bytes. One query."""
    return _without_content(drawdown.papers.filter(kind=Paper.Kind.SUPPORTING))


def papers_of(drawdown: Drawdown) -> QuerySet[Paper]:
    """Every file of the drawdown, evidence of answers last, without the bytes. One query."""
    return _without_content(drawdown.papers.order_by("-kind", "id"))


def _without_content(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    return papers.defer("content").select_related("added_by")


_KEEPS = [State.SUBMITTED, State.SIGNED_OFF, State.CALLED_IN, State.EFFECTIVE]


def frozen_lines(lines: Iterable[int]) -> list[Frozen]:
    """The drawdowns that keep figures of these lines of their own: those that wait and those that were signed (one query).

    The sum is that of the whole drawdown in its first year.
    """
    sums = (
        DrawdownAmount.objects.filter(drawdown_line__drawdown=OuterRef("drawdown"), financial_year__gt=WHOLE_LIFE_STORED)
        .order_by("financial_year")
        .values("financial_year")
        .annotate(pounds=Sum("pounds"))
    )
    first = sums.filter(pounds__gt=0)
    rows = (
        DrawdownLine.objects.filter(line_id__in=list(lines), drawdown__state__in=_KEEPS)
        .annotate(pounds=Subquery(first.values("pounds")[:1]), year=Subquery(first.values("financial_year")[:1]))
        .values_list("line_id", "drawdown__title", "drawdown__state", "pounds", "year")
        .order_by("drawdown__id", "line_id")
        .distinct()
    )
    return [
        Frozen(line, title, _SAID[State(state)], f"£{pounds:,} in {FinancialYear(year)}" if pounds else "its figures")
        for line, title, state, pounds, year in rows
    ]


def lines_standing(standing: Standing) -> QuerySet[Any]:
    """The rows, each with a `line_id`, of the lines that stand so in drawdowns: one of posts.standing.rules.FROM_REQUESTS."""
    if standing in (Standing.DRAWN, Standing.HANDED_BACK):
        return _released().filter(_CAME_BACK if standing is Standing.HANDED_BACK else ~_CAME_BACK)
    states = [state for state, stands in _STANDS.items() if stands is standing]
    return DrawdownLine.objects.filter(drawdown__state__in=states).values("line_id").order_by()


def standings_in_drawdowns(lines: Collection[int]) -> Iterator[tuple[int, Standing]]:
    """The same of these lines: each with where it stands, as often as it stands somewhere (two queries)."""
    asked = DrawdownLine.objects.filter(line_id__in=lines, drawdown__state__in=_STANDS).order_by()
    for line_id, state in asked.values_list("line_id", "drawdown__state"):
        yield line_id, _STANDS[State(state)]
    for line_id, kept, back in _released().filter(line_id__in=lines).values_list("line_id", "kept", "back"):
        yield line_id, Standing.HANDED_BACK if kept == 0 and back else Standing.DRAWN


def _released() -> QuerySet[Any]:
    came_back = Q(kind__in=[Consumption.Kind.HAND_BACK, Consumption.Kind.OVERTURN])
    sums = {"kept": Sum("pounds"), "back": Count("pk", filter=came_back)}
    return Consumption.objects.order_by().values("line_id").annotate(**sums)


_CAME_BACK = Q(kept=0, back__gt=0)
"""A line that costs nothing, or as much as its credit, is drawn although nothing is kept of it."""

_STANDS = {
    State.DRAFT: Standing.IN_DRAFT,
    State.RETURNED: Standing.IN_DRAFT,
    State.SUBMITTED: Standing.PENDING,
    State.WITHDRAWN: Standing.NOT_RELEASED,
    State.REFUSED: Standing.NOT_RELEASED,
}
"""Where a line stands in a drawdown that released nothing yet, by its state."""

_SAID = {State.SUBMITTED: "waiting", State.SIGNED_OFF: "signed", State.CALLED_IN: "called in", State.EFFECTIVE: "signed"}


def case_of(drawdown: Drawdown) -> DecisionRecord | None:
    """The case as it was written; None before that. One query."""
    return DecisionRecord.objects.filter(drawdown=drawdown).first()
