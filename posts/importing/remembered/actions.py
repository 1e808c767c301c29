"""Remembering how columns are read, and forgetting it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from costing.financial_year import FinancialYear
from posts.importing.remembered.rules import Chosen, as_json, shape_of
from posts.models import RememberedHeadings

SUBJECT = "council"


@transaction.atomic
def remember(
    *, headings: Sequence[str], chosen: Sequence[Chosen], years: Sequence[FinancialYear], by: User, at: datetime
) -> None:
    """Keep what was chosen for these headings, in place of what was chosen before; nothing chosen forgets it."""
    require(by, Permission.EDIT_LINES)
    shape, rows, first = shape_of(headings), as_json(chosen), [year.starts_in for year in years]
    if not rows:
        forget(shape=shape, by=by, at=at)
        return
    RememberedHeadings.objects.update_or_create(
        shape=shape, defaults={"headings": list(headings), "chosen": rows, "years": first, "by": by, "at": at}
    )
    details = {"headings": list(headings), "chosen": rows}
    record(action="headings_remembered", subject=SUBJECT, details=details, by=by, at=at)


@transaction.atomic
def forget(*, shape: str, by: User, at: datetime) -> None:
    """From now on blocks with these headings are read by their headings alone."""
    require(by, Permission.EDIT_LINES)
    found = RememberedHeadings.objects.select_for_update().filter(shape=shape).first()
    if found:
        found.delete()
        details = {"headings": found.headings, "chosen": found.chosen}
        record(action="headings_forgotten", subject=SUBJECT, details=details, by=by, at=at)
