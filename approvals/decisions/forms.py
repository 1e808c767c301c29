"""Forms of the decision record, its publication, and call-in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from accounts.text.rules import visible_text
from approvals.decisions.models import CallIn, DecisionRecord
from approvals.decisions.rules import Elsewhere
from display.fields import TypedDateField
from display.forms import CarefulForm, EditForm

_YES_NO = [("True", "Yes"), ("False", "No")]


class RecordForm(EditForm):
    """What a clerk settles: no act says it."""

    call_in_applies = forms.TypedChoiceField(
        label="Open to call-in",
        choices=_YES_NO,
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = DecisionRecord
        fields = ["call_in_applies", "call_in_reason"]
        widgets = {"call_in_reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"call_in_reason": "Needed where it is not open to call-in, for example agreed urgency"}


class PublishForm(CarefulForm, forms.Form):
    """Whether it could be read elsewhere before.

    `shown` is the hash of the record as the page shows it: a change since is seen before it is published.
    """

    before_on = TypedDateField(
        label="The day it could first be read elsewhere",
        required=False,
        help_text="Only if it was published elsewhere before, such as 22 July 2016",
    )
    before_at = forms.URLField(
        label="Its address there",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="Anybody can check it there. The days of call-in are counted from today all the same.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, shown: str) -> None:
        super().__init__(data)
        self.shown = shown
        self.prepare()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        on, address = cleaned.get("before_on"), cleaned.get("before_at")
        if on and not address and "before_at" not in self.errors:
            self.add_error("before_at", "Enter the address at which it could be read.")
        if address and not on and "before_on" not in self.errors:
            self.add_error("before_on", "Enter the day since which it could be read there.")
        return cleaned

    @property
    def elsewhere(self) -> Elsewhere | None:
        on = self.cleaned_data["before_on"]
        return Elsewhere(on, self.cleaned_data["before_at"]) if on else None

    def is_stale(self) -> bool:
        if self.data.get("shown") == self.shown:
            return False
        self.add_error(None, "Somebody changed this record after you opened the page. Look at it again before you publish it.")
        return True


class CallInForm(CarefulForm, forms.Form):
    called_in_on = TypedDateField(label="Date", help_text="Such as 20 July 2016")
    called_in_by = forms.CharField(
        label="Called in by",
        max_length=200,
        validators=[visible_text],
        help_text="The committee, or the members who asked for it",
    )
    reasons = forms.CharField(label="Reasons", widget=forms.Textarea, validators=[visible_text])

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"called_in_on": today})
        self.prepare()


class OutcomeForm(CarefulForm, forms.Form):
    outcome = forms.ChoiceField(label="Outcome", choices=CallIn.Outcome.choices, widget=forms.RadioSelect)
    outcome_on = TypedDateField(label="Date of the outcome", help_text="Such as 20 July 2016")
    outcome_text = forms.CharField(label="What was decided, and by whom", widget=forms.Textarea, validators=[visible_text])
    effective_on = TypedDateField(
        label="If it stands: the day it takes effect", required=False, help_text="Leave it blank for the date of the outcome"
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"outcome_on": today})
        self.prepare()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        outcome, effective, on = (cleaned.get(name) for name in ("outcome", "effective_on", "outcome_on"))
        if outcome == CallIn.Outcome.OVERTURNED and effective:
            self.add_error("effective_on", "A decision that is overturned does not take effect: leave this blank.")
        if outcome == CallIn.Outcome.STANDS and effective and on and effective < on:
            self.add_error("effective_on", "It cannot take effect before the outcome.")
        return cleaned

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Every field as it was typed, to be sent again from the check page."""
        return [(name, self.data.get(name, "")) for name in self.fields]

    @property
    def overturns(self) -> bool:
        return self.cleaned_data["outcome"] == CallIn.Outcome.OVERTURNED

    @property
    def takes_effect(self) -> date:
        """When a decision that stands takes effect."""
        day: date = self.cleaned_data["effective_on"] or self.cleaned_data["outcome_on"]
        return day
