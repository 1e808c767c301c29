"""What of a line is exempt information, and why."""

from typing import Any

from django import forms

from accounts.text.rules import visible_text
from approvals.drawdowns.preparation.forms import SCHEDULE_12A
from display.forms import CarefulForm
from phases.models import Programme
from posts.exempt.rules import Field
from posts.models import CostLine


class ExemptForm(CarefulForm, forms.Form):
    """Whether a line, or a field of it, is exempt information, and why."""

    is_new = True

    line = forms.ModelChoiceField(label="Post or other cost", queryset=CostLine.objects.none(), empty_label="Choose one")
    field = forms.ChoiceField(
        label="Which part", choices=[("", "The whole line, except FTE and costs"), *Field.choices], required=False
    )
    paragraph = forms.TypedChoiceField(
        label="Paragraph of Schedule 12A", choices=SCHEDULE_12A, coerce=int, empty_value=None, required=False
    )
    reason = forms.CharField(
        label="Public interest",
        help_text="Why it outweighs publishing, or why it no longer does. It is printed in both parts: reveal nothing exempt.",
        widget=forms.Textarea,
        validators=[visible_text],
    )

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        super().__init__(*args, **options)
        lines = CostLine.objects.filter(programme=programme).select_related("phase").order_by("phase__number", "position", "pk")
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]
        self.prepare()
