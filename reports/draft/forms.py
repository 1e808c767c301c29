"""A draft paper as it is sent or pasted."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from reports.draft.rules.reading import Unreadable, read_pasted, read_upload, refuse_size
from reports.draft.rules.text import Draft


class DraftForm(forms.Form):
    """A draft paper: a file, or its text. `cleaned_data["draft"]` is what was read of it; nothing is stored."""

    file = forms.FileField(
        label="Word document, or a paper made here",
        help_text="A .docx or .odt file, or a PDF made here, up to 10 MB. If you choose a file, the box below is ignored.",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".docx,.odt,.pdf,.txt"}),
    )
    text = forms.CharField(
        label="Or the text of the paper",
        help_text="Copied from Word, tables and all.",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "draft-text", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Raises nothing: what cannot be read is a message at its field."""
        cleaned = super().clean() or {}
        upload: UploadedFile | None = cleaned.get("file")
        try:
            cleaned["draft"] = _draft_in(upload) if upload else read_pasted(cleaned.get("text", ""))
        except Unreadable as error:
            self.add_error("file" if upload or not cleaned.get("text") else "text", str(error))
        return cleaned


def _draft_in(upload: UploadedFile) -> Draft:
    refuse_size(upload.size or 0)
    return read_upload(upload.read())
