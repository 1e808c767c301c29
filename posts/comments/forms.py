"""What is said about a line, and why it is withdrawn; a file to attach."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms

from accounts.text.rules import visible_text
from display.forms import CarefulForm
from display.uploads import FILES, UploadField


class CommentForm(CarefulForm, forms.Form):
    is_new = True

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = forms.CharField(
        label="Comment",
        help_text="Everybody who may read this line can read it. It is never printed in a paper.",
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[visible_text],
    )

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, initial={"key": uuid4().hex})
        self.prepare()


class WithdrawForm(CarefulForm, forms.Form):
    is_new = True

    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}), validators=[visible_text])

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data)
        self.prepare()


class FileForm(CarefulForm, forms.Form):
    is_new = True

    file = UploadField(label="File", help_text=FILES, error_messages={"required": "Choose a file."})
