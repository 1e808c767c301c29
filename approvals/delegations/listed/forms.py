"""What the list of delegations is narrowed to."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import CharFilter

from approvals.delegations.models import Delegation
from display.lists.filters import ListFilters, OneOfFilter

Delegations = QuerySet[Delegation]


class DelegationFilters(ListFilters):
    words = CharFilter(label="Words of its title or text", method="with_words", max_length=200)
    ended = OneOfFilter(label="Last day", method="if_ended", choices=[("no", "Not passed"), ("yes", "Passed")])

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """`today` decides which have ended."""
        super().__init__(*args, **options)
        self.today = today

    def with_words(self, delegations: Delegations, name: str, words: str) -> Delegations:
        for word in words.split():
            delegations = delegations.filter(Q(title__icontains=word) | Q(text__icontains=word))
        return delegations

    def if_ended(self, delegations: Delegations, name: str, ended: str) -> Delegations:
        passed = Q(expires__lt=self.today)
        return delegations.filter(passed if ended == "yes" else ~passed)
