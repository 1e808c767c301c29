"""The lines that a narrowing of the table of inputs asks for, and what is said of each because of it."""

from datetime import datetime, time
from typing import NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils import timezone

from phases.models import Programme
from posts.entry.findings.queries import LineFinding, found_of_lines, rules_of_lines
from posts.entry.narrowing.rules import ANY_FINDING, Narrowing
from posts.entry.since.queries import Paper, changed_since
from posts.listed.queries import RECRUITED
from posts.models import CostLine, Intake

_FIRST_START = Subquery(Intake.objects.filter(line=OuterRef("pk")).order_by("start").values("start")[:1])
_ORDERS = {
    "title": Lower("title").asc(),
    "cost": F("annual_cost").desc(nulls_last=True),
    "start": _FIRST_START.asc(nulls_last=True),
}


class Narrowed(NamedTuple):
    """A narrowing of a programme: the moment since which lines changed, and what is found of the lines, where it is asked for.

    `papers` and `rules` can be chosen from.
    """

    asked: Narrowing = Narrowing()
    moment: datetime | None = None
    found: tuple[LineFinding, ...] = ()
    papers: tuple[Paper, ...] = ()

    @property
    def rules(self) -> dict[str, str]:
        return rules_of_lines()

    def of(self, lines: QuerySet[CostLine]) -> QuerySet[CostLine]:
        """Those of the lines that are asked for, in their order."""
        asked = self.asked
        for word in asked.words.split():
            lines = lines.filter(Q(title__icontains=word) | Q(comment__icontains=word))
        if asked.team:
            lines = lines.filter(team__name=asked.team)
        if asked.recruited:
            lines = lines.filter(RECRUITED[asked.recruited])
        if asked.paperwork:
            lines = lines.filter(paperwork_complete=asked.paperwork == "yes")
        if self.moment:
            lines = changed_since(lines, self.moment)
        if asked.finding:
            lines = lines.filter(pk__in={each.line_id for each in self.found})
        return lines.order_by("phase__number", _ORDERS[asked.order], "id") if asked.order else lines


def narrowed(programme: Programme, asked: Narrowing, papers: list[Paper], *, at: datetime) -> Narrowed:
    """The narrowing with what it needs to know. Of a day and a paper the later moment counts."""
    moments = [paper.moment for paper in papers if paper.key == asked.paper]
    if asked.day:
        moments.append(timezone.make_aware(datetime.combine(asked.day, time.min)))
    found = found_of_lines(programme, at) if asked.finding else []
    wanted = tuple(each for each in found if asked.finding in (ANY_FINDING, each.rule))
    return Narrowed(asked, max(moments, default=None), wanted, tuple(papers))
