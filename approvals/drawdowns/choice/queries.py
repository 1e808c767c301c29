"""What lines can be drawn on, and who else asks for them."""

from collections import defaultdict
from collections.abc import Iterable

from approvals.drawdowns.models import Drawdown, DrawdownLine
from approvals.drawdowns.rules import State
from phases.authorisations.queries import authorisations_of, in_force
from phases.models import Authorisation, Programme


def payers_of(programme: Programme) -> list[Authorisation]:
    """The authorisations in force that name a phase, with limits and phases (three queries)."""
    return [each for each in in_force(authorisations_of(programme)) if each.phases.all()]


def waiting_elsewhere(drawdown: Drawdown, lines: Iterable[int]) -> dict[int, list[str]]:
    """The references of other drawdowns that ask for these lines and wait for an answer, by line (one query)."""
    found: dict[int, list[str]] = defaultdict(list)
    others = DrawdownLine.objects.filter(line_id__in=list(lines), drawdown__state=State.SUBMITTED).exclude(drawdown=drawdown)
    for line, reference in others.values_list("line_id", "drawdown__reference").distinct().order_by("drawdown__reference"):
        found[line].append(reference)
    return found
