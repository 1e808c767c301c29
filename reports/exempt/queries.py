"""The table with what is exempt of it."""

from posts.exempt.queries import exempt_lines
from reports.exempt.rules import exemptions_in, with_reasons
from reports.table.rules import Schedule


def whole(schedule: Schedule) -> Schedule:
    """The whole table, which is Part 2 where anything in it is exempt (one query)."""
    exempt = exempt_lines(schedule.slug)
    if not any(True for _ in exemptions_in(schedule, exempt)):
        return schedule
    return with_reasons(schedule, exempt)._replace(paper=schedule.paper._replace(part=2))
