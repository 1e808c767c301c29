"""The workings of every figure of the committee table, line by line: an annex of its PDF for those who check it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.template.loader import render_to_string

from costing.intake import Basis
from phases.models import Programme
from posts import queries, workings
from posts.line_state import state_of
from posts.models import CostLine, LineRevision
from posts.queries import Sums
from reports.schedule import Schedule


class Block(NamedTuple):
    """One line: where it stands, and its figures with their workings. `entered` is who entered all its inputs at once."""

    title: str
    under: str
    entered: workings.Entered | None
    inputs: tuple[workings.Input, ...]
    figures: list[workings.FigureWorkings]


def annex_of(schedule: Schedule) -> str:
    """The annex as HTML, for the lines and years of this table and no others: five queries, four where nothing is stated."""
    return render_to_string("reports/pdf/annex.html", {"blocks": list(_blocks(schedule))})


def _blocks(schedule: Schedule) -> Iterator[Block]:
    programme = Programme.objects.get(slug=schedule.slug)
    lines = queries.lines_at_once(programme)
    phases = dict(programme.phases.values_list("pk", "name"))
    people = queries.names_of(a.stated_by_id for line in lines.values() for a in line.amounts.all() if a.stated_by_id)
    revisions = _revisions(programme)
    sums = _Sums(lines.values())
    for phase, team, row in schedule.rows():
        line = lines[row.line_id]
        entered = workings.entered(revisions[line.pk], phases)
        figures = workings.figures(
            line, state_of(line), schedule.years, Basis(schedule.basis), sums.beside(line), people, entered
        )
        inputs = max((figure.inputs for figure in figures), key=len)
        under = f"{phase.name}, {team.name}" if team.name else phase.name
        yield Block(row.title, under, workings.together(inputs), inputs, figures)


def _revisions(programme: Programme) -> dict[int, list[LineRevision]]:
    """Every version of each line, newest first."""
    found: dict[int, list[LineRevision]] = defaultdict(list)
    for revision in LineRevision.objects.filter(programme=programme).select_related("entry__actor").order_by("-version"):
        found[revision.line_id].append(revision)
    return found


class _Sums:
    """What all lines come to, by team, phase and programme, in each measure."""

    def __init__(self, lines: Iterable[CostLine]) -> None:
        self.sums: dict[tuple[int | None, ...], Decimal] = {}
        self.measures: set[int | None] = set()
        for line in lines:
            for amount in line.amounts.all():
                self.measures.add(amount.financial_year)
                if amount.amount is not None:
                    for key in self._keys(line, amount.financial_year):
                        self.sums[key] = self.sums.get(key, Decimal(0)) + amount.amount

    def beside(self, line: CostLine) -> dict[int | None, Sums]:
        """For each measure, the totals that the line's figure is part of."""
        return {measure: Sums(*(self.sums.get(key) for key in self._keys(line, measure))) for measure in self.measures}

    def _keys(self, line: CostLine, measure: int | None) -> tuple[tuple[int | None, ...], ...]:
        return (measure, line.phase_id, line.team_id), (measure, line.phase_id), (measure,)
