"""What the lists of holders and of deputies are narrowed to."""

from datetime import date
from typing import Any, ClassVar

from django.db.models import Q
from django_filters import CharFilter

from accounts.offices.models import Terms
from display.lists.filters import ListFilters, OneOfFilter


class TermFilters(ListFilters):
    """`person` is the field that names who acts."""

    person: ClassVar[str]

    words = CharFilter(label="Name or office", method="with_words", max_length=200)
    standing = OneOfFilter(
        label="Today", method="standing_so", choices=[("in_force", "In force"), ("to_come", "To come"), ("ended", "Ended")]
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """`today` decides what is in force."""
        super().__init__(*args, **options)
        self.today = today

    def with_words(self, terms: Terms, name: str, words: str) -> Terms:
        for word in words.split():
            terms = terms.filter(Q(office__name__icontains=word) | Q(**{f"{self.person}__name__icontains": word}))
        return terms

    def standing_so(self, terms: Terms, name: str, standing: str) -> Terms:
        match standing:
            case "in_force":
                return terms.on(self.today)
            case "to_come":
                return terms.not_ended(self.today).filter(since__gt=self.today)
            case _:
                return terms.exclude(pk__in=terms.not_ended(self.today).order_by().values("pk"))


class HolderFilters(TermFilters):
    person = "holder"


class DeputyFilters(TermFilters):
    person = "deputy"
