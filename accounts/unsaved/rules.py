"""Which forms are kept when they are sent without a session, for how long, and what of one is shown. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

KEPT_FOR = timedelta(days=1)
MOST_KEPT = 5
"""Of one person: the oldest gives way."""
LONGEST = 1024 * 1024
"""Characters of all names and values together; a longer form is not kept."""

SIGNING_IN = "/accounts/"
"""Passwords, codes and keys are typed below it: nothing of it is kept."""
SECRET = ("password", "csrf")

Pairs = Sequence[tuple[str, str]]


def may_be_kept(address: str, fields: Pairs) -> bool:
    """Whether a form of this address may be kept: no form of signing in, none with a secret in it, none that is too long."""
    if address.startswith((SIGNING_IN, "//")) or not fields:
        return False
    if any(word in name for name, _ in fields for word in SECRET):
        return False
    return sum(len(name) + len(value) for name, value in fields) <= LONGEST


def typed(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a person recognises of it: each text with a space in it, under the name of its field in words."""
    return [(_in_words(name), value.strip()) for name, value in fields if " " in value.strip()]


def _in_words(name: str) -> str:
    words = name.rsplit("-", 1)[-1].replace("_", " ")
    return words[:1].upper() + words[1:]
