"""Forms of another wording: to put it forward, and to answer it."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.text.rules import visible_text
from approvals.decisions.models import DecisionRecord
from approvals.decisions.rewording.models import Rewording
from display.forms import CarefulForm


class RewordingForm(CarefulForm, forms.Form):
    is_new = True  # one wording waits at a time, and it is put against the text as it stands: the action asks for both

    text = forms.CharField(label="Text as decided", widget=forms.Textarea(attrs={"rows": 9}), validators=[visible_text])
    reasons = forms.CharField(
        label="Why the text must differ",
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[visible_text],
        help_text="The decision maker reads it, and confirms or refuses the text.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, record: DecisionRecord) -> None:
        self.earlier = record.text_resolved
        super().__init__(data, initial={"text": self.earlier})
        self.prepare()

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if text == self.earlier:
            raise forms.ValidationError("This is the text as it stands: change it.")
        return text


class RewordingAnswerForm(CarefulForm, forms.Form):
    is_new = True

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[
            (Rewording.Answer.CONFIRMED.value, "Confirm: this is what I decided"),
            (Rewording.Answer.REFUSED.value, "Refuse: the text stays as it was signed"),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.prepare()
