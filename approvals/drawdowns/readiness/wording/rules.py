"""What is said of what stands between a drawdown and its sign-off, wherever it is said. Pure."""

from collections.abc import Iterable

from approvals.decisions.key_notice.rules import Unnoticed
from approvals.decisions.key_notice.wording.rules import unnoticed_in_words
from approvals.delegations.conditions.rules import HeldBack, NotBefore, Unconfirmed
from approvals.delegations.conditions.wording.rules import awaited_in_words
from approvals.drawdowns.consumption.wording.rules import NOT_MOVED_YET
from approvals.drawdowns.readiness.rules import Expired, Obstacle, OverLimit, Unanswered, YearOver
from approvals.drawdowns.rules import Otherwise
from display.formats import long_date, pounds


def in_words(obstacle: Obstacle) -> str:
    """One obstacle, as a sentence or two."""
    match obstacle:
        case Unanswered(name, mode):
            return f"{name} {mode.not_given}."
        case Unnoticed():
            return unnoticed_in_words(obstacle)
        case NotBefore() | Unconfirmed() | HeldBack():
            return awaited_in_words(obstacle)
        case Expired(on, has_ended):
            return _expired(long_date(on), has_ended=has_ended)
        case YearOver(year, has_ended):
            return _year_over(year.name, has_ended=has_ended)
        case OverLimit(left):
            return f"{left.of}: {pounds(left.before)} is left {left.measure.in_words}, less than this asks for."
        case Otherwise():
            return otherwise_in_words(obstacle)


def all_in_words(obstacles: Iterable[Obstacle]) -> str:
    """Several as one text; "" where there is none."""
    return " ".join(map(in_words, obstacles))


def otherwise_in_words(otherwise: Otherwise) -> str:
    """Why what it releases is no longer what was submitted."""
    if otherwise.unmoved:
        return NOT_MOVED_YET
    why = otherwise.refused or "What this releases is no longer what was submitted."
    return f"{why} Return it, and submit it again."


def _expired(on: str, *, has_ended: bool) -> str:
    if has_ended:
        return f"The delegation ended on {on}: this needs a decision of the body that gave it."
    return f"The delegation ends on {on}, before this can be signed off."


def _year_over(year: str, *, has_ended: bool) -> str:
    if has_ended:
        return f"{year} has ended: its money is drawn only where a decision carried it forward to a later year."
    return f"{year} ends before this can be signed off."
