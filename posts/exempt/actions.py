"""What is exempt information, written down."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.models import Programme
from posts.exempt.models import LineExemption
from posts.exempt.queries import check_public, exempt_among
from posts.models import CostLine


@transaction.atomic
def exempt_line(*, line: CostLine, paragraph: int | None, reason: str, by: User, at: datetime, field: str = "") -> LineExemption:
    """Keep a line, or a field of it, out of Part 1 under a paragraph of Schedule 12A; or, with none, let it be published.

    Raises ValidationError where the reason, which is printed in both parts, says what is exempt.
    """
    require(by, Permission.ISSUE_PAPERS)
    programme = Programme.objects.select_for_update().get(pk=line.programme_id)
    given = {"field": field, "paragraph": paragraph, "reason": reason}
    exemption = LineExemption(programme=programme, line_id=line.pk, **given, by=by, at=at)
    exemption.full_clean()
    exemption.save(force_insert=True)
    check_public(programme.slug, {"reason": reason})
    details = {"line": line.pk, "title": line.title, **given}
    action = "line_exempted" if paragraph else "line_made_public"
    record(action=action, subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    return exemption


@transaction.atomic
def copy_exemptions(*, copied: Mapping[int, int], into: Programme, by: User, at: datetime) -> None:
    """What is exempt of lines is exempt of their copies too, under the same paragraph and for the same reason.

    `copied` gives the number of each copy by that of its line. Whoever may copy lines may keep a secret: nothing is published.
    """
    require(by, Permission.EDIT_LINES)
    programmes = set(LineExemption.objects.filter(line_id__in=copied).values_list("programme", flat=True))
    marks = [
        LineExemption(
            programme=into, line_id=copied[line], field=field, paragraph=mark.paragraph, reason=mark.reason, by=by, at=at
        )
        for (line, field), mark in exempt_among(copied, programmes).items()
    ]
    if not marks:
        return
    LineExemption.objects.bulk_create(marks)
    details = {"exempt": [{"line": mark.line_id, "field": mark.field, "paragraph": mark.paragraph} for mark in marks]}
    record(action="exemptions_copied", subject=f"programme:{into.slug}", details=details, by=by, at=at)
    Programme.objects.filter(pk=into.pk).update(version=F("version") + 1)
