"""Reads about forms that were sent without a session."""

from datetime import datetime

from accounts.people.models import User
from accounts.unsaved.models import UnsavedForm
from accounts.unsaved.rules import KEPT_FOR


def unsaved_of(person: User, key: str, at: datetime) -> UnsavedForm | None:
    """The person's own form of this key, kept within the last day; None for another's, and for one that is gone."""
    return person.unsaved_forms.filter(pk=key, at__gte=at - KEPT_FOR).first()
