"""Reviews of findings: dismissed, overridden, taken up again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.audit.actions import record
from accounts.council import queries as council_queries
from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.models import Programme
from reports.checks.models import FindingReview
from reports.checks.queries import findings_of
from reports.checks.rules import Severity

Kind = FindingReview.Kind


class FindingGone(Exception):
    """The paper check does not find it any more: its figures have changed, or it is corrected."""


def permission_for(severity: str) -> Permission:
    """Who may review it. An error is overridden by who issues the paper, never by who entered the figure."""
    return Permission.OVERRIDE_FINDINGS if severity == Severity.ERROR else Permission.DISMISS_FINDINGS


@transaction.atomic
def review_finding(
    *, programme: Programme, fingerprint: str, reason: str, by: User, at: datetime, reopen: bool = False
) -> FindingReview:
    """Dismiss a warning or a note, override an error, or take up again what was reviewed, with a reason.

    Raises FindingGone where the check, made again now, has no such finding.
    """
    require(by, Permission.DISMISS_FINDINGS)
    Programme.objects.select_for_update().get(pk=programme.pk)
    programme.refresh_from_db()
    found = findings_of(programme, council_queries.council(), as_at=at)
    finding = next((each for each in found if each.fingerprint == fingerprint), None)
    if finding is None:
        raise FindingGone("This finding no longer applies: its figures have changed, or it has been corrected.")
    require(by, permission_for(finding.severity))
    kind = Kind.REOPENED if reopen else Kind.OVERRIDDEN if finding.severity == Severity.ERROR else Kind.DISMISSED
    review = FindingReview(
        programme=programme,
        rule=finding.rule,
        severity=finding.severity.value,
        fingerprint=fingerprint,
        text=finding.text,
        kind=kind,
        reason=reason,
        by=by,
        at=at,
    )
    review.full_clean()
    review.save(force_insert=True)
    details = {"rule": finding.rule, "finding": finding.text, "fingerprint": fingerprint, "reason": reason}
    record(action=f"finding_{kind.value}", subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    return review
