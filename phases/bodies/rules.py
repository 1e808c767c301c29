"""Who decides: a body or officer as an object of its own kind. No rule reads a name: a "Council Tax Committee" is a committee.

Pure: no store and no clock.
"""

from enum import StrEnum
from typing import NamedTuple

from accounts.governance.rules import Governance


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
    def maker(self) -> "Maker":
        return Maker(self.kind, self)

    def is_same(self, other: "DecidingBody | None") -> bool:
        """Whether both are one body, whatever it was called when each was read."""
        return other is not None and self.pk == other.pk


class Maker(NamedTuple):
    """Who makes a decision, for the rule below: a body, or the holder of an office, who is a member or an officer."""

    kind: Kind
    body: DecidingBody | None = None


class Duty(NamedTuple):
    """What the law and the council's settings ask of a decision.

    `title` heads its record and `law` asks for it. Only an executive decision, or one of a combined authority, can be key
    (`takes_key_decisions`), and needs notice then. `call_in` None: it hangs on whether it is key, which is not recorded yet;
    `reason` says why it is not open to call-in.
    """

    title: str
    law: str
    is_executive: bool
    call_in: bool | None
    reason: str = ""
    takes_key_decisions: bool = False


EXECUTIVE_DECISION, DECISION = "Record of executive decision", "Record of decision"
OFFICERS_DECISION = "Record of an officer’s decision"
_2012 = "Executive Arrangements Regulations 2012, regulation"
_2014 = "Openness of Local Government Bodies Regulations 2014, regulation"
_EXECUTIVE = {
    Kind.EXECUTIVE: (EXECUTIVE_DECISION, f"{_2012} 12"),
    Kind.MEMBER: (EXECUTIVE_DECISION, f"{_2012} 13(1) and (2)"),
    Kind.OFFICER: (OFFICERS_DECISION, f"{_2012} 13(4)"),
}
"""What members and officers of an executive decide for it."""
_OTHER = {Kind.OFFICER: (OFFICERS_DECISION, f"{_2014} 7"), Kind.OUTSIDE: (DECISION, "Its own rules")}
_MINUTES = DECISION, "Local Government Act 1972, schedule 12, paragraph 41"
_COMBINED = {
    Kind.OFFICER: (OFFICERS_DECISION, "Openness of Local Government Bodies Regulations 2014"),
    Kind.OUTSIDE: _OTHER[Kind.OUTSIDE],
    Kind.MEMBER: (DECISION, "The authority’s constitution"),
}
_ITS_ORDERS = DECISION, "The authority’s standing orders"


def duty_of(maker: Maker, governance: Governance, is_key: bool | None = None) -> Duty:
    """What a decision of this maker asks for under the governance of its day: the one rule of records, notice and call-in."""
    if governance.has_executive and maker.kind in _EXECUTIVE:
        title, law = _EXECUTIVE[maker.kind]
        call_in, reason = _call_in_with_executive(maker, governance, is_key)
        return Duty(title, law, is_executive=True, call_in=call_in, reason=reason, takes_key_decisions=True)
    if governance.is_combined:
        return _of_a_combined_authority(maker, governance, is_key)
    title, law = _OTHER.get(maker.kind, _MINUTES)
    open_to_it, reason = _call_in_without_executive(maker, governance)
    return Duty(title, law, is_executive=False, call_in=open_to_it, reason=reason)


def _of_a_combined_authority(maker: Maker, governance: Governance, is_key: bool | None) -> Duty:
    """Key decisions and their notice: Combined Authorities (Overview and Scrutiny Committees, Access to Information and Audit
    Committees) Order 2017, part 3; call-in: Act of 2009, schedule 5A, paragraph 1(4). The authority's own meeting is a body of
    the kind of full council.
    """
    title, law = _COMBINED.get(maker.kind, _ITS_ORDERS)
    if maker.kind is Kind.OUTSIDE:
        return Duty(title, law, is_executive=False, call_in=False, reason=_not_open(maker.body))
    if not governance.scrutiny_call_in:
        open_to_it, reason = False, "The constitution of the combined authority gives no call-in."
    elif maker.body and not maker.body.call_in and maker.kind is not Kind.FULL_COUNCIL:
        open_to_it, reason = False, _not_open(maker.body)
    elif maker.kind is Kind.OFFICER and is_key is False:
        open_to_it, reason = False, "It is not a key decision, and was made by an officer."
    else:
        waits = maker.kind is Kind.OFFICER and is_key is None
        return Duty(title, law, is_executive=False, call_in=None if waits else True, takes_key_decisions=True)
    return Duty(title, law, is_executive=False, call_in=open_to_it, reason=reason, takes_key_decisions=True)


def _call_in_with_executive(maker: Maker, governance: Governance, is_key: bool | None) -> tuple[bool | None, str]:
    if maker.body and not maker.body.call_in:
        return False, _not_open(maker.body)
    if maker.kind is Kind.MEMBER and not governance.member_call_in:
        return False, "Decisions of one member are not open to call-in under the council’s constitution."
    if maker.kind is not Kind.OFFICER:
        return True, ""
    if not governance.officer_call_in:
        return False, "Decisions of officers are not open to call-in under the council’s constitution."
    return (is_key, "") if is_key is not False else (False, "It is not a key decision, and was made by an officer.")


def _call_in_without_executive(maker: Maker, governance: Governance) -> tuple[bool, str]:
    if governance.has_executive:
        if maker.body and maker.body.call_in:
            return True, ""
        return False, _not_open(maker.body)
    if not governance.committee_call_in:
        return False, "The council has a committee system: it has no executive decisions, and its constitution gives no call-in."
    if maker.kind is Kind.COMMITTEE and maker.body and maker.body.call_in:
        return True, ""
    return False, _not_open(maker.body)


def _not_open(body: DecidingBody | None) -> str:
    return f"Decisions of {body.in_sentence if body else 'one member or officer'} are not open to call-in."
