"""The form of the council's settings."""

from django import forms

from accounts.council.models import Council
from accounts.text.rules import visible_text
from display.fields import TypedAmountField
from display.forms import EditForm

KEY = ["key_amount", "key_wards"]
NUMBERS = ["consultation_days", "overdue_days", "call_in_days", "record_years", "papers_years"]


class CouncilForm(EditForm):
    """The council's name, colour and table settings, and the days and years it counts."""

    broken_rules = {
        "council_days_in_range": (None, "Working days are from 1 to 60."),
        "council_key_thresholds_in_range": (None, "The amount is more than £0, and the number of wards from 1 to 99."),
        "council_years_in_range": (None, "Years to keep records are from 1 to 99."),
    }

    key_amount = TypedAmountField(
        label="Key decision from this amount in a year",
        help_text="As your constitution says, such as £500,000. Leave it blank if it names no amount",
        required=False,
    )
    name = forms.CharField(label="Name of the council", max_length=120, validators=[visible_text])

    class Meta:
        model = Council
        fields = [
            "name",
            "colour",
            "unit",
            "rounding",
            "basis",
            "credit_style",
            "show_team_subtotals",
            "overdue_office",
            *NUMBERS,
            *KEY,
        ]
        widgets = {
            "unit": forms.RadioSelect,
            "rounding": forms.RadioSelect,
            "basis": forms.RadioSelect,
            "credit_style": forms.RadioSelect,
            **{
                name: forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"})
                for name in (*NUMBERS, "key_wards")
            },
        }
        help_texts = {
            "consultation_days": "After this time a consultation counts as done, even if an office has not answered",
            "overdue_office": "Such as the Monitoring Officer. The office itself and its deputies are reminded first",
            "overdue_days": "Counted from the day on which the answer was due",
            "call_in_days": "The day of publication is day 0; weekends and bank holidays do not count",
            "record_years": "From the day of the decision",
            "papers_years": "From the day of the decision",
            "key_wards": "As your constitution says, such as 2. Leave it blank if it names no number",
            "colour": "As # and six digits or letters a to f, such as #1d4f5f. Text colour is chosen for contrast.",
            "rounding": "How a total in £'000 is worked out",
            "basis": "How the share of a year is counted; each programme may choose its own",
        }
        labels = {"unit": "Unit of the committee table", "rounding": "Totals"}
