"""What the clerk enters of a dispensation."""

from django import forms

from accounts.models import User
from accounts.text.rules import visible_text
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.questions.actions import Granted
from display.fields import TypedDateField


class DispensationForm(ActForm):
    """That somebody with an interest may take part: to whom, by whom, when and what it allows."""

    member = forms.CharField(label="Given to", max_length=160, validators=[visible_text])
    giver = forms.ModelChoiceField(
        label="Given by",
        help_text="Not the person who decides on this drawdown",
        queryset=User.objects.filter(is_active=True).order_by("name"),
    )
    given_on = TypedDateField(label="Date")
    text = forms.CharField(label="What it allows, and why", widget=forms.Textarea, validators=[visible_text])

    @property
    def granted(self) -> Granted:
        given = self.cleaned_data
        return Granted(given["member"], given["giver"], given["given_on"], given["text"])
