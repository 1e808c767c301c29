"""What is said of what a delegation waits for. Pure."""

from approvals.delegations.conditions.rules import CannotConfirm, HeldBack, NextPart, NotBefore, Stands, Unconfirmed
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


_CANNOT_CONFIRM = {
    CannotConfirm.PREPARED: "You prepared a drawdown under this delegation: somebody else confirms its conditions.",
    CannotConfirm.CONFIRMED: "You have already confirmed this condition.",
    CannotConfirm.TAKEN_BACK: "Your confirmation of this condition was taken back: somebody else confirms it now.",
}


def cannot_confirm_in_words(why: CannotConfirm | None) -> str:
    """ "" where nothing stands in the way."""
    return _CANNOT_CONFIRM[why] if why else ""


def stands_in_words(why: Stands | None) -> str:
    """Why a confirmation is not taken back; "" where it may be."""
    if why is None:
        return ""
    if why.is_gone:
        return "It was taken back already."
    if why.is_own:
        return "You confirmed this condition: somebody else takes that back."
    return f"{why.signed} was signed off after this was confirmed: the confirmation stays on record."
