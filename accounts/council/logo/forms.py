"""A logo to print in every paper."""

from typing import Any

from django import forms

from accounts.council.logo.rules import LARGEST, NotALogo, drawn_again
from display.forms import CarefulForm


class LogoField(forms.FileField):
    """A PNG, as it is kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".png"}), **options)

    def clean(self, data: Any, initial: Any = None) -> bytes:
        sent = super().clean(data, initial)
        try:
            return drawn_again(sent.read(LARGEST + 1))
        except NotALogo as error:
            raise forms.ValidationError(str(error)) from None


class LogoForm(CarefulForm, forms.Form):
    is_new = True

    logo = LogoField(
        label="Logo",
        help_text="PNG, up to 1 MB. It is printed 12 mm high at the top of the first page of each paper",
        error_messages={"required": "Choose a PNG file."},
    )
