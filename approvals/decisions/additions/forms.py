"""The form of an addition to the record."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.text.rules import visible_text
from approvals.decisions.additions.models import RecordAddition
from display.forms import CarefulForm


class AdditionForm(CarefulForm, forms.Form):
    is_new = True

    kind = forms.ChoiceField(label="Kind of addition", choices=RecordAddition.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Text",
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[visible_text],
        help_text="It is printed in the record with your name and the day.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, kind: str = "") -> None:
        super().__init__(data, initial={"kind": kind} if kind in RecordAddition.Kind.values else None)
        self.prepare()
