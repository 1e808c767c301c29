"""Which findings are shown, and why one is reviewed."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.text.rules import visible_text
from display.forms import CarefulForm
from reports.checks.rules import Finding, Severity


class FindingsFilterForm(forms.Form):
    """Which findings of the paper check are shown, from the address. What is not known shows all of them."""

    severity = forms.ChoiceField(
        label="Show", choices=[("", "Everything"), *((each.value, each.label) for each in Severity)], required=False
    )
    phase = forms.ChoiceField(label="Phase", required=False)

    def __init__(self, *args: Any, phases: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phase"].choices = [("", "Every phase"), *((name, name) for name in phases)]  # type: ignore[attr-defined]

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is among those asked for. One of several phases is of each of them."""
        self.is_valid()
        severity, phase = self.cleaned_data.get("severity"), self.cleaned_data.get("phase")
        return (not severity or finding.severity == severity) and (not phase or phase in (finding.phase or ""))


class ReviewForm(CarefulForm, forms.Form):
    """Why a finding is dismissed, overridden or taken up again."""

    is_new = True

    reason = forms.CharField(
        label="Reason",
        help_text="It is kept with your name and printed in the internal version",
        widget=forms.Textarea,
        validators=[visible_text],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.prepare()
