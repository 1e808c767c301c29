"""The form of an act for which nothing is typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from display.forms import CarefulForm


class ConfirmForm(CarefulForm, forms.Form):
    """What is confirmed is what the page showed, no more: `seen` are its figures."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, seen: Sequence[object]) -> None:
        super().__init__(data, initial={"seen": repr(tuple(seen))})  # a list would be compared whatever its order
        self.prepare()

    def is_stale(self) -> bool:
        if self.data.get("made_on") == self.made_on:
            return False
        self.is_valid()
        self.add_error(
            None, "What is drawn has changed since you opened the page. Check the figures as they are now, then confirm again."
        )
        return True
