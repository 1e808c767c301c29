"""A file sent as a paper of a drawdown."""

import os
import unicodedata
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from approvals.drawdowns.papers.actions import Upload
from approvals.drawdowns.papers.rules import KINDS, LARGEST, NotAPaper, media_type, megabytes
from display.forms import CarefulForm

FILES = "PDF, Word, Excel, ODT, CSV, text, PNG, JPEG or e-mail (.eml, .msg), up to 10 MB"
ACCEPTED = ",".join(f".{ending}" for ending in KINDS)


class PaperField(forms.FileField):
    """One file, as the Upload that the actions take, checked by its name and by what it holds."""

    def __init__(self, **options: Any) -> None:
        # Django's own check of an empty file names no file: ours does.
        super().__init__(allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPTED}), **options)

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        sent: UploadedFile | None = super().clean(data, initial)
        return _read(sent) if sent else None


def _read(sent: UploadedFile) -> Upload:
    name = _tidy(sent.name or "")
    if (sent.size or 0) > LARGEST:  # not even read into memory
        raise forms.ValidationError(f"{name} has {megabytes(sent.size or 0)} MB: a file may have up to {LARGEST // 1024**2} MB.")
    upload = Upload(name, sent.read())
    try:
        media_type(upload.name, upload.content)
    except NotAPaper as error:
        raise forms.ValidationError(str(error)) from None
    return upload


def _tidy(name: str) -> str:
    """Without folders, and in one way of writing accents: what looks the same is the same name."""
    return unicodedata.normalize("NFC", os.path.basename(name.replace("\\", "/"))).strip()


class PaperForm(CarefulForm, forms.Form):
    """Attach one paper."""

    file = PaperField(
        label="File",
        help_text=FILES,
        error_messages={"required": "Choose a file."},
    )
