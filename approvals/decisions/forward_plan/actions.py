"""Give notice of a key decision, and withdraw one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.governance.queries import governance_on
from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.decisions.forward_plan.models import KeyNotice, KeyNoticeWithdrawal
from approvals.decisions.forward_plan.queries import relying_on, why_not_withdraw
from approvals.decisions.forward_plan.wording.rules import stays_in_words
from approvals.decisions.key_notice.rules import Route, earliest
from approvals.drawdowns.actions import day_of, record_of
from approvals.notices.actions import tell
from approvals.notices.models import Notice
from display.formats import long_date
from phases.bodies.rules import duty_of
from phases.models import Programme
from posts.exempt.queries import check_public


@transaction.atomic
def give_notice(*, programme: Programme, values: Mapping[str, Any], by: User, at: datetime) -> KeyNotice:
    """Publish a notice now. `values` are fields of it, but for who gave it and when.

    Raises ValidationError by field where something is missing, who decides makes no decision that can be key on the first day,
    28 clear days would not pass before it, or a text says something exempt.
    """
    notice = checked(programme, values, by, at)
    details = {name: str(getattr(notice, name)) for name, value in values.items() if value is not None}
    details["given_on"] = str(notice.given_on)
    notice.entry = record_of(programme, "key_notice_given", details, by, at)
    notice.save(force_insert=True)
    return notice


def checked(programme: Programme, values: Mapping[str, Any], by: User, at: datetime) -> KeyNotice:
    """The notice as it would be published now, without its entry. Raises as `give_notice`; writes nothing."""
    require(by, Permission.RECORD_DECISIONS)
    Programme.objects.select_for_update().get(pk=programme.pk)
    said = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    notice = KeyNotice(programme=programme, **said, given_on=day_of(at), given_by=by)
    notice.full_clean(exclude=["entry"])
    if not duty_of(notice.deciding, governance_on(notice.due_from)).takes_key_decisions:
        raise ValidationError({"maker": f"{notice.maker} makes no decision on that day that can be key."})
    first = earliest(Route.TWENTY_EIGHT_DAYS, notice.given_on)
    if notice.due_from < first:
        raise ValidationError(
            {"due_from": f"28 clear days must pass after today: the first day on which it can be decided is {long_date(first)}."}
        )
    check_public(programme.slug, {name: said[name] for name in ("matter", "text", "documents", "contact")})
    return notice


@transaction.atomic
def withdraw_notice(
    *, notice: KeyNotice, reasons: str, instead: KeyNotice | None = None, by: User, at: datetime
) -> KeyNoticeWithdrawal:
    """From now on nobody decides under it, and the forward plan says why. `instead` was given in its place.

    A decision that names it and is not signed yet loses its route: its author is told, and once it is submitted its decision
    maker. Raises ValidationError where it was decided under, or is withdrawn already, or where the reasons, which are public,
    are missing or say something exempt.
    """
    require(by, Permission.RECORD_DECISIONS)
    programme = Programme.objects.select_for_update().get(pk=notice.programme_id)
    if because := why_not_withdraw(notice):
        raise ValidationError(stays_in_words(notice.reference, because.decided))
    if instead and (instead.programme_id != programme.pk or instead.pk == notice.pk):
        raise ValidationError({"instead": "Choose another notice of this programme."})
    given = {"reference": notice.reference, "reasons": reasons.strip(), "instead": instead}
    made = KeyNoticeWithdrawal(notice=notice, **given, withdrawn_on=day_of(at), withdrawn_by=by)
    made.full_clean(exclude=["entry"])
    check_public(programme.slug, {"reasons": made.reasons})
    details = {**given, "matter": notice.matter, "instead": instead and instead.reference, "withdrawn_on": str(made.withdrawn_on)}
    made.entry = record_of(programme, "key_notice_withdrawn", details, by, at)
    made.save(force_insert=True)
    for drawdown in relying_on(notice):
        tell(drawdown, Notice.Kind.KEY_NOTICE_GONE, at=at, by=by, about=notice)
    return made
