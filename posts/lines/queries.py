"""Reads about teams and lines, each a constant number of queries."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast, JSONObject

from accounts.models import AuditEntry, User
from costing.measure import Measure, stored
from phases.models import Programme
from posts.lines.rules import LineState, Sums, from_json
from posts.models import CostLine, Intake, LineAmount, LineRevision, Team

_PRINTING_ORDER = ("phase__number", "team__position", "team_id", "position", "id")


def lines_of(programme: Programme, ids: Iterable[int] | None = None) -> QuerySet[CostLine]:
    """The programme's lines in printing order, with phase, team, intakes and amounts (three queries)."""
    lines = CostLine.objects.filter(programme=programme)
    if ids is not None:
        lines = lines.filter(pk__in=ids)
    return lines.select_related("phase", "team").prefetch_related("intakes", "amounts").order_by(*_PRINTING_ORDER)


def beside(programme: Programme, line_id: int) -> list[CostLine]:
    """The lines of the phase and team of a line, itself among them, in their order (three queries); none where it is gone."""
    of = CostLine.objects.filter(programme=programme, pk=line_id)
    without = Q(team__isnull=True) & Exists(of.filter(team__isnull=True))
    return list(lines_of(programme).filter(Q(team__in=of.values("team")) | without, phase__in=of.values("phase")))


def following(line: CostLine) -> int | None:
    """The number of the line after this one in its phase, in printing order; None for the last (one query)."""
    order = list(CostLine.objects.filter(phase=line.phase_id).order_by(*_PRINTING_ORDER).values_list("pk", flat=True))
    after = order[order.index(line.pk) + 1 :]
    return after[0] if after else None


def lines_at_once(programme: Programme) -> dict[int, CostLine]:
    """The same lines by number, in the same order, in a single query: the intakes and amounts come folded into their lines."""
    intakes = Intake.objects.filter(line=OuterRef("pk")).order_by("id")
    amounts = LineAmount.objects.filter(line=OuterRef("pk")).order_by(F("financial_year").asc(nulls_last=True))
    lines = (
        CostLine.objects.filter(programme=programme)
        .select_related("phase", "team")
        .annotate(intake_rows=_rows(intakes, _INTAKE), amount_rows=_rows(amounts, _AMOUNT))
        .order_by(*_PRINTING_ORDER)
    )
    found: dict[int, CostLine] = {}
    line: Any
    for line in lines:
        # Where prefetch_related would put them.
        line._prefetched_objects_cache = {
            "intakes": [_from_row(Intake, row, line.pk) for row in line.intake_rows],
            "amounts": [_from_row(LineAmount, row, line.pk) for row in line.amount_rows],
        }
        found[line.pk] = line
    return found


_INTAKE = ("id", "fte", "start", "end")
_AMOUNT = (
    *("id", "financial_year", "amount", "absence", "origin", "calculated", "reason", "stated_by_id", "stated_at"),
    *("bound", "other_amount", "other_source"),
)


def _rows(found: QuerySet[Any], fields: tuple[str, ...]) -> ArraySubquery:
    return ArraySubquery(found.values(row=JSONObject(**{field: Cast(field, TextField()) for field in fields})))


def _from_row(model: type[Any], row: dict[str, str | None], line_id: int) -> Any:
    """An instance of text as PostgreSQL writes it: a Decimal keeps its places, which JSON's numbers lose."""
    values = {
        name: None if text is None else model._meta.get_field(name.removesuffix("_id")).to_python(text)
        for name, text in row.items()
    }
    return model(line_id=line_id, **values)


def teams_of(programme: Programme) -> QuerySet[Team]:
    return Team.objects.filter(programme=programme).order_by("position", "id")


def state_at(line_id: int, version: int) -> LineState | None:
    """The line as it stood at a version; None where it was removed or the version is unknown."""
    revision = LineRevision.objects.filter(line_id=line_id, version=version).first()
    return from_json(revision.state) if revision and revision.state else None


def last_state(programme: Programme, line_id: int, version: int | None = None) -> LineState | None:
    """A line of this programme as it stood at a version, or as it was last before it was removed; None for an unknown one."""
    revisions = LineRevision.objects.filter(programme=programme, line_id=line_id, state__isnull=False)
    if version is not None:
        revisions = revisions.filter(version=version)
    last = revisions.order_by("-version").first()
    return from_json(last.state) if last and last.state else None


def states_at(programme: Programme, moment: datetime) -> dict[int, LineState]:
    """Every line that there was at a moment, by its number, as it stood then (one query)."""
    last = (
        LineRevision.objects.filter(programme=programme, entry__at__lte=moment)
        .order_by("line_id", "-version")
        .distinct("line_id")
        .values_list("line_id", "state")
    )
    return {line_id: from_json(state) for line_id, state in last if state}


def lines_added(entry: AuditEntry) -> list[int]:
    """The lines that a change brought into being, by their numbers (one query)."""
    return list(LineRevision.objects.filter(entry=entry, version=1).values_list("line_id", flat=True))


def history_of(line_id: int) -> QuerySet[LineRevision]:
    """Every version of the line, newest first, with who made it, when, and the file it came from."""
    revisions = LineRevision.objects.filter(line_id=line_id).select_related("entry__actor", "entry__imported_file")
    return revisions.defer("entry__content", "entry__imported_file__content").order_by("-version")


def sums_beside(line: CostLine) -> dict[Measure, Sums]:
    """For each measure, the totals that the line's figure is part of (one query)."""
    in_phase = Q(line__phase=line.phase_id)
    in_team = in_phase & (Q(line__team=line.team_id) if line.team_id else Q(line__team__isnull=True))
    rows = (
        LineAmount.objects.filter(line__programme=line.programme_id)
        .values_list("financial_year")
        .annotate(team=Sum("amount", filter=in_team), phase=Sum("amount", filter=in_phase), programme=Sum("amount"))
        .order_by()
    )
    return {stored(year): Sums(*sums) for year, *sums in rows}


def names_of(people: Iterable[int]) -> dict[int, str]:
    """The names of people by their numbers."""
    return dict(User.objects.filter(pk__in=set(people)).values_list("pk", "name"))
