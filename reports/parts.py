"""Part 1 and Part 2: which lines are exempt information, and the committee table without what may not be published of them."""

from collections.abc import Mapping
from typing import Any

from reports.models import LineExemption
from reports.schedule import Row, Schedule

Exempt = Mapping[int, LineExemption]


def exempt_lines(slug: str) -> dict[int, LineExemption]:
    """The lines of a programme that are exempt now, by their number (one query)."""
    newest = LineExemption.objects.filter(programme__slug=slug).order_by("line_id", "-id").distinct("line_id")
    return {each.line_id: each for each in newest.select_related("by") if each.paragraph}


def whole(schedule: Schedule) -> Schedule:
    """The whole table, which is Part 2 where a line of it is exempt (one query)."""
    exempt = exempt_lines(schedule.slug)
    if not any(row.line_id in exempt for _, _, row in schedule.rows()):
        return schedule
    return with_reasons(schedule, exempt)._replace(paper=schedule.paper._replace(part=2))


def with_reasons(schedule: Schedule, exempt: Exempt) -> Schedule:
    """The table with a note for each reason why lines of it are exempt: the same in both parts."""
    here = [exempt[row.line_id] for _, _, row in schedule.rows() if row.line_id in exempt]
    notes = [f"{_said(each)} of Part 1 of Schedule 12A to the Local Government Act 1972: {each.reason}" for each in here]
    return schedule._replace(notes=(*schedule.notes, *dict.fromkeys(notes)))


def public(schedule: Schedule, exempt: Exempt) -> Schedule:
    """Part 1: an exempt line is its paragraph, its FTE and its figures, without which the totals would not add up."""
    phases = tuple(
        phase._replace(teams=tuple(team._replace(rows=tuple(_hidden(row, exempt) for row in team.rows)) for team in phase.teams))
        for phase in schedule.phases
    )
    return schedule._replace(phases=phases)


def public_face(face: Mapping[str, Any], exempt: Exempt) -> dict[str, Any]:
    """The same of a JSON face: an earlier version may have said what is exempt by now."""
    return {
        **face,
        "phases": [
            {
                **phase,
                "teams": [{**team, "lines": [_hidden_line(line, exempt) for line in team["lines"]]} for team in phase["teams"]],
            }
            for phase in face["phases"]
        ],
    }


def _said(exemption: LineExemption) -> str:
    return f"Exempt information, paragraph {exemption.paragraph}"


def _hidden(row: Row, exempt: Exempt) -> Row:
    if row.line_id not in exempt:
        return row
    return row._replace(title=_said(exempt[row.line_id]), kind="exempt", paperwork_complete=None, recruited="", comment="")


def _hidden_line(line: Mapping[str, Any], exempt: Exempt) -> Mapping[str, Any]:
    if line["id"] not in exempt:
        return line
    hidden = {"kind": "exempt", "paperwork_complete": None, "recruited": "", "comment": ""}
    return {**line, **hidden, "title": _said(exempt[line["id"]])}
