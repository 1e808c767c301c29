"""A moment of the past as it is typed."""

from datetime import datetime, time
from typing import Any

from django import forms

from costing.typed import NotUnderstood, parse_date
from phases.programmes.models import EARLIEST_YEAR


class MomentForm(forms.Form):
    """A moment of the past, from the address, not after `now`. A day means its end, today until now."""

    at = forms.CharField(
        label="Day, or day and time",
        help_text="For example 14 September 2016, or 2016-09-14 12:00",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": "Enter a day."},
    )

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now

    def clean_at(self) -> datetime:
        typed = self.cleaned_data["at"]
        try:
            moment = datetime.fromisoformat(typed)
        except ValueError:
            moment = _end_of(typed)
        else:
            if len(typed) <= len("2016-09-14"):
                moment = datetime.combine(moment.date(), time.max)
        if moment.year < EARLIEST_YEAR:
            raise forms.ValidationError(f"Enter a day after {EARLIEST_YEAR}.")
        if moment.date() > self.now.date():
            raise forms.ValidationError("This day is in the future: enter today or an earlier day.")
        return min(moment if moment.tzinfo else moment.replace(tzinfo=self.now.tzinfo), self.now)


def _end_of(typed: str) -> datetime:
    try:
        day = parse_date(typed, month_means="last")
    except NotUnderstood as error:
        raise forms.ValidationError(str(error)) from None
    if day is None:
        raise forms.ValidationError("Enter a day.")
    return datetime.combine(day, time.max)
