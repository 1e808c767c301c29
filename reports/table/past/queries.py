"""The committee table as it stood at a moment of the past, made from the history of its lines and of its programme.

Notes, the order of teams and the council's settings are those of today. A team has the name that it had when the line was last
written.
"""

from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from accounts.models import Council
from costing.intake import Basis, Intake, fte_by_year
from costing.line_cost import Absence
from costing.measure import WHOLE_LIFE_STORED
from costing.paying import PaidLine
from costing.size import beside_fte
from phases.models import Programme
from phases.programmes.queries import PhaseThen, as_it_was
from posts.lines.queries import states_at, teams_of
from posts.lines.rules import LineState, amounts_of
from posts.models import CostLine, recruited_text
from posts.paying.queries import paid_in_words, sources_of
from posts.paying.rules import paid_line
from reports.table.outside.rules import outside_of
from reports.table.paying.rules import Paying
from reports.table.queries import Stored, beside_of, others_in_words, others_of, table_of, usual_options, with_others, words_of
from reports.table.rules import LineRecord, Schedule

NOT_RECORDED = PhaseThen(0, 0, "A phase that is not in the record")
"""Phases are numbered from 1, and the store knows none by 0: where a line of one that no action removed still stands."""


def schedule_at(programme: Programme, council: Council, moment: datetime) -> Schedule:
    """The committee table at `moment`, in the council's usual form: five queries, six where sources pay for lines."""
    programme, found = as_it_was(programme, moment)
    states = states_at(programme, moment)
    phases = {phase.id: phase for phase in sorted(found, key=attrgetter("number"))}
    if any(state.phase not in phases for state in states.values()):
        phases[NOT_RECORDED.id] = NOT_RECORDED
    teams = {name: place for place, name in enumerate(("", *(team.name for team in teams_of(programme))))}
    records = sorted(
        (_record(programme, phases.get(state.phase, NOT_RECORDED).number, pk, state) for pk, state in states.items()),
        key=lambda each: (each.phase, teams.get(each.team, len(teams)), each.team, states[each.line_id].position, each.line_id),
    )
    paid = {pk: state for pk, state in states.items() if state.paid_by}
    sources = sources_of(programme) if paid else {}
    paying = [Paying(pk, paid_in_words(state, sources), _paid(programme, state)) for pk, state in paid.items()]
    stored = Stored([(phase.number, phase.name) for phase in phases.values()], records, paying, sources)
    return table_of(programme, council, usual_options(programme, council), stored, as_at=moment)


def _paid(programme: Programme, state: LineState) -> PaidLine:
    return paid_line(state, amounts_of(state, programme.years, Basis(programme.basis)), programme)


def _record(programme: Programme, phase: int, pk: int, state: LineState) -> LineRecord:
    amounts = amounts_of(state, programme.years, Basis(programme.basis))
    by_year = {each.financial_year: None if each.amount is None else int(each.amount) for each in amounts}
    *years, full = [(by_year[each.financial_year], each.origin == "stated") for each in amounts[-len(programme.years) - 1 :]]
    absence = amounts[-1].absence
    dated = {year: pounds for year, pounds in by_year.items() if year is not None and year != WHOLE_LIFE_STORED}
    shown = [year.starts_in for year in programme.years]
    return LineRecord(
        phase,
        state.team,
        pk,
        state.title,
        state.kind,
        state.fte,
        tuple(years),
        full[0],
        Absence(absence) if absence else None,
        full[1],
        state.paperwork_complete,
        recruited_text(state.fte, state.recruited_fte, state.engaged),
        with_others(state.comment, others_of(state)),
        outside_of(dated, shown, beside_of(state, programme)),
        beside_fte(state.size),
        _fte_by_year(programme, state) if programme.table_fte else (),
        words_of(state, shown),
        others_in_words(others_of(state)),
    )


def _fte_by_year(programme: Programme, state: LineState) -> tuple[Decimal | None, ...]:
    if state.kind != CostLine.Kind.POST:
        return ()
    return fte_by_year(state.fte, [Intake(*each) for each in state.intakes], programme.years)
