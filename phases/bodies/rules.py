"""Who decides: a body or officer as an object of its own kind. No rule reads a name: a "Council Tax Committee" is a committee.

Pure: no store and no clock.
"""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a body is in law, which decides about notice and call-in."""

    FULL_COUNCIL = "full_council"
    EXECUTIVE = "executive"
    COMMITTEE = "committee"
    MEMBER = "member"
    OFFICER = "officer"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.FULL_COUNCIL: "Full council",
    Kind.EXECUTIVE: "Executive or cabinet",
    Kind.COMMITTEE: "Committee",
    Kind.MEMBER: "Member",
    Kind.OFFICER: "Officer",
    Kind.OUTSIDE: "Outside body",
}


class DecidingBody(NamedTuple):
    """A body or officer: its number in the store, its own name, its kind, whether a sentence says "the" before its name.

    `call_in` says whether its decisions are open to call-in: never those of full council.
    """

    pk: int
    name: str
    kind: Kind
    with_article: bool = True
    call_in: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def in_sentence(self) -> str:
        """As inside a sentence: the Executive, Full Council, the Council Tax Committee."""
        return f"the {self.name}" if self.with_article else self.name

    @property
    def at_the_start(self) -> str:
        """As a sentence begins: The Executive."""
        return f"The {self.name}" if self.with_article else self.name

    @property
    def takes_key_decisions(self) -> bool:
        """Only executive decisions can be key decisions: full council and outside bodies take none."""
        return self.kind not in (Kind.FULL_COUNCIL, Kind.OUTSIDE)

    def is_same(self, other: "DecidingBody | None") -> bool:
        """Whether both are one body, whatever it was called when each was read."""
        return other is not None and self.pk == other.pk


def call_in_of(body: DecidingBody | None, is_key: bool | None) -> tuple[bool | None, str]:
    """Whether a decision is open to call-in, and why not; None where that hangs on what is not recorded yet.

    `body` None is the holder of an office, whose decision is open to call-in when it is a key decision.
    """
    if body and not body.call_in:
        return False, f"Decisions of {body.in_sentence} are not open to call-in."
    if body or is_key:
        return True, ""
    return (None, "") if is_key is None else (False, "It is not a key decision, and was made by an officer.")
