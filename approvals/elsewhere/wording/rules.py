"""What is said of a decision taken elsewhere that is not recorded, or not confirmed. Pure."""

from collections.abc import Sequence
from datetime import date

from approvals.drawdowns.readiness.rules import Obstacle
from approvals.drawdowns.readiness.wording.rules import in_words
from approvals.elsewhere.rules import Barred, MetLater
from display.formats import long_date

_BARRED = {
    Barred.NOT_A_DRAFT: "It is no longer a draft: what was asked here is decided here.",
    Barred.RECORDED: "A decision taken elsewhere is already recorded. Take it back first.",
    Barred.ANSWERED: "This decision no longer waits to be confirmed.",
    Barred.OWN_RECORD: "You recorded this decision, so somebody else confirms it.",
    Barred.PREPARED: "You prepared this drawdown, so somebody else confirms the decision.",
    Barred.CHANGED: "The drawdown was changed after the decision was recorded on it. Send it back: it is then recorded again.",
    Barred.RESOLVED_OTHERWISE: (
        "The resolution was changed after the decision was recorded. Send it back: it is then recorded again."
    ),
}


def barred_in_words(why: Barred | None) -> str:
    """ "" where nothing bars it."""
    return _BARRED[why] if why else ""


def of_that_day(day: date, obstacles: Sequence[Obstacle | MetLater]) -> str:
    """What stood in the way on the day of the decision, as one text; "" where nothing did."""
    return f"On {long_date(day)}, the day of the decision: {' '.join(map(_of_that_day, obstacles))}" if obstacles else ""


def _of_that_day(obstacle: Obstacle | MetLater) -> str:
    if isinstance(obstacle, MetLater):
        return f"This condition was met later, on {long_date(obstacle.on)}: {obstacle.condition}"
    return in_words(obstacle)
