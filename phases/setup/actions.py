"""Removing a part of a programme that nothing stands on."""

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import F

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.funding.models import ExcludedItem, FundingSource
from phases.programmes.actions import keep_past, kind_of, locked, past_of
from phases.programmes.models import Phase, Programme


class StillNeeded(Exception):
    """Something else stands on it, so it was not removed. Its text is a sentence for the user."""


@transaction.atomic
def remove_part(*, part: Phase | FundingSource | ExcludedItem, by: User, at: datetime) -> None:
    """Remove a phase, funding source or excluded item that nothing stands on. Raises StillNeeded."""
    require(by, Permission.SET_UP_PROGRAMMES)
    programme, name = locked(part.programme), kind_of(part)
    until = past_of(part)
    try:
        with transaction.atomic():
            part.delete()
    except models.ProtectedError as error:
        kinds = sorted({str(needed._meta.verbose_name_plural) for needed in error.protected_objects})
        raise StillNeeded(f"{part} was not removed: {' and '.join(kinds)} belong to it. Move or remove them first.") from None
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != "funding_source_of_a_line_stays":  # type: ignore[union-attr]
            raise
        raise StillNeeded(f"{part} was not removed: it pays for lines. Let other sources pay for them first.") from None
    entry = record(action=f"{name}_removed", subject=f"programme:{programme.slug}", details={name: str(part)}, by=by, at=at)
    keep_past(programme, until, entry)
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
