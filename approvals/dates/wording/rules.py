"""What is said of dates that are out of order. Pure."""

from approvals.dates.rules import OutOfOrder, Step
from display.formats import long_date

_WAS = {
    Step.DECISION: "the resolution it rests on was made",
    Step.DELEGATION: "the delegation was recorded",
    Step.ELSEWHERE: "it was decided elsewhere",
    Step.RECORDING: "the decision taken elsewhere was recorded",
    Step.SUBMISSION: "it was submitted",
    Step.ANSWER: "the last answer was given",
    Step.RESOLUTION: "the resolution was made",
    Step.SIGNING: "it was signed",
    Step.PUBLICATION: "it was published",
    Step.EFFECT: "it took effect",
}
_CANNOT = {
    Step.DELEGATION: "the delegation cannot be recorded",
    Step.ELSEWHERE: "it cannot have been decided elsewhere",
    Step.RECORDING: "the decision taken elsewhere cannot be recorded",
    Step.SUBMISSION: "it cannot be submitted",
    Step.ANSWER: "it cannot be answered",
    Step.RESOLUTION: "it cannot be resolved",
    Step.SIGNING: "it cannot be signed",
    Step.PUBLICATION: "it cannot be published",
    Step.EFFECT: "it cannot take effect",
}


def was(step: Step) -> str:
    """What happened at this step, inside a sentence: it was signed."""
    return _WAS[step]


def order_in_words(wrong: OutOfOrder) -> str:
    """That a step cannot bear its day, and why."""
    what = was(wrong.earlier)
    return f"{what[:1].upper()}{what[1:]} on {long_date(wrong.on)}, so {_CANNOT[wrong.step]} on {long_date(wrong.day)}."
