"""The filters of the register, and of the public's list."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from approvals.decisions.queries import URGENT, decided_by, in_public_words, in_words
from approvals.models import DecisionRecord
from display.fields import TypedDateField
from phases.models import Programme

_KEY = [("", "All"), ("yes", "Key decisions"), ("no", "Not key"), ("urgent", "Urgent (regulation 10 or 11)")]
_PUBLISHED = [("", "All"), ("yes", "Published"), ("no", "Not published")]
_OF_KIND = {"yes": Q(is_key=True), "no": Q(is_key=False), "urgent": Q(notice_route__in=URGENT)}
_IF_PUBLISHED = {"yes": Q(published_on__isnull=False), "no": Q(published_on__isnull=True)}


class RegisterForm(forms.Form):
    """Read from the address: what is not understood filters nothing, and says so at its field."""

    words = forms.CharField(label="Words", required=False, max_length=200)
    programme = forms.ChoiceField(label="Programme", required=False)
    maker = forms.ChoiceField(label="Decision maker", required=False)
    since = TypedDateField(label="Decided from", required=False)
    until = TypedDateField(label="Decided up to", required=False, month_means="last")
    kind = forms.ChoiceField(label="Kind", required=False, choices=_KEY)
    published = forms.ChoiceField(label="Published", required=False, choices=_PUBLISHED)

    def __init__(
        self, data: Mapping[str, Any], *, programmes: Sequence[Programme], makers: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["programme"].choices = [("", "All"), *((each.slug, each.name) for each in programmes)]  # type: ignore[attr-defined]
        self.fields["maker"].choices = [("", "All"), *makers]  # type: ignore[attr-defined]

    def filtered(self, records: QuerySet[DecisionRecord]) -> QuerySet[DecisionRecord]:
        self.is_valid()
        chosen = self.cleaned_data
        found = records.filter(in_words(chosen.get("words", "")))
        if chosen.get("programme"):
            found = found.filter(drawdown__programme__slug=chosen["programme"])
        if chosen.get("maker"):
            found = found.filter(decided_by(chosen["maker"]))
        if chosen.get("since"):
            found = found.filter(decided_on__gte=chosen["since"])
        if chosen.get("until"):
            found = found.filter(decided_on__lte=chosen["until"])
        return found.filter(_OF_KIND.get(chosen.get("kind", ""), Q()), _IF_PUBLISHED.get(chosen.get("published", ""), Q()))


class PublicForm(forms.Form):
    """Read from the address, by anybody."""

    words = forms.CharField(label="Words", required=False, max_length=200)
    year = forms.ChoiceField(label="Year of publication", required=False)

    def __init__(self, data: Mapping[str, Any], *, years: Sequence[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [("", "All"), *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]

    def filtered(self, records: QuerySet[DecisionRecord]) -> QuerySet[DecisionRecord]:
        self.is_valid()
        found = records.filter(in_public_words(self.cleaned_data.get("words", "")))
        year = self.cleaned_data.get("year")
        return found.filter(published_on__year=int(year)) if year else found
