"""What acts on a drawdown share: what may stop them, idempotency keys, locks, moving on, capacities, audit entries.

Locks are taken in one order: key, drawdown, office, programme, limits by number, head of the audit chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from accounts.audit.actions import record
from accounts.joined.queries import Joined
from accounts.models import AuditEntry, Office, User
from accounts.offices.actions import lock_office
from accounts.offices.queries import Acting, may_act_for
from accounts.permissions.rules import Permission, require
from approvals.drawdowns import rules
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.powers.queries import capacity_of
from approvals.drawdowns.powers.rules import Capacity, WhyNot
from approvals.drawdowns.receipts.models import Receipt
from approvals.drawdowns.rules import State
from costing.frozen import canonical, digest
from phases.models import FundingDecision, Programme

_WHOLE = Joined(Drawdown, "delegation", "delegation__decision_maker", "delegation__decision_body")


class StaleDrawdown(Exception):
    """It was changed since it was opened: nothing was written. `current` is as it stands now."""

    def __init__(self, current: Drawdown) -> None:
        super().__init__("Somebody changed this drawdown since you opened it.")
        self.current = current


class KeyUsedOtherwise(Exception):
    """The key came before, with another body: nothing was written."""


class NotAllowedNow(Exception):
    """What was asked for cannot be done as things stand. Its text is a sentence for the user."""


class OverTheLimit(NotAllowedNow):
    """A limit would be exceeded, or has lapsed: nothing was written."""


_NOTE_RECEIPT = """
INSERT INTO approvals_receipt (key, body, drawdown_id) VALUES (%s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id
"""


def receipt_of(key: str, drawdown: int, body: Mapping[str, Any]) -> tuple[Receipt, bool]:
    """The receipt of the act under this key, and whether it is made now. KeyUsedOtherwise where the body differs."""
    if not key.strip():
        raise ValidationError("An act that counts carries a key.")
    of_body = digest(canonical(body))
    receipt, is_new = _noted(key, of_body, drawdown)
    if receipt.body != of_body:
        raise KeyUsedOtherwise("This form has already been sent with different content.")
    return receipt, is_new


def _noted(key: str, body: str, drawdown: int) -> tuple[Receipt, bool]:
    # Of two at once with one key, the second waits here until the first has ended.
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_RECEIPT, [key, body, drawdown])
        made = cursor.fetchone()
    if made:
        return Receipt(pk=made[0], key=key, body=body, drawdown_id=drawdown), True
    return Receipt.objects.get(key=key), False


@dataclass(frozen=True, slots=True)
class Seen:
    """A drawdown as it was when the page was opened: its version, and the hash of what was submitted ("" before)."""

    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Concerned:
    """An office that a submission concerns: it answers on it, or decides. The submission is known by its hash, as it was seen."""

    drawdown: Drawdown
    sha256: str
    office: Office


def done_before(key: str, drawdown: Drawdown, body: Mapping[str, Any]) -> bool:
    """Whether the act under this key was done already; otherwise it is noted as done now, with the rest of the transaction."""
    _, is_new = receipt_of(key, drawdown.pk, {**body, "drawdown": drawdown.pk})
    return not is_new


def read(drawdown: Drawdown) -> Drawdown:
    return _whole(drawdown, "t.id = %s")


def _whole(drawdown: Drawdown, where: str) -> Drawdown:
    if (found := _WHOLE.one(where, [drawdown.pk])) is None:
        raise Drawdown.DoesNotExist(f"There is no drawdown {drawdown.pk}.")
    return found


def locked(drawdown: Drawdown, *, version: int | None = None, sha256: str | None = None) -> Drawdown:
    """The drawdown, locked, and as it was when it was opened: StaleDrawdown otherwise."""
    current = _whole(drawdown, "t.id = %s FOR NO KEY UPDATE OF t")
    if version not in (None, current.version) or sha256 not in (None, current.sha256):
        raise StaleDrawdown(current)
    if sha256 is not None and current.state != State.SUBMITTED:
        raise NotAllowedNow(f"{current} is not waiting for anybody: it is {State(current.state).label.lower()}.")
    return current


def lock_programme(pk: int) -> None:
    """No line, authorisation or other drawing of the programme is written meanwhile. It becomes the programme's next version."""
    _next_version(pk)


def _next_version(programme: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE phases_programme SET version = version + 1 WHERE id = %s", [programme])


def may_become(drawdown: Drawdown, state: State) -> None:
    if not rules.may_become(drawdown.state, state):
        raise NotAllowedNow(f"{drawdown} is {State(drawdown.state).label.lower()}: it cannot become {state.label.lower()}.")


def move(drawdown: Drawdown, state: State | None = None, **values: Any) -> None:
    """Write the drawdown, as its next version, in another state or the same."""
    if state:
        may_become(drawdown, state)
        drawdown.state = state
    for name, value in values.items():
        setattr(drawdown, name, value)
    drawdown.version += 1
    drawdown.save(update_fields=["state", "version", *values])


def acting_for(by: User, office: Office, at: datetime) -> Acting:
    """In which capacity they act for the office, asked under its lock. PermissionDenied where in none."""
    require(by, Permission.VIEW_PROGRAMMES)
    lock_office(office.pk)
    acting = may_act_for(by, office, day_of(at))
    if acting is None:
        raise PermissionDenied(f"You do not act for this office: {office}.")
    return acting


def decision_maker(drawdown: Drawdown, by: User, at: datetime, resolution: FundingDecision | None = None) -> Acting | None:
    """The capacity to decide; None for the clerk, who records what a body resolved."""
    delegation = drawdown.delegation
    if delegation.decision_maker:
        if resolution:
            raise NotAllowedNow(f"{delegation.decision_maker} decides on this, not a body.")
        return acting_for(by, delegation.decision_maker, at)
    require(by, Permission.RECORD_DECISIONS)
    if resolution and (
        resolution.body_id != delegation.decision_body_id or resolution.outcome != FundingDecision.Outcome.RESOLVED
    ):
        raise NotAllowedNow(f"This is no resolution of {delegation.decider}.")
    return None


_SENTENCES = {
    WhyNot.NOT_WAITING: "It is not waiting for anybody.",
    WhyNot.NOT_ACTING: "You do not act for this office: {office}.",
    WhyNot.NOT_ASKED: "{office} is not asked under this delegation.",
    WhyNot.ANSWERED: "{office} has already answered.",
    WhyNot.DECIDES: "The decision maker cannot also be one of those who answer.",
    WhyNot.HAS_ANSWERED: "The decision maker cannot also be one of those who answered.",
    WhyNot.GAVE_DISPENSATION: "Somebody who gave a dispensation on this cannot decide on it.",
    WhyNot.PREPARED: "You cannot answer or sign a drawdown you prepared.",
    WhyNot.PREPARED_FOR: "You cannot answer or sign a drawdown you prepared.",
}


def refuse_for(reason: WhyNot | None, office: Office | None = None) -> None:
    """NotAllowedNow, in a sentence, where there is a reason."""
    if reason:
        raise NotAllowedNow(_SENTENCES[reason].format(office=office))


def deciding(acting: Acting | None, by: User) -> Capacity:
    """In which capacity the decision is taken, or recorded by the clerk of a body."""
    return capacity_of(acting) if acting else Capacity(by.pk)


def capacity(acting: Acting | None) -> dict[str, Any]:
    """How a person acted, for the audit record; nothing of a clerk."""
    if acting is None:
        return {}
    return {
        "for_office": acting.office.name,
        "acting_for": acting.acting_for and acting.acting_for.email,
        "authority": acting.authority,
    }


def entry_of(drawdown: Drawdown, action: str, details: Mapping[str, Any], by: User | None, at: datetime) -> AuditEntry:
    """The audit entry of an act that makes the next version of the programme."""
    _next_version(drawdown.programme_id)
    return entry_under_lock(drawdown, action, details, by, at)


def entry_under_lock(drawdown: Drawdown, action: str, details: Mapping[str, Any], by: User | None, at: datetime) -> AuditEntry:
    """The audit entry of an act that locked the programme, and so made its next version."""
    return record(action=action, subject=f"drawdown:{drawdown.reference}", details=details, by=by, at=at)


def record_of(programme: Programme, action: str, details: Mapping[str, Any], by: User, at: datetime) -> AuditEntry:
    return record(action=action, subject=f"programme:{programme.slug}", details=details, by=by, at=at)


def day_of(at: datetime) -> date:
    return timezone.localdate(at)
