"""A decision that was taken before it was recorded here: one person writes it down, another confirms it, or it goes back.

Nobody signs it here. Confirming freezes the draft and draws its money in one transaction, under the locks of a sign-off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.dates import rules as dates
from approvals.dates.rules import Step
from approvals.dates.wording.rules import order_in_words
from approvals.decisions.actions import Decided
from approvals.drawdowns.actions import NotAllowedNow, day_of, done_before, entry_of, lock_programme, locked, read, refuse_for
from approvals.drawdowns.models import Drawdown, Paper
from approvals.drawdowns.powers.queries import grounds_of, matter_of
from approvals.drawdowns.powers.rules import Capacity, why_not_decide
from approvals.drawdowns.preparation.actions import complete, freeze, prepared_by
from approvals.drawdowns.queries import case_of, supporting
from approvals.drawdowns.signing.actions import release, why_not_by
from approvals.drawdowns.submission.queries import WorkedOut
from approvals.elsewhere.models import TakenElsewhere
from approvals.elsewhere.queries import (
    facts_of,
    recorded_on,
    said_of,
    says,
    shown_of,
    standing_of,
    waiting_on,
    why_not_as_resolved,
    why_not_then,
)
from approvals.elsewhere.rules import why_not_confirmed, why_not_recorded
from approvals.elsewhere.wording.rules import barred_in_words, of_that_day
from approvals.notices.actions import tell
from approvals.notices.models import Notice
from costing.measure import Measure
from phases.models import FundingDecision
from posts.exempt.queries import check_public


@dataclass(frozen=True)
class Proof:
    """What proves it: a supporting paper of the drawdown, an address, or both."""

    paper: Paper | None = None
    address: str = ""


@dataclass(frozen=True)
class Decision:
    """What an officer or a member decided, by whom as they were then, word for word; or else what a body resolved; and what
    proves it."""

    evidence: Proof
    decided_on: date | None = None
    office: str = ""
    person: str = ""
    text: str = ""
    interests: str = ""
    resolution: FundingDecision | None = None

    @property
    def sent(self) -> list[str]:
        """All that was sent of it: the same key with anything else is another act."""
        said = (self.decided_on, self.office, self.person, self.text, self.interests)
        chosen = (self.resolution and self.resolution.pk, self.evidence.paper and self.evidence.paper.pk, self.evidence.address)
        return [str(each) for each in (*said, *chosen)]


@transaction.atomic
def record_elsewhere(*, drawdown: Drawdown, version: int, decision: Decision, key: str, by: User, at: datetime) -> TakenElsewhere:
    """Write down that a draft was decided already. Nothing is released before somebody else confirms it, so that clerks are told.

    Raises StaleDrawdown; NotAllowedNow where it is no draft; ValidationError where something is missing, or was not allowed then.
    """
    require(by, Permission.PREPARE_DRAWDOWNS)
    body = {"act": "record_elsewhere", "version": version, "decision": decision.sent, "by": by.pk}
    if done_before(key, drawdown, body):
        return recorded_on(drawdown)[0]
    drawdown = locked(drawdown, version=version)
    if why_not := why_not_recorded(standing_of(drawdown), waits=waiting_on(drawdown) is not None):
        raise NotAllowedNow(barred_in_words(why_not))
    taken = _written_down(drawdown, decision)
    taken.recorded_by, taken.recorded_at = by, at
    _check(taken, day_of(at))
    prepared_by(drawdown, {by.pk})
    taken.save()
    entry_of(drawdown, "elsewhere_recorded", said_of(taken), by, at)
    tell(drawdown, Notice.Kind.ELSEWHERE_ASKED, at=at, by=by)
    return taken


def _written_down(drawdown: Drawdown, decision: Decision) -> TakenElsewhere:
    """The row, its day and text those of the resolution where a body decided. Raises ValidationError."""
    resolution, evidence = decision.resolution, decision.evidence
    if (drawdown.delegation.decision_maker_id is None) != (resolution is not None):
        raise ValidationError({"resolution": f"Choose the resolution of {drawdown.delegation.decider}."})
    if resolution and (why_not := why_not_by(drawdown, resolution)):
        raise ValidationError({"resolution": why_not})
    said = says(resolution) if resolution else {"decided_on": decision.decided_on, "text": decision.text}
    who = {} if resolution else {"office": decision.office, "person": decision.person, "interests": decision.interests}
    if evidence.paper is None and not evidence.address:
        raise ValidationError(
            {"evidence": "Choose the paper that proves the decision, or enter an address at which it can be read."}
        )
    if evidence.paper and not supporting(drawdown).filter(pk=evidence.paper.pk).exists():
        raise ValidationError({"evidence": "The paper is no supporting paper of this drawdown."})
    given = {"evidence": evidence.paper, "evidence_at": evidence.address, "resolution": resolution, **said, **who}
    taken = TakenElsewhere(drawdown=drawdown, version=drawdown.version, **given)
    missing = {name: "Say this of the decision." for name in who if not str(who[name]).strip()}
    if missing or taken.decided_on is None or not taken.text.strip():
        empty = {"decided_on": taken.decided_on is None, "text": not taken.text.strip()}
        raise ValidationError(missing | {name: "Say this of the decision." for name, is_empty in empty.items() if is_empty})
    taken.clean_fields(exclude=["drawdown", "resolution", "evidence", "recorded_by", "recorded_at", "answered_by"])
    return taken


def _check(taken: TakenElsewhere, today: date) -> None:
    """ValidationError where the dates are out of order, the draft is not whole, or it was not allowed on its day."""
    drawdown, on = taken.drawdown, taken.decided_on
    at_day = "resolution" if taken.resolution else "decided_on"
    delegation = drawdown.delegation
    powers = [delegation.decision.decided_on, *delegation.money.values_list("decided_on", flat=True)]
    wrong = dates.why_not(Step.ELSEWHERE, on, {Step.DECISION: max(powers)})
    before = {Step.ELSEWHERE: on, Step.DELEGATION: day_of(delegation.recorded_at)}
    if wrong := wrong or dates.why_not(Step.RECORDING, today, before):
        raise ValidationError({at_day: order_in_words(wrong)})
    case = case_of(drawdown)
    if not (case and case.exempt_paragraph):
        names = ("text", "interests", "office", "person")
        check_public(drawdown.programme.slug, {name: getattr(taken, name) for name in names if getattr(taken, name)})
    lines = complete(drawdown, today)
    matter = matter_of(drawdown, on)._replace(first_year=_first_year(lines), held_back=())
    if why_not := why_not_then(drawdown, matter, on):
        raise ValidationError({at_day: of_that_day(on, why_not)})


def _first_year(lines: Iterable[WorkedOut]) -> Measure | None:
    """The earliest financial year of whose money these lines draw; None where they draw none of a year."""
    years = (measure for line in lines for measure, pounds in line.consumed.items() if measure.year and pounds > 0)
    return min(years, default=None)


@transaction.atomic
def confirm_elsewhere(*, taken: TakenElsewhere, version: int, shown: str, key: str, by: User, at: datetime) -> Drawdown:
    """Confirm, having read the evidence, that it was decided so: the draft is frozen and its money drawn, or nothing is.

    By who records decisions, and neither wrote this one down nor prepared the drawdown. `shown` is of what it would release, as
    they saw it (`shown_of`): a line may have been changed since. Raises PermissionDenied, StaleDrawdown,
    NotAllowedNow (OverTheLimit where a limit would be exceeded) or ValidationError.
    """
    require(by, Permission.RECORD_DECISIONS)
    body = {"act": "confirm_elsewhere", "taken": taken.pk, "version": version, "by": by.pk}
    if done_before(key, taken.drawdown, body):
        return read(taken.drawdown)
    drawdown, taken = _locked(taken, version)
    if why_not := why_not_confirmed(facts_of(taken), standing_of(drawdown), by.pk) or why_not_as_resolved(taken):
        raise NotAllowedNow(barred_in_words(why_not))
    if taken.resolution and (unfit := why_not_by(drawdown, taken.resolution)):
        raise NotAllowedNow(unfit)
    if wrong := dates.why_not(Step.SUBMISSION, day_of(at), {Step.RECORDING: day_of(taken.recorded_at)}):
        raise NotAllowedNow(order_in_words(wrong))
    lock_programme(drawdown.programme_id)
    lines = complete(drawdown, day_of(at))
    if shown != shown_of((each.line.pk, each.asked.authorisation_id, each.consumed) for each in lines):
        raise NotAllowedNow("What this releases has changed since you opened the page. Look at it again.")
    _answer(taken, TakenElsewhere.State.CONFIRMED, by, at)
    freeze(drawdown, lines, day_of(at), by=taken.recorded_by, at=at)
    grounds = grounds_of(drawdown, taken.decided_on)
    refuse_for(why_not_decide(grounds.matter, Capacity(by.pk)))
    if then := why_not_then(drawdown, grounds.matter, taken.decided_on):
        raise NotAllowedNow(of_that_day(taken.decided_on, then))
    release(drawdown, grounds, Decided(by, at, resolution=taken.resolution, elsewhere=taken))
    tell(drawdown, Notice.Kind.ELSEWHERE, at=at, by=by)
    return drawdown


@transaction.atomic
def send_back_elsewhere(*, taken: TakenElsewhere, reasons: str, by: User, at: datetime) -> TakenElsewhere:
    """Not confirmed, with reasons: the draft stays a draft. By who could confirm it, and did not write it down."""
    require(by, Permission.RECORD_DECISIONS)
    drawdown, taken = _locked(taken)
    if taken.recorded_by_id == by.pk:
        raise NotAllowedNow("You recorded this decision. Take it back instead.")
    if not reasons.strip():
        raise ValidationError({"reasons": "Say why it is not confirmed."})
    taken.reasons = reasons
    taken.clean_fields(exclude=["drawdown", "resolution", "evidence", "recorded_by", "answered_by"])
    _answer(taken, TakenElsewhere.State.SENT_BACK, by, at)
    entry_of(drawdown, "elsewhere_sent_back", {"reasons": reasons, "recorded_by": taken.recorded_by.email}, by, at)
    tell(drawdown, Notice.Kind.ELSEWHERE_BACK, at=at, by=by)
    return taken


@transaction.atomic
def take_back_elsewhere(*, taken: TakenElsewhere, by: User, at: datetime) -> TakenElsewhere:
    """It waits no longer: who prepares drawdowns takes it back, to correct it or to ask for the decision here."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown, taken = _locked(taken)
    _answer(taken, TakenElsewhere.State.TAKEN_BACK, by, at)
    entry_of(drawdown, "elsewhere_taken_back", {"recorded_by": taken.recorded_by.email}, by, at)
    return taken


def _locked(taken: TakenElsewhere, version: int | None = None) -> tuple[Drawdown, TakenElsewhere]:
    """The drawdown, locked, and what waits on it. Raises StaleDrawdown; NotAllowedNow where it waits no longer."""
    drawdown = locked(taken.drawdown, version=version)
    found = recorded_on(drawdown).get(pk=taken.pk)
    if found.state != TakenElsewhere.State.WAITING:
        raise NotAllowedNow(f"This was {found.get_state_display().lower()} already.")
    found.drawdown = drawdown
    return drawdown, found


def _answer(taken: TakenElsewhere, state: TakenElsewhere.State, by: User, at: datetime) -> None:
    taken.state, taken.answered_by, taken.answered_at = state, by, at
    taken.save(update_fields=["state", "answered_by", "answered_at", "reasons"])
