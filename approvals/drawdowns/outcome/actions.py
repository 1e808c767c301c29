"""What may happen to a decision after it is signed: it takes effect, is called in, stands or is overturned; money lapses."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.decisions.models import CallIn, DecisionRecord
from approvals.decisions.queries import due_for_effect, effective_day
from approvals.drawdowns.actions import (
    NotAllowedNow,
    day_of,
    entry_of,
    entry_under_lock,
    lock_programme,
    locked,
    may_become,
    move,
    record_of,
)
from approvals.drawdowns.consumption.actions import (
    lapse_limits,
    lock_limits_drawn_by,
    locked_limits_in,
    not_waiting_for_transfer,
    reverse,
    said,
)
from approvals.drawdowns.consumption.queries import held
from approvals.drawdowns.models import Consumption, Drawdown, LimitDrawn
from approvals.drawdowns.rules import State
from approvals.drawdowns.submission.queries import titles_of
from approvals.notices.actions import tell
from approvals.notices.models import Notice
from costing.financial_year import FinancialYear
from display.formats import long_date
from phases.models import Authorisation
from posts.exempt.queries import check_public


@transaction.atomic
def take_effect(*, drawdown: Drawdown, by: User | None, at: datetime) -> Drawdown:
    """The decision takes effect, its day having come: published, not called in or let stand. `by` None where no person did it."""
    if by:
        require(by, Permission.RECORD_DECISIONS)
    drawdown = locked(drawdown)
    may_become(drawdown, State.EFFECTIVE)
    record = DecisionRecord.objects.select_related("drawdown__call_in").get(drawdown=drawdown)
    if record.published_on is None:
        raise NotAllowedNow("A decision takes effect only after its record is published.")
    effective = effective_day(record)
    if effective is None:
        raise NotAllowedNow("The decision was called in: record the outcome first.")
    if effective > day_of(at):
        raise NotAllowedNow(f"The decision takes effect on {long_date(effective)}, not before.")
    move(drawdown, State.EFFECTIVE)
    entry_of(drawdown, "drawdown_effective", {"effective_on": effective}, by, at)
    tell(drawdown, Notice.Kind.EFFECTIVE, at=at, by=by)
    return drawdown


def take_effect_of_all(at: datetime) -> int:
    """Put every decision into effect that is due, each in a transaction of its own; how many there were."""
    done = 0
    for drawdown in due_for_effect(day_of(at)):
        try:
            take_effect(drawdown=drawdown, by=None, at=at)
        except NotAllowedNow:
            continue  # called in, or put into effect, a moment ago
        done += 1
    return done


@transaction.atomic
def call_in(*, drawdown: Drawdown, on: date, called_in_by: str, reasons: str, by: User, at: datetime) -> Drawdown:
    """Scrutiny has called the decision in, on a day of its window. What it released stays consumed until it is overturned."""
    require(by, Permission.RECORD_DECISIONS)
    drawdown = locked(drawdown)
    may_become(drawdown, State.CALLED_IN)
    record = DecisionRecord.objects.get(drawdown=drawdown)
    _in_window(record, on, day_of(at))
    called = CallIn(drawdown=drawdown, called_in_on=on, called_in_by=called_in_by, reasons=reasons, recorded_by=by)
    called.full_clean()
    if not record.exempt_paragraph:
        check_public(drawdown.programme.slug, {"called_in_by": called_in_by, "reasons": reasons})
    called.save()
    move(drawdown, State.CALLED_IN)
    details = {"called_in_on": on, "called_in_by": called_in_by, "reasons": reasons}
    entry_of(drawdown, "drawdown_called_in", details, by, at)
    tell(drawdown, Notice.Kind.CALLED_IN, at=at, by=by)
    return drawdown


def _in_window(record: DecisionRecord, on: date, today: date) -> None:
    """Raises NotAllowedNow where the decision is not open to call-in, ValidationError where the day is not of its window."""
    if record.published_on is None:
        raise NotAllowedNow("The call-in window opens when the record is published.")
    if not record.call_in_applies or record.closes_on is None:
        raise NotAllowedNow(f"This decision is not open to call-in. {record.call_in_reason}")
    if not record.published_on <= on <= record.closes_on:
        window = f"from {long_date(record.published_on)} to the end of {long_date(record.closes_on)}"
        raise ValidationError({"called_in_on": f"It could be called in {window}."})
    if on > today:
        raise ValidationError({"called_in_on": "Enter the day it was called in: it cannot be in the future."})


@transaction.atomic
def let_stand(*, drawdown: Drawdown, on: date, reasons: str, effective_on: date, by: User, at: datetime) -> Drawdown:
    """A decision that was called in stands: it takes effect on that day, at once if the day has come."""
    drawdown, called = _called_in(drawdown, on, by, at)
    _has_outcome(called, CallIn.Outcome.STANDS, on, reasons, by, effective_on)
    details = {"outcome": CallIn.Outcome.STANDS, "on": on, "reasons": reasons, "effective_on": effective_on}
    entry_of(drawdown, "call_in_decided", details, by, at)
    if effective_on <= day_of(at):
        return take_effect(drawdown=drawdown, by=by, at=at)
    return drawdown


@transaction.atomic
def overturn(*, drawdown: Drawdown, on: date, reasons: str, by: User, at: datetime) -> Drawdown:
    """A decision that was called in does not stand: everything it still holds is released by reversing records."""
    drawdown, called = _called_in(drawdown, on, by, at)
    _has_outcome(called, CallIn.Outcome.OVERTURNED, on, reasons, by, None)
    lock_programme(drawdown.programme_id)
    lock_limits_drawn_by(drawdown)
    live = [each for each in held(Q(drawdown=drawdown)) if each.is_live]
    titles = titles_of(drawdown)
    details = {"on": on, "reasons": reasons, "released": [said(each, titles) for each in live]}
    entry = entry_under_lock(drawdown, "drawdown_overturned", details, by, at)
    reverse(live, Consumption.Kind.OVERTURN, entry)
    move(drawdown, State.SUPERSEDED)
    tell(drawdown, Notice.Kind.OVERTURNED, at=at, by=by)
    return drawdown


def _called_in(drawdown: Drawdown, on: date, by: User, at: datetime) -> tuple[Drawdown, CallIn]:
    """The drawdown, locked, and its call-in that has no outcome yet."""
    require(by, Permission.RECORD_DECISIONS)
    drawdown = locked(drawdown)
    called = CallIn.objects.filter(drawdown=drawdown).first()
    if called is None or drawdown.state != State.CALLED_IN:
        raise NotAllowedNow("Only a decision that was called in is let stand or overturned.")
    if called.outcome:
        raise NotAllowedNow("The outcome of the call-in is already recorded.")
    if on > day_of(at):
        raise ValidationError({"outcome_on": "Enter the day it was decided: it cannot be in the future."})
    return drawdown, called


def _has_outcome(called: CallIn, outcome: CallIn.Outcome, on: date, reasons: str, by: User, effective_on: date | None) -> None:
    called.outcome, called.outcome_on, called.outcome_text = outcome, on, reasons
    called.outcome_recorded_by, called.effective_on = by, effective_on
    called.full_clean()
    drawdown = called.drawdown
    if not DecisionRecord.objects.filter(drawdown=drawdown).exclude(exempt_paragraph="").exists():
        check_public(drawdown.programme.slug, {"outcome_text": reasons})
    called.save()


@transaction.atomic
def lapse(*, authorisation: Authorisation, year: int, by: User, at: datetime) -> LimitDrawn:
    """What was not drawn of an in-year limit by the end of its year is drawn no more; a later year needs a new decision."""
    require(by, Permission.RECORD_DECISIONS)
    if day_of(at) <= (last := FinancialYear(year).last_day):
        raise NotAllowedNow(f"{FinancialYear(year)} ends on {long_date(last)}: nothing lapses before then.")
    lock_programme(authorisation.programme_id)
    limits = locked_limits_in(authorisation.pk, year)
    if not limits:
        raise NotAllowedNow(f"{authorisation} names no limit for {FinancialYear(year)}.")
    not_waiting_for_transfer([authorisation])
    lapse_limits(limits, at)
    details = {"authorisation": authorisation.title, "year": FinancialYear(year).label}
    record_of(authorisation.programme, "authorisation_lapsed", details, by, at)
    return LimitDrawn.objects.get(limit=limits[0])
