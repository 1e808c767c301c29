"""What a draft is compared with: every figure that a paper may state."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from accounts.models import Council
from phases.limits.queries import approval_limits_on
from phases.models import Programme
from reports.draft.rules.known import Fact, Known, Rank, known_figures, named
from reports.front_sheet.models import FrontSheet
from reports.standing.position.queries import position_of
from reports.standing.position.rules import Position
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule


def known_of(programme: Programme, council: Council, *, as_at: datetime) -> Known:
    """Every figure that a paper may state: the table, money and what is left of it, approval limits on the day of its meeting."""
    schedule = schedule_for(programme, council, usual_options(programme, council), as_at=as_at)
    stands = position_of(programme)
    return known_from(programme, schedule, stands, rules_on(programme.meeting_date or as_at.date()))


def rules_on(day: date) -> list[tuple[Decimal, str, bool]]:
    """The approval limits in force that day: amount, approver as inside a sentence, whether it is of a full year."""
    return [
        (limit.amount, limit.approver.in_sentence, limit.measure == limit.Measure.FULL_YEAR)
        for limit, state in approval_limits_on(day)
        if state == "in_force" and limit.amount is not None
    ]


def known_from(programme: Programme, schedule: Schedule, stands: Position, rules: Iterable[tuple[Decimal, str, bool]]) -> Known:
    """The same from what was read already (two queries). `rules` are approval limits: amount, approver, of a full year."""
    recruited = [(plan.recruited, frozenset({plan.number})) for plan in stands.phases]
    further = [*_left(stands), *_beside_the_table(programme)]
    return known_figures(schedule, stands.authorisations, rules, further, recruited)


def _left(stands: Position) -> Iterator[Fact]:
    """What the plans leave of each limit, or lack; and what drawdowns leave of it."""
    for group in stands.groups:
        numbers = frozenset(phase.plan.number for phase in group.phases)
        for cell in group.cells:
            measure = cell.measure
            for excess in cell.excesses:
                yield Fact(excess.over, *named(f"the excess over {excess.titles}", measure), Rank.LEFT, excess.phases)
            if cell.headroom and not cell.exceeded:
                yield Fact(cell.headroom, *named(f"what is left of {group.title}", measure), Rank.LEFT, numbers)
            if cell.drawn and cell.drawn.drawn:
                yield Fact(cell.drawn.drawn, *named(f"what is drawn of {group.title}", measure), Rank.LEFT, numbers)
                if cell.drawn.left:
                    yield Fact(cell.drawn.left, *named(f"what is left to draw of {group.title}", measure), Rank.LEFT, numbers)


def _beside_the_table(programme: Programme) -> Iterator[Fact]:
    for title, amount in programme.excluded_items.values_list("title", "amount").order_by("id"):
        if amount:
            yield Fact(amount, f"{title}, met from elsewhere", "", Rank.NOTE)
    for budget in FrontSheet.objects.filter(programme=programme).values_list("current_budget", flat=True):
        if budget:
            yield Fact(budget, "the current budget of the front sheet", "", Rank.NOTE)
