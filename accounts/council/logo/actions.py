"""Changing the council's logo."""

from datetime import datetime

from django.db import transaction

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.council.logo.models import CouncilLogo
from accounts.people.models import User
from accounts.permissions.rules import Permission, require
from costing.frozen import digest


@transaction.atomic
def change_logo(*, content: bytes, by: User, at: datetime) -> None:
    """Print this PNG, as `rules.drawn_again` writes it, in every paper from now on; none where it is empty.

    Papers that are issued stay as they are. The same logo again changes nothing. Raises PermissionDenied.
    """
    require(by, Permission.CHANGE_SETTINGS)
    CouncilLogo.objects.get_or_create(pk=1)
    kept = CouncilLogo.objects.select_for_update().get(pk=1)
    changed = changes({"logo": _named(bytes(kept.content))}, {"logo": _named(content)})
    if changed:
        kept.content = content
        kept.save()
        record(action="council_logo_changed", subject="council", details=changed, by=by, at=at)


def _named(content: bytes) -> str:
    """As the audit record names it: by its SHA-256, "" for none."""
    return digest(content) if content else ""
