"""The form of a withdrawal from publication."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.text.rules import visible_text
from display.forms import CarefulForm


class WithdrawalForm(CarefulForm, forms.Form):
    is_new = True  # what is withdrawn stays as it is, and is withdrawn once: the action asks for it

    paragraph = forms.ChoiceField(
        label="Paragraph of Schedule 12A under which it is exempt",
        choices=[
            ("", ""),
            *[(number, f"Paragraph {number}") for number in "1234567"],
        ],
    )
    reasons = forms.CharField(
        label="Reason for the withdrawal",
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[visible_text],
        help_text="The public reads it: do not say what is exempt. For example: it named a member of staff.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.prepare()
