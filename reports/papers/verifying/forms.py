"""A file that may be one of our papers."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from display.forms import CarefulForm

LARGEST_PAPER = 20 * 1024 * 1024
"""Bytes of a file that is checked for being one of our papers."""


class VerifyForm(CarefulForm, forms.Form):
    """A PDF that somebody was given. It is only hashed."""

    is_new = True

    file = forms.FileField(
        label="PDF",
        help_text="Up to 20 MB. It is compared with the issued papers and not kept.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": "Choose a file."},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_PAPER:
            raise forms.ValidationError("This file is larger than 20 MB: no issued paper is that large.")
        return file
