"""Writes to teams and lines. One engine changes any number of lines in a constant number of queries, all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Max, Value
from django.db.models.functions import Cast, Concat

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.models import AuditEntry, User
from accounts.permissions.rules import Permission, require
from costing.intake import Basis
from phases.models import Phase, Programme
from phases.programmes.actions import save_programme
from posts.lines import queries
from posts.lines.blank.rules import blank
from posts.lines.payers.rules import as_json as payer_as_json
from posts.lines.places.rules import STEP, place_before
from posts.lines.rules import ROW_FIELDS, LineState, amounts_of, state_of
from posts.lines.storing.actions import add_rows, add_rows_with_keys, add_values
from posts.models import CostLine, Intake, LineAmount, LineRevision, Team


@dataclass(frozen=True, slots=True)
class LineChange:
    """What shall become of one line. `line_id` None adds one; `state` None removes it. `version` is the one it was made on.

    `amounts`: those of the state, where somebody has worked them out already, by the years and basis of the same programme.
    """

    line_id: int | None
    version: int | None
    state: LineState | None
    amounts: Sequence[LineAmount] | None = field(default=None, compare=False)


class StaleLines(Exception):
    """Somebody else changed or removed these lines since: nothing was written. `current` is None where the line is gone."""

    def __init__(self, current: Mapping[int, CostLine | None]) -> None:
        super().__init__("Somebody else changed this since you opened it.")
        self.current = current


@transaction.atomic
def change_lines(
    *,
    programme: Programme,
    line_changes: Sequence[LineChange],
    by: User,
    at: datetime,
    what: str = "lines_changed",
    known: dict[int, CostLine] | None = None,
    **context: Any,
) -> AuditEntry | None:
    """Add, change and remove lines together, with their amounts, revisions and audit entry. None when nothing differs.

    Raises StaleLines when a line is no longer at the version its change was made on, and then writes nothing. `known` are all
    lines of the programme, read after `programme` was: they are not read again, and any write to the programme since is stale.
    """
    require(by, Permission.EDIT_LINES)
    # One writer at a time in a programme: teams, positions and the programme's version are shared by all its lines.
    if known is None:
        programme = Programme.objects.select_for_update().get(pk=programme.pk)
        ids = [change.line_id for change in line_changes if change.line_id is not None and change.version is not None]
        current = {line.pk: line for line in queries.lines_of(programme, ids)} if ids else {}
    else:
        current = known
    needed, before = _needed(line_changes, current)
    if not needed:
        return None
    if not _move_on(programme):
        raise StaleLines({})
    versions = _next_versions(needed, current)
    stored = _store(programme, needed, current, before, versions)
    after = [state.as_json() if state else None for _, state in stored]
    told = [
        {"line": pk, "title": (state or before[pk]).title, "changed": _difference(before.get(pk), content)}
        for (pk, state), content in zip(stored, after, strict=True)
    ]
    entry = record(action=what, subject=f"programme:{programme.slug}", details={**context, "lines": told}, by=by, at=at)
    add_values(
        LineRevision,
        ("line_id", "programme_id", "version", "state", "entry_id"),
        [
            (pk, programme.pk, version, content, entry.pk)
            for version, (pk, _), content in zip(versions, stored, after, strict=True)
        ],
    )
    return entry


def _move_on(programme: Programme) -> bool:
    """Move the programme's version on, and so lock it. False where somebody wrote to it since `programme` was read."""
    return bool(Programme.objects.filter(pk=programme.pk, version=programme.version).update(version=F("version") + 1))


def _needed(line_changes: Sequence[LineChange], current: Mapping[int, CostLine]) -> tuple[list[LineChange], dict[int, LineState]]:
    """The changes that differ from what is stored, and the states of their lines before. Raises StaleLines."""
    stale = {
        change.line_id: current.get(change.line_id)
        for change in line_changes
        if change.line_id is not None
        and change.version is not None
        and (change.line_id not in current or current[change.line_id].version != change.version)
    }
    if stale:
        raise StaleLines(stale)
    ids = {change.line_id for change in line_changes}
    before = {pk: state_of(line) for pk, line in current.items() if pk in ids}
    needed = [change for change in line_changes if change.line_id not in before or before[change.line_id] != change.state]
    return needed, before


def _next_versions(needed: Sequence[LineChange], current: Mapping[int, CostLine]) -> list[int]:
    """Of each change, the version that its line has afterwards."""
    # A line that comes back goes on from the version at which it was removed.
    returning = [change.line_id for change in needed if change.line_id is not None and change.version is None]
    last = (
        dict(LineRevision.objects.filter(line_id__in=returning).values_list("line_id").annotate(Max("version")))
        if returning
        else {}
    )
    return [
        (current[change.line_id].version if change.line_id in current else last.get(change.line_id, 0)) + 1  # type: ignore[index]
        for change in needed
    ]


def _store(
    programme: Programme,
    needed: Sequence[LineChange],
    current: Mapping[int, CostLine],
    before: Mapping[int, LineState],
    versions: Sequence[int],
) -> list[tuple[int, LineState | None]]:
    """Write rows, intakes and amounts of the changes; returns (line id, state) in their order."""
    names = list(dict.fromkeys(change.state.team for change in needed if change.state and change.state.team))
    teams = {line.team.name: line.team.pk for line in current.values() if line.team}
    if not teams.keys() >= set(names):
        teams = _teams(programme, names)
    rows: list[CostLine] = []
    added: list[CostLine] = []
    changed: list[CostLine] = []
    for change, version in zip(needed, versions, strict=True):
        if change.state is None:
            rows.append(current[change.line_id])  # type: ignore[index]
            continue
        row = current.get(change.line_id) if change.line_id else None
        (changed if row else added).append(row := row or _new_line(change.line_id, programme))
        for name in ROW_FIELDS:
            setattr(row, name, getattr(change.state, name))
        row.cost_changes = [each.as_json() for each in change.state.cost_changes]
        row.paid_by = [payer_as_json(each) for each in change.state.paid_by]
        row.phase_id = change.state.phase
        row.team_id = teams[change.state.team] if change.state.team else None
        row.version = version
        rows.append(row)
    add_rows_with_keys(added)
    if changed:
        # One statement that stays short of rows squared, as bulk_update's CASE for each cell does not.
        CostLine.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["pk"],
            update_fields=["phase", "team", "version", "cost_changes", "paid_by", *ROW_FIELDS],
        )
    if removed := [change.line_id for change in needed if change.state is None and change.line_id is not None]:
        CostLine.objects.filter(pk__in=removed).delete()
    kept = [(row, change.state) for row, change in zip(rows, needed, strict=True) if change.state]
    _store_intakes([(row, state) for row, state in kept if _intakes_before(before, row) != state.intakes])
    ready = {row.pk: change.amounts for row, change in zip(rows, needed, strict=True) if change.state and change.amounts}
    _store_amounts(programme, kept, before, ready)
    return [
        (change.line_id or row.pk, change.state) if change.state is None else (row.pk, change.state)
        for row, change in zip(rows, needed, strict=True)
    ]


def _new_line(pk: int | None, programme: Programme) -> CostLine:
    line = blank(CostLine)
    line.pk, line.programme_id = pk, programme.pk
    return line


def _intakes_before(before: Mapping[int, LineState], row: CostLine) -> tuple[Any, ...]:
    return before[row.pk].intakes if row.pk in before else ()


def _store_intakes(kept: Sequence[tuple[CostLine, LineState]]) -> None:
    """Store each line's intakes in their order: over those it had, then new ones, and what is left of the old goes."""
    kept_on: list[Intake] = []
    new: list[tuple[Any, ...]] = []
    left: list[int] = []
    for row, state in kept:
        old = [intake.pk for intake in row.intakes.all()] if row.version > 1 else []
        for place, (fte, start, end) in enumerate(state.intakes):
            if place < len(old):
                kept_on.append(Intake(pk=old[place], line=row, fte=fte, start=start, end=end))
            else:
                new.append((row.pk, fte, start, end))
        left += old[len(state.intakes) :]
    if left:
        Intake.objects.filter(pk__in=left).delete()
    if kept_on:
        Intake.objects.bulk_create(kept_on, update_conflicts=True, unique_fields=["pk"], update_fields=["fte", "start", "end"])
    add_values(Intake, ("line_id", "fte", "start", "end"), new)


def _store_amounts(
    programme: Programme,
    kept: Sequence[tuple[CostLine, LineState]],
    before: Mapping[int, LineState],
    ready: Mapping[int, Sequence[LineAmount]] | None = None,
) -> None:
    """Store each line's amounts where they differ from the stored ones. `ready`: those that are worked out, by their line."""
    differing: list[LineAmount] = []
    new: list[LineAmount] = []
    left: list[int] = []
    years, basis = programme.years, Basis(programme.basis)
    for row, state in kept:
        amounts = (ready or {}).get(row.pk) or amounts_of(state, years, basis)
        if row.pk not in before:  # it has none yet
            for amount in amounts:
                amount.line_id = row.pk
            new += amounts
            continue
        stored = {amount.financial_year: amount for amount in row.amounts.all()}
        measures = {amount.financial_year for amount in amounts}
        left += [amount.pk for year, amount in stored.items() if year not in measures]
        for amount in amounts:
            old = stored.get(amount.financial_year)
            if old is None or _key(old) != _key(amount):
                amount.line = row
                differing.append(amount)
    if left:
        LineAmount.objects.filter(pk__in=left).delete()
    add_rows(new)
    LineAmount.objects.bulk_create(
        differing,
        update_conflicts=True,
        unique_fields=["line", "financial_year"],
        update_fields=[
            *("amount", "absence", "origin", "calculated", "reason", "stated_by", "stated_at"),
            *("bound", "other_amount", "other_source"),
        ],
    )


def _key(amount: LineAmount) -> tuple[Any, ...]:
    return (
        amount.financial_year,
        amount.amount,
        str(amount.absence),
        str(amount.origin),
        amount.calculated,
        amount.reason,
        amount.stated_by_id,
        amount.stated_at,
        amount.bound,
        amount.other_amount,
        amount.other_source,
    )


def _teams(programme: Programme, names: Iterable[str]) -> dict[str, int]:
    """The programme's teams by name, those of these names that are missing added at the end."""
    known = {team.name: team for team in queries.teams_of(programme)}
    last = max((team.position for team in known.values()), default=0)
    missing = [name for name in dict.fromkeys(names) if name not in known]  # in the order in which they come
    new = [Team(programme=programme, name=name, position=last + STEP * place) for place, name in enumerate(missing, 1)]
    return {name: team.pk for name, team in known.items()} | {team.name: team.pk for team in Team.objects.bulk_create(new)}


def _difference(before: LineState | None, after: dict[str, Any] | None) -> dict[str, Any]:
    if before is None or after is None:
        # What a new line says; the rest of it is blank, and its whole state stands in its revision.
        return (
            {"added": {name: value for name, value in after.items() if value not in (None, "", [])}}
            if after
            else {"removed": before.as_json() if before else None}
        )
    return changes(before.as_json(), after)


def next_position(programme: Programme, phase: Phase) -> int:
    """The place after the last line of a phase."""
    last = CostLine.objects.filter(programme=programme, phase=phase).aggregate(last=Max("position"))["last"]
    return (last or 0) + STEP


def moved(lines: Sequence[CostLine], line: CostLine, places: int) -> list[LineChange]:
    """The changes that move a line up (-1) or down (1) within its phase and team; none at the end of them."""
    group = [other for other in lines if (other.phase_id, other.team_id) == (line.phase_id, line.team_id)]
    here = group.index(line)
    if not 0 <= here + places < len(group):
        return []
    group.insert(here + places, group.pop(here))
    return [
        LineChange(other.pk, other.version, replace(state_of(other), position=place * STEP))
        for place, other in enumerate(group, 1)
        if other.position != place * STEP
    ]


def copied(lines: Sequence[CostLine], line: CostLine) -> list[LineChange]:
    """The changes that add a copy of a line just after it, among the lines of its programme."""
    group = [other for other in lines if (other.phase_id, other.team_id) == (line.phase_id, line.team_id)]
    state = state_of(line)
    return with_room(replace(state, title=f"{state.title[:190]} (copy)"), group, group.index(line) + 1)


def with_room(new: LineState, group: Sequence[CostLine], at: int) -> list[LineChange]:
    """The changes that put a new line before the one at index `at` of its phase and team; others make room where they must."""
    place = place_before([(other.pk, other.position) for other in group], at)
    made_room = [
        LineChange(other.pk, other.version, replace(state_of(other), position=place.moved[other.pk]))
        for other in group
        if other.pk in place.moved
    ]
    return [*made_room, LineChange(None, None, replace(new, position=place.position))]


@transaction.atomic
def recost(*, programme: Programme, by: User, at: datetime) -> None:
    """Calculate every amount of the programme again, after its years or its part-year basis changed. Stated ones stay."""
    require(by, Permission.SET_UP_PROGRAMMES)
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    lines = list(queries.lines_of(programme))
    _store_amounts(programme, [(line, state_of(line)) for line in lines], {line.pk: state_of(line) for line in lines})
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)


@transaction.atomic
def change_programme(*, programme: Programme, values: Mapping[str, Any], by: User, at: datetime) -> Programme:
    """Change a programme's details, and cost its lines again where its years or its part-year basis became others."""
    before = (programme.years, programme.basis)
    changed = save_programme(programme=programme, values=values, by=by, at=at)
    if (changed.years, changed.basis) != before:
        recost(programme=changed, by=by, at=at)
    return changed


@transaction.atomic
def change_teams(*, programme: Programme, names: Mapping[int, str], by: User, at: datetime) -> None:
    """Rename teams (id to name); their order is the order given."""
    require(by, Permission.SET_UP_PROGRAMMES)
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    teams = {team.pk: team for team in queries.teams_of(programme)}
    before = [teams[pk].name for pk in teams]
    # Two teams may swap names, which no single statement could do under team_named_once.
    renamed = [pk for pk, name in names.items() if teams[pk].name != name]
    Team.objects.filter(pk__in=renamed).update(name=Concat(Value("renaming "), Cast("pk", CharField())))
    for place, (pk, name) in enumerate(names.items(), 1):
        teams[pk].name, teams[pk].position = name, place * STEP
    Team.objects.bulk_update(teams.values(), ["name", "position"])
    record(
        action="teams_changed",
        subject=f"programme:{programme.slug}",
        details={"before": before, "after": list(names.values())},
        by=by,
        at=at,
    )
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
