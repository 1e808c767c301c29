"""Carrying what was not drawn in a financial year forward to a later year."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.drawdowns.actions import NotAllowedNow, day_of, lock_programme, record_of
from approvals.drawdowns.consumption.actions import locked_limits_in, not_waiting_for_transfer
from approvals.drawdowns.models import LimitDrawn
from approvals.year_end.queries import may_carry_forward
from approvals.year_end.rules import Carrying, may_carry, why_not_years
from approvals.year_end.wording.rules import most_in_words, not_carried_in_words
from costing.financial_year import FinancialYear
from costing.measure import in_year
from phases.models import Authorisation, AuthorisationLimit, CarryForward, FundingDecision


@transaction.atomic
def carry_forward(
    *, authorisation: Authorisation, carrying: Carrying, decision: FundingDecision, by: User, at: datetime
) -> CarryForward:
    """Take what was not drawn from the limit of a year that has ended, and give it to the limit of a later year, by a decision.

    What is authorised in all stays. Raises NotAllowedNow or ValidationError: then nothing is moved.
    """
    require(by, Permission.RECORD_DECISIONS)
    from_year, to_year, amount = carrying
    if because := why_not_years(from_year, to_year, day_of(at)):
        raise NotAllowedNow(not_carried_in_words(because, from_year))
    lock_programme(authorisation.programme_id)
    limits = {each.measure: each for each in locked_limits_in(authorisation.pk, from_year, to_year)}
    if in_year(from_year) not in limits:
        raise NotAllowedNow(f"{authorisation} names no limit for {FinancialYear(from_year)}.")
    not_waiting_for_transfer([authorisation])
    giving = limits[in_year(from_year)]
    if not may_carry(amount, left := _left(giving)):
        raise ValidationError({"amount": most_in_words(left)})
    if not may_carry_forward(authorisation, from_year, day_of(at)).filter(pk=decision.pk).exists():
        raise ValidationError({"decision": "This decision cannot carry this money forward: choose another."})
    details = {
        "authorisation": authorisation.title,
        "from": FinancialYear(from_year).label,
        "to": FinancialYear(to_year).label,
        "pounds": str(amount),
        "decision": str(decision),
    }
    entry = record_of(authorisation.programme, "authorisation_carried_forward", details, by, at)
    _move(giving, limits.get(in_year(to_year)), carrying)
    return CarryForward.objects.create(
        authorisation=authorisation, decision=decision, from_year=from_year, to_year=to_year, pounds=amount, entry=entry
    )


def _left(giving: AuthorisationLimit) -> Decimal:
    """What was not drawn. Raises NotAllowedNow for one that has lapsed, or that a later authorisation replaced."""
    if hasattr(giving.authorisation, "replaced_by"):
        raise NotAllowedNow(f"{giving.authorisation} was replaced by {giving.authorisation.replaced_by}.")
    row, _ = LimitDrawn.objects.get_or_create(limit=giving, defaults={"ceiling": giving.amount})
    if row.lapsed_at:
        raise NotAllowedNow(f"{giving.measure} of {giving.authorisation} has lapsed.")
    return row.ceiling - row.drawn


def _move(giving: AuthorisationLimit, receiving: AuthorisationLimit | None, carrying: Carrying) -> None:
    """Less in the one year, as much more in the other, whose limit is made where its decision named none."""
    amount = carrying.amount
    AuthorisationLimit.objects.filter(pk=giving.pk).update(amount=F("amount") - amount, carried_out=F("carried_out") + amount)
    LimitDrawn.objects.filter(limit=giving).update(ceiling=F("ceiling") - amount)
    if receiving:
        LimitDrawn.objects.get_or_create(limit=receiving, defaults={"ceiling": receiving.amount})
        mine = AuthorisationLimit.objects.filter(pk=receiving.pk)
        mine.update(amount=F("amount") + amount, carried_in=F("carried_in") + amount)
        LimitDrawn.objects.filter(limit=receiving).update(ceiling=F("ceiling") + amount)
    else:
        made = AuthorisationLimit.objects.create(
            authorisation=giving.authorisation, financial_year=carrying.to_year, amount=amount, carried_in=amount
        )
        LimitDrawn.objects.create(limit=made, ceiling=amount)
