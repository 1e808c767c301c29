"""Forms of funding sources and excluded items."""

from typing import Any

from django import forms

from display.fields import TypedAmountField
from display.forms import EditForm
from phases.funding.models import ExcludedItem, FundingSource

# What is said of a rule that the database holds: the field it belongs to, and the sentence.
BROKEN_RULES: dict[str, tuple[str | None, str]] = {
    "funding_source_named_once": ("name", "Another funding source of this programme has this name: choose another."),
    "funding_source_match_is_a_share": ("match_percent", "Enter more than 0 and less than 100, or leave it blank."),
    "excluded_item_named_once": ("title", "Another excluded item of this programme has this name: choose another."),
}


class FundingSourceForm(EditForm):
    broken_rules = BROKEN_RULES

    class Meta:
        model = FundingSource
        fields = ["name", "kind", "match_percent"]
        widgets = {"kind": forms.RadioSelect}
        labels = {"match_percent": "Required match, per cent"}
        help_texts = {
            "name": "As the papers call it",
            "match_percent": "Only if it asks that others pay a part, such as 30 where a grant pays at most 70 of 100. "
            "The paper check compares.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = FundingSource.Kind.choices  # type: ignore[attr-defined]


class ExcludedItemForm(EditForm):
    broken_rules = BROKEN_RULES

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
