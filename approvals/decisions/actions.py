"""The record of a decision: drafted at sign-off, completed by the clerk, published, and from then on as it is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit.rules import changes
from accounts.council.queries import council
from accounts.governance.queries import governance_on
from accounts.models import User
from accounts.offices.queries import Acting
from accounts.permissions.rules import Permission, require
from approvals.dates import rules as dates
from approvals.dates.rules import Step
from approvals.dates.wording.rules import order_in_words
from approvals.decisions.call_in.rules import window
from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import content_now, missing_of
from approvals.decisions.rules import CHANGEABLE, OF_THE_ACTS, Balance, Elsewhere, Money, public_texts
from approvals.decisions.wording import queries as wording
from approvals.decisions.wording.proposal.queries import proposed
from approvals.decisions.wording.rules import gap_in_words
from approvals.delegations.conditions.queries import confirmations_for
from approvals.drawdowns.actions import NotAllowedNow, day_of, entry_of, locked
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.powers.queries import Grounds
from approvals.drawdowns.rules import LIVE, State
from approvals.drawdowns.submission.rules import submitted
from approvals.elsewhere.models import TakenElsewhere
from approvals.notices.actions import tell
from approvals.notices.models import Notice
from costing.frozen import canonical, digest, written
from display.formats import long_date
from phases.bodies.rules import duty_of
from phases.models import FundingDecision
from posts.exempt.queries import exempt_of, said_in

NOT_RECOMMENDED = "No recommendation was made."


def drafted_hash(record: DecisionRecord | Mapping[str, Any]) -> str:
    """SHA-256 of what the acts say in the record: the audit entry of a signature holds it, and that of a confirmed wording."""
    said = {name: record[name] if isinstance(record, Mapping) else getattr(record, name) for name in OF_THE_ACTS}
    return digest(canonical(said))


class Decided(NamedTuple):
    """How a decision came about, and who writes it down: the decision maker in a capacity, a body by what it resolved, or
    somebody else before it was recorded here. `by` is the decision maker, or the clerk who records what others decided."""

    by: User
    at: datetime
    acting: Acting | None = None
    resolution: FundingDecision | None = None
    elsewhere: TakenElsewhere | None = None

    @property
    def on(self) -> date:
        """The day of the decision itself."""
        if self.elsewhere:
            return self.elsewhere.decided_on
        return self.resolution.decided_on if self.resolution else day_of(self.at)

    @property
    def authority(self) -> str:
        """What a deputy acted under."""
        return self.acting.authority if self.acting else ""


def said_by_the_acts(*, drawdown: Drawdown, grounds: Grounds, balances: Sequence[Balance], decided: Decided) -> dict[str, Any]:
    """Every field of the record that the case left open, from what is stored; inside the act, whose locks hold the balances."""
    submission, resolution = submitted(drawdown.content), decided.resolution
    asked = proposed(submission, exempt_of(drawdown.programme_id))
    has_terms = submission.delegation.conditions or submission.delegation.parts
    confirmed = confirmations_for(drawdown.delegation, grounds.matter.preparers) if has_terms else ()
    duty = duty_of(drawdown.delegation.maker, governance_on(decided.on), grounds.is_key)
    return {
        "title": drawdown.title,
        "decided_on": decided.on,
        **_texts(asked, decided),
        "capacity": _capacity(drawdown, decided),
        "power": wording.power(submission.delegation, decided.authority, confirmed),
        "interests": _interests(drawdown, grounds, decided),
        "dispensations": _dispensations(grounds),
        "minute": resolution.minute if resolution else "",
        "members_present": resolution.members_present if resolution else "",
        "call_in_applies": duty.call_in,
        "call_in_reason": duty.reason,
        "money": written(Money(tuple(balances), tuple(wording.years_in_words(submission)))),
    }


def _texts(proposed: str, decided: Decided) -> dict[str, str]:
    """As recommended, and as decided. What was decided elsewhere was not recommended here, so nothing is said of that."""
    resolution, elsewhere = decided.resolution, decided.elsewhere
    if not (resolution or elsewhere):
        return {"text_recommended": proposed, "text_resolved": f"Agreed as recommended.\n\n{proposed}"}
    recommended = resolution.text_recommended if resolution else ""
    resolved = elsewhere.text if elsewhere else resolution.text_resolved if resolution else ""
    return {"text_recommended": recommended or NOT_RECOMMENDED, "text_resolved": resolved}


def _capacity(drawdown: Drawdown, decided: Decided) -> str:
    """Who decided, as they were on the day of the decision."""
    if decided.elsewhere:
        return decided.elsewhere.decided_by
    return wording.capacity(decided.acting) if decided.acting else drawdown.delegation.decided_by


def draft_record(*, drawdown: Drawdown, has_case: bool, drafted: Mapping[str, Any], by: User | None) -> None:
    """Write them, beside the case where there is one. `by` is the clerk who records what a body resolved."""
    drafted = {**drafted, "recorded_by": by}
    if has_case:
        DecisionRecord.objects.filter(drawdown=drawdown).update(**drafted)
    else:
        DecisionRecord.objects.create(drawdown=drawdown, **drafted)


def _interests(drawdown: Drawdown, grounds: Grounds, decided: Decided) -> str:
    """What everybody who was asked declared, "none" included; what members declared when a body decided."""
    said = [f"{each.office} ({each.person}): {each.interests}" for each in grounds.declared]
    if decided.resolution and decided.resolution.interests:
        said.append(f"Members of {drawdown.delegation.decider}: {decided.resolution.interests}")
    if decided.elsewhere and decided.elsewhere.interests:
        said.append(decided.elsewhere.interests)
    return "\n".join(said)


def _dispensations(grounds: Grounds) -> str:
    said = [f"To {each.member}, by {each.giver}, on {long_date(each.given_on)}: {each.text}" for each in grounds.dispensed]
    return "\n".join(said) or "None"


@transaction.atomic
def change_record(*, record: DecisionRecord, values: Mapping[str, Any], by: User, at: datetime) -> DecisionRecord:
    """Say whether it is open to call-in, and why not, until it is published. Raises NotAllowedNow afterwards.

    What the acts say is not changed here: ValueError for any other field. Additions and rewordings have their own actions.
    """
    record = open_record(record, by)
    if closed := values.keys() - set(CHANGEABLE):
        raise ValueError(f"Not the clerk's to change: {', '.join(sorted(closed))}")
    changed = changes({name: getattr(record, name) for name in values}, values)
    if changed:
        for name, value in values.items():
            setattr(record, name, value)
        record.recorded_by = by
        record.full_clean()
        record.save(update_fields=[*values, "recorded_by"])
        entry_of(record.drawdown, "record_changed", {"changed": changed}, by, at)
    return record


@transaction.atomic
def publish(
    *, record: DecisionRecord, elsewhere: Elsewhere | None = None, planned: int | None = None, by: User, at: datetime
) -> DecisionRecord:
    """Freeze the record as published now, for anybody to read. Call-in, where it applies, runs from today, or it takes effect.

    `elsewhere` says that it could be read before, and shortens nothing. `planned` is the number of the audit entry in which `by`
    planned it for today: nobody acts now.

    Raises ValidationError where the law asks for more than the record says, something exempt would be public, or the day
    does not fit.
    """
    record = open_record(record, by)
    follows = check_publication(record, elsewhere, at)
    on = day_of(at)
    record.published_on, record.published_by, record.recorded_by = on, by, record.recorded_by or by
    record.published_before_on, record.published_before_at = elsewhere or (None, "")
    for name, day in follows._asdict().items():
        setattr(record, name, day)
    record.content = written(content_now(record, on))
    record.sha256 = digest(record.content)
    details = {"sha256": record.sha256, "published_on": on, "closes_on": record.closes_on, "effective_on": record.effective_on}
    if elsewhere:
        details |= {"published_before_on": elsewhere.on, "published_before_at": elsewhere.address}
    if planned:
        details["planned_in_entry"] = planned
    record.entry = entry_of(record.drawdown, "decision_published", details, None if planned else by, at)
    record.save()
    tell(record.drawdown, Notice.Kind.PUBLISHED, at=at, by=None if planned else by)
    return record


class Follows(NamedTuple):
    """What follows from publishing on a day. What is of call-in is None where the decision is not open to it.

    What the window was counted by is kept: a bank holiday proclaimed later, or another setting, moves no day that was published.
    """

    closes_on: date | None
    call_in_days: int | None
    bank_holidays: list[date] | None
    effective_on: date
    retain_until: date
    retain_papers_until: date


def check_publication(record: DecisionRecord, elsewhere: Elsewhere | None, at: datetime) -> Follows:
    """What follows from publishing now. ValidationError as `publish`; writes nothing."""
    if missing := missing_of(record):
        raise ValidationError([*map(gap_in_words, missing)])
    if exempt := said_in(record.drawdown.programme.slug, public_texts(content_now(record))):
        raise ValidationError([f"{name}: {sentence}" for name, sentence in exempt.items()])
    on, decided = day_of(at), record.decided_on
    assert decided is not None  # missing_of asks for it
    signed = record.drawdown.signed_at
    if wrong := dates.why_not(Step.PUBLICATION, on, {Step.RESOLUTION: decided, Step.SIGNING: day_of(signed) if signed else None}):
        raise ValidationError(order_in_words(wrong))
    if elsewhere and elsewhere.on < decided:
        raise ValidationError({"before_on": f"It was decided on {long_date(decided)}: it cannot have been published before."})
    if elsewhere and elsewhere.on > on:
        raise ValidationError({"before_on": "Enter the day it could first be read elsewhere: it cannot be in the future."})
    settings = council()
    opened = window(on, settings.call_in_days) if record.call_in_applies else None
    return Follows(
        opened.closes if opened else None,
        opened.days if opened else None,
        list(opened.holidays) if opened else None,
        opened.effective if opened else on,
        _years_after(decided, settings.record_years),
        _years_after(decided, settings.papers_years),
    )


def _years_after(day: date, years: int) -> date:
    """The same day so many years on; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def open_record(record: DecisionRecord, by: User) -> DecisionRecord:
    """The record as it stands now, with its drawdown locked; NotAllowedNow unless it is signed and not yet published."""
    require(by, Permission.RECORD_DECISIONS)
    drawdown = locked(record.drawdown)
    if State(drawdown.state) not in LIVE:
        raise NotAllowedNow(f"{drawdown} is {State(drawdown.state).label.lower()}: there is no decision to record.")
    record = DecisionRecord.objects.select_related("drawdown__delegation", "drawdown__programme").get(drawdown=drawdown)
    if record.published_on:
        raise NotAllowedNow(f"This record was published on {long_date(record.published_on)} and cannot be changed.")
    return record
