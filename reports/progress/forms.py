"""From which day on changes are told."""

from django import forms

from display.fields import TypedDateField


class SinceForm(forms.Form):
    """From which day on changes are told, from the address. None is the usual day."""

    since = TypedDateField(label="What changed since", required=False)
