"""What to look for in the audit record, and which part of it to export."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import CharFilter

from accounts.audit import queries
from accounts.audit.models import AuditEntry
from accounts.audit.wording.rules import in_words
from accounts.people.queries import people
from display.lists.filters import ListFilters, OneOfFilter, TypedDateFilter

MOST_ENTRIES = 2**63 - 1  # as the column holds

Entries = QuerySet[AuditEntry]


def _people() -> list[tuple[str, str]]:
    return [(queries.BY_THE_SYSTEM, "The system"), *((str(pk), name) for pk, name in people().values_list("pk", "name"))]


def _acts() -> list[tuple[str, str]]:
    return [(act, in_words(act)) for act in queries.acts_recorded()]


class AuditFilters(ListFilters):
    """Everything may stay empty. Days are the council's own, both included."""

    words = CharFilter(
        label="Words",
        method="with_words",
        max_length=200,
        help_text=f"One or two letters are looked for in the latest {queries.LATEST:,} entries only",
    )
    person = OneOfFilter(
        label="Person",
        method="done_by",
        choices=_people,
        empty_label="Anybody",
        error_messages={"invalid_choice": "There is no such person: choose one."},
    )
    action = OneOfFilter(
        label="What was done",
        choices=_acts,
        empty_label="Anything",
        error_messages={"invalid_choice": "Choose one of these acts."},
    )
    subject = CharFilter(label="What it was done to", method="done_to", help_text="Such as DD-0001", max_length=120)
    since = TypedDateFilter(label="From", method="done_from")
    until = TypedDateFilter(label="To", method="done_until", month_means="last")

    def with_words(self, entries: Entries, name: str, words: str) -> Entries:
        return entries.filter(queries.with_words(words))

    def done_by(self, entries: Entries, name: str, person: str) -> Entries:
        return entries.filter(queries.done_by(person))

    def done_to(self, entries: Entries, name: str, subject: str) -> Entries:
        return entries.filter(queries.done_to(subject))

    def done_from(self, entries: Entries, name: str, day: date) -> Entries:
        return entries.filter(queries.done_from(day))

    def done_until(self, entries: Entries, name: str, day: date) -> Entries:
        return entries.filter(queries.done_until(day))


class AuditRangeForm(forms.Form):
    """Which entries to export: all of them where both numbers are empty."""

    first = forms.IntegerField(label="From entry", required=False, min_value=1, max_value=MOST_ENTRIES)
    last = forms.IntegerField(label="To entry", required=False, min_value=1, max_value=MOST_ENTRIES)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")
        for field in self.fields.values():
            field.widget = forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric", "autocomplete": "off"})
            field.error_messages["invalid"] = "Enter the number of an entry, such as 120."

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("first"), typed.get("last")
        if first and last and last < first:
            self.add_error("last", "The last entry must not come before the first.")
        return typed
