"""Part 1 and Part 2: what of which lines is exempt information, and the committee table without what may not be published."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from posts.exempt.rules import WHOLE, Exempt, Exemption, Field
from reports.table.rules import Figure, PhaseSection, Row, Schedule, TeamGroup


def with_reasons(schedule: Schedule, exempt: Exempt) -> Schedule:
    """The table with a note for each reason why something in it is exempt: the same in both parts."""
    act = "of Part 1 of Schedule 12A to the Local Government Act 1972"
    notes = [f"Exempt information, paragraph {each.paragraph} {act}: {each.reason}" for each in exemptions_in(schedule, exempt)]
    return schedule._replace(notes=(*schedule.notes, *dict.fromkeys(notes)))


def exemptions_in(schedule: Schedule, exempt: Exempt) -> Iterator[Exemption]:
    """What is exempt of lines of this table, in printing order."""
    if exempt:
        for _, _, row in schedule.rows():
            yield from (exempt[row.line_id, field] for field in (WHOLE, *Field) if (row.line_id, field) in exempt)


def public(schedule: Schedule, exempt: Exempt) -> Schedule:
    """Part 1: the table without what is exempt. Totals are those of the whole table, so what is withheld still adds up."""
    phases = tuple(_public_phase(phase, exempt) for phase in schedule.phases)
    who_pays = schedule.who_pays and schedule.who_pays.without(line for line, _ in exempt)
    return schedule._replace(phases=phases, who_pays=who_pays)


def _public_phase(phase: PhaseSection, exempt: Exempt) -> PhaseSection:
    teams: list[TeamGroup] = []
    unnamed = 0
    for team in phase.teams:
        name = team.name
        if name and all(_withholds(exempt, row, Field.TITLE) for row in team.rows):
            # Alone in its team, a line would be known by it.
            unnamed += 1
            name = f"Exempt team {unnamed}"
        teams.append(TeamGroup(name, tuple(_public_row(row, exempt) for row in team.rows), team.subtotal))
    return phase._replace(teams=tuple(teams))


def _withholds(exempt: Exempt, row: Row, field: str) -> bool:
    alone = field in (Field.FTE, Field.AMOUNTS)
    return (row.line_id, field) in exempt or (not alone and (row.line_id, WHOLE) in exempt)


_WITHHELD_FIGURE = Figure(None, None)


def _public_row(row: Row, exempt: Exempt) -> Row:
    """What is printed instead is never longer than a short name or figure: pages must not end elsewhere than in Part 2."""
    said = {field.value: exempt[row.line_id, field].paragraph or 0 for field in Field if (row.line_id, field) in exempt}
    line = exempt.get((row.line_id, WHOLE))
    if line is None and not said:
        return row
    changed: dict[str, Any] = {field: f"para {said[field]}" for field in (Field.RECRUITED, Field.COMMENT) if field in said}
    if Field.TITLE in said:
        changed["title"] = f"Exempt: paragraph {said[Field.TITLE]}"
    if line:
        changed |= {"title": f"Exempt: paragraph {line.paragraph}", "kind": "exempt", "recruited": "", "comment": ""}
    if line or Field.PAPERWORK in said:
        changed["paperwork_complete"] = None
    if Field.FTE in said:
        changed |= {"fte": None, "size": "", "fte_years": ()}
    if row.others and (line or Field.AMOUNTS in said):
        changed = {"comment": row.own_comment} | changed | {"others": ""}
    if Field.AMOUNTS in said:
        changed |= {
            "years": (_WITHHELD_FIGURE,) * len(row.years),
            "full_year": _WITHHELD_FIGURE,
            "further": (_WITHHELD_FIGURE,) * len(row.further),
        }
    withheld = [(field, said[field]) for field in _WITHOUT_WORDS if field in said and not (line and field == Field.PAPERWORK)]
    return row._replace(**changed, withheld=tuple((field.value, paragraph) for field, paragraph in withheld))


_WITHOUT_WORDS = (Field.FTE, Field.AMOUNTS, Field.PAPERWORK)


class WorkedOut(NamedTuple):
    """A field of a line that is withheld for nothing: the total of that name less what is shown gives it away."""

    title: str
    field: str
    total: str


def worked_out(schedule: Schedule, exempt: Exempt) -> list[WorkedOut]:
    """FTE and costs that are withheld alone under their total, given the whole table."""
    found = []
    for field in (Field.FTE, Field.AMOUNTS):
        groups: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
        for phase, team, row in schedule.rows():
            if (row.line_id, field) in exempt:
                under = team.name if schedule.show_team_subtotals else ""
                total = f"Subtotal {team.name}" if under else phase.total_label
                groups[phase.number, under].append((row.title, total))
        found += [WorkedOut(title, str(field.label), total) for (title, total), *others in groups.values() if not others]
    return found
