"""What lines can be drawn on, and who else asks for them."""

from collections import defaultdict
from collections.abc import Iterable

from approvals.delegations.models import Delegation
from approvals.delegations.rules import may_release
from approvals.drawdowns.models import Drawdown, DrawdownLine
from approvals.drawdowns.rules import State
from phases.authorisations.queries import authorisations_of, in_force
from phases.models import Authorisation, Programme


def payers_of(programme: Programme, delegation: Delegation) -> list[Authorisation]:
    """The authorisations in force that name a phase and are money of the delegation, with limits and phases (four queries)."""
    money = set(delegation.money.values_list("pk", flat=True))
    found = in_force(authorisations_of(programme))
    return [each for each in found if each.phases.all() and may_release(money, each.decision_id)]


def waiting_elsewhere(drawdown: Drawdown, lines: Iterable[int]) -> dict[int, list[str]]:
    """The references of other drawdowns that ask for these lines and wait for an answer, by line (one query)."""
    found: dict[int, list[str]] = defaultdict(list)
    others = DrawdownLine.objects.filter(line_id__in=list(lines), drawdown__state=State.SUBMITTED).exclude(drawdown=drawdown)
    for line, reference in others.values_list("line_id", "drawdown__reference").distinct().order_by("drawdown__reference"):
        found[line].append(reference)
    return found
