"""What is said of a change of power that somebody may not confirm. Pure."""

from accounts.power_changes.rules import Unconfirmable

ALONE = (
    "You asked for it, and there is no other administrator to confirm it. Whoever runs the server makes a second one with "
    "manage.py create_administrator."
)

_SENTENCES = {
    Unconfirmable.ASKED: "You asked for it: another administrator must confirm it.",
    Unconfirmable.ALONE: ALONE,
    Unconfirmable.GAINS: "It gives power to you: another administrator must confirm it.",
    Unconfirmable.NO_ADMINISTRATOR: "Only an administrator confirms it.",
}


def unconfirmable_in_words(why: Unconfirmable | None) -> str:
    """ "" where nothing stands in the way."""
    return _SENTENCES[why] if why else ""
