"""What is exempt now in a programme."""

from reports.exempt.models import LineExemption
from reports.exempt.rules import exemptions_in, with_reasons
from reports.table.rules import Schedule


def exempt_lines(slug: str) -> dict[tuple[int, str], LineExemption]:
    """What is exempt now in a programme, by line and field (one query)."""
    newest = LineExemption.objects.filter(programme__slug=slug).order_by("line_id", "field", "-id").distinct("line_id", "field")
    return {(each.line_id, each.field): each for each in newest.select_related("by") if each.paragraph}


def whole(schedule: Schedule) -> Schedule:
    """The whole table, which is Part 2 where anything in it is exempt (one query)."""
    exempt = exempt_lines(schedule.slug)
    if not any(True for _ in exemptions_in(schedule, exempt)):
        return schedule
    return with_reasons(schedule, exempt)._replace(paper=schedule.paper._replace(part=2))
