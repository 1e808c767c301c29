"""The form of a term of governance."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.governance.models import GovernanceTerm
from accounts.governance.rules import Form
from display.fields import TypedDateField
from display.forms import EditForm


class GovernanceForm(EditForm):
    """How the council is governed, from when, and which decisions its constitution opens to call-in."""

    broken_rules = {
        "governance_once_for_a_day": ("since", "Something else is recorded from this day: change that, or choose another day."),
        "governance_call_in_fits_its_form": (
            "form",
            "Under the committee system, and in a combined authority, only its own call-in can be chosen; with an executive, "
            "only those of members and officers.",
        ),
    }

    since = TypedDateField(label="First day", help_text="From this day on, until another begins")

    class Meta:
        model = GovernanceTerm
        fields = ["form", "since", "member_call_in", "officer_call_in", "committee_call_in", "scrutiny_call_in"]
        widgets = {"form": forms.RadioSelect}
        help_texts = {
            "form": "What the executive is called, Executive or Cabinet, is the name of its body",
            "member_call_in": "With an executive: as the constitution says",
            "officer_call_in": "With an executive: as the constitution says",
            "committee_call_in": "Under the committee system: the law gives none",
            "scrutiny_call_in": "In a combined authority: as its order and constitution say",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form"].choices = [(form.value, form.label) for form in Form]  # type: ignore[attr-defined]

    def _update_errors(self, errors: ValidationError) -> None:
        """A rule that the row breaks is said at its field, in the words above."""
        self._explain(errors)
