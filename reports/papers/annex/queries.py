"""Annexes of the internal version of a paper: what the paper check found and the reasons given, how each figure came about."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.council import queries as council_queries
from costing.intake import Basis
from costing.measure import Measure
from phases.models import Programme
from posts.lines import queries
from posts.lines.rules import Sums, state_of
from posts.models import CostLine, LineRevision
from posts.workings import rules as workings
from reports.checks.queries import findings_of, judged
from reports.papers.actions import as_reviewed
from reports.table.rules import Schedule


def findings_annex(schedule: Schedule) -> str:
    """What the paper check finds as the programme is stored now, with the reasons of what was overridden or dismissed."""
    programme = Programme.objects.get(slug=schedule.slug)
    found = judged(programme, findings_of(programme, council_queries.council(), as_at=schedule.as_at))
    return annex_of_findings([as_reviewed(each) for each in found])


def with_moment(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding as it is kept with a paper, and as `reviewed_at` the local time of its review; None where there is none."""
    review = finding["review"]
    return {**finding, "reviewed_at": timezone.localtime(datetime.fromisoformat(review["at"])) if review else None}


def annex_of_findings(found: Iterable[Mapping[str, Any]]) -> str:
    """The same of findings as they are kept with an issued paper (actions.as_reviewed)."""
    groups: dict[str, list[Mapping[str, Any]]] = {"Overridden": [], "Dismissed": [], "": []}
    for finding in map(with_moment, found):
        groups[finding["review"]["kind"] if finding["review"] else ""].append(finding)
    return render_to_string("papers/findings.html", {"groups": [group for group in groups.items() if group[1]]})


class Block(NamedTuple):
    """One line: where it stands, and its figures with their workings. `entered` is who entered all its inputs at once."""

    title: str
    under: str
    entered: workings.Entered | None
    inputs: tuple[workings.Input, ...]
    figures: list[workings.FigureWorkings]


def workings_annex(schedule: Schedule) -> str:
    """The workings of every figure of this table and no other: six queries, five where nothing is stated."""
    return render_to_string("papers/annex.html", {"blocks": list(_blocks(schedule))})


def _blocks(schedule: Schedule) -> Iterator[Block]:
    programme = Programme.objects.get(slug=schedule.slug)
    lines = queries.lines_at_once(programme)
    names = workings.Names(
        dict(programme.phases.values_list("pk", "name")), dict(programme.funding_sources.values_list("pk", "name"))
    )
    people = queries.names_of(a.stated_by_id for line in lines.values() for a in line.amounts.all() if a.stated_by_id)
    revisions = _revisions(programme)
    sums = _Sums(lines.values())
    for phase, team, row in schedule.rows():
        line = lines[row.line_id]
        entered = workings.entered(revisions[line.pk], names)
        stored = workings.StoredLine(line, state_of(line), sums.beside(line), people)
        figures = workings.figures(stored, schedule.years, Basis(schedule.basis), entered)
        inputs = max((figure.inputs for figure in figures), key=len)
        under = f"{phase.name}, {team.name}" if team.name else phase.name
        yield Block(row.title, under, workings.together(inputs), inputs, figures)


def _revisions(programme: Programme) -> dict[int, list[LineRevision]]:
    """Every version of each line, newest first."""
    found: dict[int, list[LineRevision]] = defaultdict(list)
    revisions = LineRevision.objects.filter(programme=programme).select_related("entry__actor", "entry__imported_file")
    for revision in revisions.defer("entry__imported_file__content").order_by("-version"):
        found[revision.line_id].append(revision)
    return found


class _Sums:
    """What all lines come to, by team, phase and programme, in each measure."""

    def __init__(self, lines: Iterable[CostLine]) -> None:
        self.sums: dict[tuple[Hashable, ...], Decimal] = {}
        self.measures: set[Measure] = set()
        for line in lines:
            for amount in line.amounts.all():
                self.measures.add(amount.measure)
                if amount.amount is not None:
                    for key in self._keys(line, amount.measure):
                        self.sums[key] = self.sums.get(key, Decimal(0)) + amount.amount

    def beside(self, line: CostLine) -> dict[Measure, Sums]:
        """For each measure, the totals that the line's figure is part of."""
        return {measure: Sums(*(self.sums.get(key) for key in self._keys(line, measure))) for measure in self.measures}

    def _keys(self, line: CostLine, measure: Measure) -> tuple[tuple[Hashable, ...], ...]:
        return (measure, line.phase_id, line.team_id), (measure, line.phase_id), (measure,)


_ANNEXES: Mapping[str, Callable[[Schedule], str]] = {"internal": findings_annex, "workings": workings_annex}


def named_in(query: QueryDict) -> list[str]:
    """The annexes that an address asks for, as `?internal=yes` and `?workings=yes`."""
    return [name for name in _ANNEXES if query.get(name) == "yes"]


def annexes(names: Iterable[str]) -> list[Callable[[Schedule], str]]:
    """What makes the annexes of these names."""
    return [_ANNEXES[name] for name in names]
