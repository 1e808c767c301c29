"""The form of a correction."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.text.rules import visible_text
from approvals.decisions.corrections.actions import Corrected
from approvals.decisions.corrections.models import Correction
from display.forms import CarefulForm

_OF_A_CLERK = [choice for choice in Correction.Kind.choices if choice[0] != Correction.Kind.TEXT]
"""The text as decided goes to who signed, as another wording."""


class CorrectionForm(CarefulForm, forms.Form):
    """`shown` is the number it would have: a correction that came first is seen before this one is published."""

    kind = forms.ChoiceField(label="Part of the record", choices=_OF_A_CLERK, widget=forms.RadioSelect)
    wrong = forms.CharField(
        label="Text in the record",
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[visible_text],
        help_text="Word for word, as it was published.",
    )
    right = forms.CharField(label="Correct text", widget=forms.Textarea(attrs={"rows": 4}), validators=[visible_text])

    def __init__(self, data: Mapping[str, Any] | None = None, *, number: int) -> None:
        super().__init__(data)
        self.shown = str(number)
        self.prepare()

    @property
    def said(self) -> Corrected:
        typed = self.cleaned_data
        return Corrected(Correction.Kind(typed["kind"]), _lines(typed["wrong"]), _lines(typed["right"]))

    def is_stale(self) -> bool:
        if self.data.get("shown") == self.shown:
            return False
        self.add_error(None, "Somebody published another correction after you opened the page. Read it before you publish yours.")
        return True


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
