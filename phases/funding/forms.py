"""Forms of funding sources and excluded items."""

from typing import Any

from django import forms

from display.fields import TypedAmountField
from phases.funding.models import ExcludedItem, FundingSource
from phases.programmes.forms import ProgrammePartForm


class FundingSourceForm(ProgrammePartForm):
    class Meta:
        model = FundingSource
        fields = ["name", "kind"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {"name": "As the papers call it"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = FundingSource.Kind.choices  # type: ignore[attr-defined]


class ExcludedItemForm(ProgrammePartForm):
    amount = TypedAmountField(
        label="Amount", required=False, help_text="In pounds, such as 69,000 or 69k. Leave it blank if none is stated."
    )

    class Meta:
        model = ExcludedItem
        fields = ["title", "amount", "funding_source", "note"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["funding_source"].queryset = FundingSource.objects.filter(  # type: ignore[attr-defined]
            programme_id=self.instance.programme_id
        )
