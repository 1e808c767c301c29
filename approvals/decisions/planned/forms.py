"""The form of a planned publication."""

from collections.abc import Mapping
from typing import Any

from django import forms

from display.fields import TypedDateField
from display.forms import CarefulForm


class PlanForm(CarefulForm, forms.Form):
    """`shown` is the hash of the record as the page shows it: a change since is seen before it is planned."""

    on = TypedDateField(
        label="Day of publication", help_text="Such as 3 October 2016. It is published on the morning of that day."
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, shown: str) -> None:
        super().__init__(data)
        self.shown = shown
        self.prepare()

    def is_stale(self) -> bool:
        if self.data.get("shown") == self.shown:
            return False
        self.add_error(None, "Somebody changed this record after you opened the page. Look at it again before you plan it.")
        return True
