"""Forms about people and the council's settings."""

from typing import Any

from django import forms

from accounts.models import Council, User
from accounts.permissions import Role
from accounts.validators import visible_text
from improvement_budget.display.forms import EditForm

TAKEN = "Somebody with this e-mail address can sign in already."


class PersonForm(EditForm):
    """A person's name, job and roles. Roles are ticked, never typed."""

    broken_rules = {"accounts_user_email_key": ("email", TAKEN)}

    name = forms.CharField(label="Full name", max_length=120, validators=[visible_text])
    job_title = forms.CharField(label="Job title", max_length=120, required=False, validators=[visible_text])
    roles = forms.MultipleChoiceField(
        label="Roles",
        help_text="Whoever enters costs cannot record decisions, and the other way round, unless one person has both roles",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ["email", "name", "job_title", "roles"]
        error_messages = {"email": {"unique": TAKEN}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].error_messages["required"] = "Choose at least one role."

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class ChangePersonForm(PersonForm):
    """As PersonForm; the e-mail address stays, because records name it."""

    is_active = forms.BooleanField(label="Can sign in", required=False)

    class Meta(PersonForm.Meta):
        fields = ["name", "job_title", "roles", "is_active"]


class CouncilForm(EditForm):
    """The council's name, colour and table settings."""

    name = forms.CharField(label="Name of the council", max_length=120, validators=[visible_text])

    class Meta:
        model = Council
        fields = ["name", "colour", "unit", "rounding", "basis", "credit_style", "show_team_subtotals"]
        widgets = {
            "unit": forms.RadioSelect,
            "rounding": forms.RadioSelect,
            "basis": forms.RadioSelect,
            "credit_style": forms.RadioSelect,
        }
        help_texts = {
            "colour": "As # and six digits or letters a to f, such as #1d4f5f. Text on it is white or black, as reads better.",
            "rounding": "How a total in £'000 is worked out",
            "basis": "How the share of a year is counted; each programme may choose its own",
        }
        labels = {"unit": "Unit of the committee table", "rounding": "Totals"}
