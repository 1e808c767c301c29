"""What is said of a decision that cannot follow another, or not be without money. Pure."""

from phases.decisions.rules import NotFollowed, StoodOn

_NOT_FOLLOWED = {
    NotFollowed.NONE_OF_THIS_PROGRAMME: "Choose a recommendation of this programme.",
    NotFollowed.LEADS_BACK: "That recommendation follows this decision: choose an earlier one.",
    NotFollowed.LATER: "That recommendation was made after this decision: choose an earlier one, or check the dates.",
    NotFollowed.ENDS_HERE: "It is recorded that no money follows that recommendation. Take that back first.",
}


def not_followed_in_words(why: NotFollowed) -> str:
    return _NOT_FOLLOWED[why]


def stood_on_in_words(by: StoodOn) -> str:
    """Why it cannot be said that no money follows."""
    if by.is_money:
        return f"This decision allows money already: {by.title}."
    return f"Another decision follows this one already: {by.title}."
