"""Keeping a form that was sent without a session."""

from datetime import datetime

from django.db import transaction

from accounts.people.models import User
from accounts.unsaved.models import UnsavedForm
from accounts.unsaved.rules import KEPT_FOR, MOST_KEPT, Pairs, may_be_kept


@transaction.atomic
def keep(*, address: str, fields: Pairs, has_files: bool, by: User, at: datetime) -> UnsavedForm | None:
    """Keep it for the person, for a day; None where it may not be kept (see `may_be_kept`).

    No audit entry: nothing of the council's is changed, and what is not sent again was never said.
    """
    if not by.is_active or not may_be_kept(address, fields):
        return None
    kept = UnsavedForm.objects.create(person=by, address=address, fields=fields, has_files=has_files, at=at)
    newest = by.unsaved_forms.order_by("-at", "key").values("pk")[:MOST_KEPT]
    by.unsaved_forms.exclude(pk__in=[row["pk"] for row in newest]).delete()
    return kept


def discard(*, form: UnsavedForm, by: User) -> None:
    """The person does not want it any more."""
    by.unsaved_forms.filter(pk=form.pk).delete()


def discard_old(at: datetime) -> None:
    """What is older than a day goes, whoever typed it."""
    UnsavedForm.objects.filter(at__lt=at - KEPT_FOR).delete()
