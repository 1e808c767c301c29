"""Which papers a pack holds, for which meeting."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django_filters import CharFilter

from accounts.text.rules import visible_text
from display.fields import TypedDateField
from display.forms import CarefulForm
from display.lists.filters import ListFilters, OneOfFilter
from phases.bodies.forms import BODIES
from phases.models import Body, Programme
from reports.papers.background.models import Rendering
from reports.requests.rules import PackItem, PackRequest


class PackRow(NamedTuple):
    """One paper that a pack may hold, as the page shows it."""

    item: PackItem
    chosen: bool
    place: str
    error: str


def _as_numbered(item: PackItem) -> list[str]:
    """By which titles are in order: Appendix 3 before Appendix 10."""
    return [part.zfill(9) if part.isdecimal() else part for part in re.split(r"(\d+)", item.title)]


class PackForm(CarefulForm, forms.Form):
    """For which meeting a pack is, and which of these papers are in it. `cleaned_data["items"]` are in their order.

    The place of the paper with the key `paper-3` comes as `place-paper-3`. Papers without a place follow those with one.
    """

    is_new = True

    title = forms.CharField(label="Title", max_length=200, validators=[visible_text])
    committee = forms.ModelChoiceField(
        label="Committee", queryset=Body.objects.all(), to_field_name="name", empty_label="Choose the committee", help_text=BODIES
    )
    meeting_date = TypedDateField(label="Date of the meeting")
    agenda_item = forms.CharField(label="Agenda item", max_length=30, required=False, validators=[visible_text])
    items = forms.MultipleChoiceField(
        label="Papers", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one paper."}
    )

    def __init__(self, data: Any, *, programme: Programme, items: Sequence[PackItem]) -> None:
        usual = {
            "title": programme.name,
            "committee": programme.committee and programme.committee.name,
            "meeting_date": programme.meeting_date,
        }
        super().__init__(data, initial=usual)
        self.offered = {item.key: item for item in items}
        self.misplaced: dict[str, str] = {}
        self.fields["items"].choices = [(item.key, item.title) for item in items]  # type: ignore[attr-defined]
        usual_items = [item for item in items if not item.superseded and item.meeting == self._first_meeting(items)]
        self.usual = self.initial["items"] = [item.key for item in sorted(usual_items, key=_as_numbered)]
        self.prepare()
        self.fields["items"].error_messages["required"] = "Choose at least one paper."

    def request(self, part: int) -> PackRequest:
        """What is asked for, as it was typed and put in order."""
        given = self.cleaned_data
        meeting = given["committee"], given["meeting_date"], given["agenda_item"]
        return PackRequest(given["title"], *meeting, part, tuple(given["items"]))

    @staticmethod
    def _first_meeting(items: Sequence[PackItem]) -> str:
        """Papers of the meeting for which one was issued last are chosen beforehand."""
        return next((item.meeting for item in items if not item.superseded), "")

    @property
    def rows(self) -> list[PackRow]:
        chosen = self["items"].value() or []
        usual = {} if self.is_bound else {key: str(place) for place, key in enumerate(self.usual, start=1)}
        return [
            PackRow(item, key in chosen, self.data.get(f"place-{key}", usual.get(key, "")), self.misplaced.get(key, ""))
            for key, item in self.offered.items()
        ]

    def clean_committee(self) -> str:
        """A pack keeps the name, as it is printed."""
        return str(self.cleaned_data["committee"])

    def clean_items(self) -> list[PackItem]:
        places = {key: self._place(key) for key in self.cleaned_data["items"]}
        if self.misplaced:
            raise forms.ValidationError("Number the papers 1, 2, 3 and so on.")
        return [self.offered[key] for key in sorted(self.offered.keys() & places, key=lambda key: (places[key], self._rank(key)))]

    def _rank(self, key: str) -> int:
        return list(self.offered).index(key)

    def _place(self, key: str) -> int:
        """The typed place; after every other where there is none."""
        typed = self.data.get(f"place-{key}", "").strip()
        if typed and not (typed.isascii() and typed.isdecimal() and len(typed) < 4):
            self.misplaced[key] = "Enter a whole number, like 2."
        return int(typed) if typed and key not in self.misplaced else 1000


class PackFilters(ListFilters):
    words = CharFilter(label="Title", field_name="title", lookup_expr="icontains", max_length=200)
    state = OneOfFilter(label="Status", choices=Rendering.State.choices)
