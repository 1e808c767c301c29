"""A file sent as a paper of a drawdown."""

from django import forms

from display.forms import CarefulForm
from display.uploads import FILES, UploadField


class PaperForm(CarefulForm, forms.Form):
    """Attach one paper."""

    file = UploadField(
        label="File",
        help_text=FILES,
        error_messages={"required": "Choose a file."},
    )
