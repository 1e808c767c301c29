"""What is said of what a record still needs before it is published. Pure."""

from approvals.decisions.rules import Gap

_EMPTY = {
    "title": "Give the decision a title.",
    "decided_on": "Enter the date of the decision.",
    "capacity": "Say who decided, and in which capacity.",
    "text_resolved": "Write down what was decided.",
    "power": "Say which power was relied on.",
    "reasons": "Give the reasons for the decision.",
    "alternatives": "Say which alternatives were considered and rejected, or why there was none.",
    "interests": "Write down the interests declared; if there are none, say so.",
    "dispensations": "Write down the dispensations given; if there are none, say so.",
    "members_present": "Write down the members who were present.",
    "is_key": "Say whether this is a key decision.",
    "notice_route": "A key decision needs a notice on file: say which notice it is, and its date.",
    "call_in_applies": "Say whether the decision is open to call-in.",
    "call_in_reason": "Say why the decision is not open to call-in.",
}
_UNSETTLED = {
    "text_resolved": "The decision maker has not yet answered about the other wording.",
    "is_key": "It is no executive decision, so it cannot be a key decision: answer “No”.",
}


def gap_in_words(gap: Gap) -> str:
    return (_UNSETTLED if gap.unsettled else _EMPTY)[gap.field]
