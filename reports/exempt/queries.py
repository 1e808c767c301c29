"""The table with what is exempt of it."""

from accounts.models import User
from accounts.permissions.rules import Permission
from posts.exempt.queries import exempt_lines
from reports.exempt.rules import exemptions_in, public, with_reasons
from reports.table.rules import Schedule


def whole(schedule: Schedule) -> Schedule:
    """The whole table, which is Part 2 where anything in it is exempt (one query)."""
    exempt = exempt_lines(schedule.slug)
    if not any(True for _ in exemptions_in(schedule, exempt)):
        return schedule
    return with_reasons(schedule, exempt)._replace(paper=schedule.paper._replace(part=2))


def as_read_by(schedule: Schedule, user: User) -> Schedule:
    """The table as this person may read it: whole, or as Part 1 prints it where their role needs nothing exempt (one query)."""
    if user.may(Permission.READ_EXEMPT):
        return whole(schedule)
    exempt = exempt_lines(schedule.slug)
    if not any(True for _ in exemptions_in(schedule, exempt)):
        return schedule
    return public(with_reasons(schedule, exempt), exempt)


def exempt_in(schedule: Schedule) -> dict[int, int]:
    """The paragraph of each line of a whole table of which anything is exempt, by its number (one query where it has any)."""
    if schedule.paper.part == 1:
        return {}
    exempt = exempt_lines(schedule.slug)
    found = {line: each.paragraph or 0 for (line, _), each in exempt.items()}
    return {row.line_id: found[row.line_id] for _, _, row in schedule.rows() if row.line_id in found}
