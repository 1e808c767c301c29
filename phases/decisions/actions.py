"""Recording what was decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from display.formats import long_date
from phases.authorisations.models import Authorisation
from phases.decisions.models import FundingDecision
from phases.decisions.queries import is_used, leads_back
from phases.decisions.rules import ALWAYS_SAID, SAID_LATER, Taken, rewritten, why_not_follow, why_not_without_money
from phases.decisions.wording.rules import not_followed_in_words, stood_on_in_words
from phases.limits.actions import approved_by_who_may
from phases.programmes.actions import locked, save
from phases.programmes.models import Programme

USED = "Something stands on this decision, so it stays as it was recorded. Record another decision that puts it right."


@transaction.atomic
def record_decision(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, decision: FundingDecision | None = None
) -> FundingDecision:
    """Record what a body or an officer resolved or recommended; of one that something stands on, only what was left blank."""
    require(by, Permission.RECORD_DECISIONS)
    if decision and values.get("outcome") != "resolved" and decision.authorisations.exists():
        raise ValidationError({"outcome": "This decision authorises money, so it must stay resolved."})
    body, day = values.get("body"), values.get("decided_on")
    if body and day and not body.was_there_on(day):
        raise ValidationError({"body": f"{body.at_the_start} was not there on {long_date(day)}: choose the body of that day."})
    programme = locked(programme)
    if corrects := values.get("corrects"):
        _puts_right(corrects, programme, decision)
    _follows_as_it_may(values, programme, decision)
    if decision and is_used(decision):
        stored = {name: getattr(decision, name) for name in (*ALWAYS_SAID, *SAID_LATER)}
        if wrong := rewritten(stored, values):
            raise ValidationError(dict.fromkeys(wrong, USED))
    about = list(values.get("about", decision.about.all() if decision else []))
    details = _about(about, programme, values, decision)
    fields = {name: value for name, value in values.items() if name != "about"}
    with approved_by_who_may(programme, field="body"):
        saved = save(decision or FundingDecision(programme=programme), fields, by=by, at=at, details=details)
        saved.about.set(about)
    return saved


def _about(
    about: list[Authorisation], programme: Programme, values: Mapping[str, Any], decision: FundingDecision | None
) -> dict[str, Any]:
    """For the audit record: what money it decides on, where that changes. ValidationError where it cannot be that money."""
    outcome, day = (values.get(name, getattr(decision, name, None)) for name in ("outcome", "decided_on"))
    if about and outcome not in (None, FundingDecision.Outcome.RESOLVED):
        raise ValidationError({"about": "A recommendation releases no money: record the resolution."})
    for each in about:
        if each.programme_id != programme.pk:
            raise ValidationError({"about": "Choose money of this programme."})
        if day and each.decision.decided_on > day:
            raise ValidationError(
                {"about": f"{each} was authorised on {long_date(each.decision.decided_on)}, after this decision."}
            )
    before = {each.pk for each in decision.about.all()} if decision else set()
    return {"money it decides on": [str(each) for each in about]} if {each.pk for each in about} != before else {}


def _puts_right(corrects: FundingDecision, programme: Programme, decision: FundingDecision | None) -> None:
    if corrects.programme_id != programme.pk or corrects == decision:
        raise ValidationError({"corrects": "Choose another decision of this programme."})


def _follows_as_it_may(values: Mapping[str, Any], programme: Programme, decision: FundingDecision | None) -> None:
    taken = values.get("follows", decision and decision.follows)
    day = values.get("decided_on", decision and decision.decided_on)
    if not taken or not day:
        return
    asked = Taken(
        taken.programme_id, taken.outcome == FundingDecision.Outcome.RECOMMENDED, taken.decided_on, bool(taken.no_money_because)
    )
    back = decision is not None and leads_back(taken, decision)
    if why_not := why_not_follow(asked, programme=programme.pk, decided_on=day, leads_back=back):
        raise ValidationError({"follows": not_followed_in_words(why_not)})


@transaction.atomic
def say_no_money_follows(*, decision: FundingDecision, because: str, by: User, at: datetime) -> FundingDecision:
    """Record why no money follows a decision, so that nobody is asked to record it; or take that back, where `because` is empty.

    Refused where money is recorded under it, or another decision follows it.
    """
    require(by, Permission.RECORD_DECISIONS)
    locked(decision.programme)
    decision = FundingDecision.objects.select_related("programme").get(pk=decision.pk)
    titles = (set_of.values_list("title", flat=True) for set_of in (decision.authorisations, decision.followers))
    if because and (why_not := why_not_without_money(*titles)):
        raise ValidationError({"no_money_because": stood_on_in_words(why_not)})
    return save(decision, {"no_money_because": because}, by=by, at=at)
