"""What is said of what a delegation waits for. Pure."""

from approvals.delegations.conditions.rules import HeldBack, NextPart, NotBefore, Unconfirmed
from display.formats import long_date, pounds
from display.words import listed

HELD_BACK = "It asks for more than the part of the delegation’s money that is released. Its page says what comes next."


def awaited_in_words(awaited: NotBefore | Unconfirmed | HeldBack) -> str:
    """Why nothing, or not so much, may be decided under a delegation."""
    match awaited:
        case NotBefore(day):
            return f"The delegation allows decisions from {long_date(day)}."
        case Unconfirmed(condition):
            return f"A condition of the delegation is not confirmed yet: {condition}"
        case HeldBack():
            return _held_back(awaited)


def _held_back(held: HeldBack) -> str:
    if held.measure is None:
        return HELD_BACK
    return (
        f"The delegation releases its money in parts: {pounds(held.left)} is left of those released {held.measure.in_words}, "
        f"and this asks for {pounds(held.wanted)}. {' '.join(map(part_in_words, held.to_come))}"
    )


def part_in_words(part: NextPart) -> str:
    """When a part that is not released will be."""
    waits = []
    if part.from_day:
        waits.append(f"from {long_date(part.from_day)}")
    if part.unmet:
        waits.append(f"once this is confirmed: {listed(part.unmet)}")
    return f"Part {part.number}, {pounds(part.amount)}, is released {', '.join(waits)}.".replace("..", ".")
