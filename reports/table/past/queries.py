"""The committee table as it stood at a moment of the past, made from the history of its lines and from the audit record.

Notes, the order of teams and the council's settings are those of today. A team has the name that it had when the line was last
written, and a line of a phase that was removed since stands under a phase of its own.
"""

import json
from copy import copy
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry, Council
from costing.intake import Basis
from costing.line_cost import Absence
from phases.models import Programme
from posts.line_state import LineState, amounts_of
from posts.models import recruited_text
from posts.queries import states_at, teams_of
from reports.table.queries import table_of, usual_options
from reports.table.rules import LineRecord, Schedule

GONE = 99, "A phase that was removed since"


def schedule_at(programme: Programme, council: Council, moment: datetime) -> Schedule:
    """The committee table at `moment`, in the council's usual form: five queries, whatever the number of lines."""
    phases = {pk: (number, name) for pk, number, name in programme.phases.values_list("pk", "number", "name")}
    programme = _as_it_was(programme, phases, moment)
    states = states_at(programme, moment)
    if any(state.phase not in phases for state in states.values()):
        phases[0] = GONE
    teams = {name: place for place, name in enumerate(("", *(team.name for team in teams_of(programme))))}
    records = sorted(
        (_record(programme, phases.get(state.phase, GONE)[0], pk, state) for pk, state in states.items()),
        key=lambda each: (each.phase, teams.get(each.team, len(teams)), each.team, states[each.line_id].position, each.line_id),
    )
    stated = [each.full_year_stated or any(stated for _, stated in each.years) for each in records]
    return table_of(
        programme,
        council,
        usual_options(programme, council),
        sorted(phases.values()),
        records,
        any(stated),
        not all(stated),
        as_at=moment,
    )


def _as_it_was(programme: Programme, phases: dict[int, tuple[int, str]], moment: datetime) -> Programme:
    """A copy of the programme, and its phases, with every later change taken back. What was changed is read from the record."""
    was = copy(programme)
    later = AuditEntry.objects.filter(
        subject=f"programme:{programme.slug}",
        action__in=["programme_changed", "phase_changed", "phase_added"],
        at__gt=moment,
    )
    for action, content in later.order_by("-number").values_list("action", "content"):
        details = json.loads(content)["details"]
        if action == "programme_changed":
            for name, (before, _) in details["changed"].items():
                field: Any = Programme._meta.get_field(name)
                setattr(was, name, field.to_python(before))
            continue
        pk = next((pk for pk, (_, name) in phases.items() if name == details["phase"]), None)
        if pk is None:
            continue
        if action == "phase_added":
            del phases[pk]
            continue
        number, name = phases[pk]
        changed = details["changed"]
        phases[pk] = (changed.get("number", [number])[0], changed.get("name", [name])[0])
    return was


def _record(programme: Programme, phase: int, pk: int, state: LineState) -> LineRecord:
    amounts = amounts_of(state, programme.years, Basis(programme.basis))
    *years, full = [(each.amount, each.origin == "stated") for each in amounts]
    absence = amounts[-1].absence
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
        state.comment,
    )
