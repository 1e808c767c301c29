"""What if a line started earlier or later, or had another FTE: worked out on a copy. Pure: nothing is read and nothing stored.

A stated figure does not move. Where the change bears on one and the rules can calculate it, the calculated figure takes its
place; where they cannot, the stated one stays, and `stays` says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake
from costing.line_cost import Absence
from costing.measure import Measure, stored
from costing.money import round_pounds
from costing.size import PostSize
from phases.ledger.rules import Excess
from posts.lines.rules import LineState, amounts_of
from posts.models import LineAmount
from reports.standing.position.rules import Group, PhasePlan, Position, position


class CannotTry(Exception):
    """The line cannot be changed this way. `field` is "months" or "fte"; the text is a sentence for the user."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class FigureTried(NamedTuple):
    """A figure of the line as it is stored, and as it would be, in whole pounds; None where there is none: `absence` says why.

    `stated` is the figure as it is stored; `gives_way` says that a calculated one would take its place, `stays` that none can.
    """

    measure: Measure
    now: Decimal | None
    absence: str
    then: Decimal | None
    absence_then: str
    stated: bool
    gives_way: bool
    stays: bool

    @property
    def change(self) -> Decimal | None:
        """None where there is no amount on either side."""
        return None if self.now is None and self.then is None else (self.then or Decimal(0)) - (self.now or Decimal(0))


class Room(NamedTuple):
    """What is left of the limits in one measure by what is planned, now and as it would be. Negative where the plan is above.

    `over`: the plan as it would be exceeds what may pay for it (GroupMeasure.exceeded).
    """

    measure: Measure
    limit: Decimal
    planned: Decimal
    planned_then: Decimal
    headroom: Decimal
    headroom_then: Decimal
    over: bool


class WhatIf(NamedTuple):
    """The figures of the line and the headroom of its phase; and the limits that its plan would exceed, and would no longer."""

    figures: tuple[FigureTried, ...]
    rooms: tuple[Room, ...]
    exceeded: tuple[str, ...]
    corrected: tuple[str, ...]


def tried(state: LineState, years: Sequence[FinancialYear], basis: Basis, *, months: int, fte: Decimal | None) -> LineState:
    """The line with every start so many months later (a period keeps its length), at another FTE and the same cost for each.

    `fte` None leaves the FTE as it is. Raises CannotTry.
    """
    changed = _with_fte(_moved(state, months), fte)
    if changed == state:
        return state
    calculated = {amount.financial_year for amount in amounts_of(replace(changed, stated=()), years, basis) if _known(amount)}
    # The full year does not know when a line starts.
    touched = calculated if changed.fte != state.fte else calculated - {None}
    return replace(changed, stated=tuple(item for item in state.stated if item.year not in touched))


def _moved(state: LineState, months: int) -> LineState:
    if not months:
        return state
    if not state.intakes or any(start is None for _, start, _ in state.intakes):
        raise CannotTry(
            "months", "The start of this line is not stated, so it cannot be moved. Enter it on the page of the line."
        )
    try:
        moved = [Intake(*intake).moved(months) for intake in state.intakes]
    except ValueError:
        raise CannotTry("months", "No date is that far away: move it by fewer months.") from None
    return replace(state, intakes=tuple((each.fte, each.start, each.end) for each in moved))


def _with_fte(state: LineState, fte: Decimal | None) -> LineState:
    if fte is None or state.fte is None or state.fte < 0 or fte == state.fte:
        return state
    if len(state.intakes) > 1:
        raise CannotTry("fte", "This line has several intakes: change their FTE on the page of the line.")
    if state.recruited_fte and fte < state.recruited_fte:
        raise CannotTry("fte", f"{state.recruited_fte.normalize():f} FTE are recruited already: it cannot be fewer.")
    annual = state.annual_cost and round_pounds(Fraction(state.annual_cost) * Fraction(fte) / Fraction(state.fte))
    intakes = tuple((fte, start, end) for _, start, end in state.intakes)
    # What was said of posts or hours is not said of another FTE.
    return replace(state.sized(PostSize(fte)), annual_cost=annual, intakes=intakes)


def _known(amount: LineAmount) -> bool:
    return amount.absence != Absence.NOT_STATED


class Trial(NamedTuple):
    """A line as it is stored, and as it would be."""

    now: LineState
    then: LineState

    @property
    def more_fte(self) -> Decimal:
        return (self.then.fte or Decimal(0)) - (self.now.fte or Decimal(0))


def what_if(trial: Trial, years: Sequence[FinancialYear], basis: Basis, stands: Position, phase: int) -> WhatIf:
    """What the change does. `stands` is the position as it is stored, `phase` the number of the line's phase."""
    pairs = zip(amounts_of(trial.now, years, basis), amounts_of(trial.then, years, basis), strict=True)
    figures = tuple(_figure(old, new, changed=trial.now != trial.then) for old, new in pairs)
    plans = [_plan(plan, stands.measures, figures, trial.more_fte) if plan.number == phase else plan for plan in stands.phases]
    after = position(stands.years, plans, stands.authorisations)
    return WhatIf(
        figures,
        tuple(_rooms(_group_of(stands, phase), _group_of(after, phase))),
        _new(after, stands),
        _new(stands, after),
    )


def _figure(old: LineAmount, new: LineAmount, *, changed: bool) -> FigureTried:
    stated, remains = old.origin == LineAmount.Origin.STATED, new.origin == LineAmount.Origin.STATED
    return FigureTried(
        stored(old.financial_year),
        old.amount,
        old.absence,
        new.amount,
        new.absence,
        stated,
        gives_way=stated and not remains,
        stays=changed and remains and not _could_be_calculated(new),
    )


def _could_be_calculated(amount: LineAmount) -> bool:
    return amount.calculated is not None or amount.absence == Absence.NO_EFFECT


def _plan(plan: PhasePlan, measures: Sequence[Measure], figures: Iterable[FigureTried], more_fte: Decimal) -> PhasePlan:
    by_measure = {figure.measure: figure for figure in figures}
    amounts, missing = [], []
    for measure, amount, not_stated in zip(measures, plan.amounts, plan.not_stated, strict=True):
        figure = by_measure.get(measure)
        change = figure and figure.change
        amounts.append(amount if change is None else (amount or Decimal(0)) + change)
        missing.append(not_stated + (_is_missing(figure.absence_then) - _is_missing(figure.absence) if figure else 0))
    return plan._replace(amounts=tuple(amounts), not_stated=tuple(missing), fte=plan.fte + more_fte)


def _is_missing(absence: str) -> bool:
    return absence == Absence.NOT_STATED


def _group_of(stands: Position, phase: int) -> Group | None:
    return next((group for group in stands.groups if any(each.plan.number == phase for each in group.phases)), None)


def _rooms(before: Group | None, after: Group | None) -> Iterable[Room]:
    for now, then in zip(before.cells, after.cells, strict=True) if before and after else ():
        if now.limit is not None and now.headroom is not None and then.headroom is not None:
            planned, planned_then = now.planned or Decimal(0), then.planned or Decimal(0)
            yield Room(now.measure, now.limit, planned, planned_then, now.headroom, then.headroom, then.exceeded)


def _new(one: Position, other: Position) -> tuple[str, ...]:
    """What is exceeded in the one: of phases that are above no limit in the same measure of the other."""
    return tuple(one.said(excess) for excess in one.excesses if not excess.phases <= _above(other.excesses, excess.measure))


def _above(excesses: Iterable[Excess], measure: Measure) -> frozenset[int]:
    return frozenset().union(*(excess.phases for excess in excesses if excess.measure == measure))
