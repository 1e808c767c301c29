"""The acts of what tests made without any: `verify_audit` asks what explains each row that gives power."""

from typing import Any

from django.db import transaction

from accounts.audit.actions import record
from accounts.models import AuditEntry, DeputyAppointment, Office, OfficeHolding, User
from approvals.delegations.queries import said_of
from approvals.models import Delegation
from costing.measure import stored
from phases.models import ApprovalLimit, Authorisation
from phases.programmes.actions import plain
from tests.making import NOON


@transaction.atomic
def explain() -> None:
    """Write the acts that would have made what no act has made yet."""
    for user in User.objects.exclude(roles=[]):
        _act("person_added", f"person:{user.pk}", {"roles": user.roles, "kind": user.kind})
    for office in Office.objects.all():
        facts = {name: getattr(office, name) for name in ("name", "kind", "statutory_role")}
        _act("office_added", f"office:{office.slug}", facts)
    for each in OfficeHolding.objects.select_related("office", "holder"):
        days = {"since": each.since, "until": each.until}
        _act("office_taken", f"office:{each.office.slug}", {"holder": each.holder.email, **days})
    for each in DeputyAppointment.objects.select_related("office", "deputy"):
        days = {"since": each.since, "until": each.until}
        _act("deputy_appointed", f"office:{each.office.slug}", {"deputy": each.deputy.email, "authority": each.authority, **days})
    for each in Delegation.objects.select_related("programme"):
        _act("delegation_recorded", f"programme:{each.programme.slug}", said_of(each))
    for each in Authorisation.objects.select_related("programme"):
        limits = {stored(limit.financial_year).key: str(limit.decided) for limit in each.limits.all() if limit.decided}
        details = {"authorisation": each.title, "changed": {"limits": limits}}
        _act("authorisation_added", f"programme:{each.programme.slug}", details)
    for each in ApprovalLimit.objects.select_related("approver"):
        facts = {name: plain(getattr(each, name)) for name in ("measure", "instrument", "starts", "ends")}
        details = {"approver": each.approver.name, "up_to": plain(each.amount), **facts}
        _act("approval_limit_added", f"approval_limit:{each.pk}", details)


_NAMED_BY = ("holder", "deputy", "delegation", "authorisation")


def _act(action: str, subject: str, details: dict[str, Any]) -> None:
    found = AuditEntry.objects.filter(action=action, subject=subject)
    for name in _NAMED_BY:
        if name in details:
            found = found.filter(content__contains=f'"{name}":"{details[name]}"')
    if not found.exists():
        record(action=action, subject=subject, details=details, by=None, at=NOON)
