"""The filters of a list: django-filter declares them, our fields read what was typed."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, Filter, FilterSet

from display.fields import FinancialYearField, TypedDateField

MOST_LAID_OUT = 200
"""So many forms are kept as they were laid out."""

_laid_out: dict[tuple[Any, ...], SafeString] = {}


class FilterForm(forms.Form):
    """What was asked for in the address. A first day `since` may not come after the last, `until`."""

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        since, until = typed.get("since"), typed.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must not come before the first.")
        return typed


class ListFilters(FilterSet):
    """Always bound: an empty address narrows nothing. What is not understood finds nothing, and says so at its field."""

    offers_the_same: ClassVar[bool] = False
    """Whether the choices of all its fields hang on nothing that is stored, and on no person."""

    class Meta:
        form = FilterForm

    @property
    def found(self) -> QuerySet[Any]:
        return self.qs if self.form.is_valid() else self.queryset.none()

    @property
    def html(self) -> SafeString:
        """The fields with what was typed. Where they always offer the same, they are laid out once for what was typed."""
        if not self.offers_the_same or self.form.errors:
            return SafeString(self.form)
        typed = (type(self), *(str(self.form[name].value() or "") for name in self.form.fields))
        if typed not in _laid_out:
            if len(_laid_out) >= MOST_LAID_OUT:
                _laid_out.clear()
            _laid_out[typed] = SafeString(self.form)
        return _laid_out[typed]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for, understood or not."""
        return bool(self.form.errors) or any(self.form.cleaned_data.values())


class NoFilters(ListFilters):
    """Of a list that is short enough to be read."""


class TypedDateFilter(Filter):
    """A day as people type it. `month_means="last"` for a last day."""

    field_class = TypedDateField


class FinancialYearFilter(Filter):
    """A financial year as people type it."""

    field_class = FinancialYearField


class TickFilter(Filter):
    """A box to tick. Its method is called with False too."""

    field_class = forms.BooleanField


class OneOfFilter(ChoiceFilter):
    """One of the choices, or all; another value gets a message."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("empty_label", "All")
        options.setdefault("error_messages", {"invalid_choice": "Choose one of these."})
        super().__init__(*arguments, **options)
